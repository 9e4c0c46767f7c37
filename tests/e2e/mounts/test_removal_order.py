# SPDX-License-Identifier: Apache-2.0
"""One request takes away binds that lie one within the other: the inner one first, and the
outer one only when the inner one is gone. Check knows what will be gone by then, and what not."""

import pytest

from fault import apply_with_fault
from host import DIR, bind, here

OUTER_SOURCE, INNER_SOURCE = f"{DIR}/volumes/www", f"{DIR}/volumes/shop"
OUTER_TARGET, INNER_TARGET = f"{DIR}/ro", f"{DIR}/ro/shop"
OUTER, INNER = bind(OUTER_SOURCE, OUTER_TARGET), bind(INNER_SOURCE, INNER_TARGET)
FSTAB = f"{DIR}/fstab"


@pytest.fixture(params=[False, True], ids=["private", "shared"])
def stage(hosts, request):
    host = hosts(shared=request.param)
    host.dir(OUTER_SOURCE, "shop/.keep", "outer")
    host.dir(INNER_SOURCE, "css/.keep", "inner")
    host.dir(f"{DIR}/volumes/www2/shop")
    host.file(FSTAB)
    host.make(OUTER, INNER)
    return host


def of_another_source(host):
    return {"source": f"{DIR}/volumes/www2"}, "wrong_source"


def with_a_disk_in_fstab(host):
    host.file(FSTAB, f"/dev/sdz {INNER_TARGET} ext4 defaults 0 0\n")
    return {"state": "fstab_only"}, "fstab_conflict"


def with_a_foreign_mount_below(host):
    host.run("mount", "-t", "tmpfs", "tmpfs", f"{INNER_TARGET}/css")
    return {}, "submount_in_the_way"


def without_a_mount(host):
    """There is nothing to lose, but what is wrong with it would change."""
    host.run("umount", "-R", INNER_TARGET)
    host.file(FSTAB, f"/dev/sdz {INNER_TARGET} ext4 defaults 0 0\n")
    return {"state": "fstab_only"}, "fstab_conflict"


FAULTS = [of_another_source, with_a_disk_in_fstab, with_a_foreign_mount_below]


def gone(asked, how, **members):
    return {**asked, "state": how, **members}


def assert_both_fail(host, outer, inner, codes):
    """By check and apply alike, as often as they are called, and nothing is changed."""
    for call in (host.check, host.apply, host.apply):
        with host.unchanged():
            said = call(outer, inner, fstab=FSTAB)
        assert said.status == 1 and not said.reply["changed"], said.reply
        assert [done["error"]["code"] for done in said.reply["binds"]] == codes, said.reply
        assert f"'{INNER_TARGET}'" in said.of(OUTER_TARGET)["error"]["msg"]


@pytest.mark.parametrize("spoil", [*FAULTS, without_a_mount])
@pytest.mark.parametrize("state", ["unmounted", "absent", "fstab_only"])
def test_outer_stays_with_the_inner(stage, spoil, state):
    members, code = spoil(stage)
    inner = gone(INNER, "absent", **members)
    assert_both_fail(stage, gone(OUTER, state, replace=True), inner, ["inner_failed", code])


@pytest.mark.parametrize("spoil", FAULTS)
def test_outer_is_not_replaced_around_the_inner(stage, spoil):
    """Not even one that may give up what is mounted below it."""
    members, code = spoil(stage)
    outer = bind(f"{DIR}/volumes/www2", OUTER_TARGET, replace=True)
    inner = gone(INNER, "absent", **members)
    assert_both_fail(stage, outer, inner, ["submount_in_the_way", code])


@pytest.mark.parametrize("outer", [
    gone(OUTER, "unmounted", replace=True),
    bind(f"{DIR}/volumes/www2", OUTER_TARGET, replace=True),
], ids=["gone", "replaced"])
def test_a_call_fails(stage, outer):
    """What check could not know."""
    asked = here(outer, gone(INNER, "unmounted"))
    with stage.unchanged():
        said, _ = apply_with_fault(stage, asked, "umount2", "EBUSY", "always")
    assert [done["status"] for done in said.reply["binds"]] == ["failed"] * 2, said.reply
    assert stage.apply(*asked["binds"]).status == 0


def test_outer_has_nothing_to_lose(stage):
    """It is not mounted, so only its line is left to go."""
    stage.run("umount", "-R", OUTER_TARGET)
    stage.dir(INNER_TARGET)
    stage.run("mount", "-t", "tmpfs", "tmpfs", INNER_TARGET)
    stage.file(FSTAB, f"{OUTER_SOURCE} {OUTER_TARGET} none bind,ro,private,x-robind 0 0\n")
    said = stage.apply(gone(OUTER, "absent"), gone(INNER, "unmounted"), fstab=FSTAB)
    assert [done["status"] for done in said.reply["binds"]] == ["changed", "failed"]
    assert stage.path(FSTAB).read_text() == ""


# ---- what check foresees ----

LATER = {
    "gone": gone(OUTER, "unmounted"),
    "replaced": bind(f"{DIR}/volumes/www2", OUTER_TARGET, replace=True),
    "another one": bind(f"{DIR}/volumes/shop", OUTER_TARGET, replace=True),
    "a tree": {**OUTER, "recursive": True},
}


