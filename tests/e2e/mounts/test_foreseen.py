# SPDX-License-Identifier: Apache-2.0
"""What the earlier binds of a request make of the place of a later one: check knows it as apply finds
it, and nothing that was there before is taken for what will be there."""

import pytest

from host import DIR, bind

SOURCES, RO = f"{DIR}/volumes", f"{DIR}/ro"
OUTER, INNER = bind(f"{SOURCES}/www", RO), bind(f"{SOURCES}/shop", f"{RO}/shop")
FSTAB = f"{DIR}/fstab"


@pytest.fixture(params=[False, True], ids=["private", "shared"])
def stage(hosts, request):
    host = hosts(shared=request.param)
    host.dir(f"{SOURCES}/www", "shop/in", "outer")
    host.dir(f"{SOURCES}/shop", "inner")
    host.file(f"{SOURCES}/file", "text")
    host.dir(RO)
    return host


def gone(asked, state="unmounted", **members):
    return {**asked, "state": state, **members}


def told(said):
    return [(done["status"], done.get("after"), [drift["code"] for drift in done.get("drift", [])],
             done.get("actions"), (done.get("error") or {}).get("code"))
            for done in said.reply["binds"]]


def as_foreseen(host, *binds, **members):
    """Returns what apply says, which is what check said before."""
    checked = host.check(*binds, **members)
    said = host.apply(*binds, **members)
    assert told(checked) == told(said)
    assert [w["code"] for w in checked.reply["warnings"]] == [w["code"] for w in said.reply["warnings"]]
    assert {0: 0, 1: 1, 2: 0}[checked.status] == said.status
    return said


@pytest.mark.parametrize("first", [True, False], ids=["removal first", "removal last"])
@pytest.mark.parametrize("below", ["nothing", "a directory", "a file"])
def test_below_what_is_taken_away(stage, first, below):
    """The directory that it covered counts, not what it showed."""
    stage.make(OUTER)
    stage.run("umount", RO)
    if below == "a directory":
        stage.dir(f"{RO}/shop")
    if below == "a file":
        stage.file(f"{RO}/shop", "")
    stage.make(OUTER)
    binds = [gone(OUTER), INNER] if first else [INNER, gone(OUTER)]
    said = as_foreseen(stage, *binds)
    done = said.of(INNER["target"])
    if below == "a file":
        assert done["error"]["code"] == "type_mismatch"
        return
    assert ("create_target" in done["actions"]) == (below == "nothing")
    assert not [w for w in said.reply["warnings"] if w["code"] == "target_not_empty"]
    stage.assert_read_only_view(INNER["source"], INNER["target"])


@pytest.mark.parametrize("state", ["unmounted", "absent"])
def test_below_a_file_that_is_taken_away(stage, state):
    """Nothing can be made in what it covered: that is a file, too."""
    file = bind(f"{SOURCES}/file", f"{RO}/file")
    stage.make(file)
    said = as_foreseen(stage, gone(file, state), bind(INNER["source"], f"{file['target']}/x/y"))
    assert said.of(f"{file['target']}/x/y")["error"]["code"] == "type_mismatch"


def test_where_two_are_taken_away(stage):
    stage.make(OUTER, INNER)
    said = as_foreseen(stage, gone(INNER), gone(OUTER), bind(f"{SOURCES}/www", f"{RO}/shop/deep/er"))
    assert said.status == 0 and stage.stack(f"{RO}/shop/deep/er")


def test_on_a_read_only_mount_beneath(stage):
    target = stage.dir(f"{RO}/t")
    stage.run("mount", "--bind", RO, RO)
    stage.make(bind(OUTER["source"], target))
    stage.run("mount", "-o", "remount,bind,ro", RO)
    said = as_foreseen(stage, gone(bind(OUTER["source"], target)), bind(INNER["source"], f"{target}/none"))
    assert said.of(f"{target}/none")["error"]["code"] == "target_missing"


