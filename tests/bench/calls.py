# SPDX-License-Identifier: Apache-2.0
"""Which system calls one run makes, and how many of them for each bind: by strace, and as
tests/bench/README.md has it."""

import collections
import json
import pathlib
import re

from host import DIR, ROBIND

README = pathlib.Path(__file__).with_name("README.md")
# An strace that is older than the kernel has numbers for these.
NEWER = {457: "statmount", 458: "listmount", 467: "open_tree_attr"}
CALL = re.compile(r"^\d+ +(\w+)\(.*= (-1 EAGAIN)?", re.M)
# What memory takes depends on the library that hands it out.
OF_MEMORY = {"brk", "mmap", "munmap", "mremap", "madvise", "sysinfo"}
# Before main() the loader makes others too; and statmount once for each mount of the machine.
OF_RUNS = ("listmount", "mount_setattr", "move_mount", "open_tree", "openat2", "statx")
ROW = re.compile(r"^\| `(\w+)` \| *(\d*) *\| *(\d*) *\|", re.M)


def named(name):
    number = re.fullmatch(r"syscall_0x([0-9a-f]+)", name)
    return NEWER.get(int(number[1], 16), name) if number else name


def count(text):
    """What strace has written. A path that is not in the cache is asked for once more: that
    depends on what others do."""
    return collections.Counter(
        named(name) for name, again in CALL.findall(text) if not again)


def traced(host, command, number):
    """The calls of robind for so many binds."""
    binds = [{"source": host.dir(f"s/{i}"), "target": host.dir(f"d/{i}"), "state": "ephemeral"}
             for i in range(number)]
    host.run("strace", "-f", "-qq", "-o", f"{DIR}/calls", ROBIND, command,
             host.file("request", json.dumps({"binds": binds})), check=False)
    return count(host.path(f"{DIR}/calls").read_text())


def of_each_bind(few, many, n):
    """Of runs with n and 2n binds: for each bind, and for a run whatever it has."""
    each = {name: (many[name] - few[name]) / n for name in many
            if name not in OF_MEMORY and many[name] != few[name]}
    return each, {name: few[name] - each.get(name, 0) * n for name in OF_RUNS
                  if few[name] != each.get(name, 0) * n}


def told(heading):
    """The two columns of the table below a heading of README.md: apply, and check."""
    part = README.read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    columns = collections.Counter(), collections.Counter()
    for name, apply, check in ROW.findall(part):
        columns[0][name] += int(apply or 0)
        columns[1][name] += int(check or 0)
    return [{name: n for name, n in column.items() if n} for column in columns]
