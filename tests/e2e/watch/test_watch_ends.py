# SPDX-License-Identifier: Apache-2.0
"""SIGTERM while much is to be mended: the bind that is under way is the last one."""

import json
import time

import pytest

from answer import is_sanitized
from fault import failing
from host import DIR, KERNEL, SECONDS, bind, here

TARGETS = [f"{DIR}/ro/{i:02}" for i in range(20)]
BINDS = [bind(f"{DIR}/volumes", target) for target in TARGETS]

pytestmark = [
    pytest.mark.skipif(is_sanitized(), reason="LeakSanitizer does not work under ptrace"),
    pytest.mark.skipif(bool(KERNEL), reason="who watches the calls cannot be watched"),
]


def make_writable(host):
    host.sh('for target; do mount -o remount,bind,rw "$target"; done', *TARGETS)


def writable(host):
    return [mount.target for mount in host.mounts()
            if mount.target in TARGETS and "rw" in mount.options]


def number_of(host):
    """That of the watch itself, which it says soon after it is ready."""
    status = host.path("/run/robind-watch.json")
    deadline = time.monotonic() + SECONDS
    while not status.exists():
        assert time.monotonic() < deadline
        time.sleep(0.005)
    return json.loads(status.read_text())["pid"]


def term_at(nth):
    """Before a watch that shall be told to end when it makes a bind read-only for the nth time."""
    return failing("mount_setattr", "TERM", nth)


def assert_ended(host, watcher):
    """It has ended by itself, at once and well, and told what it did and nothing else."""
    start = time.monotonic()
    assert watcher.process.wait(SECONDS) == 0
    assert time.monotonic() < start + 1
    mended = {event["target"] for event in watcher.events("mended")}
    assert mended.isdisjoint(writable(host)) and 0 < len(mended) < len(TARGETS)
    assert not watcher.events("failed") and len(watcher.events("stopped")) == 1
    return mended


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
