# SPDX-License-Identifier: Apache-2.0
"""SIGTERM while much is to be mended, or while it waits for somebody: the bind that is under way is
the last one, and nobody is waited for."""

import contextlib
import fcntl
import json
import os

import pytest

from answer import is_sanitized
from fault import failing
from host import DIR, KERNEL, SECONDS, bind, here
from namespace import children_of
from pace import within
from servers import HungFuse
from watcher import eventually

LOCK = "/run/robind.lock"
TARGETS = [f"{DIR}/ro/{i:02}" for i in range(20)]
BINDS = [bind(f"{DIR}/volumes", target) for target in TARGETS]

at_a_call = pytest.mark.skipif(is_sanitized() or bool(KERNEL),
                               reason="LeakSanitizer, or another, does not work under ptrace")


def make_writable(host):
    host.sh('for target; do mount -o remount,bind,rw "$target"; done', *TARGETS)


def writable(host):
    return [mount.target for mount in host.mounts()
            if mount.target in TARGETS and "rw" in mount.options]


def number_of(host):
    """That of the watch itself, which it says soon after it is ready."""
    status = host.path("/run/robind-watch.json")
    eventually(status.exists)
    return json.loads(status.read_text())["pid"]


def term_at(nth):
    """Before a watch that shall be told to end when it makes a bind read-only for the nth time."""
    return failing("mount_setattr", "TERM", nth)


def open_files(host, number):
    """The names of what a process has open."""
    found = []
    for file in host.path(f"/proc/{number}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found.append(os.readlink(file))
    return found


def assert_ends(watcher):
    """At once and well, and it tells nothing but that."""
    had = len(watcher.events())
    with within(1):
        watcher.process.terminate()
        assert watcher.process.wait(SECONDS) == 0
    assert [event["event"] for event in watcher.events()[had:]] == ["stopped"]


def assert_ended(host, watcher):
    """It has ended by itself, at once and well, and told what it did and nothing else."""
    with within(1):
        assert watcher.process.wait(SECONDS) == 0
    mended = {event["target"] for event in watcher.events("mended")}
    assert mended.isdisjoint(writable(host)) and 0 < len(mended) < len(TARGETS)
    assert not watcher.events("failed") and len(watcher.events("stopped")) == 1
    return mended


@at_a_call
def test_in_the_midst_of_a_pass(host, watch):
    host.dir("volumes")
    host.apply(*BINDS)
    watcher = watch(request=here(*BINDS), wrap=term_at(5))
    number = number_of(host)
    host.kill(number, "STOP")
    make_writable(host)
    host.kill(number, "CONT")
    mended = assert_ended(host, watcher)
    assert sorted(writable(host)) == sorted(set(TARGETS) - mended)


@at_a_call
def test_in_the_first_pass(host, watch):
    """Neither are the other requests begun, nor is it told that all is there."""
    host.dir("volumes")
    host.apply(*BINDS)
    make_writable(host)
    for name, binds in ("a", BINDS[:10]), ("b", BINDS[10:]):
        host.file(f"/etc/robind/watch.d/{name}.json", json.dumps(here(*binds)))
    watcher = watch("/etc/robind/watch.d", wrap=term_at(5), ready=False)
    mended = assert_ended(host, watcher)
    assert mended <= set(TARGETS[:9])
    assert not watcher.events("ready")


def test_while_another_robind_is_at_work(host, watch):
    host.dir("volumes")
    watcher = watch(request=here(*BINDS))
    number = number_of(host)
    with open(host.path(LOCK), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        make_writable(host)
        eventually(lambda: LOCK in open_files(host, number))
        assert_ends(watcher)
        assert sorted(writable(host)) == TARGETS


def test_while_another_writes_fstab(host, watch):
    """The line that was removed stays so, and nothing of fstab's lock is left."""
    host.dir("volumes")
    fstab = host.file("fstab")
    watcher = watch(request=here(bind(f"{DIR}/volumes", TARGETS[0], "mounted"), fstab=fstab))
    assert TARGETS[0] in host.path(fstab).read_text()
    with open(host.path(f"{fstab}.lock"), "w", encoding="ascii",
              opener=lambda name, flags: os.open(name, flags, 0o600)) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        host.path(fstab).write_text("")
        eventually(host.path(f"{fstab}~").exists)
        assert_ends(watcher)
    assert host.path(fstab).read_text() == "" and not host.path(f"{fstab}~").exists()


@pytest.mark.needs_root
def test_while_a_server_does_not_answer(host, watch):
    server = HungFuse(host, host.dir(f"{DIR}/hung"))
    server.hang()
    watcher = watch(request=here(bind(f"{DIR}/hung/dir", TARGETS[0])), ready=False)
    eventually(lambda: watcher.process.entered() and children_of(watcher.process.entered()))
    assert_ends(watcher)
    server.answer()
    server.end()


@pytest.mark.parametrize("signal_name", ["TERM", "KILL"])
def test_status_is_of_one_that_lives(host, watch, signal_name):
    """However it ended: what it said last is not told as what is."""
    host.dir(f"{DIR}/volumes")
    watch(request=here(*BINDS[:3]))
    assert host.raw("watch", "--status").returncode == 0
    host.sh('kill -"$1" "$2"; while [ -e /proc/"$2"/fd/0 ]; do sleep 0.01; done', signal_name,
            str(number_of(host)))
    said = host.raw("watch", "--status")
    error = json.loads(said.stdout)["error"]
    assert (said.returncode, error["code"]) == (1, "input"), error
    assert "no robind watch is running here" in error["msg"]
    assert host.path("/run/robind-watch.json").exists() == (signal_name == "KILL")
