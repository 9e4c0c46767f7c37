# SPDX-License-Identifier: Apache-2.0
"""Other mount namespaces: services with a PrivateTmp, containers with `:rslave`. They got their
copies of the mounts when they started, and get what is mounted later; what they see must be
read-only as well, at every moment."""

import contextlib
import os
import shutil
import threading

import pytest

from host import DIR, bind

SOURCE, TARGET = f"{DIR}/volumes/db", f"{DIR}/ro/db"
ASKED = bind(SOURCE, TARGET)


@pytest.fixture
def stage(shared_host):
    shared_host.dir(SOURCE, "file", "sub/file")
    shared_host.dir(TARGET)
    return shared_host


@pytest.fixture(autouse=True)
def _slave_is_there_before(stage, slave):
    """Made after the directories, before every mount."""


def assert_read_only_everywhere(host, slave):
    host.assert_read_only_view(SOURCE, TARGET)
    (copy,) = slave.stack(TARGET)
    assert "ro" in copy.options, "the copy is writable"
    assert not slave.is_writable(TARGET)
    assert slave.path(TARGET).stat().st_ino == host.path(SOURCE).stat().st_ino


def test_made(stage, slave):
    stage.make(ASKED)
    assert_read_only_everywhere(stage, slave)


def bind_as_people_do(host):
    """Writable everywhere: the second of the two calls never came."""
    host.run("mount", "--bind", SOURCE, TARGET)


def bind_and_keep_private(host):
    """The same, but no longer shared itself: what counts is the mount above it."""
    bind_as_people_do(host)
    host.run("mount", "--make-private", TARGET)


def made_and_source_anew(host):
    host.make(ASKED)
    shutil.rmtree(host.path(SOURCE))
    host.dir(SOURCE, "new")


def made_twice(host):
    host.make(ASKED)
    bind_as_people_do(host)


spoils = pytest.mark.parametrize("spoil", [
    bind_as_people_do, bind_and_keep_private, made_and_source_anew, made_twice,
])


@spoils
def test_mended_everywhere(stage, slave, spoil):
    """A change of flags does not reach the copies; attaching and detaching does."""
    spoil(stage)
    assert stage.check(ASKED).status == 2
    said = stage.apply(ASKED)
    assert said.status == 0, said.reply
    assert_read_only_everywhere(stage, slave)
    stage.assert_settled(ASKED)


@spoils
@pytest.mark.new_kernel("beneath")
def test_mended_without_a_gap(stage, spoil):
    spoil(stage)
    assert "gap" not in stage.apply(ASKED).bind, "for a moment nothing was there"


def test_held_open_for_writing(stage, slave):
    """A writer makes the kernel refuse the flag (EBUSY). It keeps what it holds, but nobody
    else can write any more."""
    bind_as_people_do(stage)
    with open(stage.path(f"{TARGET}/file"), "w", encoding="ascii") as held:
        said = stage.apply(ASKED)
        assert said.status == 0, said.reply
        assert_read_only_everywhere(stage, slave)
        held.write("still mine")
    stage.assert_settled(ASKED)


@pytest.mark.parametrize("asked", [ASKED, {**ASKED, "source": TARGET}], ids=["", "self-bind"])
def test_held_open_and_with_other_options(host, asked):
    """The mount that takes over has the options as well; the old one is not asked for more."""
    host.dir(SOURCE, "file")
    host.dir(TARGET, "file")
    host.run("mount", "--bind", asked["source"], TARGET)
    host.run("mount", "--make-private", TARGET)
    with open(host.path(f"{TARGET}/file"), "w", encoding="ascii"):
        said = host.apply({**asked, "options": ["noexec"]})
        assert said.status == 0, said.reply
    assert {"ro", "noexec"} <= host.stack(TARGET)[0].options
    host.assert_settled({**asked, "options": ["noexec"]})


def test_held_open_for_writing_where_nothing_is_shared(host):
    host.dir(SOURCE, "file")
    host.dir(TARGET)
    bind_as_people_do(host)
    with open(host.path(f"{TARGET}/file"), "w", encoding="ascii"):
        said = host.apply(ASKED)
        assert said.status == 0, said.reply
        host.assert_read_only_view(SOURCE, TARGET)
    host.assert_settled(ASKED)


