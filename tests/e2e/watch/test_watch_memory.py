# SPDX-License-Identifier: Apache-2.0
"""What a watch remembers is what it has judged, whatever happens before it does remember: the bare
directory below a volume is not shared for that it was there a moment later."""

import os
import pathlib
import signal
import time

import pytest

from answer import is_sanitized
from fault import failing
from host import DIR, KERNEL, SECONDS, bind, here
from namespace import children_of

VOLUME, TARGET = f"{DIR}/disk", f"{DIR}/ro"
MOST = 40

pytestmark = [
    pytest.mark.needs_root,
    pytest.mark.new_kernel("statmount"),
    pytest.mark.skipif(is_sanitized() or bool(KERNEL), reason="who watches the calls has none"),
]

# How the volume comes to its place: as a file system of its own, or as a part of the one around it.
VOLUMES = {
    "another file system": 'mount -t tmpfs volume "$1"',
    "the same one": 'mkdir "$2/data"; mount --bind "$2/data" "$1"',
}


def watch_at(watcher):
    """The number of the watch, once it stands still; None: it is ready, and does not."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        for pid in children_of(watcher.process.entered()):
            stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
            if stat.rpartition(")")[2].split()[0] == "T":
                return pid
        if watcher.events("ready"):
            time.sleep(0.1)
            return None
        time.sleep(0.005)
    raise AssertionError(f"neither: {watcher.events()}")


@pytest.mark.parametrize("below", ["", "/db"])
@pytest.mark.parametrize("volume", VOLUMES)
def test_volume_that_goes_meanwhile(hosts, watch, volume, below):
    for n in range(1, MOST):
        host = hosts()
        host.dir(f"{VOLUME}{below}", "bare")
        host.sh(VOLUMES[volume], VOLUME, DIR)
        source = host.dir(f"{VOLUME}{below}", "whole")
        host.make(bind(source, TARGET))
        watcher = watch(on=host, request=here(bind(source, TARGET)), ready=False,
                        wrap=failing("listmount", "STOP", n))
        stopped = watch_at(watcher)
        if stopped:
            host.run("umount", "-l", VOLUME)
            os.kill(stopped, signal.SIGCONT)
            watcher.wait_for("failed")
            watcher.wait_for_quiet(0.2)
        assert host.path(f"{TARGET}/whole").exists(), f"at call {n}: {watcher.events()}"
        host.end()
        if not stopped:
            assert n > 2
            return
    raise AssertionError("there is no end to it")
