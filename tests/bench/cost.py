# SPDX-License-Identifier: Apache-2.0
"""What runs of a command cost, and what is known when all of them are through.

Processor time is what is compared, and of several runs the least: on a machine that others use as
well every run takes as long as it has to, or longer.
"""

import statistics
import time
from dataclasses import dataclass, field


@dataclass
class Run:
    wall: float  # microseconds, as all times here
    cpu: float
    peak: int  # KiB
    status: int


def read_runs(text):
    """What tests/bench/spend.c has printed."""
    return [Run(float(wall), float(cpu), int(peak), int(status))
            for wall, cpu, peak, status in (line.split() for line in text.splitlines())]


@dataclass
class Result:
    """One contestant at one work, and all its runs."""

    work: str
    who: str
    count: int  # how many binds: what is told is told of one of them
    runs: list = field(default_factory=list)

    def least(self, what="cpu"):
        return min(getattr(run, what) for run in self.runs)

    def median(self, what="cpu"):
        return statistics.median(getattr(run, what) for run in self.runs)

    def each(self, what="cpu"):
        """The least of it for one bind."""
        return self.least(what) / self.count

    @property
    def peak(self):
        return min(run.peak for run in self.runs)


class Book:
    """All results of this call of the bench, by work, who, and count."""

    def __init__(self):
        self.results = {}
        self.missing = {}  # what could not be measured here -> why
        self.notes = {}  # more numbers, by name

    def result(self, work, who, count):
        return self.results.setdefault((work, who, count), Result(work, who, count))

    def get(self, work, who, count):
        return self.results.get((work, who, count))

    def ratio(self, work, who, beside, count, what="cpu"):
        """How often the one has what the other takes; nothing where one was not measured."""
        one, other = self.get(work, who, count), self.get(work, beside, count)
        return one.least(what) / other.least(what) if one and other else None


class Clock:
    """How long there is; None: as long as it takes."""

    def __init__(self, seconds=None):
        self.end = None if seconds is None else time.monotonic() + seconds

    def is_over(self):
        return self.end is not None and time.monotonic() >= self.end
