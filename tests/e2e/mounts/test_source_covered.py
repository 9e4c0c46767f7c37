# SPDX-License-Identifier: Apache-2.0
"""A volume that comes after the bind: the bind shows what lies under it, until it is replaced."""

import threading

import pytest

from host import DIR, bind
from volumes import KINDS, VOLUME, Tmpfs

TARGET = f"{DIR}/ro/x"
SOURCES = [VOLUME, f"{VOLUME}/db"]


@pytest.fixture(params=["private", "shared"])
def stage(hosts, request):
    host = hosts(shared=request.param == "shared")
    host.dir(TARGET)
    return host


@pytest.fixture(params=KINDS)
def volume(stage, request):
    return request.param(stage)


@pytest.fixture
def bare(stage):
    """The mount point, with something in it that is not of the volume."""
    stage.dir(f"{VOLUME}/db", "under")
    return stage


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("recursive", [False, True], ids=["plain", "recursive"])
def test_mounted_later(bare, volume, source, recursive):
    asked = bind(source, TARGET, recursive=recursive)
    bare.make(asked)
    volume.mount()
    found = bare.check(asked)
    assert (found.status, found.codes) == (2, ["source_covered"])
    (drift,) = found.bind["drift"]
    assert drift["want"] == source and drift["have"] == source.removeprefix(DIR)

    said = bare.apply(asked)
    assert (said.status, said.codes, said.bind["actions"]) == (0, ["source_covered"], ["replace"])
    assert "gap" not in said.bind
    assert said.bind["after"] == found.bind["after"] and said.bind["after"]["same_as_source"]
    assert len(bare.stack(TARGET)) == 1
    bare.assert_read_only_view(source, TARGET)
    bare.assert_settled(asked)


@pytest.mark.parametrize("point", [DIR + "/volumes", VOLUME])
def test_mounted_at_or_above_the_source(bare, point):
    """Where the mount is, is a matter of the path; what is shown is told by what lies there."""
    bare.make(bind(f"{VOLUME}/db", TARGET))
    bare.run("mount", "-t", "tmpfs", "tmpfs", point)
    bare.dir(f"{VOLUME}/db", "new")
    assert bare.apply(bind(f"{VOLUME}/db", TARGET)).codes == ["source_covered"]
    bare.assert_read_only_view(f"{VOLUME}/db", TARGET)
    bare.assert_settled(bind(f"{VOLUME}/db", TARGET))


def test_covered_several_times(bare, volume):
    """Under the second volume lies the first, and under that the directory."""
    asked = bind(f"{VOLUME}/db", TARGET)
    bare.make(asked)
    Tmpfs(bare).mount()
    volume.mount()
    Tmpfs(bare).mount(f"{VOLUME}/db")
    bare.dir(f"{VOLUME}/db")
    assert bare.apply(asked).codes == ["source_covered"]
    bare.assert_settled(asked)


def test_covered_by_the_same_file_system(bare):
    """A bind over the source: the super block stays the same, the directory does not."""
    bare.dir("other", "other")
    asked = bind(VOLUME, TARGET)
    bare.make(asked)
    bare.run("mount", "--bind", f"{DIR}/other", VOLUME)
    assert bare.apply(asked).codes == ["source_covered"]
    assert bare.path(f"{TARGET}/other").exists()
    bare.assert_settled(asked)


def mount_twin(host):
    """The same file system once more, to reach what is covered."""
    host.run("mount", "--bind", DIR, host.dir("twin"))
    host.run("mount", "--make-private", f"{DIR}/twin")


def test_covered_and_then_deleted(bare):
    """Through another mount of what lies under it."""
    mount_twin(bare)
    asked = bind(f"{VOLUME}/db", TARGET)
    bare.make(asked)
    Tmpfs(bare).mount()
    bare.sh('rm -r "$1"', f"{DIR}/twin/volumes/x/db")
    assert bare.top(TARGET).root.endswith("//deleted")
    assert bare.apply(asked).codes == ["source_covered"]
    bare.assert_settled(asked)


def test_covered_and_moved(bare):
    """No longer the place of the source: then it may be anybody's."""
    mount_twin(bare)
    asked = bind(f"{VOLUME}/db", TARGET)
    bare.make(asked)
    Tmpfs(bare).mount()
    bare.sh('mv "$1" "$1.old"', f"{DIR}/twin/volumes/x/db")
    assert bare.apply(asked).error["code"] == "wrong_source"


