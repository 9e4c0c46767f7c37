# SPDX-License-Identifier: Apache-2.0
"""Whose mount is it: what robind did not make it does not take away, unless it is told to."""

import shutil

import pytest

from host import DIR, bind, here

SOURCE, TARGET = f"{DIR}/volumes/db", f"{DIR}/ro"


@pytest.fixture
def stage(host):
    host.dir(SOURCE, "file")
    host.dir(TARGET)
    host.dir("other", "file", "sub/file")
    return host


def foreign_bind(host):
    host.run("mount", "--bind", f"{DIR}/other", TARGET)


def foreign_read_only_bind(host):
    foreign_bind(host)
    host.run("mount", "-o", "remount,bind,ro", TARGET)


def foreign_disk(host):
    host.run("mount", "-t", "tmpfs", "tmpfs", TARGET)


def foreign_disk_on_ours(host):
    host.make(bind(SOURCE, TARGET))
    foreign_disk(host)


FOREIGN = {
    "a bind": (foreign_bind, "wrong_source"),
    "a read-only bind": (foreign_read_only_bind, "wrong_source"),
    "a file system": (foreign_disk, "unexpected_mount"),
    "a file system on top of ours": (foreign_disk_on_ours, "unexpected_mount"),
}


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("command", ["apply", "check"])
def test_refused(stage, name, command):
    mount, code = FOREIGN[name]
    mount(stage)
    with stage.unchanged():
        said = stage.robind(command, request=bind(SOURCE, TARGET))
    assert (said.status, said.error["code"]) == (1, code), f"{name}: {said.error}"
    assert TARGET in said.error["msg"], f"{name}: does not name what is in the way"


@pytest.mark.parametrize("name", FOREIGN)
def test_replaced_when_told_to(stage, name):
    mount, code = FOREIGN[name]
    mount(stage)
    asked = bind(SOURCE, TARGET, replace=True)
    assert code in stage.check(asked).codes, name
    assert code in stage.apply(asked).codes, name
    stage.assert_read_only_view(SOURCE, TARGET)
    stage.assert_settled(asked)


# ---- somebody's directory that was deleted while it was bound ----


def gone_directory(host):
    """Below the source's own file system, where a deleted source would be, too."""
    host.dir("theirs/work")
    host.run("mount", "--bind", f"{DIR}/theirs/work", TARGET)
    host.run("mount", "-o", "remount,bind,ro", TARGET)
    host.path(f"{DIR}/theirs/work").rmdir()
    assert host.top(TARGET).root.endswith("/theirs/work//deleted")


@pytest.mark.parametrize("command", ["apply", "check"])
@pytest.mark.parametrize("state", ["ephemeral", "unmounted"])
def test_deleted_is_not_ours_for_that(stage, command, state):
    gone_directory(stage)
    with stage.unchanged():
        said = stage.robind(command, request=here(bind(SOURCE, TARGET, state)))
    assert (said.status, said.error["code"]) == (1, "wrong_source"), said.reply
    assert "/theirs/work//deleted" in said.error["msg"]


@pytest.mark.parametrize("line, code", [
    (f"{SOURCE} {TARGET} none bind,ro,private 0 0", "wrong_source"),
    (f"{SOURCE} {TARGET} none bind,ro,private,x-robind 0 0", None),
    (f"{DIR}/theirs/work {TARGET} none bind,ro,private 0 0", None),
], ids=["somebody's line", "our line", "a line that names it"])
@pytest.mark.parametrize("state", ["mounted", "absent"])
def test_deleted_and_fstab(stage, line, code, state):
    """Whose it is, is what the line says of it: that it is robind's, or that this was bound."""
    gone_directory(stage)
    fstab = stage.file("fstab", line + "\n")
    asked = here(bind(SOURCE, TARGET, state), fstab=fstab)
    found, done = (stage.robind(command, request=asked) for command in ("check", "apply"))
    if code:
        assert found.error["code"] == done.error["code"] == code
        assert stage.top(TARGET).root.endswith("//deleted")
        return
    assert (found.status, done.status) == (2, 0), done.reply
    assert found.codes == done.codes
    if state == "mounted":
        stage.assert_read_only_view(SOURCE, TARGET)
    else:
        assert stage.stack(TARGET) == []


def test_boot_and_somebodys_deleted_directory(stage):
    gone_directory(stage)
    fstab = stage.file("fstab", f"{SOURCE} {TARGET} none bind,ro 0 0\n")
    with stage.unchanged():
        said = stage.robind("boot", "--fstab", fstab)
    assert (said.status, said.error["code"]) == (1, "wrong_source"), said.reply


def test_renamed_and_then_deleted(stage):
    """Once it was the source, but of what somebody calls so now nothing tells."""
    stage.make(bind(SOURCE, TARGET))
    stage.path(SOURCE).rename(stage.path(f"{SOURCE}.old"))
    shutil.rmtree(stage.path(f"{SOURCE}.old"))
    stage.dir(SOURCE, "new")
    assert stage.apply(bind(SOURCE, TARGET)).error["code"] == "wrong_source"
    assert stage.apply(bind(SOURCE, TARGET, replace=True)).status == 0
    stage.assert_read_only_view(SOURCE, TARGET)


