# SPDX-License-Identifier: Apache-2.0
"""A robind watch that runs in a host, and what it has told so far."""

import contextlib
import json
import os
import pathlib
import signal
import tempfile
import time

from host import ROBIND, SECONDS
from pace import Clock, busy


LONGEST = 30  # seconds for what takes less than one


def eventually(look, seconds=SECONDS, told=lambda: ""):
    """What is seen, once it is true."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, told()
        time.sleep(0.005)
    return seen


@contextlib.contextmanager
def told_within(seconds):
    """An event, which a test puts there, and what the watch says of its own latency."""
    told, clock = {}, Clock()
    try:
        yield told
    finally:
        clock.stop()
    assert told["latency_usec"] < (seconds * busy() + clock.lost) * 1_000_000, told


class Watcher:
    """Started, and through with its first pass."""

    def __init__(self, host, *words, request=None, ready=True, env=None, wrap=()):
        if request is not None:
            words = (*words, host.file("watched.json", json.dumps(request)))
        self.host = host
        self.said = tempfile.NamedTemporaryFile("r")
        if env:
            wrap = ("env", *(f"{key}={value}" for key, value in env.items()), *wrap)
        with open(self.said.name, "w", encoding="ascii") as out:
            self.process = host.start(*wrap, *host.kernel, ROBIND, "watch", *words, stdout=out)
        if ready:
            self.wait_for("ready")

    def events(self, kind=None, **members):
        self.said.seek(0)
        whole = self.said.read().rpartition("\n")[0]
        told = [json.loads(line) for line in whole.splitlines()]
        return [event for event in told
                if kind in (None, event["event"]) and members.items() <= event.items()]

    def wait_for(self, kind, count=1, seconds=LONGEST, **members):
        """The last of so many events of a kind with these members."""
        deadline = time.monotonic() + seconds
        while len(found := self.events(kind, **members)) < count:
            assert self.process.poll() is None, f"it has ended: {self.events()}"
            assert time.monotonic() < deadline, f"no {kind} {members}: {self.events()}"
            time.sleep(0.005)
        return found[count - 1]

    def wait_for_quiet(self, seconds=0.5):
        """Until it has told nothing for so long."""
        count, since = -1, time.monotonic()
        while time.monotonic() < since + seconds:
            if len(self.events()) != count:
                count, since = len(self.events()), time.monotonic()
            time.sleep(0.02)

    def processor_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.entered()}/stat").read_text().split()
        return (int(fields[13]) + int(fields[14])) / 100

    @contextlib.contextmanager
    def stopped(self):
        """What happens meanwhile it finds all at once."""
        os.kill(self.process.entered(), signal.SIGSTOP)
        try:
            yield
        finally:
            # nsenter(1) stops with it, and waits for nobody until it goes on.
            os.kill(self.process.pid, signal.SIGCONT)
            os.kill(self.process.entered(), signal.SIGCONT)

    def hang_up(self):
        self.process.send_signal(signal.SIGHUP)

    def end(self):
        """As systemd ends it; returns its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(SECONDS)
        self.said.close()
        return status