def test_what_is_mounted_beneath_is_in_the_way(stage):
    """A mount that covers a bind is taken away; the bind is there then."""
    stage.dir(f"{RO}/shop/in")
    stage.make(bind(f"{SOURCES}/shop", f"{RO}/shop/in"))
    stage.run("mount", "--make-private", "-t", "tmpfs", "tmpfs", RO)
    stage.dir(f"{RO}/shop")
    said = as_foreseen(stage, {"target": RO, "state": "unmounted", "replace": True}, INNER)
    assert said.of(INNER["target"])["error"]["code"] == "submount_in_the_way"


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("source", ["shop", "www"])
def test_what_is_mounted_beneath_is_found(stage, layers, source):
    """It is the bind that was asked for, or another one."""
    stage.dir(f"{RO}/shop")
    for _ in range(layers):
        stage.run("mount", "--bind", "-o", "ro", INNER["source"], INNER["target"])
        stage.run("mount", "--make-private", INNER["target"])
    stage.run("mount", "--make-private", "-t", "tmpfs", "tmpfs", RO)
    asked = {**INNER, "source": f"{SOURCES}/{source}"}
    said = as_foreseen(stage, {"target": RO, "state": "unmounted", "replace": True}, asked)
    status = {("shop", 1): "ok", ("shop", 2): "changed"}.get((source, layers), "failed")
    assert said.of(INNER["target"])["status"] == status


@pytest.mark.parametrize("recursive", [False, True])
@pytest.mark.parametrize("now", ["missing", "empty", "full"])
def test_what_is_hidden_in_a_bind_that_is_made(stage, now, recursive):
    """What its source holds at the place, and not what is at the target now."""
    stage.file(f"{SOURCES}/www/shop/there", "text")
    stage.dir(f"{SOURCES}/www/bare")
    if now != "missing":
        stage.dir(f"{RO}/shop/in")
        stage.dir(f"{RO}/shop", *(["old"] if now == "full" else []))
    for name, warned in (("shop", ["target_not_empty"]), ("bare", [])):
        inner = bind(f"{SOURCES}/www/{name}", f"{RO}/{name}")
        said = as_foreseen(stage, {**OUTER, "recursive": recursive}, inner)
        assert [w["code"] for w in said.reply["warnings"] if w["target"] == inner["target"]] == warned
        stage.run("umount", inner["target"], RO)


def test_the_next_that_shall_be_there_is_the_outer_one(stage):
    """Between the two targets one is to be gone: that makes no difference."""
    lost = bind(f"{SOURCES}/shop", f"{RO}/shop/none")
    said = as_foreseen(stage, OUTER, gone(INNER), lost)
    assert f"{SOURCES}/www/shop/none" in said.of(lost["target"])["error"]["msg"]


def test_a_cover_is_taken_off_the_outer_one(stage):
    stage.make(OUTER)
    stage.run("mount", "--make-private", "-t", "tmpfs", "tmpfs", RO)
    stage.dir(f"{RO}/other")
    lost = bind(f"{SOURCES}/shop", f"{RO}/other")
    said = as_foreseen(stage, {**OUTER, "replace": True}, lost)
    assert said.of(lost["target"])["error"]["code"] == "target_missing"


def test_what_stays_still_shares(stage):
    """A mount that shall be gone, and is not the one that was asked for, is where it was."""
    shared, peer = f"{DIR}/shared", f"{DIR}/peer"
    stage.dir(f"{shared}/x")
    stage.dir(peer)
    stage.run("mount", "--bind", shared, shared)
    stage.run("mount", "--make-shared", shared)
    stage.run("mount", "--bind", shared, peer)
    kept = {"target": peer, "source": peer, "state": "unmounted"}
    said = as_foreseen(stage, kept, bind(f"{SOURCES}/shop", f"{shared}/x"))
    assert said.of(f"{shared}/x")["error"]["code"] == "reaches_elsewhere"
    assert stage.stack(peer)


