# SPDX-License-Identifier: Apache-2.0
"""A recursive bind comes after what the same request mounts in its source, in whatever order they
are named, and check knows what will be there by then."""

import itertools

import pytest

from host import DIR, bind

TREE, OTHER = f"{DIR}/volumes", f"{DIR}/other"
VIEW = bind(TREE, f"{DIR}/view", recursive=True)
INNER = bind(f"{OTHER}/a", f"{TREE}/x/y/z")
DEEP = bind(f"{OTHER}/b", f"{TREE}/x/y/z/in")
BINDS = (VIEW, INNER, DEEP)


@pytest.fixture(params=[False, True], ids=["private", "shared"])
def stage(hosts, request):
    host = hosts(shared=request.param)
    host.dir(f"{OTHER}/a/in", "a")
    host.dir(f"{OTHER}/b", "b")
    host.dir(f"{TREE}/x/y/z")
    host.dir(f"{TREE}-x/y")
    return host


def drifts(said):
    return [[(drift["code"], drift.get("path")) for drift in done.get("drift", [])]
            for done in said.reply["binds"]]


def apply_as_checked(host, *binds):
    checked, said = host.check(*binds), host.apply(*binds)
    assert said.status == 0, said.reply
    assert drifts(checked) == drifts(said)
    assert [b["status"] for b in checked.reply["binds"]] == [b["status"] for b in said.reply["binds"]]
    host.assert_settled(*binds)
    return said


def assert_seen(host):
    assert host.path(f"{VIEW['target']}/x/y/z/in").is_dir()
    for point in "/x/y/z", "/x/y/z/in":
        (copy,) = host.stack(VIEW["target"] + point)
        assert copy.root == host.stack(TREE + point)[0].root and "ro" in copy.options


@pytest.mark.parametrize("binds", itertools.permutations(BINDS), ids=lambda binds: "-".join(
    {VIEW["target"]: "view", INNER["target"]: "inner", DEEP["target"]: "deep"}[b["target"]]
    for b in binds))
def test_made_at_once(stage, binds):
    apply_as_checked(stage, *binds)
    assert_seen(stage)


@pytest.mark.parametrize("state", ["ephemeral", "mounted"])
def test_a_tree_within_a_tree(stage, state):
    """What the inner one has mounted is its own, and not what the outer one's source had once."""
    fstab = {"fstab": f"{DIR}/fstab"}
    stage.file(fstab["fstab"])
    outer = f"{OTHER}/outer"
    stage.dir(f"{outer}/in")
    tree = {**VIEW, "target": f"{DIR}/out/in", "state": state}
    around = bind(outer, f"{DIR}/out", state, recursive=True)
    assert stage.apply(tree, around, INNER, **fstab).status == 0
    stage.assert_settled(tree, around, INNER, **fstab)
    assert stage.stack(f"{DIR}/out/in/x/y/z")
    if state == "mounted":
        stage.run("mount", "-o", "remount,bind,rw", f"{DIR}/out")
        for asked in (around, {**around, "source": f"{OTHER}/new", "replace": True}):
            stage.dir(f"{OTHER}/new/in")
            assert stage.apply(asked, **fstab).status == 0
            assert stage.stack(f"{DIR}/out/in/x/y/z")
            stage.assert_settled(asked, **fstab)


def test_added_to_a_view_that_is_there(stage):
    stage.make(VIEW)
    said = apply_as_checked(stage, *BINDS)
    assert ("submount_missing", INNER["target"]) in drifts(said)[0]
    assert_seen(stage)


def test_taken_away_from_a_view_that_is_there(stage):
    stage.make(*BINDS)
    apply_as_checked(stage, VIEW, *({**asked, "state": "unmounted"} for asked in (INNER, DEEP)))
    assert not stage.stack(VIEW["target"] + "/x/y/z")


def test_replaced_below_a_view_that_is_there(stage):
    stage.make(*BINDS)
    stage.dir(f"{OTHER}/c/in", "c")
    said = stage.apply(VIEW, {**INNER, "source": f"{OTHER}/c", "replace": True}, DEEP)
    assert said.status == 0, said.reply
    assert_seen(stage)
    stage.assert_settled(VIEW, {**INNER, "source": f"{OTHER}/c"}, DEEP)


def test_place_of_a_mount_of_the_source(stage):
    """Another bind of the request has the place that a mount of the source would have."""
    stage.run("mount", "-t", "tmpfs", "tmpfs", f"{TREE}/x/y")
    inner = {**bind(f"{OTHER}/a", f"{VIEW['target']}/x/y"), "replace": True}
    assert stage.apply(VIEW, inner).status == 0
    assert stage.stack(inner["target"])[0].root.endswith("/other/a")
    stage.assert_settled(VIEW, inner)


def test_views_of_each_other(stage):
    """Neither could be whole before the other one is."""
    stage.dir(f"{OTHER}/view")
    circle = [bind(TREE, f"{OTHER}/view", recursive=True), bind(OTHER, f"{TREE}/x/y/z", recursive=True)]
    said = stage.apply(*circle)
    assert (said.status, said.error["code"], said.error["at"]) == (1, "request", "/binds/0/source")
    assert not stage.stack(f"{OTHER}/view") and not stage.stack(f"{TREE}/x/y/z")


def test_many(stage):
    """What the run mounted is found though the table of mounts is older."""
    inner = [bind(f"{OTHER}/a", f"{TREE}-x/y/{i}") for i in range(80)]
    for asked in inner:
        stage.dir(asked["target"])
    views = [bind(f"{TREE}-x/y", f"{DIR}/views/{i}", recursive=True) for i in range(3)]
    apply_as_checked(stage, *views, *inner)
    for asked in views:
        assert len(stage.stack(f"{asked['target']}/79")) == 1


