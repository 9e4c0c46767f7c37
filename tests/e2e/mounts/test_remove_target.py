# SPDX-License-Identifier: Apache-2.0
"""`absent` with `remove_target`: the mount point goes as well, and never anything else."""

import socket

import pytest

from fault import apply_with_fault, failing
from host import DIR, bind, here
from servers import PassedOn

SOURCE, FILE, OTHER = f"{DIR}/volumes/db", f"{DIR}/volumes/db/file", f"{DIR}/volumes/other"
TARGET = f"{DIR}/ro/deep/db"
FSTAB = "/etc/fstab"


def gone(target=TARGET, source=SOURCE, **members):
    return bind(source, target, "absent", remove_target=True, **members)


@pytest.fixture
def stage(host):
    host.dir(SOURCE, "file")
    host.file(FILE, "content")
    host.dir(OTHER)
    host.file(FSTAB)
    return host


def exists(host, name):
    return host.path(name).is_symlink() or host.path(name).exists()


def foretold(host, *asked, **members):
    """What both say of the last bind, check first: the same drift, actions and warnings."""
    before = host.check(*asked, **members)
    said = host.apply(*asked, **members)
    told, done = before.reply["binds"][-1], said.reply["binds"][-1]
    assert [d["code"] for d in told.get("drift", [])] == [d["code"] for d in done.get("drift", [])]
    assert told.get("actions") == done.get("actions")
    assert before.reply["warnings"] == said.reply["warnings"]
    assert before.status == (2 if said.reply["changed"] else said.status)
    return said


def assert_removed(host, *asked, target=TARGET):
    said = foretold(host, *asked)
    assert said.status == 0 and said.reply["warnings"] == [], said.reply
    assert "remove_target" in said.reply["binds"][-1]["actions"]
    assert host.top(target) is None and not exists(host, target)
    host.assert_settled(*asked)
    return said


def assert_kept(host, *asked, target=TARGET, why):
    """Neither removed nor a failure: who asked is told, and told again."""
    before = None if host.top(target) else host.path(target).lstat()
    for said in foretold(host, *asked), foretold(host, *asked):
        warning, = [w for w in said.reply["warnings"] if w["code"] == "target_kept"]
        assert (said.status, warning["target"]) == (0, asked[-1]["target"]), said.reply
        assert why in warning["msg"]
        assert "remove_target" not in said.reply["binds"][-1].get("actions", [])
    after = host.path(target).lstat()
    assert before is None or (after.st_ino, after.st_mode) == (before.st_ino, before.st_mode)
    assert not said.reply["changed"]
    host.assert_settled(*asked)


# What goes

@pytest.mark.parametrize("source", [SOURCE, FILE])
@pytest.mark.parametrize("state", ["mounted", "ephemeral"])
@pytest.mark.parametrize("named", [True, False])
def test_removed(stage, source, state, named):
    """With the mount and its line; the source and the parents stay."""
    stage.make(bind(source, TARGET, state))
    asked = gone(source=source) if named or state == "ephemeral" else {
        "target": TARGET, "state": "absent", "remove_target": True}
    said = assert_removed(stage, asked)
    assert said.codes[0] == "unexpected_mount" and "target_unwanted" not in said.codes
    assert said.bind["actions"][:2] == ["detach", "remove_target"]
    assert stage.path(FSTAB).read_text() == ""
    assert stage.path(FILE).read_text() == "content" and exists(stage, f"{DIR}/ro/deep")


def test_removed_from_a_shared_parent(shared_host):
    shared_host.dir(SOURCE)
    shared_host.make(bind(SOURCE, TARGET))
    assert_removed(shared_host, gone())


@pytest.mark.parametrize("lay", ["mkdir", "touch"])
def test_removed_later(stage, lay):
    """What an earlier run left: nothing is mounted there, and nothing in fstab."""
    stage.dir(f"{DIR}/ro/deep")
    stage.run(lay, TARGET)
    said = assert_removed(stage, gone())
    assert (said.codes, said.bind["actions"]) == (["target_unwanted"], ["remove_target"])