@pytest.mark.parametrize("follow", [False, True], ids=["refused", "followed"])
def test_nothing_is_below_a_file(stage, follow):
    stage.file(f"{DIR}/place", "")
    below = {"target": f"{DIR}/place/below", "state": "absent", "follow": follow}
    file = bind(f"{SOURCES}/file", f"{DIR}/place")
    assert as_foreseen(stage, below, file, fstab=FSTAB).status == 0
    stage.assert_settled(below, file, fstab=FSTAB)


def test_what_is_refused_is_protected_all_the_same(stage):
    """Of a bind that cannot be as asked what is writable is made read-only; check says so, too."""
    stage.run("mount", "-t", "tmpfs", "tmpfs", RO)
    stage.run("mount", "--bind", RO, RO)
    stage.file(FSTAB)
    itself = bind(RO, RO, "mounted")
    checked = stage.check(itself, fstab=FSTAB)
    assert checked.of(RO)["actions"] == ["set_read_only"] and checked.reply["changed"]
    said = as_foreseen(stage, itself, fstab=FSTAB)
    assert said.error["code"] == "fstab_conflict" and checked.of(RO)["after"] == said.of(RO)["after"]
    assert not as_foreseen(stage, itself, fstab=FSTAB).reply["changed"]


@pytest.mark.parametrize("between", [False, True], ids=["below each other", "a bind between"])
@pytest.mark.parametrize("state", ["unmounted", "absent"])
def test_what_a_removal_uncovers_goes_too(stage, state, between):
    """A bind that was hidden when its turn came, by a volume that the same request takes off."""
    stage.dir(f"{RO}/vol/shop/in")
    hidden = bind(f"{SOURCES}/shop", f"{RO}/vol/shop/in")
    stage.make(hidden)
    stage.run("mount", "-t", "tmpfs", "tmpfs", f"{RO}/vol")
    stage.dir(f"{RO}/vol/shop/in")
    binds = [gone(hidden, state), gone({"target": f"{RO}/vol"}, state, replace=True)]
    if between:
        binds.insert(1, bind(f"{SOURCES}/www", f"{RO}/vol/shop"))
    said = as_foreseen(stage, *binds)
    assert said.of(hidden["target"])["actions"] == ["detach"]
    assert not stage.stack(hidden["target"]) and not stage.stack(f"{RO}/vol")
    assert stage.apply(*binds[:1]).of(hidden["target"])["status"] == "ok"


def test_uncovered_and_not_its_own(stage):
    """What comes to light and is another's is told, and stays."""
    stage.dir(f"{RO}/vol/shop")
    stage.run("mount", "-t", "tmpfs", "foreign", f"{RO}/vol/shop")
    stage.run("mount", "-t", "tmpfs", "tmpfs", f"{RO}/vol")
    stage.dir(f"{RO}/vol/shop")
    hidden = bind(f"{SOURCES}/shop", f"{RO}/vol/shop", state="unmounted")
    said = as_foreseen(stage, hidden, gone({"target": f"{RO}/vol"}, replace=True))
    assert said.of(hidden["target"])["error"]["code"] == "unexpected_mount"
    assert stage.stack(hidden["target"])


@pytest.mark.parametrize("outer", ["as asked", "writable", "with another option"])
def test_what_a_failed_bind_leaves_is_judged(stage, outer):
    """A foreign mount at an inner target stays: the outer bind is not as asked where it is writable."""
    stage.make(OUTER)
    stage.run("mount", "-t", "tmpfs", "tmpfs", f"{RO}/shop")
    if outer == "writable":
        stage.run("mount", "-o", "remount,bind,rw", RO)
    asked = {**OUTER, "options": ["nodev"]} if outer == "with another option" else OUTER
    said = as_foreseen(stage, asked, INNER)
    assert said.of(INNER["target"])["error"]["code"] == "unexpected_mount"
    assert "ro" in stage.stack(RO)[0].options
    if "replace" in said.of(RO).get("actions", []):  # then it has come along read-only
        assert "ro" in stage.stack(INNER["target"])[0].options
        return
    assert said.of(RO)["error"]["code"] == "submount_writable"
    assert "rw" in stage.stack(INNER["target"])[0].options