def test_renamed_and_then_deleted_with_a_line(stage):
    asked = here(bind(SOURCE, TARGET, "mounted"), fstab=stage.file("fstab"))
    assert stage.robind("apply", request=asked).status == 0
    stage.path(SOURCE).rename(stage.path(f"{SOURCE}.old"))
    shutil.rmtree(stage.path(f"{SOURCE}.old"))
    stage.dir(SOURCE, "new")
    assert stage.robind("check", request=asked).codes == ["stale_source"]
    assert stage.robind("apply", request=asked).codes == ["stale_source"]
    stage.assert_read_only_view(SOURCE, TARGET)


def test_source_that_is_deleted(stage):
    """The source is the bind of a deleted directory, which the kernel binds nowhere else."""
    gone_directory(stage)
    asked = bind(TARGET, stage.dir("second"))
    found = stage.check(asked)
    assert (found.status, found.codes) == (2, ["source_missing", "not_mounted"]), found.reply
    with stage.unchanged():
        said = stage.apply(asked)
    assert (said.error["code"], said.error["at"]) == ("source_missing", "/binds/0/source")
    assert "deleted" in said.error["msg"]


def test_covered(stage):
    """What lies under a good bind is seen by nobody: said, and left."""
    foreign_disk(stage)
    stage.run("mount", "--bind", SOURCE, TARGET)
    stage.run("mount", "-o", "remount,bind,ro", TARGET)
    stage.run("mount", "--make-private", TARGET)
    said = stage.apply(bind(SOURCE, TARGET))
    assert (said.status, said.reply["changed"]) == (0, False), said.reply
    (warning,) = said.reply["warnings"]
    assert (warning["code"], warning["target"]) == ("covered", TARGET)
    assert len(stage.stack(TARGET)) == 2


def test_the_source_is_mounted_at_the_target_by_name_only(stage):
    """A path that reads the same tells nothing: another file system has such a directory too."""
    stage.run("mount", "-t", "tmpfs", "tmpfs", f"{DIR}/other")
    stage.dir("other/volumes/db")
    stage.run("mount", "--bind", f"{DIR}/other/volumes/db", TARGET)
    assert stage.top(TARGET).root == SOURCE.removeprefix(DIR)
    assert stage.apply(bind(SOURCE, TARGET)).error["code"] == "wrong_source"


def test_first_mount_hides_nothing(stage):
    """Mounts below a directory would vanish behind the first mount on it."""
    stage.dir(f"{TARGET}/sub")
    stage.run("mount", "-t", "tmpfs", "tmpfs", f"{TARGET}/sub")
    with stage.unchanged():
        said = stage.apply(bind(SOURCE, TARGET))
    assert said.error["code"] == "submount_in_the_way"
    assert f"{TARGET}/sub" in said.error["msg"]


def test_foreign_mount_below_a_bind(stage):
    """A writable hole in the view that robind did not make: named, not taken away."""
    stage.dir(f"{SOURCE}/sub")
    stage.make(bind(SOURCE, TARGET))
    stage.run("mount", "-t", "tmpfs", "tmpfs", f"{TARGET}/sub")
    with stage.unchanged():
        said = stage.apply(bind(SOURCE, TARGET))
    assert said.error["code"] in ("submount_writable", "submount_in_the_way")
    assert f"{TARGET}/sub" in said.error["msg"]


def test_replacing_hides_nothing(stage):
    """A foreign mount below a bind that has to be replaced."""
    stage.dir(f"{SOURCE}/sub")
    stage.make(bind(SOURCE, TARGET))
    stage.run("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", f"{TARGET}/sub")
    stage.sh('mv "$1" "$1.old"; mkdir -p "$1/sub"', SOURCE)
    before = stage.top(f"{TARGET}/sub")
    said = stage.apply(bind(SOURCE, TARGET))
    assert said.status == 1
    assert stage.top(f"{TARGET}/sub") == before


def test_disk_that_is_bound_onto_itself(stage):
    """The mount of the disk itself at the same place is neither ours nor ever changed."""
    foreign_disk(stage)
    disk = stage.top(TARGET)
    asked = bind(TARGET, TARGET)
    assert stage.check(asked).codes == ["not_mounted"]
    assert stage.apply(asked).status == 0
    assert stage.stack(TARGET)[0] == disk and len(stage.stack(TARGET)) == 2
    assert not stage.is_writable(TARGET)
    stage.assert_settled(asked)
    assert stage.apply(bind(TARGET, TARGET, "unmounted")).status == 0
    assert stage.stack(TARGET) == [disk]
    stage.assert_settled(bind(TARGET, TARGET, "unmounted"))
