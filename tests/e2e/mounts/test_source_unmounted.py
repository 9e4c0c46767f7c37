# SPDX-License-Identifier: Apache-2.0
"""A volume that goes before the bind: the bind is all that keeps its data in sight, and is left
alone until the volume is back."""

import pytest

from host import DIR, bind
from in_turn import in_turn
from volumes import KINDS, VOLUME, Tmpfs

NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
TARGET = f"{DIR}/ro/x"
SOURCES = [VOLUME, f"{VOLUME}/db"]


WAYS = ["private", "shared"]


@pytest.fixture(params=WAYS)
def stage(hosts, request):
    host = hosts(shared=request.param == "shared")
    host.dir(TARGET)
    return host


@pytest.fixture(params=KINDS)
def volume(stage, request):
    return request.param(stage)


def unmount(host):
    host.run("umount", VOLUME)


def unmount_lazily(host):
    host.run("umount", "-l", VOLUME)


def assert_left_alone(host, asked, source):
    """With and without "replace", for apply and for check; and the data is served on."""
    for replace in (False, True):
        with host.unchanged():
            said = host.apply({**asked, "replace": replace})
        assert (said.status, said.error["code"]) == (1, "source_unmounted"), said.reply
        assert said.error["at"] == "/binds/0/source"
        for word in (f"'{TARGET}'", f"'{VOLUME}'", "mount the volume again"):
            assert word in said.error["msg"]
        assert host.check({**asked, "replace": replace}).error["code"] == "source_unmounted"
    assert host.path(TARGET + ("/db/data" if source == VOLUME else "/data")).exists()
    assert not host.is_writable(TARGET)


MEMBERS = {"plain": {}, "source_mount": {"source_mount": VOLUME}, "recursive": {"recursive": True}}


@pytest.mark.parametrize("stage, volume, leave, source, name", in_turn(
    WAYS, KINDS, [unmount, unmount_lazily], SOURCES, MEMBERS, every=3),
    indirect=["stage", "volume"])
def test_unmounted_and_mounted_again(stage, volume, leave, source, name):
    member = MEMBERS[name]
    asked = bind(source, TARGET, **member)
    volume.mount()
    stage.make(asked)
    leave(stage)
    assert_left_alone(stage, asked, source)

    volume.mount()
    if type(volume) is Tmpfs:  # another file system by now
        assert stage.apply(asked).error["code"] in ("wrong_source", "unexpected_mount")
        assert stage.apply({**asked, "replace": True}).status == 0
    else:  # the bind kept the disk in use, so it is the very same
        with stage.unchanged():
            assert stage.apply(asked).status == 0
    stage.assert_read_only_view(source, TARGET)
    stage.assert_settled(asked)


@pytest.mark.parametrize("source", SOURCES)
def test_mount_point_is_not_empty(stage, source):
    """What a service made there meanwhile: only who asks for the mount is still protected."""
    Tmpfs(stage).mount()
    stage.make(bind(source, TARGET))
    stage.run("umount", VOLUME)
    stage.dir(source, "meanwhile")
    assert_left_alone(stage, bind(source, TARGET, source_mount=VOLUME), source)
    said = stage.apply(bind(source, TARGET))
    assert said.error["code"] in ("wrong_source", "unexpected_mount")


def test_mount_point_is_gone(stage):
    Tmpfs(stage).mount()
    stage.make(bind(VOLUME, TARGET))
    stage.run("umount", VOLUME)
    stage.path(VOLUME).rmdir()
    assert_left_alone(stage, bind(VOLUME, TARGET), VOLUME)


def test_a_volume_in_a_volume(stage):
    """The source's own mount is another one than the first on its path."""
    Tmpfs(stage).mount(f"{DIR}/volumes")
    Tmpfs(stage).mount()
    stage.make(bind(VOLUME, TARGET))
    stage.run("umount", VOLUME)
    assert_left_alone(stage, bind(VOLUME, TARGET), VOLUME)


