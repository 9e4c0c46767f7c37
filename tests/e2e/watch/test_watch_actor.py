# SPDX-License-Identifier: Apache-2.0
"""Who did it is told, by his number and his unit, where the kernel says so; and nobody else is."""

import contextlib
import json
import os
import pathlib
import subprocess
import time

import pytest

import mountinfo
from host import DIR, SECONDS, bind, here
from watcher import eventually

pytestmark = pytest.mark.needs_root

SOURCE = f"{DIR}/volumes/mysql"
TARGET = f"{DIR}/volumes_ro/mysql"
MEMBERS = ("actor_pid", "actor_unit", "actor_container")

# One that does it himself, and is still there afterwards.
DOER = r"""
import ctypes, sys
libc = ctypes.CDLL(None, use_errno=True)
for line in sys.stdin:
    call, *words = line.split()
    words = [int(word) if word.isdigit() else None if word == "-" else word.encode() for word in words]
    print("done" if getattr(libc, call)(*words) == 0 else ctypes.get_errno(), flush=True)
"""
DETACH = "2"


class Doer:
    def __init__(self, host):
        self.process = host.start("python3", "-c", DOER, stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True, bufsize=1)
        self.number = self.process.number

    def do(self, *words):
        self.process.stdin.write(f"{' '.join(words)}\n")
        assert self.process.stdout.readline() == "done\n"

    def end(self):
        self.process.stdin.close()
        self.process.wait(SECONDS)
        self.process.stdout.close()


@pytest.fixture
def scene(host, watch):
    """A watch of one bind, that sees who mounts; and somebody else."""
    host.dir(SOURCE)
    watcher = watch(request=here(bind(SOURCE, TARGET, replace=True)))
    status = host.path("/run/robind-watch.json")
    eventually(status.exists)
    if not json.loads(status.read_text())["names_actors"]:
        pytest.skip("the kernel names nobody (before 6.14)")
    watcher.wait_for_quiet()
    doer = Doer(host)
    yield host, watcher, doer
    doer.end()


@pytest.fixture
def unit():
    """A cgroup as systemd makes one for a service: its name and its folder."""
    name = f"robind-test-{os.getpid()}.service"
    for mount in mountinfo.parse(pathlib.Path("/proc/self/mountinfo").read_text()):
        if mount.fs_type == "cgroup2" or mount.target.endswith("/systemd"):
            folder = pathlib.Path(mount.target) / name
            with contextlib.suppress(OSError):
                folder.mkdir()
                yield name, folder
                folder.rmdir()
                return
    pytest.skip("no cgroup can be made")


def status_of(host):
    return json.loads(host.raw("watch", "--status").stdout)


def actor_of(event):
    return tuple(event.get(member) for member in MEMBERS)


def test_unit(scene, unit):
    host, watcher, doer = scene
    name, folder = unit
    (folder / "cgroup.procs").write_text(f"{doer.process.entered()}")
    doer.do("umount2", TARGET, DETACH)
    told = watcher.wait_for("mended", 2)
    doer.end()
    assert told["drift"] == ["not_mounted"] and actor_of(told) == (doer.number, name, None)


CONTAINER = "ab" * 32
CGROUPS = {
    "0::/system.slice/a.service": ("a.service", None),
    f"0::/system.slice/docker-{CONTAINER}.scope": (f"docker-{CONTAINER}.scope", CONTAINER),
    "0::/": (None, None),
}


@pytest.mark.parametrize("text", CGROUPS)
def test_cgroup(scene, text):
    """As a holder's is read. That it is told in words, too."""
    host, watcher, doer = scene
    host.file("cgroup", f"{text}\n")
    host.run("mount", "--bind", f"{DIR}/cgroup", f"/proc/{doer.number}/cgroup")
    doer.do("umount2", TARGET, DETACH)
    told = watcher.wait_for("mended", 2)
    host.run("umount", f"/proc/{doer.number}/cgroup")
    assert actor_of(told) == (doer.number, *CGROUPS[text])
    words = (f"(by process {doer.number}", *filter(None, CGROUPS[text]))
    eventually(lambda: all(word in status_of(host)["last_event"] for word in words),
               told=lambda: status_of(host))


# What he does, whether the kernel says that it was him.
DONE = {
    "unmounted": ([("umount2", TARGET, DETACH)], True),
    "covered": ([("mount", "over", TARGET, "tmpfs", "0", "-")], True),
    "moved": ([("mount", TARGET, f"{DIR}/away", "-", "8192", "-")], True),
    "mounted within": ([("mount", "sub", f"{TARGET}/sub", "tmpfs", "0", "-")], True),
    "made writable": ([("mount", "-", TARGET, "-", "4128", "-")], False),
}


@pytest.mark.parametrize("what", DONE)
def test_nobody_else(scene, what):
    """While others mount elsewhere, before and after."""
    host, watcher, doer = scene
    calls, is_named = DONE[what]
    for name in "away", "elsewhere", f"{SOURCE}/sub":
        host.dir(name)
    elsewhere = ["sh", "-c", 'for i in $(seq 20); do mount -t tmpfs x "$1"; umount "$1"; done', "sh",
                 f"{DIR}/elsewhere"]
    busy = host.start(*elsewhere)
    time.sleep(0.05)
    for call in calls:
        doer.do(*call)
    busy.wait(SECONDS)
    deadline = time.monotonic() + SECONDS
    while not (told := [event for event in watcher.events()[2:]
                        if event["event"] in ("mended", "failed")]):
        assert time.monotonic() < deadline, watcher.events()
        time.sleep(0.005)
    assert actor_of(told[0])[0] == (doer.number if is_named else None), told


def test_nobody_is_made_up(scene):
    """He is gone before he can be asked where he belongs."""
    host, watcher, _ = scene
    with watcher.stopped():
        host.run("umount", "-l", TARGET)
    told = watcher.wait_for("mended", 2)
    assert told["actor_pid"] > 0 and actor_of(told)[1:] == (None, None)