def test_stack_and_fstab_duplicates(stage):
    stage.make(bind(SOURCE, TARGET, "mounted"))
    stage.run("mount", "--bind", SOURCE, TARGET)
    said = assert_removed(stage, gone())
    assert said.bind["actions"][:3] == ["detach", "detach", "remove_target"]


def test_gone_already(stage):
    said = foretold(stage, gone())
    assert (said.bind["status"], said.reply["warnings"]) == ("ok", [])
    stage.file(f"{DIR}/ro")
    assert foretold(stage, gone()).bind["status"] == "ok"  # below a file there is nothing


def test_diff_tells(stage):
    stage.dir(TARGET)
    for said in stage.check(gone(), options=["--diff"]), stage.apply(gone(), options=["--diff"]):
        told, = said.reply["diff"]
        assert (told["before"], told["after"]) == (
            "not mounted\n", "not mounted\ntarget: removed\n")


def test_words(stage):
    stage.make(bind(SOURCE, TARGET))
    said = stage.robind("apply", f"source={SOURCE}", f"target={TARGET}", "state=absent",
                        "remove_target=yes", "namespace=here")
    assert said.status == 0 and not exists(stage, TARGET)


def test_one_below_the_other(stage):
    """From the inside out: what is left of the outer one then is empty as well."""
    inner, outer = f"{DIR}/ro/deep", f"{DIR}/ro"
    stage.make(bind(SOURCE, inner))
    said = assert_removed(stage, gone(outer), gone(inner), target=outer)
    assert [b["actions"][-1] for b in said.reply["binds"]] == ["remove_target"] * 2


def test_outer_holds_more(stage):
    stage.make(bind(SOURCE, f"{DIR}/ro/deep"))
    stage.file(f"{DIR}/ro/more")
    asked = gone(f"{DIR}/ro/deep"), gone(f"{DIR}/ro")
    for said in stage.check(*asked), stage.apply(*asked):
        assert said.reply["binds"][1]["status"] == "ok"
        assert [w["code"] for w in said.reply["warnings"]] == ["target_kept"]
    assert exists(stage, f"{DIR}/ro/more")


# What stays

# What lies below a mount is looked at in a copy that nobody sees, where the kernel has such.
MOUNTED = pytest.mark.parametrize(
    "is_mounted", [pytest.param(True, marks=pytest.mark.new_kernel("mount_setattr")), False])

@MOUNTED
@pytest.mark.parametrize("lay, why", [
    ('mkdir -p "$1"; touch "$1/1" "$1/2" "$1/3" "$1/4"', "and more"),
    ('mkdir -p "$1/sub"', "'sub'"),
], ids=["files", "directory"])
def test_content_stays(stage, lay, why, is_mounted):
    """Also what lies below the mount, and only comes to light with its end."""
    stage.sh(lay, TARGET)
    if is_mounted:
        stage.make(bind(SOURCE, TARGET))
    assert_kept(stage, gone(), why=why)
    assert list(stage.path(TARGET).iterdir())


@MOUNTED
def test_file_with_content_stays(stage, is_mounted):
    stage.file(TARGET, "seven!!")
    if is_mounted:
        stage.make(bind(FILE, TARGET))
    assert_kept(stage, gone(source=FILE), why="7 bytes")
    assert stage.path(TARGET).read_text() == "seven!!"


@MOUNTED
def test_socket_stays(stage, is_mounted):
    stage.dir(f"{DIR}/ro/deep")
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(stage.path(TARGET)))
    if is_mounted:
        stage.make(bind(FILE, TARGET))
    assert_kept(stage, gone(source=FILE), why="neither a directory nor a file")


@pytest.mark.parametrize("is_mounted", [True, False])
@pytest.mark.parametrize("state", ["mounted", "ephemeral"])
def test_source_of_a_self_bind_stays(stage, state, is_mounted):
    if is_mounted:
        stage.make(bind(OTHER, OTHER, state))
    assert_kept(stage, gone(OTHER, OTHER), target=OTHER, why="source as well")