def test_another_volume_is_mounted_there_now(stage):
    """It may be empty: still it is a volume, and "replace" is heard."""
    Tmpfs(stage).mount()
    stage.make(bind(VOLUME, TARGET))
    stage.run("umount", VOLUME)
    stage.run("mount", "-t", "tmpfs", "tmpfs", VOLUME)
    with stage.unchanged():
        assert stage.apply(bind(VOLUME, TARGET)).error["code"] == "unexpected_mount"
    assert stage.apply(bind(VOLUME, TARGET, replace=True)).status == 0
    stage.assert_settled(bind(VOLUME, TARGET))


def other_directory(host):
    host.run("mount", "--bind", f"{VOLUME}/other", TARGET)
    host.run("mount", "-o", "remount,bind,ro", TARGET)


def part_of_a_name(host):
    """The end of the path, but not of a whole component: `b` of `db`."""
    host.run("mount", "--bind", f"{VOLUME}/b", TARGET)
    host.run("mount", "-o", "remount,bind,ro", TARGET)


def writable(host):
    host.run("mount", "--bind", f"{VOLUME}/db", TARGET)


@pytest.mark.parametrize("show", [other_directory, part_of_a_name, writable])
def test_what_is_no_lost_volume(stage, show):
    """Each lacks one of the marks: then it is a foreign mount, and "replace" is heard."""
    Tmpfs(stage).mount()
    stage.dir(f"{VOLUME}/other"), stage.dir(f"{VOLUME}/b")
    show(stage)
    stage.run("umount", VOLUME)
    stage.dir(f"{VOLUME}/db")
    asked = bind(f"{VOLUME}/db", TARGET)
    with stage.unchanged():
        assert stage.apply(asked).error["code"] == "wrong_source"
    assert stage.apply({**asked, "replace": True}).status == 0
    stage.assert_settled(asked)


def test_same_file_system_is_no_lost_volume(stage):
    """Its root is the end of the source's path, but nothing can have been unmounted."""
    stage.make(bind(stage.dir("db"), TARGET))
    source = stage.dir("b/db")
    assert source.endswith(stage.top(TARGET).root)
    assert stage.apply(bind(source, TARGET)).error["code"] == "wrong_source"
    assert stage.apply(bind(source, TARGET, replace=True)).status == 0
    stage.assert_settled(bind(source, TARGET, replace=True))


def test_removal_does_not_ask_for_the_mount(stage):
    """The source is in use again: then the bind is not the only one that shows its volume."""
    Tmpfs(stage).mount()
    stage.make(bind(VOLUME, TARGET))
    stage.run("umount", VOLUME)
    stage.file(f"{VOLUME}/meanwhile")
    for value in (True, False):
        gone = bind(VOLUME, TARGET, "unmounted", source_mount=value)
        assert stage.apply(gone).error["code"] == "unexpected_mount"


@pytest.mark.parametrize("source", SOURCES)
def test_bind_of_a_lost_volume_is_not_taken_away(stage, volume, source):
    """Nothing tells for sure that it is ours. The error says how it goes all the same."""
    volume.mount()
    stage.make(bind(source, TARGET))
    stage.run("umount", VOLUME)
    gone = bind(source, TARGET, "unmounted", source_mount=True)
    with stage.unchanged():
        said = stage.apply(gone)
    assert (said.status, said.error["code"]) == (1, "source_unmounted")
    assert "\"replace\": true" in said.error["msg"]
    assert stage.check(gone).error["code"] == "source_unmounted"
    assert stage.apply({**gone, "replace": True}).status == 0
    assert stage.stack(TARGET) == []
    stage.assert_settled(gone)


@pytest.mark.needs_root
def test_unreadable_mount_point(stage):
    """Whoever cannot look whether it is empty, takes it for empty."""
    Tmpfs(stage).mount()
    stage.make(bind(VOLUME, TARGET))
    stage.run("umount", VOLUME)
    stage.file(f"{VOLUME}/hidden")
    stage.path(VOLUME).chmod(0)
    assert stage.check(bind(VOLUME, TARGET)).error["code"] == "unexpected_mount"
    found = stage.check(bind(VOLUME, TARGET), wrap=NOBODY)
    assert found.error["code"] == "source_unmounted"
