# SPDX-License-Identifier: Apache-2.0
"""Writers: a mount that somebody has open for writing stays writable when it is detached, and
`holders` tells who."""

import pytest

from holding import (  # noqa: F401 (fixtures)
    ASKED, SOURCE, TARGET, assert_lasts, assert_nobody, beside, bind_as_people_do, busy, held,
    process, shell, source_anew, stage, warned)
from host import DIR, HELPERS, bind


def test_writer(busy):
    said = busy.apply(ASKED)
    assert said.status == 0, said.reply
    assert held(said) == dict([busy.writer])
    assert warned(said) == [], "there is no copy that others could use"
    assert_lasts(busy, dict([busy.writer]))


PYTHON = """
import ctypes, mmap, os, sys
def map_it(path, protection, flags):
    # Not as Python does it, which keeps a descriptor as well.
    call = ctypes.CDLL(None, use_errno=True).mmap
    call.restype = ctypes.c_void_p
    fd = os.open(path, os.O_RDWR)
    os.truncate(fd, 10)
    where = call(None, ctypes.c_size_t(10), protection, flags, fd, ctypes.c_long(0))
    assert where != ctypes.c_void_p(-1).value, ctypes.get_errno()
    os.close(fd)
def hold(target):
    %s
held = hold(sys.argv[1])
print("ready", flush=True)
sys.stdin.read()
"""

HOLDS = {
    "appending": ('return open(target + "/sub/file", "a")', "sub/file"),
    "reading and writing": ('return open(target + "/sub/file", "r+")', "sub/file"),
    "directory": ('return os.open(target + "/sub", os.O_RDONLY)', "sub"),
    "root": ('return os.open(target, os.O_PATH)', ""),
    "standing in it": ('os.chdir(target + "/sub")', "sub"),
    "chroot": ('os.chroot(target + "/sub")', "sub"),
    "several": ('os.chdir(target + "/sub"); return open(target + "/file", "a")', "file"),
    "deleted": ('held = open(target + "/sub/new", "w"); os.unlink(held.name); return held',
                "sub/new (deleted)"),
}


def python(host, hold):
    return process(host, "/usr/bin/python3", "-c", PYTHON % hold, TARGET)


@pytest.mark.parametrize("hold", HOLDS)
def test_writer_by(busy, hold):
    how, path = HOLDS[hold]
    with python(busy, how) as pid:
        busy.apply(ASKED)
        expected = dict([busy.writer, ((pid, "writer"), f"{TARGET}/{path}".rstrip("/"))])
        assert held(busy.check(ASKED, holders=True)) == expected
        assert_lasts(busy, expected)
    assert held(busy.check(ASKED, holders=True)) == dict([busy.writer])


MAP = 'map_it(target + "/sub/file", mmap.%s, mmap.%s)'


@pytest.mark.needs_root
@pytest.mark.parametrize("protection", ["PROT_WRITE", "PROT_READ"])
def test_writer_by_map(busy, protection):
    """The descriptor is closed, the map is left; what is read-only now need not stay so."""
    with python(busy, MAP % (protection, "MAP_SHARED")) as pid:
        busy.apply(ASKED)
        assert held(busy.check(ASKED, holders=True)) == dict(
            [busy.writer, ((pid, "writer"), f"{TARGET}/sub/file")])


@pytest.mark.parametrize("hold", [
    'return open(target + "/sub/file")',
    MAP % ("PROT_WRITE", "MAP_PRIVATE"),
    f'return open("{SOURCE}/sub/file", "a"), os.open("{SOURCE}", os.O_RDONLY)',
], ids=["reader", "private map", "of the source"])
def test_no_writer(busy, hold):
    with python(busy, hold):
        busy.apply(ASKED)
        assert held(busy.check(ASKED, holders=True)) == dict([busy.writer])


def test_directory_of_a_mount_that_was_made_read_only(stage):
    """Without writers it is made read-only before it is replaced: then it may be held."""
    bind_as_people_do(stage)
    with shell(stage, 'cd "$1/sub"; exec 3<"$1"'):
        assert held(stage.apply(ASKED)) == {}
        assert_nobody(stage)


