# SPDX-License-Identifier: Apache-2.0
"""/proc/PID/mountinfo as data."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Mount:
    id: int
    parent: int
    device: str
    root: str
    target: str
    options: frozenset
    propagation: frozenset  # shared, master, unbindable; empty: private
    fs_type: str


def unescape(text):
    """Blanks and the like stand there as \\040; every other byte stands for itself."""
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), text)


def parse(text):
    return [parse_line(line) for line in text.split("\n") if line]


def parse_line(line):
    left, right = line.split(" - ", 1)
    number, parent, device, root, target, options, *fields = left.split(" ")
    return Mount(
        id=int(number),
        parent=int(parent),
        device=device,
        root=unescape(root),
        target=unescape(target),
        options=frozenset(options.split(",")),
        propagation=frozenset(field.split(":")[0] for field in fields),
        fs_type=right.split(" ")[0],
    )


def stack(mounts, target):
    """The mounts at one target from the lowest up. Neither the order of the table nor that of
    the numbers tells: a mount that was put beneath another one is the younger of the two."""
    here = {mount.id: mount for mount in mounts if mount.target == target}
    above = {mount.parent: mount for mount in here.values()}
    layers = [mount for mount in here.values() if mount.parent not in here][:1]
    while layers and layers[-1].id in above:
        layers.append(above[layers[-1].id])
    return layers
