# SPDX-License-Identifier: Apache-2.0
"""What robind(8) says that a run needs: its table of capabilities, its lists of system calls."""

import re

from answer import REPO

PAGE = (REPO / "module/man/robind.8.scd").read_text(encoding="utf-8")
PART = PAGE[PAGE.index("# PRIVILEGES\n"):].split("\n# ")[0]


def capabilities():
    """Of each kind of run, as {"check, show": {"CAP_...", ...}}."""
    return {kind: set(names.split())
            for kind, names in re.findall(r"^\|  (.*)\n:  (.*)$", PART, re.MULTILINE)}


def calls():
    """Of each kind of run, besides those of all runs."""
    return {kind: names.split()
            for kind, names in re.findall(r"^\*(.*)\*\n((?:\t.*\n)+)", PART, re.MULTILINE)}