def test_detached_mount_of_something_else(stage):
    """The same names, the same file system, and yet not the source."""
    stage.dir("volumes/other", "file", "sub/file")
    source_anew(stage)
    stage.make(ASKED)
    stage.run("mount", "--bind", f"{DIR}/volumes/other", stage.dir("elsewhere"))
    with process(stage, "sh", "-ec", 'cd "$1"; exec 3>"$1/file"; echo ready; exec cat', "sh",
                 f"{DIR}/elsewhere"):
        stage.run("umount", "-l", f"{DIR}/elsewhere")
        assert_nobody(stage)


# What lies on "/" everybody reaches without a bind, and has there the name that it has anywhere.

WHOLE = bind("/", f"{DIR}/ro/whole")
CONFINED = """
import os, sys
held = os.open(sys.argv[1], os.O_RDONLY)
os.chroot(sys.argv[2]); os.chdir("/")
print("ready", flush=True)
sys.stdin.read()
"""


def held_of_all(host):
    """A run that changes nothing; not by check(), which looks at all files that are in sight."""
    said = host.apply(WHOLE, holders=True)
    assert not said.reply["changed"]
    return held(said)


def beside_process(host, *argv):
    """A process in a mount namespace of its own."""
    return process(host, "unshare", "-m", "--propagation", "private", *argv)


@pytest.mark.needs_root
def test_whole_tree_and_who_writes_to_it(stage):
    stage.make(WHOLE)
    with beside_process(stage, "sh", "-c", 'exec 3<>"$0"; echo ready; exec cat',
                        f"{HELPERS}/host.d"):
        assert held_of_all(stage) == {}


@pytest.mark.needs_root
@pytest.mark.parametrize("where", ["/", "/usr"])
def test_whole_tree_and_who_stands_on_a_detached_copy(stage, where):
    """Whoever stands somewhere is taken along to the copies of a new mount namespace, and left
    behind where these are detached: so every container is started."""
    stage.make(WHOLE)
    with beside_process(stage, "sh", "-ec", 'cd "$0"; umount -l /; echo ready; exec cat', where):
        assert held_of_all(stage) == {}


@pytest.mark.needs_root
def test_whole_tree_and_who_is_confined(stage):
    """A service that can see a folder only cannot say where its other files are mounted."""
    stage.make(WHOLE)
    with beside_process(stage, "/usr/bin/python3", "-c", CONFINED, "/usr", stage.dir("jail")):
        assert held_of_all(stage) == {}


@pytest.mark.needs_root
def test_whole_tree_and_a_namespace_of_which_the_first_process_sees_little(stage):
    """Another process there sees more, and is asked for itself."""
    stage.make(WHOLE)
    with beside_process(stage, "/usr/bin/python3", "-c", CONFINED, DIR, DIR) as number:
        with process(stage, "nsenter", "-t", str(number), "-m", "sh", "-c",
                     "cd /; exec 3</usr; echo ready; exec cat"):
            assert held_of_all(stage) == {}


@pytest.mark.needs_root
def test_whole_tree_and_a_writer(stage):
    """Who opened something by way of the bind is told for this source as well."""
    stage.run("mount", "--bind", "/", stage.dir(WHOLE["target"]))
    with process(stage, "sh", "-c", 'exec 3<"$0/usr"; echo ready; exec cat',
                 WHOLE["target"]) as number:
        stage.run("umount", "-l", WHOLE["target"])
        stage.make(WHOLE)
        expected = {(number, "writer"): f"{WHOLE['target']}/usr"}
        assert held_of_all(stage) == expected


def test_writer_of_a_file(stage):
    """The source may be a file, and then it is the root of its mount."""
    stage.file(f"{DIR}/ro/file")
    asked = bind(f"{SOURCE}/file", f"{DIR}/ro/file")
    stage.run("mount", "--bind", asked["source"], asked["target"])
    with shell(stage, 'exec 3>>"${1%/*}/file"') as pid:
        expected = {(pid, "writer"): asked["target"]}
        assert held(stage.apply(asked)) == expected
        assert_lasts(stage, expected, asked)


def test_writer_in_another_namespace(stage):
    bind_as_people_do(stage)
    with beside(stage, "slave") as service, shell(service, 'exec 3>"$1/file"') as pid:
        expected = {(pid, "writer"): f"{TARGET}/file"}
        assert held(stage.apply(ASKED)) == expected
        assert_lasts(stage, expected)
