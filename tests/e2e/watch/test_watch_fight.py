# SPDX-License-Identifier: Apache-2.0
"""Somebody who undoes what is mended, and a host where much else happens."""

import time

from host import DIR, bind, here
from watcher import told_within

SOURCE = f"{DIR}/volumes/mysql"
TARGET = f"{DIR}/volumes_ro/mysql"
FOE = """while [ -e "$2" ]; do mount -o remount,bind,rw "$1" 2>/dev/null; sleep 0.005; done"""


def test_foe(host, watch):
    """Three times at once, then with pauses; it is told once, and costs next to nothing."""
    host.dir(SOURCE)
    watcher = watch(request=here(bind(SOURCE, TARGET)))
    goes_on = host.file("goes_on")
    foe = host.start("sh", "-c", FOE, "sh", TARGET, goes_on)
    watcher.wait_for("fighting")
    before, start = watcher.processor_seconds(), time.monotonic()
    time.sleep(5)
    used = (watcher.processor_seconds() - before) / (time.monotonic() - start)
    mended = len(watcher.events("mended"))
    host.path(goes_on).unlink()
    foe.wait(10)
    assert 4 <= mended <= 8, watcher.events()
    assert len(watcher.events("fighting")) == 1
    assert used < 0.1, f"{used:.2f} of a processor"
    # It is never given up. Whatever its last turn left, it is writable now.
    ended = len(watcher.events("mended"))
    host.run("mount", "-o", "remount,bind,rw", TARGET)
    watcher.wait_for("mended", ended + 1, seconds=30)
    host.assert_read_only_view(SOURCE, TARGET)


def test_storm(host, watch):
    """A thousand mounts of others: what is ours is mended all the same, and soon."""
    host.dir(SOURCE)
    host.dir("busy")
    watcher = watch(request=here(bind(SOURCE, TARGET)))
    storm = host.start("sh", "-c", """for i in $(seq 150); do
        mount -t tmpfs x "$1"; umount "$1"; done""", "sh", f"{DIR}/busy")
    time.sleep(0.3)
    with told_within(2) as told:
        host.run("mount", "-o", "remount,bind,rw", TARGET)
        told.update(watcher.wait_for("mended", 2))
    storm.wait(60)
    assert watcher.processor_seconds() < 3
    watcher.wait_for_quiet()
    assert len(watcher.events("mended")) == 2
