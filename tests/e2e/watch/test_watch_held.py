# SPDX-License-Identifier: Apache-2.0
"""Who still has an old or a writable view of what was mended is told, after it was mended."""

import contextlib
import os
import pathlib
import signal
import time

import pytest

from holding import beside, process
from host import DIR, bind, here
from namespace import children_of
from watcher import LONGEST, eventually

pytestmark = pytest.mark.needs_root

SOURCE, TARGET = f"{DIR}/volumes/db", f"{DIR}/ro/db"

# Holds a file below its first argument open for writing.
WRITER = ("sh", "-c", 'exec 3>>"$1/file"; echo ready; exec cat', "sh", TARGET)


def make_writable(host, target=TARGET):
    host.run("mount", "-o", "remount,bind,rw", target)


@pytest.fixture
def watched(host, watch):
    host.dir(SOURCE, "file")
    watcher = watch(request=here(bind(SOURCE, TARGET)))
    watcher.wait_for_quiet()
    return watcher


def test_writable_copy(host, watched):
    """In the namespace of a service that was started before."""
    with beside(host) as service:
        service.run("mount", "-o", "remount,bind,rw", TARGET)
        make_writable(host)
        told = watched.wait_for("held")
        [holder] = told["holders"]
        assert told["target"] == TARGET and "writable copy" in told["msg"]
        assert (holder["pid"], holder["why"], holder["path"]) == (service.number, "writable", TARGET)
        said = host.check(bind(SOURCE, TARGET), holders=True)
        assert said.bind["holders"] == told["holders"]
    mended = [event["event"] for event in watched.events()[1:]]
    assert mended.index("mended") < mended.index("held")


def test_open_file(host, watched):
    with watched.stopped():
        make_writable(host)
        writer = process(host, *WRITER)
        number = writer.__enter__()
    told = watched.wait_for("held")
    assert [(holder["pid"], holder["why"]) for holder in told["holders"]] == [(number, "writer")]
    assert told["holders"][0]["path"] == f"{TARGET}/file"
    writer.__exit__(None, None, None)


def test_old_source(host, watched):
    """A service that was started before its source was made anew."""
    with beside(host) as service:
        host.sh('rm -r "$1"; mkdir "$1"', SOURCE)
        told = watched.wait_for("held")
        assert [(h["pid"], h["why"]) for h in told["holders"]] == [(service.number, "stale")]


def test_in_words(host, watch):
    host.dir(SOURCE)
    watcher = watch("-t", request=here(bind(SOURCE, TARGET)), ready=False)
    said = lambda: pathlib.Path(watcher.said.name).read_text()  # noqa: E731
    eventually(lambda: "ready" in said(), LONGEST)
    with beside(host) as service:
        service.run("mount", "-o", "remount,bind,rw", TARGET)
        make_writable(host)
        eventually(lambda: f"held {TARGET}: restart process {service.number}" in said(), LONGEST)


def test_nobody(host, watched):
    make_writable(host)
    watched.wait_for("mended", 2)
    watched.wait_for_quiet(2)
    assert not watched.events("held")


def test_seldom(host, watched):
    """All processes are looked at for it: not at each mend of a fight."""
    with beside(host) as service:
        service.run("mount", "-o", "remount,bind,rw", TARGET)
        for count in 2, 3, 4, 5:
            make_writable(host)
            watched.wait_for("mended", count)
            time.sleep(1.1)
        watched.wait_for("held")
        watched.wait_for_quiet(2)
        assert len(watched.events("held")) == 1


def test_others_do_not_wait(host, watch):
    """Nor does its end: whoever searches is another process."""
    targets = [f"{DIR}/ro/{i}" for i in range(40)]
    host.dir(SOURCE)
    watcher = watch(request=here(*(bind(SOURCE, target) for target in targets)))
    watcher.wait_for_quiet()
    number = watcher.process.entered()
    count = len(targets)
    for target in targets[1:]:
        make_writable(host, target)
        watcher.wait_for("mended", count := count + 1)
        if stop_child(number):
            break
    else:
        pytest.fail("nobody searches")
    make_writable(host, targets[0])
    watcher.wait_for("mended", target=targets[0], count=2)
    start = time.monotonic()
    assert watcher.end() == 0
    assert time.monotonic() < start + 5


def stop_child(number):
    """The one that searches, while it does: it lets others go first."""
    deadline = time.monotonic() + 1.5
    while time.monotonic() < deadline:
        for child in children_of(number):
            with contextlib.suppress(OSError):
                if os.getpriority(os.PRIO_PROCESS, child) > os.getpriority(os.PRIO_PROCESS, number):
                    os.kill(child, signal.SIGSTOP)
                    return True
    return False
