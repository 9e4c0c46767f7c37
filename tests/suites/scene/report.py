# SPDX-License-Identifier: Apache-2.0
"""Each step, what was expected and what was seen: a page for people, a summary for programs."""

import json
import os
import time
from dataclasses import asdict, dataclass

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"
MARKS = {PASSED: "ok", FAILED: "FAILED", SKIPPED: "skipped"}


@dataclass
class Step:
    """One line of the story."""

    chapter: str
    name: str
    expected: str
    seen: str
    status: str
    at: float  # seconds since the start


class Report:
    """Prints while it goes."""

    def __init__(self, **facts):
        self.facts = facts
        self.start = time.monotonic()
        self.title = ""
        self.steps = []

    def note(self, **facts):
        """What is good to know, and cannot be wrong."""
        self.facts.update(facts)
        for name, fact in facts.items():
            print(f"{name + ':':10} {fact}", flush=True)

    def chapter(self, title):
        self.title = title
        print(f"\n== {title}", flush=True)

    def expect(self, name, expected, seen):
        """The two have to be equal."""
        self.judge(name, expected, seen, expected == seen)

    def expect_text(self, name, part, seen):
        """`part` has to be in what was seen."""
        self.judge(name, part, seen, part in seen)

    def judge(self, name, expected, seen, is_as_expected):
        self.add(name, expected, seen, PASSED if is_as_expected else FAILED)

    def skip(self, name, reason):
        """What cannot run here; with TESTS_MUST_RUN=1 that is a failure."""
        must_run = os.environ.get("TESTS_MUST_RUN") == "1"
        self.add(name, "", reason, FAILED if must_run else SKIPPED)

    def add(self, name, expected, seen, status):
        step = Step(self.title, name, text_of(expected), text_of(seen), status,
                    round(time.monotonic() - self.start, 2))
        self.steps.append(step)
        print(f"{MARKS[status]:8} {name}")
        if step.expected:
            print(f"         expected  {step.expected}")
        print(f"         seen      {step.seen}", flush=True)

    def count(self, status):
        return sum(step.status == status for step in self.steps)

    def totals(self):
        return {status: self.count(status) for status in MARKS}

    def is_good(self):
        """Something was tried, and all of it is as expected."""
        return bool(self.steps) and self.count(FAILED) == 0

    def write(self, file):
        """The summary, as JSON."""
        seconds = round(time.monotonic() - self.start, 2)
        summary = {**self.facts, **self.totals(), "seconds": seconds,
                   "steps": [asdict(step) for step in self.steps]}
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(summary, indent=2) + "\n", encoding="ascii")

    def close(self):
        print("\n" + ", ".join(f"{n} {status}" for status, n in self.totals().items()), flush=True)


def text_of(value):
    """On one line, as a person would write it."""
    if isinstance(value, (list, tuple, set)):
        return ", ".join(map(str, sorted(value) if isinstance(value, set) else value)) or "nothing"
    return " / ".join(str(value).strip().splitlines())