def assert_foreseen(host, *binds, **members):
    """What check says of each bind is what apply says then."""
    found = host.check(*binds, **members)
    said = host.apply(*binds, **members)
    for have, want in zip(found.reply["binds"], said.reply["binds"]):
        assert have["status"] == want["status"], (have, want)
        assert have.get("drift") == want.get("drift")
        assert have.get("error", {}).get("code") == want.get("error", {}).get("code")
    assert found.status == (2 if said.status == 0 and said.reply["changed"] else said.status)
    return said


@pytest.mark.parametrize("name", LATER)
@pytest.mark.parametrize("below", ["", "foreign"])
def test_after_the_inner_is_gone(stage, name, below):
    if below:
        stage.run("mount", "-t", "tmpfs", "tmpfs", f"{INNER_TARGET}/css")
    inner = gone(INNER, "unmounted", replace=True)
    assert assert_foreseen(stage, LATER[name], inner).status == 0
    stage.assert_settled(LATER[name], inner)


def test_first_mount_after_the_inner_is_gone(stage):
    stage.run("umount", "-R", OUTER_TARGET)
    stage.dir(INNER_TARGET)
    stage.make(INNER)
    assert assert_foreseen(stage, OUTER, gone(INNER, "unmounted")).status == 0


@pytest.mark.parametrize("state", ["unmounted", "ephemeral"])
def test_disk_stays_below_its_own_bind(stage, state):
    """The bind of a disk onto itself goes, and the disk is still in the way."""
    stage.run("umount", INNER_TARGET)
    stage.run("mount", "-t", "tmpfs", "tmpfs", INNER_TARGET)
    self_bind = bind(INNER_TARGET, INNER_TARGET)
    stage.make(self_bind)
    outer = bind(f"{DIR}/volumes/www2" if state == "ephemeral" else OUTER_SOURCE,
                 OUTER_TARGET, state, replace=state == "ephemeral")
    asked = {**outer, "replace": False}
    said = assert_foreseen(stage, asked, gone(self_bind, "unmounted"))
    assert said.of(OUTER_TARGET)["status"] == "failed", said.reply


def test_place_in_a_bind_that_stays(stage):
    """The outer bind was to go, so that its place could be written to; but it does not."""
    asked = bind(INNER_SOURCE, f"{OUTER_TARGET}/new")
    said = assert_foreseen(stage, asked, gone(OUTER, "unmounted"), gone(
        INNER, "unmounted", source=f"{DIR}/volumes/www2"))
    assert said.of(asked["target"])["error"]["code"] == "target_missing"


@pytest.mark.parametrize("state", ["unmounted", "absent"])
def test_what_a_double_of_the_outer_one_covers(stage, state):
    """The inner bind lies in the lower one of two, and is seen once the upper one is off."""
    stage.run("mount", "--bind", OUTER_SOURCE, OUTER_TARGET)
    stage.run("mount", "-o", "remount,bind,ro", OUTER_TARGET)
    stage.run("mount", "--make-private", OUTER_TARGET)
    said = stage.apply(OUTER, gone(INNER, state), fstab=FSTAB)
    assert [done["status"] for done in said.reply["binds"]] == ["changed", "changed"], said.reply
    assert "detach" in said.of(INNER_TARGET)["actions"]
    assert len(stage.stack(OUTER_TARGET)) == 1 and not stage.stack(INNER_TARGET)
    stage.assert_settled(OUTER, gone(INNER, state), fstab=FSTAB)


@pytest.mark.parametrize("recursive", [False, True])
@pytest.mark.parametrize("is_there", [False, True], ids=["made by it", "there before"])
def test_purge_leaves_what_a_named_bind_lies_in(stage, recursive, is_there):
    """With the outer mount the inner one would go, which was just said to be there."""
    stage.run("umount", INNER_TARGET)
    stage.run("umount", OUTER_TARGET)
    stage.make(bind(OUTER_SOURCE, OUTER_TARGET))
    line = f"{OUTER_SOURCE} {OUTER_TARGET} none bind,ro,private,x-robind.set=web 0 0\n"
    stage.file(FSTAB, line)
    asked = bind(INNER_SOURCE, INNER_TARGET, recursive=recursive)
    if is_there:
        stage.make(asked)
    said = assert_foreseen(stage, asked, set="web", purge=True, fstab=FSTAB)
    assert said.of(OUTER_TARGET)["error"]["code"] == "submount_in_the_way", said.reply
    assert said.of(INNER_TARGET)["status"] == ("ok" if is_there else "changed")
    stage.assert_read_only_view(INNER_SOURCE, INNER_TARGET)
    assert stage.path(FSTAB).read_text() == line

    stage.run("umount", INNER_TARGET, OUTER_TARGET)
    said = assert_foreseen(stage, asked, set="web", purge=True, fstab=FSTAB)
    assert said.status == 0 and stage.path(FSTAB).read_text() == ""


def test_purge_comes_last(stage):
    """What is purged is still there when it is the turn of what is named."""
    stage.run("umount", INNER_TARGET)
    stage.run("umount", OUTER_TARGET)
    stage.make(bind(OUTER_SOURCE, OUTER_TARGET))
    stage.file(FSTAB,
               f"{OUTER_SOURCE} {OUTER_TARGET} none bind,ro,private,x-robind.set=web 0 0\n")
    asked = bind(INNER_SOURCE, f"{OUTER_TARGET}/new", "mounted")
    said = assert_foreseen(stage, asked, set="web", purge=True, fstab=FSTAB)
    assert said.of(asked["target"])["error"]["code"] == "target_missing"
