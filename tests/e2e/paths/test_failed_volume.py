# SPDX-License-Identifier: Apache-2.0
"""A volume that failed while it was bound: a disk that was pulled out, a server that died. The
target answers with an error only; what is mounted there the kernel knows all the same."""

import errno
import fcntl
import os
import struct
import time

import pytest

from host import DIR, bind
from pace import within
from servers import PassedOn
from test_filesystems import VOLUME, mount_disk

pytestmark = pytest.mark.needs_root

SOURCE, TARGET, FSTAB = f"{VOLUME}/db", f"{DIR}/ro", f"{DIR}/fstab"
XFS_IOC_GOINGDOWN = 0x8004587D


def wait_for_error(host, path, number):
    """Until all that the kernel knows of it is too old."""
    with within(10):
        while True:
            try:
                os.lstat(host.path(path))
            except OSError as error:
                assert error.errno == number
                return
            time.sleep(0.05)


class Disk:
    """An XFS that was shut down, as it does by itself when its disk is gone."""

    number = errno.EIO

    def __init__(self, host):
        self.host = host
        mount_disk(host, "xfs")

    def fail(self):
        fd = os.open(self.host.path(VOLUME), os.O_RDONLY)
        fcntl.ioctl(fd, XFS_IOC_GOINGDOWN, struct.pack("I", 2))
        os.close(fd)

    def come_back(self):
        """Another one, for the old one stays as long as it is bound."""
        self.host.run("umount", "-l", VOLUME)
        self.host.run("mount", "-t", "tmpfs", "tmpfs", VOLUME)
        self.host.file(f"{SOURCE}/new")

    def end(self):
        pass


class Server(Disk):
    """A FUSE server that was killed."""

    number = errno.ENOTCONN

    def __init__(self, host):
        self.host = host
        self.server = PassedOn(host, host.dir("below"), host.dir(VOLUME))

    def fail(self):
        self.server.die()

    def end(self):
        self.server.end()


@pytest.fixture(params=[Disk, Server])
def volume(host, request):
    volume = request.param(host)
    host.dir(SOURCE), host.file(FSTAB)
    yield volume
    volume.end()


def bound(volume, asked):
    host = volume.host
    assert host.apply(asked, fstab=FSTAB).status == 0
    volume.fail()
    for path in (TARGET, VOLUME, SOURCE):
        wait_for_error(host, path, volume.number)


def shows_the_new(host):
    host.assert_read_only_view(SOURCE, TARGET)
    assert host.path(f"{TARGET}/new").exists()
    assert len(host.stack(TARGET)) == 1


def test_mended_by_its_line(volume):
    asked = bind(SOURCE, TARGET, "mounted")
    bound(volume, asked)
    volume.come_back()
    host = volume.host
    found, done = (host.robind(c, request={"binds": [asked], "namespace": "here", "fstab": FSTAB})
                   for c in ("check", "apply"))
    assert (found.status, done.status) == (2, 0), (found.reply, done.reply)
    assert found.codes == done.codes == ["wrong_source"]
    shows_the_new(host)
    assert not host.apply(asked, fstab=FSTAB).reply["changed"]


def test_mended_at_boot(volume):
    bound(volume, bind(SOURCE, TARGET, "mounted"))
    volume.come_back()
    said = volume.host.robind("boot", "--fstab", FSTAB)
    assert said.status == 0, said.reply
    shows_the_new(volume.host)


def test_replaced_when_told_to(volume):
    """Without a line nothing tells whose it is."""
    asked = bind(SOURCE, TARGET)
    bound(volume, asked)
    volume.come_back()
    host = volume.host
    stack = host.stack(TARGET)
    assert host.check(asked).error["code"] == "wrong_source"
    assert host.apply(asked).error["code"] == "wrong_source"
    assert host.stack(TARGET) == stack
    asked["replace"] = True
    assert host.check(asked).status == 2
    assert host.apply(asked).status == 0
    shows_the_new(host)


@pytest.mark.parametrize("is_back", [False, True], ids=["failed source", "new source"])
def test_taken_away(volume, is_back):
    asked = bind(SOURCE, TARGET, "mounted")
    bound(volume, asked)
    if is_back:
        volume.come_back()
    gone = {**asked, "state": "absent"}
    host = volume.host
    assert host.check(gone, fstab=FSTAB).status == 2
    said = host.apply(gone, fstab=FSTAB)
    assert said.status == 0, said.reply
    assert host.stack(TARGET) == []
    assert TARGET not in host.path(FSTAB).read_text("ascii")


def test_taken_away_without_a_line(volume):
    """It shows the source, whatever that answers."""
    bound(volume, bind(SOURCE, TARGET))
    gone = bind(SOURCE, TARGET, "unmounted")
    host = volume.host
    assert host.check(gone).status == 2
    assert host.apply(gone).status == 0
    assert host.stack(TARGET) == []


def test_source_has_failed(host):
    """What does not answer cannot be shared. The bind stays as it is."""
    volume = Disk(host)
    host.dir(SOURCE), host.file(FSTAB)
    asked = bind(SOURCE, TARGET)
    bound(volume, asked)
    stack = host.stack(TARGET)
    for said in (host.check(asked), host.apply(asked), host.apply({**asked, "replace": True})):
        assert (said.status, said.error["code"]) == (1, "system"), said.reply
        assert (said.error["errno"], said.error["at"]) == ("EIO", "/binds/0/source")
    assert host.stack(TARGET) == stack


def test_place_has_failed(host):
    """No mount is there that could be replaced."""
    volume = Disk(host)
    host.dir(f"{VOLUME}/place"), host.dir(f"{DIR}/s")
    volume.fail()
    asked = bind(f"{DIR}/s", f"{VOLUME}/place")
    for said in (host.check(asked), host.apply(asked)):
        assert (said.status, said.error["code"]) == (1, "system"), said.reply
        assert said.error["at"] == "/binds/0/target"


def test_file(host):
    """Nor is a file taken for a directory."""
    volume = Disk(host)
    source = host.file(f"{VOLUME}/file")
    target = host.file(f"{DIR}/ro-file")
    host.file(FSTAB)
    asked = bind(source, target, "mounted")
    assert host.apply(asked, fstab=FSTAB).status == 0
    volume.fail()
    volume.come_back()
    host.file(source, "new")
    assert host.check(asked, fstab=FSTAB).status == 2
    said = host.apply(asked, fstab=FSTAB)
    assert said.status == 0, said.reply
    assert host.path(target).read_text("ascii") == "new"
    assert len(host.stack(target)) == 1