def test_what_a_failed_bind_leaves_read_only(stage):
    stage.make(OUTER)
    stage.run("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", f"{RO}/shop")
    said = as_foreseen(stage, OUTER, INNER)
    assert said.of(INNER["target"])["error"]["code"] == "unexpected_mount"
    assert said.of(RO)["status"] == "ok"


@pytest.mark.parametrize("recursive", [False, True])
def test_peeled_with_what_is_mounted_on_it(stage, recursive):
    """The upper one of two brought mounts along; the lower one has none."""
    stage.run("mount", "--bind", "-o", "ro", f"{SOURCES}/shop", f"{SOURCES}/www/shop")
    stage.run("mount", "--make-private", f"{SOURCES}/www/shop")
    stage.make({**OUTER, "recursive": recursive})
    stage.run("mount", "--rbind", OUTER["source"], RO)
    said = as_foreseen(stage, {**OUTER, "recursive": recursive})
    assert said.of(RO)["after"]["recursive"] is recursive


@pytest.mark.parametrize("source", ["shop", "www"], ids=["the same", "another"])
@pytest.mark.parametrize("inner", ["as asked", "writable", "twice"])
def test_what_is_carried_over(stage, inner, source):
    """A bind is replaced: what lies in it comes along, where the kernel can, read-only."""
    stage.dir(f"{SOURCES}/new/shop")
    stage.make(OUTER, INNER)
    if inner == "writable":
        stage.run("mount", "-o", "remount,bind,rw", INNER["target"])
    if inner == "twice":
        stage.run("mount", "--bind", "-o", "ro", INNER["source"], INNER["target"])
    said = as_foreseen(stage, bind(f"{SOURCES}/new", RO, replace=True),
                       bind(f"{SOURCES}/{source}", INNER["target"], replace=True))
    assert said.status == 0
    stage.assert_read_only_view(f"{SOURCES}/{source}", INNER["target"])


def test_a_line_below_a_file(stage):
    """What the request makes a file of its parent changes nothing for a line that shall not be."""
    stage.file(f"{DIR}/place", "")
    line = {"target": f"{RO}/below", "state": "fstab_absent", "follow": True}
    stage.run("rmdir", RO)
    file = bind(f"{SOURCES}/file", RO)
    assert as_foreseen(stage, line, file, fstab=FSTAB).status == 0
    stage.assert_settled(line, file, fstab=FSTAB)


def test_unbindable_until_its_turn(stage):
    """A bind in the source of a recursive one is made private first."""
    inner = bind(f"{SOURCES}/shop", f"{SOURCES}/www/shop")
    stage.make(inner)
    stage.run("mount", "--make-unbindable", inner["target"])
    said = as_foreseen(stage, inner, {**OUTER, "recursive": True})
    assert said.status == 0 and stage.stack(f"{RO}/shop")


def test_what_is_left_when_the_run_stops(stage):
    """A bind that has no turn any more is as one that failed, to the bind around it."""
    stage.make(OUTER)
    stage.run("mount", "-t", "tmpfs", "tmpfs", f"{RO}/shop")
    failing = bind(f"{SOURCES}/file", f"{RO}/outer")
    stage.run("rm", f"{SOURCES}/www/outer")
    stage.dir(f"{SOURCES}/www/outer")
    said = as_foreseen(stage, OUTER, failing, INNER, on_error="stop")
    assert said.of(INNER["target"])["status"] == "skipped"
    assert said.of(RO)["error"]["code"] == "submount_writable"
