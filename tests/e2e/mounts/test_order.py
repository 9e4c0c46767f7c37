# SPDX-License-Identifier: Apache-2.0
"""Targets within targets: parents first, children first when they go."""

import json
import shutil

import pytest

from host import DIR, bind

OUTER_SOURCE, INNER_SOURCE = f"{DIR}/volumes/www", f"{DIR}/volumes/shop"
OUTER_TARGET, INNER_TARGET = f"{DIR}/ro", f"{DIR}/ro/shop"
OUTER, INNER = bind(OUTER_SOURCE, OUTER_TARGET), bind(INNER_SOURCE, INNER_TARGET)
DEEPEST = bind(f"{DIR}/volumes/css", f"{DIR}/ro/shop/css")


@pytest.fixture(params=[False, True], ids=["private", "shared"])
def stage(hosts, request):
    """Each source has a place for what is bound within it."""
    host = hosts(shared=request.param)
    host.dir(OUTER_SOURCE, "shop/.keep", "outer")
    host.dir(INNER_SOURCE, "css/.keep", "inner")
    host.dir(DEEPEST["source"], "deepest")
    return host


def assert_nested(host, *binds):
    for asked in binds or (OUTER, INNER, DEEPEST):
        host.assert_read_only_view(asked["source"], asked["target"])
        assert len(host.stack(asked["target"])) == 1


@pytest.mark.parametrize("binds", [
    (OUTER, INNER, DEEPEST), (DEEPEST, INNER, OUTER), (INNER, DEEPEST, OUTER),
], ids=["parents first", "children first", "mixed"])
def test_made_and_unmade_in_any_order(stage, binds):
    said = stage.apply(*binds)
    assert said.status == 0, said.reply
    assert [done["target"] for done in said.reply["binds"]] == [b["target"] for b in binds]
    assert_nested(stage)
    stage.assert_settled(*binds)

    gone = [{**asked, "state": "unmounted"} for asked in binds]
    said = stage.apply(*gone)
    assert said.status == 0, said.reply
    assert not [mount for mount in stage.mounts() if mount.target.startswith(OUTER_TARGET)]
    stage.assert_settled(*gone)


def test_outer_is_added_later(stage):
    """The inner bind is there and alone: it would be hidden."""
    stage.dir(INNER_TARGET)
    stage.make(INNER)
    assert stage.apply(OUTER).error["code"] == "submount_in_the_way"


def test_inner_target_is_missing_in_the_source(stage):
    """It is never created through the view: the error says where to create it."""
    lost = bind(INNER_SOURCE, f"{OUTER_TARGET}/none")
    said = stage.apply(OUTER, lost)
    error = said.of(lost["target"])["error"]
    assert error["code"] == "target_missing"
    assert f"{OUTER_SOURCE}/none" in error["msg"] and "create" in error["msg"]
    assert not stage.path(f"{OUTER_SOURCE}/none").exists()
    assert said.of(OUTER_TARGET)["status"] == "changed"
    assert stage.apply(lost).status == 1
    assert not stage.path(f"{OUTER_SOURCE}/none").exists()


def make_outer_writable(host):
    host.run("mount", "-o", "remount,bind,rw", OUTER_TARGET)


def make_outer_stale(host):
    """By a service in a mount namespace of its own: here it could not remove what is mounted
    on. The inner binds go with it."""
    shutil.rmtree(host.path(OUTER_SOURCE))
    host.dir(OUTER_SOURCE, "shop/.keep")


def make_inner_writable(host):
    host.run("mount", "-o", "remount,bind,rw", INNER_TARGET)


def lose_inner(host):
    host.run("umount", "-R", INNER_TARGET)


def share_outer(host):
    host.run("mount", "--make-shared", OUTER_TARGET)


@pytest.mark.new_kernel("detached_trees")
def test_outer_is_replaced_around_the_inner(stage):
    """Another source for the outer bind: what is mounted within comes along."""
    stage.make(OUTER, INNER, DEEPEST)
    other = stage.dir(f"{DIR}/volumes/www2")
    stage.dir(f"{other}/shop")
    moved = bind(other, OUTER_TARGET, replace=True)
    said = stage.apply(DEEPEST, INNER, moved)
    assert said.status == 0, said.reply
    assert "gap" not in said.of(OUTER_TARGET)
    assert said.of(INNER_TARGET)["status"] == "ok" == said.of(DEEPEST["target"])["status"]
    assert_nested(stage, moved, INNER, DEEPEST)
    stage.assert_settled(moved, INNER, DEEPEST)