def test_nothing_comes_in_later(stage, slave):
    """A file system mounted later below the source does not appear in the view, writable."""
    stage.make(ASKED)
    stage.run("mount", "-t", "tmpfs", "tmpfs", f"{SOURCE}/sub")
    assert stage.top(f"{TARGET}/sub") is None
    assert not stage.is_writable(f"{TARGET}/sub")
    assert not slave.is_writable(f"{TARGET}/sub")
    stage.assert_settled(ASKED)


def bind_and_mount_within(host):
    """A shared bind made by hand has let a file system in."""
    host.run("mount", "--bind", SOURCE, TARGET)
    host.run("mount", "-t", "tmpfs", "tmpfs", f"{SOURCE}/sub")


def bind_the_tree(host):
    host.run("mount", "-t", "tmpfs", "tmpfs", f"{SOURCE}/sub")
    host.run("mount", "--rbind", SOURCE, TARGET)


@pytest.mark.parametrize("recursive", [False, True], ids=["plain", "recursive"])
@pytest.mark.parametrize("spoil", [bind_and_mount_within, bind_the_tree])
def test_mounts_within(stage, slave, spoil, recursive):
    """Where copies of the old mount hold mounts themselves, the kernel does not take them away
    with it: what is left writable elsewhere has at least to be said."""
    asked = {**ASKED, "recursive": recursive}
    spoil(stage)
    assert stage.is_writable(f"{TARGET}/sub"), "the scene is not what it should be"
    assert {"writable", "submount_writable"} <= set(stage.check(asked).codes)
    said = stage.apply(asked)
    assert said.status == 0, said.reply
    stage.assert_read_only_view(SOURCE, TARGET)
    assert not stage.is_writable(f"{TARGET}/sub")
    assert stage.is_writable(f"{SOURCE}/sub")
    assert stage.top(f"{SOURCE}/sub"), "the original has gone with the copy"
    stage.assert_settled(asked)
    if slave.is_writable(TARGET) or slave.is_writable(f"{TARGET}/sub"):
        assert said.reply["warnings"], "a writable copy is left, and nobody is told"


def test_target_within_its_source(stage):
    """There nothing can be put beneath a mount: for a moment the target is bare, and said so."""
    inside = bind(SOURCE, f"{SOURCE}/sub")
    stage.run("mount", "--bind", SOURCE, f"{SOURCE}/sub")
    said = stage.apply(inside)
    assert said.status == 0, said.reply
    assert not stage.is_writable(f"{SOURCE}/sub") and stage.is_writable(SOURCE)
    stage.assert_settled(inside)


@contextlib.contextmanager
def writers(*folders):
    """Threads that try to get a file in, all the time."""
    done = threading.Event()

    def write(folder):
        while not done.is_set():
            with contextlib.suppress(OSError):
                os.close(os.open(folder / "intruder", os.O_CREAT | os.O_WRONLY))

    threads = [threading.Thread(target=write, args=[folder]) for folder in folders]
    for thread in threads:
        thread.start()
    yield
    done.set()
    for thread in threads:
        thread.join()


def test_no_moment_at_which_it_can_be_written(stage, slave):
    """Made, made anew and unmade again and again, with writers at both ends."""
    with writers(stage.path(TARGET), slave.path(TARGET)):
        for _ in range(20):
            stage.make(ASKED)
            stage.sh('mv "$1" "$1.x"; mkdir "$1"; mv "$1.x/file" "$1"; rm -r "$1.x"', SOURCE)
            stage.make({**ASKED, "replace": True})
            assert not stage.path(f"{SOURCE}/intruder").exists()
            stage.make({**ASKED, "state": "unmounted"})
    assert not stage.path(f"{SOURCE}/intruder").exists()


def test_flags_outlive_a_new_mount(stage):
    """What the old mount was denied, the new one in its place is denied as well."""
    flags = ["nosuid", "nodev", "noexec", "noatime"]
    bind_as_people_do(stage)
    stage.run("mount", "-o", f"remount,bind,rw,{','.join(flags)}", TARGET)
    said = stage.apply(ASKED)
    assert "replace" in said.bind["actions"], said.reply
    assert sorted(said.bind["after"]["options"]) == sorted(flags)
    assert set(flags) <= set(stage.top(TARGET).options)
