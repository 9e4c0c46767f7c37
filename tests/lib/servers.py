# SPDX-License-Identifier: Apache-2.0
"""File systems with a server that may not answer, by helper programs that run in a host.

    Server      a helper program that ends when its input is closed, and all that waits on it
    hung_fuse   what every path of which can hang
    passed_on   a directory once more, with the inode numbers that it has
    automounter what is mounted when somebody steps on it
"""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time

import pytest

from host import HELPERS, SECONDS

LONGEST = 20  # seconds that a server may hang


class Server:
    """It says on its output what it does, one line each."""

    def __init__(self, host, name, *args):
        if not (HELPERS / name).exists():
            pytest.skip(f"no {HELPERS}/{name}: `make tests` builds it")
        if name.endswith("_fuse") and not os.access("/dev/fuse", os.R_OK | os.W_OK):
            pytest.skip("no /dev/fuse here")
        self.said = tempfile.NamedTemporaryFile("r")
        with open(self.said.name, "w", encoding="ascii") as out:
            self.process = host.start(
                HELPERS / name, *args, stdin=subprocess.PIPE, stdout=out)
        self.wait_for_lines(1)

    def lines(self):
        self.said.seek(0)
        return self.said.read().splitlines()

    def wait_for_lines(self, count):
        deadline = time.monotonic() + SECONDS
        while len(self.lines()) < count:
            assert self.process.poll() is None, f"{self.process.args} has ended"
            assert time.monotonic() < deadline, f"{self.process.args} says nothing"
            time.sleep(0.005)

    def tell(self, number):
        """A signal, and wait until it has been taken to heart."""
        count = len(self.lines())
        self.process.send_signal(number)
        self.wait_for_lines(count + 1)

    def end(self):
        self.process.stdin.close()
        self.process.wait(SECONDS)
        self.said.close()


class HungFuse(Server):
    """At `point`: dir/file and dir/sub/file. Answers after `seconds`. A robind that hangs for
    good would take pytest with it, so that a watchdog puts an end to it: the test fails."""

    watchdog = None

    def __init__(self, host, point, seconds=0):
        super().__init__(host, "hung_fuse", point, str(seconds))

    def hang(self):
        self.tell(signal.SIGUSR1)
        self.watchdog = threading.Timer(LONGEST, self.process.terminate)
        self.watchdog.daemon = True
        self.watchdog.start()

    def answer(self):
        self.tell(signal.SIGUSR2)

    def end(self):
        if self.watchdog:
            self.watchdog.cancel()
        super().end()


class Automounter(Server):
    """At `point`, `direct` or `indirect`; `deed` is mount, below, fail or silent."""

    def __init__(self, host, point, kind="direct", deed="mount", source="automounter"):
        with open("/proc/filesystems", encoding="ascii") as known:
            if "\tautofs\n" not in known.read():
                pytest.skip("this kernel has no autofs")
        super().__init__(host, "autofs", point, kind, deed, source)

    @property
    def triggered(self):
        """Which places were stepped on so far."""
        return self.lines()[1:]


class PassedOn:
    """`source` once more at `point`, by bindfs: it passes the inode numbers on, also those that
    the file system below it gives away again."""

    def __init__(self, host, source, point, *options):
        if not shutil.which("bindfs") or not os.access("/dev/fuse", os.R_OK | os.W_OK):
            pytest.skip("no bindfs here")
        self.process = host.start(
            "bindfs", "-f", *options, source, point, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + SECONDS
        while host.top(point) is None:
            assert self.process.poll() is None, "bindfs has ended"
            assert time.monotonic() < deadline, "bindfs mounts nothing"
            time.sleep(0.005)

    def die(self):
        """Without a word: from now on each call fails with ENOTCONN."""
        self.process.kill()
        self.process.wait(SECONDS)

    end = die
