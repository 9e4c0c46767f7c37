# SPDX-License-Identifier: Apache-2.0
"""What the kernel has open for writing, for a loop device, is held by no process: it goes on
writing through the mount that was replaced, and that is told."""

import contextlib
import os
import time

import pytest

from holding import (  # noqa: F401 (fixtures)
    ASKED, NOBODY, SOURCE, TARGET, bind_as_people_do, held, stage, warned)
from host import SECONDS

pytestmark = pytest.mark.needs_root


@contextlib.contextmanager
def loop_device(host, file, *options):
    """A loop device on a file, taken down by its number whatever happens."""
    done = host.run("losetup", "-f", "--show", *options, file, check=False)
    if done.returncode != 0:
        pytest.skip(f"no loop device: {done.stderr.decode().strip()}")
    device = done.stdout.decode().strip()
    try:
        yield device
    finally:
        host.run("losetup", "-d", device)
        # Whoever else has it open, to look at it, keeps it a moment longer.
        deadline = time.monotonic() + SECONDS
        while host.run("losetup", device, check=False).returncode == 0:
            assert time.monotonic() < deadline
            time.sleep(0.01)


@pytest.fixture
def image(stage):
    """A writable bind, with a file in it that is large enough for a device."""
    os.truncate(stage.path(f"{SOURCE}/sub/file"), 1 << 20)
    bind_as_people_do(stage)
    return stage


def told(said):
    return [w["msg"] for w in said.reply["warnings"] if w["code"] == "writable_elsewhere"]


def test_loop_device(image):
    """It is named, and named again for as long as it is there."""
    with loop_device(image, f"{TARGET}/sub/file") as device:
        said = image.apply(ASKED)
        assert said.status == 0, said.reply
        again = image.check(ASKED, holders=True)
        assert not again.reply["changed"]
        for one in (said, again):
            assert len(told(one)) == 1, told(one)
            [msg] = told(one)
            assert msg.startswith("held by the kernel: ")
            assert device in msg and "'sub/file'" in msg
            assert held(one) == {} and one.reply["needs_restart"] == NOBODY
        assert image.run("blockdev", "--getro", device).stdout == b"0\n"
    assert told(image.check(ASKED, holders=True)) == []


def test_loop_device_that_cannot_be_seen(image):
    """That something holds the old mount is known all the same, in the run that replaces it."""
    with loop_device(image, f"{TARGET}/sub/file"):
        image.run("mount", "-t", "tmpfs", "tmpfs", "/sys")
        [msg] = told(image.apply(ASKED))
        assert "held by the kernel: a loop device, swap or NFS export" in msg


@pytest.mark.parametrize("path, options", [
    (f"{SOURCE}/sub/file", []), (f"{TARGET}/sub/file", ["-r"])], ids=["source", "read-only"])
def test_loop_device_that_writes_to_no_old_mount(image, path, options):
    """Through the source one may write; what is read-only can be made so in place."""
    with loop_device(image, path, *options):
        said = image.apply(ASKED)
        assert said.status == 0, said.reply
        assert warned(said) == []
        assert warned(image.check(ASKED, holders=True)) == []