def test_no_place_for_the_inner(stage):
    """The new source has no directory for it: it is gone with the old one, and said so."""
    stage.make(OUTER, INNER)
    moved = bind(stage.dir(f"{DIR}/volumes/www2"), OUTER_TARGET, replace=True)
    said = stage.apply(INNER, moved)
    assert said.status == 1, said.reply
    assert said.of(OUTER_TARGET)["gap"] is True
    assert said.of(INNER_TARGET)["error"]["code"] == "target_missing"
    assert f"{DIR}/volumes/www2/shop" in said.of(INNER_TARGET)["error"]["msg"]


@pytest.mark.parametrize("spoil", [
    make_outer_writable, make_outer_stale, make_inner_writable, lose_inner, share_outer,
])
def test_mended_with_all_that_is_within(stage, spoil):
    """Replacing the outer bind does not lose the inner ones."""
    stage.make(OUTER, INNER, DEEPEST)
    spoil(stage)
    assert stage.check(INNER, OUTER, DEEPEST).status in (1, 2)
    said = stage.apply(INNER, OUTER, DEEPEST)
    assert said.status == 0, said.reply
    assert_nested(stage)
    stage.assert_settled(OUTER, INNER, DEEPEST)


def test_nested_ones_are_no_drift_of_the_outer(stage):
    """Named alone, the outer bind is fine: what is mounted within is read-only."""
    stage.make(OUTER, INNER, DEEPEST)
    stage.assert_settled(OUTER)


def test_outer_failed(stage):
    """What cannot be reached is not tried, and says why."""
    lost = bind(f"{DIR}/none", OUTER_TARGET)
    said = stage.apply(INNER, lost, bind(INNER_SOURCE, f"{DIR}/beside"))
    assert said.of(OUTER_TARGET)["error"]["code"] == "source_missing"
    assert said.of(INNER_TARGET)["error"]["code"] == "outer_failed"
    assert said.of(f"{DIR}/beside")["status"] == "changed"
    assert stage.top(INNER_TARGET) is None


def missing(stage, place):
    assert not stage.path(place).exists()


def another_kind(stage, place):
    stage.file(place)


def a_symlink(stage, place):
    stage.dir(f"{place}.real")
    stage.path(place).symlink_to("shop.real")


@pytest.mark.parametrize("spoil", [missing, another_kind, a_symlink])
@pytest.mark.parametrize("deepest", [[], [DEEPEST]], ids=["one", "one in it"])
def test_no_place_for_what_another_request_made(stage, spoil, deepest):
    """Its line says that it is wanted, so the new source has to wait: in check as in apply."""
    fstab = {"fstab": stage.file("fstab", "")}
    listed = [{**asked, "state": "mounted"} for asked in (OUTER, INNER, *deepest)]
    assert stage.apply(*listed, **fstab).status == 0
    moved = bind(stage.dir(f"{DIR}/volumes/www2"), OUTER_TARGET, "mounted")
    spoil(stage, f"{DIR}/volumes/www2/shop")
    before = stage.mounts()
    for command in (stage.check, stage.apply):
        said = command(moved, **fstab)
        assert said.status == 1, said.reply
        assert said.error["code"] == "submount_in_the_way"
        assert INNER_TARGET in said.error["msg"]
    assert {mount.target for mount in stage.mounts()} == {mount.target for mount in before}
    # With all of them there is a place to be told of.
    told = stage.check(moved, *listed[1:], **fstab).of(INNER_TARGET)["error"]["code"]
    said = stage.apply(moved, *listed[1:], **fstab)
    assert said.of(INNER_TARGET)["error"]["code"] == told
    stage.assert_read_only_view(moved["source"], OUTER_TARGET)


def test_a_place_for_what_another_request_made(stage):
    fstab = {"fstab": stage.file("fstab", "")}
    listed = [{**asked, "state": "mounted"} for asked in (OUTER, INNER, DEEPEST)]
    assert stage.apply(*listed, **fstab).status == 0
    moved = bind(stage.dir(f"{DIR}/volumes/www2", "shop/.keep"), OUTER_TARGET, "mounted")
    assert stage.check(moved, **fstab).status == 2
    assert stage.apply(moved, **fstab).status == 0
    assert_nested(stage, moved, INNER, DEEPEST)


