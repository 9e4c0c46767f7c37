# SPDX-License-Identifier: Apache-2.0
"""What the peers' own suites test, each as a case, and what is told of it in README.md.

A case has what is done, what their suite expects after it (`theirs`), and, where that is not so here,
what is (`ours`). Both are looks at the machine by name, {name of a look: what it finds}; a test
compares the whole of them with what robind's own module left behind. So the verdict that is told is
not written by hand.
"""

import pathlib
import re
from dataclasses import dataclass, field

README = pathlib.Path(__file__).with_name("README.md")


@dataclass
class Case:
    """One case of a peer's suite, on a source and a target of its own."""

    name: str
    steps: list
    theirs: dict
    ours: dict = field(default_factory=dict)
    why: str = ""
    # It is about what no read-only bind has; what is asked for is refused, with these words.
    refused: str = ""

    @property
    def expected(self):
        """Of our module."""
        return {**self.theirs, **self.ours}

    @property
    def verdict(self):
        if self.refused:
            return "no meaning"
        return "same" if self.expected == self.theirs else "differs"

    @property
    def slug(self):
        return re.sub("[^a-z0-9]+", "_", self.name.lower()).strip("_")

    def row(self):
        assert self.why or self.verdict == "same", f"{self.name}: say why"
        return f"| {self.name} | {self.verdict} | {self.why} |"


def table(cases):
    """As README.md has it."""
    rows = "\n".join(case.row() for case in cases)
    return f"| their case | here | why |\n|---|---|---|\n{rows}\n"


def told(peer):
    """The table below the heading of this name."""
    text = README.read_text()
    assert text.count(f"\n## {peer}\n") == 1, f"no heading '{peer}' in {README}"
    return re.search(r"\| their case .*?\n(?!\|)", text.split(f"\n## {peer}\n")[1] + "\n", re.S)[0]


def assert_told(peer, cases):
    """The table of README.md is that of the cases."""
    names = [case.name for case in cases]
    assert len(set(names)) == len(names), "a name twice"
    assert told(peer) == table(cases), f"the table should be:\n\n{table(cases)}"
