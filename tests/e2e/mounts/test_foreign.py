"""Whose mount is it: what robind did not make it does not take away, unless it is told to."""

import pytest

from host import DIR, bind

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