def assert_refused(host, asked, code):
    with host.unchanged():
        for said in host.check(asked), host.apply(asked):
            assert (said.status, said.error["code"], said.error["at"]) == (
                1, code, "/binds/0/target"), said.reply
    return said


@pytest.mark.parametrize("is_mounted", [True, False])
def test_self_bind_by_its_line_alone(stage, is_mounted):
    """The next run would no longer know what it was."""
    stage.make(bind(OTHER, OTHER, "mounted"))
    if not is_mounted:
        stage.run("umount", OTHER)
    said = assert_refused(
        stage, {"target": OTHER, "state": "absent", "remove_target": True}, "wrong_source")
    assert '"source"' in said.error["msg"]
    stage.make(gone(OTHER, OTHER))
    assert exists(stage, OTHER)


@pytest.mark.parametrize("source", [None, SOURCE])
def test_self_bind_of_somebody(stage, source):
    stage.run("mount", "--bind", OTHER, OTHER)
    assert_refused(stage, gone(OTHER, source, replace=True), "wrong_source")


def test_another_mount_stays(stage):
    """Of somebody else, or that of a disk below a bind onto itself."""
    stage.dir(TARGET)
    stage.run("mount", "-t", "tmpfs", "disk", TARGET)
    assert_refused(stage, gone(), "unexpected_mount")
    stage.make(bind(TARGET, TARGET))
    assert_kept(stage, gone(TARGET, TARGET), why="something else is mounted")
    assert stage.top(TARGET).fs_type == "tmpfs"


def test_what_another_bind_shows_stays(stage):
    stage.dir(TARGET)
    other = bind(TARGET, f"{DIR}/second", "mounted")
    assert_kept(stage, other, gone(), why="another bind")
    stage.assert_read_only_view(TARGET, f"{DIR}/second")


def test_what_another_bind_lies_in_stays(stage):
    stage.dir(TARGET)
    said = foretold(stage, bind(SOURCE, f"{TARGET}/sub"), gone())
    assert [w["code"] for w in said.reply["warnings"]] == ["target_kept"]
    assert stage.top(f"{TARGET}/sub")


@pytest.mark.parametrize("options", ["noauto", "defaults"])
def test_mount_point_of_another_line_stays(stage, options):
    stage.make(bind(SOURCE, TARGET))
    stage.file(FSTAB, f"#\n/dev/sdz9 {TARGET} ext4 {options} 0 0\n")
    assert_kept(stage, gone(), why=f"line 2 of '{FSTAB}'")
    assert "/dev/sdz9" in stage.path(FSTAB).read_text()


@MOUNTED
def test_on_what_is_read_only(stage, is_mounted):
    """All of the file system, where the mount itself is not."""
    disk = stage.dir("disk")
    stage.run("mount", "-t", "tmpfs", "disk", disk)
    target = stage.dir("disk/ro")
    if is_mounted:
        stage.make(bind(SOURCE, target))
    stage.run("mount", "-o", "remount,ro", disk)
    stage.run("mount", "-o", "remount,bind,rw", disk)
    assert_kept(stage, gone(target), target=target, why="is read-only")


@pytest.mark.needs_root
def test_on_a_read_only_mount_that_is_waited_for(stage):
    """Its file system is not asked, as it may not answer; the mount tells."""
    PassedOn(stage, stage.dir("real"), stage.dir("view"))
    stage.dir("view/ro")
    stage.run("mount", "-o", "remount,bind,ro", f"{DIR}/view")
    target = f"{DIR}/view/ro"
    assert_kept(stage, gone(target), target=target, why="is read-only")
    stage.run("mount", "-o", "remount,bind,rw", f"{DIR}/view")
    assert_removed(stage, gone(target), target=target)


def test_within_a_read_only_bind(stage):
    """It is a directory of the source of the bind above it."""
    stage.dir(f"{SOURCE}/sub")
    stage.make(bind(SOURCE, TARGET), bind(OTHER, f"{TARGET}/sub"))
    assert_kept(stage, gone(f"{TARGET}/sub", OTHER), target=f"{TARGET}/sub", why="is read-only")


