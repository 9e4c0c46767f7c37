# SPDX-License-Identifier: Apache-2.0
"""A source whose server does not answer: the others are mended as soon as ever."""

import contextlib
import os
import pathlib
import signal
import statistics
import time

import pytest

from host import DIR, KERNEL, bind, here
from namespace import children_of
from pace import Clock, busy, within
from servers import HungFuse
from watcher import LONGEST, eventually

pytestmark = pytest.mark.needs_root

HUNG = f"{DIR}/hung"
TARGETS = [f"{DIR}/ro/{i}" for i in range(7)]
STUCK = bind(f"{HUNG}/dir", f"{DIR}/ro/hung")
# All is looked at four times a second: whoever waits for the server waits as often.
OFTEN = {"WATCHDOG_USEC": "500000"}


def is_writable(host, target):
    return "rw" in host.top(target).options


def seconds_to_mend(host, target):
    """Writable, and read-only again."""
    host.run("mount", "-o", "remount,bind,rw", target)
    clock = Clock()
    eventually(lambda: not is_writable(host, target))
    return clock.stop()


def assert_soon(host, targets):
    """Whoever waits for the server waits two seconds, and four times a second; a machine that is
    busy takes its time for some of them."""
    took = [seconds_to_mend(host, target) for target in targets]
    assert statistics.median(took) < 0.5 * busy(), took


@pytest.fixture
def serve(host):
    """A server that answers after so many seconds, until it is told to hang."""
    with contextlib.ExitStack() as ends:

        def start(seconds=0):
            server = HungFuse(host, host.dir(HUNG), seconds)
            ends.callback(server.end)
            return server

        yield start


def children(watcher):
    return children_of(watcher.process.entered())


def running(host):
    """The names of all processes, those that have ended and were not waited for as well."""
    return host.run("sh", "-c", "cat /proc/[0-9]*/comm", check=False).stdout.decode().split()


def test_others_are_mended(host, watch, serve):
    server = serve()
    host.dir("volumes")
    binds = [STUCK, *(bind(f"{DIR}/volumes", target) for target in TARGETS)]
    watcher = watch(request=here(*binds), env=OFTEN)
    server.hang()
    assert_soon(host, TARGETS)
    told = watcher.wait_for("failed")
    assert_soon(host, TARGETS)
    assert (told["target"], told["code"]) == (STUCK["target"], "timeout") and HUNG in told["msg"]
    # However often it is asked: what a FUSE server has been told cannot be killed.
    waiting = running(host).count("robind")
    time.sleep(4)
    assert running(host).count("robind") <= waiting
    server.answer()
    watcher.wait_for("in_sync")
    assert eventually(lambda: running(host).count("robind") == 1, LONGEST)
    assert len(watcher.events("failed")) == 1
    with within(1):
        assert watcher.end() == 0


def says_to_it(pid):
    """Where a child of the watch says what came of its work; None: it is none of these."""
    with contextlib.suppress(FileNotFoundError):  # some end, and close what they have
        for file in pathlib.Path(f"/proc/{pid}/fd").iterdir():
            info = pathlib.Path(f"/proc/{pid}/fdinfo/{file.name}").read_text()
            if os.readlink(file).startswith("pipe:") and int(info.split()[3], 8) & os.O_WRONLY:
                return file
    return None


@pytest.mark.skipif(bool(KERNEL), reason="its children are those of another program then")
def test_who_asks_stands_still(host, watch, serve):
    """In the midst of what it says: nobody waits for the rest."""
    server = serve()
    host.dir("volumes")
    stuck = [{**STUCK, "target": f"{STUCK['target']}{i}"} for i in range(3)]
    watcher = watch(request=here(*stuck, bind(f"{DIR}/volumes", TARGETS[0])), env=OFTEN)
    server.hang()
    pid, say = eventually(lambda: next(
        ((pid, file) for pid in children(watcher) if (file := says_to_it(pid))), None), LONGEST)
    os.kill(pid, signal.SIGSTOP)
    try:
        say.write_bytes(b"\0")
        assert_soon(host, TARGETS[:1] * 3)
    finally:
        server.answer()
        os.kill(pid, signal.SIGCONT)
    with within(1):
        assert watcher.end() == 0


def test_ends_while_it_waits(host, watch, serve):
    """Whoever waits for the server goes as well."""
    server = serve()
    watcher = watch(request=here(STUCK), env=OFTEN)
    server.hang()
    assert eventually(lambda: children(watcher), LONGEST)
    time.sleep(0.1)
    with within(1):
        assert watcher.end() == 0
    server.answer()
    assert eventually(lambda: "robind" not in running(host), LONGEST)


def test_slow_is_not_hung(host, watch, serve):
    """It takes longer than the others are made to wait, and nothing is told of that."""
    serve(0.3)
    watcher = watch(request=here(STUCK))
    host.run("umount", "-l", STUCK["target"])
    told = watcher.wait_for("mended", 2)
    assert told["drift"] == ["not_mounted"]
    assert "ro" in host.top(STUCK["target"]).options
    assert not watcher.events("failed")
