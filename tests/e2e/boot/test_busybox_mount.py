# SPDX-License-Identifier: Apache-2.0
"""A host whose mount(8) is busybox's, as Alpine's is: what its boot makes of the lines in fstab, and
what `check --boot` and `robind boot` say and do about it.
"""

import os
import shutil
import stat

import pytest

import answer
from host import DIR, bind
from mount_helper import install

FSTAB = "/etc/fstab"
SOURCE, TARGET = f"{DIR}/volumes/db", f"{DIR}/ro/db"
# All see all loop devices, and the names of what is behind them: one of this process.
FILE, FILE_TARGET = f"{DIR}/volumes/door-{os.getpid()}", f"{DIR}/ro/door"
# Of init(8), by which busybox finds helpers.
PATH = "PATH=/sbin:/usr/sbin:/bin:/usr/bin"
BUSYBOX = next(filter(os.path.exists, ("/bin/busybox", "/usr/bin/busybox")), None)

pytestmark = [
    pytest.mark.needs_root,
    pytest.mark.skipif(not BUSYBOX, reason="missing: busybox"),
]


@pytest.fixture
def alpine(host):
    """The helper, and that mount(8)."""
    install(host)
    host.dir(SOURCE, "file")
    host.dir(TARGET)
    host.file(FILE, "open\n")
    host.file(FILE_TARGET)
    host.run("mount", "--bind", BUSYBOX, os.path.realpath(shutil.which("mount", path=PATH[5:])))
    return host


def write(host, *lines):
    host.file(FSTAB, "".join(f"{line}\n" for line in lines))


def boot(host, status=0):
    """As its init does."""
    done = host.run("env", PATH, "mount", "-a", check=False)
    assert done.returncode == status, done
    return done.stderr.decode()


def verdict(host, *binds):
    """Of check --boot, but for what is true of all in these tests: no source lasts."""
    done = host.raw("check", "--boot", request={"binds": binds, "namespace": "here"})
    said = answer.parse(done.stdout)
    assert (done.returncode, said["changed"]) == (2, False)
    return {warning["code"] for warning in said["warnings"]} - {"volatile_source"}


def named(source=SOURCE, target=TARGET, **members):
    return bind(source, target, "mounted", **members)


@pytest.mark.parametrize("recursive", [False, True])
def test_type_none(alpine, recursive):
    """Said before the boot, true after it, and mended."""
    asked = named(recursive=recursive)
    assert alpine.apply(asked).status == 0
    assert verdict(alpine, asked) == {"boot_writable"}
    alpine.run("umount", TARGET)
    boot(alpine)
    assert alpine.is_writable(TARGET)
    said = alpine.robind("boot")
    assert (said.status, said.bind["status"]) == (0, "changed"), said.reply
    assert "writable" in said.codes
    alpine.assert_read_only_view(SOURCE, TARGET)


def test_type_robind(alpine):
    """busybox calls the helper, and hands on neither flags nor nofail."""
    asked = named(fstab_type="robind", options=["nosuid", "noexec"], nofail=True)
    assert alpine.apply(asked).status == 0
    assert verdict(alpine, asked) == set()
    alpine.run("umount", TARGET)
    assert boot(alpine) == ""
    alpine.assert_read_only_view(SOURCE, TARGET)
    assert {"nosuid", "noexec"} <= alpine.top(TARGET).options
    assert verdict(alpine, asked) == set()
    before = alpine.mountinfo()
    boot(alpine)
    assert alpine.mountinfo() == before


def test_without_its_source(alpine):
    write(alpine, f"{DIR}/none {TARGET} robind ro,nofail,x-robind 0 0")
    assert "does not exist" in boot(alpine)
    assert alpine.stack(TARGET) == []
    write(alpine, f"{DIR}/none {TARGET} robind ro,x-robind 0 0")
    assert "does not exist" in boot(alpine, status=1)
    assert alpine.stack(TARGET) == []


def test_options_of_a_line_for_something_else(alpine):
    """A call by hand, with another source: that line is not meant."""
    alpine.dir(f"{DIR}/other")
    write(alpine, f"{SOURCE} {TARGET} robind ro,nosuid,x-robind 0 0")
    alpine.run("env", PATH, "mount", "-t", "robind", f"{DIR}/other", TARGET)
    alpine.assert_read_only_view(f"{DIR}/other", TARGET)
    assert "nosuid" not in alpine.top(TARGET).options


# What busybox takes for the image of a disk.


@pytest.fixture
def loops(alpine):
    done = alpine.run("losetup", "-f", check=False)
    if done.returncode != 0 or not alpine.path(done.stdout.decode().strip()).exists():
        pytest.skip("no loop devices here")
    return alpine


def test_a_file_wants_a_loop_device(alpine):
    asked = named(FILE, FILE_TARGET, fstab_type="robind")
    assert alpine.apply(asked).status == 0
    assert verdict(alpine, asked) == {"boot_refused"}


def test_a_file_is_not_shown_as_a_device(loops):
    """Through which whoever has the target writes the source."""
    assert loops.apply(named(FILE, FILE_TARGET, fstab_type="robind")).status == 0
    loops.run("umount", FILE_TARGET)
    assert boot(loops) == ""
    loops.assert_read_only_view(FILE, FILE_TARGET)
    assert stat.S_ISREG(loops.path(FILE_TARGET).stat().st_mode)
    assert loops.path(FILE_TARGET).read_text() == "open\n"
    assert FILE not in loops.run("losetup", "-a").stdout.decode()


@pytest.mark.parametrize("line", [
    "", f"{DIR}/volumes/another {FILE_TARGET} robind ro,x-robind 0 0",
    f"{FILE} {FILE_TARGET} none bind,ro 0 0",
], ids=["no line", "of another file", "of type none"])
def test_a_loop_device_of_no_line_is_refused(loops, line):
    loops.file(f"{DIR}/volumes/another", "another\n")
    write(loops, line)
    done = loops.run("env", PATH, "mount", "-t", "robind", FILE, FILE_TARGET, check=False)
    assert done.returncode != 0
    assert b"is a loop device, and" in done.stderr
    assert loops.stack(FILE_TARGET) == []
    assert FILE not in loops.run("losetup", "-a").stdout.decode()