def test_symlink_stays(stage):
    """Without `follow` it is refused; with it, what it leads to is what it needs."""
    real = stage.dir("real")
    stage.run("ln", "-s", real, f"{DIR}/link")
    assert_refused(stage, gone(f"{DIR}/link"), "symlink")
    stage.make(bind(SOURCE, f"{DIR}/link", follow=True))
    assert_kept(stage, gone(f"{DIR}/link", follow=True), target=real, why="symlink")


def test_below_a_symlink(stage):
    real = stage.dir("real")
    stage.run("ln", "-s", real, f"{DIR}/link")
    stage.make(bind(SOURCE, f"{DIR}/link/db", follow=True))
    assert_removed(stage, gone(f"{DIR}/link/db", follow=True), target=f"{real}/db")
    assert exists(stage, f"{DIR}/link") and exists(stage, real)


@pytest.mark.parametrize("state", ["unmounted", "fstab_absent", "fstab_only", "ephemeral",
                                   "mounted", "fstab_present"])
def test_other_states_do_not_mind(stage, state):
    stage.make(bind(SOURCE, TARGET))
    asked = bind(SOURCE, TARGET, state, remove_target=True)
    assert "target_kept" not in [w["code"] for w in stage.apply(asked).reply["warnings"]]
    stage.assert_settled(asked)
    assert exists(stage, TARGET)


def test_what_is_purged_stays(stage):
    stage.make(bind(SOURCE, TARGET), )
    stage.apply(bind(SOURCE, TARGET, "mounted"), set="mail")
    said = stage.apply(gone(f"{DIR}/none"), set="mail", purge=True)
    assert said.status == 0 and stage.top(TARGET) is None and exists(stage, TARGET)


def test_one_that_is_not_ours(stage):
    stage.make(bind(SOURCE, TARGET))
    said = assert_refused(stage, gone(source=OTHER), "wrong_source")
    assert exists(stage, TARGET) and said


# What goes wrong on the way

def test_someone_puts_something_in(stage):
    """Between the look and the removal: it stays, and that is no failure."""
    stage.make(bind(SOURCE, TARGET))
    said, _ = apply_with_fault(stage, here(gone()), "unlinkat", "ENOTEMPTY", 1)
    assert (said.status, said.bind["status"]) == (0, "changed")
    assert not exists(stage, TARGET)  # it was empty all the same


@pytest.mark.parametrize("error, code", [("EPERM", "permission"), ("EROFS", "system"),
                                         ("EIO", "system")])
def test_cannot_be_removed(stage, error, code):
    """The mount is gone by then, which is told too, and the next run goes on from there."""
    stage.make(bind(SOURCE, TARGET, "mounted"))
    said, _ = apply_with_fault(stage, here(gone()), "unlinkat", error, 1)
    assert (said.status, said.error["code"], said.error["errno"]) == (1, code, error)
    assert said.bind["changed"] and said.bind["actions"] == ["detach"]
    assert stage.top(TARGET) is None
    assert_removed(stage, gone())


@pytest.mark.new_kernel("mount_setattr")
@pytest.mark.parametrize("source", [SOURCE, FILE])
def test_what_lies_below_cannot_be_seen(stage, source):
    """Whoever may not make a copy to look in cannot foresee it; apply finds it out."""
    kept = stage.file(TARGET if source == FILE else f"{TARGET}/file", "seven!!")
    stage.make(bind(source, TARGET))
    asked = gone(source=source)
    said = stage.check(asked, wrap=failing("open_tree", "EPERM", "always"))
    assert said.status == 2 and "remove_target" in said.bind["actions"]
    said = stage.apply(asked, wrap=failing("open_tree", "EPERM", "always"))
    assert (said.status, said.bind["status"]) == (0, "changed")
    assert [w["code"] for w in said.reply["warnings"]] == ["target_kept"]
    assert stage.path(kept).read_text() == "seven!!"