def test_covered_and_not_there_any_more(bare):
    """The volume has no such directory: what lies under it is not an answer."""
    asked = bind(f"{VOLUME}/db", TARGET)
    bare.make(asked)
    bare.run("mount", "-t", "tmpfs", "tmpfs", VOLUME)
    with bare.unchanged():
        assert bare.apply(asked).error["code"] == "source_missing"
    assert set(bare.check(asked).codes) == {"source_missing", "source_covered"}


def test_covered_and_writable(bare):
    """A bind as people make it."""
    bare.run("mount", "--bind", VOLUME, TARGET)
    bare.run("mount", "--make-private", TARGET)
    Tmpfs(bare).mount()
    assert "source_covered" in bare.apply(bind(VOLUME, TARGET)).codes
    bare.assert_read_only_view(VOLUME, TARGET)
    bare.assert_settled(bind(VOLUME, TARGET))


def test_covered_is_taken_away(bare):
    bare.make(bind(VOLUME, TARGET))
    Tmpfs(bare).mount()
    gone = bind(VOLUME, TARGET, "unmounted")
    assert bare.apply(gone).status == 0
    assert bare.stack(TARGET) == []
    bare.assert_settled(gone)


def test_not_by_names(bare):
    """Another file system has a directory at the very same place within."""
    bare.run("mount", "-t", "tmpfs", "tmpfs", bare.dir("other"))
    bare.dir("other/volumes/x", "foreign")
    bare.run("mount", "--bind", f"{DIR}/other/volumes/x", TARGET)
    assert bare.top(TARGET).root == VOLUME.removeprefix(DIR)
    Tmpfs(bare).mount()
    with bare.unchanged():
        assert bare.apply(bind(VOLUME, TARGET)).error["code"] == "wrong_source"


def test_neighbour_under_the_volume(bare):
    """It lies under the volume as well, but not at the source's place."""
    bare.dir(f"{VOLUME}/db2", "neighbour")
    bare.run("mount", "--bind", f"{VOLUME}/db2", TARGET)
    Tmpfs(bare).mount()
    assert bare.apply(bind(f"{VOLUME}/db", TARGET)).error["code"] == "wrong_source"


@pytest.mark.needs_root
def test_btrfs_subvolumes_are_told_apart(bare):
    """On one super block, and all with equal inode numbers: their places differ."""
    script = 'truncate -s 128M "$1"; PATH=$PATH:/usr/sbin:/sbin; mkfs.btrfs -q "$1"; ' \
             'mount -o loop "$1" "$2"'
    bare.dir("pool")
    if bare.sh(script, f"{DIR}/btrfs", f"{DIR}/pool", check=False).returncode:
        pytest.skip("cannot make a btrfs here")
    for name in ("a", "b"):
        bare.run("btrfs", "subvolume", "create", f"{DIR}/pool/{name}")
        bare.dir(f"pool/{name}/db", name)
    bare.run("mount", "--bind", f"{DIR}/pool/a", VOLUME)
    bare.make(bind(VOLUME, TARGET), bind(f"{VOLUME}/db", f"{TARGET}2"))
    bare.run("mount", "--bind", f"{DIR}/pool/b", VOLUME)
    foreign = bare.dir("ro/foreign")
    bare.run("mount", "--bind", f"{DIR}/pool/b/db", foreign)
    assert bare.apply(bind(VOLUME, foreign)).error["code"] == "wrong_source"
    for source, target in ((VOLUME, TARGET), (f"{VOLUME}/db", f"{TARGET}2")):
        assert bare.apply(bind(source, target)).codes == ["source_covered"]
        bare.assert_settled(bind(source, target))
    assert bare.path(f"{TARGET}2/b").exists()


def test_no_moment_without(bare, volume):
    """Readers find the file that lies under the volume, or that on it, and never none."""
    seen, done = set(), threading.Event()
    which = bare.path(f"{TARGET}/which")
    bare.file(f"{VOLUME}/which", "under")
    bare.make(bind(VOLUME, TARGET))
    volume.mount()
    bare.file(f"{VOLUME}/which", "above")

    def read():
        while not done.is_set():
            try:
                seen.add(which.read_text())
            except OSError as error:
                seen.add(str(error))

    reader = threading.Thread(target=read)
    reader.start()
    bare.make(bind(VOLUME, TARGET))
    assert which.read_text() == "above"
    done.set()
    reader.join()
    assert seen <= {"under", "above"}, seen


def test_slave_namespace_follows(shared_host, slave):
    shared_host.dir(VOLUME, "under")
    shared_host.make(bind(VOLUME, TARGET))
    Tmpfs(shared_host).mount()
    shared_host.make(bind(VOLUME, TARGET))
    assert len(slave.stack(TARGET)) == 1 and not slave.is_writable(TARGET)
    assert slave.path(f"{TARGET}/db/data").exists()