STAYS = bind(f"{DIR}/volumes/none", INNER_TARGET, "fstab_only")


@pytest.mark.parametrize("state", ["absent", "unmounted"])
@pytest.mark.parametrize("replace, code", [
    (False, "submount_in_the_way"), (True, "inner_failed"),
])
@pytest.mark.parametrize("reverse", [False, True])
def test_inner_stays(stage, state, replace, code, reverse):
    """What is to go first and does not is not taken along, however often it is asked for."""
    stage.make(OUTER, INNER, DEEPEST)
    before = stage.mounts()
    asked = [{**OUTER, "state": state, "replace": replace}, STAYS, {**DEEPEST, "state": "unmounted"}]
    members = {"fstab": stage.file("fstab", "")}
    for command in (stage.check, stage.apply, stage.apply):
        said = command(*(reversed(asked) if reverse else asked), **members)
        assert said.status == 1, said.reply
        assert said.of(INNER_TARGET)["error"]["code"] == "wrong_source"
        assert said.of(OUTER_TARGET)["error"]["code"] == code
        assert not said.of(OUTER_TARGET)["changed"]
    gone = [mount for mount in before if mount.target != DEEPEST["target"]]
    assert stage.mounts() == gone


def test_inner_stays_and_nothing_was_there(stage):
    """What is as asked has not failed."""
    stage.make(INNER)
    said = stage.apply({**OUTER, "state": "absent"}, STAYS, fstab=stage.file("fstab", ""))
    assert said.of(INNER_TARGET)["status"] == "failed"
    assert said.of(OUTER_TARGET)["status"] == "ok"


def test_a_hundred_deep(host):
    names = ["/".join(["x"] * depth) for depth in range(1, 101)]
    host.dir(f"{DIR}/source/" + names[-1])
    binds = [bind(f"{DIR}/source/{name}", f"{DIR}/ro/{name}") for name in reversed(names)]
    assert host.apply(*binds).status == 0
    host.assert_settled(*binds)
    assert host.apply(*({**asked, "state": "unmounted"} for asked in binds)).status == 0
    assert f"{DIR}/ro" not in json.dumps([mount.target for mount in host.mounts()])


# ---- a place that the source has only by way of a mount ----

DEEP = f"{DIR}/volumes/www2/deep"


@pytest.fixture(params=["in the mount", "below the mount"])
def place(stage, request):
    """OUTER has an inner bind at deep/shop. So has the new source; in a mount, or hidden by it."""
    stage.dir(f"{OUTER_SOURCE}/deep/shop")
    if request.param == "below the mount":
        stage.dir(f"{DEEP}/shop")
    stage.dir(DEEP)
    stage.run("mount", "-t", "tmpfs", "tmpfs", DEEP)
    if request.param == "in the mount":
        stage.dir(f"{DEEP}/shop")
    return request.param


@pytest.mark.new_kernel("detached_trees")
@pytest.mark.parametrize("recursive", [False, True], ids=["", "recursive"])
@pytest.mark.parametrize("named", [False, True], ids=["fstab", "named"])
def test_place_by_way_of_a_mount(stage, place, recursive, named):
    """Only a recursive bind shows what is in the mount; the others show what that hides."""
    fstab = {"fstab": stage.file("fstab", "")}
    inner = bind(INNER_SOURCE, f"{OUTER_TARGET}/deep/shop", "mounted")
    assert stage.apply({**OUTER, "state": "mounted"}, inner, **fstab).status == 0
    moved = bind(f"{DIR}/volumes/www2", OUTER_TARGET, "mounted", recursive=recursive)
    asked = [moved, inner] if named else [moved]
    found = stage.check(*asked, **fstab)
    said = stage.apply(*asked, **fstab)
    is_there = recursive == (place == "in the mount")
    assert said.status == (0 if is_there else 1), said.reply
    assert found.status == (2 if is_there else 1), found.reply
    codes = [[done.get("error", {}).get("code") for done in answer.reply["binds"]]
             for answer in (found, said)]
    assert codes[0] == codes[1]