@pytest.mark.parametrize("state", ["unmounted", "absent"])
@pytest.mark.parametrize("is_there", [False, True], ids=["new", "there"])
def test_a_place_that_shall_be_free(stage, state, is_there):
    """What the source has at a place where the request wants nothing is not brought there."""
    stage.make(INNER)
    if is_there:
        stage.make(VIEW)
    free = bind(INNER["source"], f"{VIEW['target']}/x/y/z", state=state, replace=True)
    for said in stage.check(VIEW, free), stage.apply(VIEW, free), stage.apply(VIEW, free):
        error = said.of(VIEW["target"])["error"]
        assert error["code"] == "submount_in_the_way" and free["target"] in error["msg"]
    assert not stage.stack(free["target"])


def test_a_place_that_only_fstab_shall_know(stage):
    stage.make(INNER)
    apply_as_checked(stage, VIEW, bind(INNER["source"], f"{VIEW['target']}/x/y/z", state="fstab_absent"))
    assert stage.stack(f"{VIEW['target']}/x/y/z")


@pytest.mark.parametrize("binds", [1, -1], ids=["view first", "view last"])
@pytest.mark.parametrize("below", ["", "/in"], ids=["alone", "with a mount below"])
def test_a_place_of_another_bind(stage, binds, below):
    """What the source has at a place that the request gives to another bind makes way for that."""
    stage.make(INNER)
    if below:
        stage.make(DEEP)
    other = bind(f"{OTHER}/b", f"{VIEW['target']}/x/y/z")
    said = apply_as_checked(stage, *[VIEW, other][::binds])
    assert said.of(other["target"])["actions"] == ["attach"]
    (only,) = stage.stack(other["target"])
    assert only.root.endswith("/other/b")
    assert not stage.stack(f"{other['target']}/in")


@pytest.mark.parametrize("is_there", [False, True], ids=["new", "there"])
def test_what_is_purged_is_not_seen_in_a_view(stage, is_there):
    """The last step of the run takes it from the source; the view comes without it at once."""
    fstab = {"fstab": stage.file(f"{DIR}/fstab"), "set": "one"}
    view = {**VIEW, "state": "mounted"}
    inner = [{**asked, "state": "mounted"} for asked in (INNER, DEEP)]
    assert stage.apply(*inner, **fstab).status == 0
    if is_there:
        assert stage.apply(*inner, view, **fstab).status == 0 and stage.stack(f"{VIEW['target']}/x/y/z")
    checked, said = (call(view, **fstab, purge=True) for call in (stage.check, stage.apply))
    assert drifts(checked) == drifts(said) and said.status == 0
    assert not stage.stack(f"{VIEW['target']}/x/y/z") and not stage.stack(INNER["target"])
    stage.assert_settled(view, **fstab, purge=True)


def test_what_will_show_another_source(stage):
    """A bind in the source of a recursive one is replaced: the view gets the new one."""
    stage.make(*BINDS[:2])
    said = apply_as_checked(stage, VIEW, {**INNER, "source": f"{OTHER}/b", "replace": True})
    assert said.of(VIEW["target"])["status"] == "changed"
    (copy,) = stage.stack(f"{VIEW['target']}/x/y/z")
    assert copy.root.endswith("/other/b")


@pytest.mark.parametrize("name, status", [("a", "ok"), ("b", "changed"), ("missing", "changed")])
def test_what_the_view_has_already(stage, name, status):
    """A bind in the source was unmounted: made anew, it is what the view still has, or is not."""
    stage.make(*BINDS[:2])
    stage.run("umount", INNER["target"])
    again = {**INNER, "source": f"{OTHER}/{name}"}
    if name == "missing":
        assert stage.check(VIEW, again).of(VIEW["target"])["status"] == status
        return
    assert apply_as_checked(stage, VIEW, again).of(VIEW["target"])["status"] == status


def test_what_comes_along_with_what_is_made_in_the_source(stage):
    """A recursive bind in the source of another one brings the mounts of its own."""
    for name in "c", "c/d":
        stage.run("mount", "-t", "tmpfs", "tmpfs", stage.dir(f"{OTHER}/a/{name}"))
    stage.make({**VIEW, "recursive": False})
    said = apply_as_checked(stage, VIEW, {**INNER, "recursive": True})
    assert len(said.of(VIEW["target"])["drift"]) == 3 and stage.stack(f"{VIEW['target']}/x/y/z/c/d")


def test_what_it_was_like_before(stage):
    """The view had it already, and is replaced for another reason."""
    stage.make(*BINDS[:2])
    stage.sh(f"umount {INNER['target']}; mv {TREE} {TREE}.old; mkdir -p {INNER['target']}")
    view = {**VIEW, "replace": True}
    checked, said = stage.check(view, INNER), stage.apply(view, INNER)
    assert checked.of(VIEW["target"])["before"] == said.of(VIEW["target"])["before"]
    assert said.of(VIEW["target"])["before"]["recursive"]


def test_replaced_upon_another_mount(stage):
    """The mount table, read for the first, has at that place only what lies below the second."""
    stage.run("mount", "-t", "tmpfs", "tmpfs", INNER["target"])
    stage.dir(f"{INNER['target']}/in")
    stage.make(bind(INNER["target"], INNER["target"]))
    upon = {**INNER, "recursive": True, "replace": True}
    assert stage.apply(upon, VIEW).status == 0
    (_, copy) = stage.stack(f"{VIEW['target']}/x/y/z")
    assert copy.root.endswith("/other/a") and "ro" in copy.options
    stage.assert_settled(upon, VIEW)
