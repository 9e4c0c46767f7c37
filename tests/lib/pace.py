# SPDX-License-Identifier: Apache-2.0
"""Seconds on a machine that has other work as well.

A test asks for seconds where somebody would have to wait for good otherwise, or for as long as a
server hangs. Not counted of them is what this process itself waits for a processor meanwhile: that
the machine stood still, or that others had it.
"""

import contextlib
import os
import threading
import time

TICK = 0.01


def busy():
    """How much longer all takes where others have the processors as well: of late, or just now."""
    minute, _, _, running, _ = open("/proc/loadavg", encoding="ascii").read().split()
    return max(1, max(float(minute), int(running.partition("/")[0]) - 1) / os.cpu_count())


class Clock:
    """Has the seconds that passed since it was started, but for those that this process lost."""

    def __init__(self):
        self.start, self.lost = time.monotonic(), 0
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self._tick, daemon=True)
        self.thread.start()

    def _tick(self):
        begun = time.monotonic()
        while not self.is_over.wait(TICK):
            now = time.monotonic()
            self.lost += now - begun - TICK
            begun = now

    def stop(self):
        """The seconds."""
        taken = time.monotonic() - self.start
        self.is_over.set()
        self.thread.join()
        return max(0, taken - self.lost)


@contextlib.contextmanager
def within(seconds):
    """What takes longer has hung."""
    clock = Clock()
    try:
        yield
    finally:
        taken = clock.stop()
    seconds *= busy()
    assert taken < seconds, f"took {taken:.1f} s, not less than {seconds:.1f} s"
