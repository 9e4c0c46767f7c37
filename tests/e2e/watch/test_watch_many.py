# SPDX-License-Identifier: Apache-2.0
"""Many binds: what lies below each is not asked of each, which costs the kernel a walk through all
mounts of the host."""

import json
import time

import pytest

from answer import is_sanitized
from fault import REPORT, failing
from host import DIR, KERNEL, SECONDS, bind, here

MANY = 70
NAMES_NOBODY = "no-mount-events"

pytestmark = [
    pytest.mark.new_kernel("statmount"),
    pytest.mark.skipif(is_sanitized() or bool(KERNEL), reason="who counts the calls has none"),
]


def binds(host, count):
    for i in range(count):
        host.dir(f"volumes/{i}/sub")
    return [bind(f"{DIR}/volumes/{i}", f"{DIR}/ro/{i}") for i in range(count)]


def listmounts(host, watch, count, happens=""):
    """How many such calls a watch makes that starts, and has all as asked; and when something
    is mounted elsewhere."""
    asked = binds(host, count)
    host.make(*asked)
    watcher = watch(on=host, request=here(*asked), wrap=failing("listmount", "KILL", 1 << 30, REPORT))
    if happens:
        host.sh(happens, host.dir("elsewhere"))
        time.sleep(0.3)
    number = json.loads(host.path("/run/robind-watch.json").read_text())["pid"]
    host.kill(number, "TERM")
    assert watcher.process.wait(SECONDS) == 0
    return int(host.path(REPORT).read_text())


@pytest.mark.parametrize("happens", ["", 'mount -t tmpfs elsewhere "$1"'])
@pytest.mark.parametrize("kernel", ["", NAMES_NOBODY])
def test_calls(hosts, watch, kernel, happens):
    assert 0 < listmounts(hosts(kernel=kernel), watch, 2 * MANY, happens) < MANY


@pytest.mark.parametrize("kernel", ["", NAMES_NOBODY])
def test_mounted_below(hosts, watch, kernel):
    """It is seen all the same; so is what goes from there, or was there before."""
    host = hosts(kernel=kernel)
    asked = binds(host, MANY)
    host.make(*asked)
    targets = [one["target"] for one in asked]
    host.run("mount", "-t", "tmpfs", "-o", "ro", "before", f"{targets[1]}/sub")
    watcher = watch(on=host, request=here(*asked))
    host.run("mount", "-t", "tmpfs", "below", f"{targets[35]}/sub")
    told = watcher.wait_for("failed")
    assert (told["target"], told["code"]) == (targets[35], "submount_writable")
    host.run("umount", f"{targets[35]}/sub")
    watcher.wait_for("in_sync", target=targets[35])
    host.run("umount", f"{targets[1]}/sub")
    host.run("mount", "-t", "tmpfs", "below", f"{targets[1]}/sub")
    watcher.wait_for("failed", target=targets[1])
