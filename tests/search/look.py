# SPDX-License-Identifier: Apache-2.0
"""A host as it is, seen by Python alone: what robind says is judged by this."""

import contextlib
import errno
import os
import re
from dataclasses import dataclass

import mountinfo
from host import DIR

FSTAB = "/etc/fstab"
# Where the processes with mounts of their own are told, by those who start them.
SLAVES = "/run/slaves"
BIND = re.compile(rb"(^|,)r?bind(,|$)")


class View:
    """A mount table, walked as the kernel walks it: what is hidden is not found."""

    def __init__(self, text):
        self.mounts = mountinfo.parse(text)
        self.above = {(mount.parent, mount.target): mount for mount in self.mounts}
        numbers = {mount.id for mount in self.mounts}
        (self.root,) = [mount for mount in self.mounts if mount.parent not in numbers]

    def at(self, path):
        """The mount that is seen there; it is mounted there, or somewhere above."""
        mount, place = self.root, ""
        for part in path.split("/"):
            place = f"{place}/{part}".replace("//", "/")
            while (mount.id, place) in self.above:
                mount = self.above[mount.id, place]
        return mount

    def top(self, path):
        """The mount that is seen there and mounted there, or None."""
        mount = self.at(path)
        return mount if mount.target == path else None

    def below(self, path):
        """What is mounted below and seen there."""
        return [mount for mount in self.mounts
                if mount.target.startswith(f"{path}/") and self.at(mount.target) == mount]


@dataclass
class Look:
    """All that robind may change, at one time."""

    table: str
    files: list
    fstab: list  # what it is: bytes, or where the link leads
    writes: dict  # place: whether it takes writes; None where nothing is, or it is no file
    slaves: dict  # process: the mount table that it has

    @property
    def view(self):
        return View(self.table)

    @property
    def lines(self):
        return (self.fstab[-1] or b"").split(b"\n")

    def mounts(self, is_ours=lambda place: False):
        """What is mounted where and how, without numbers that tell nothing."""
        return sorted((m.target, m.device, m.root, sorted(m.options), sorted(m.propagation))
                      for m in self.view.mounts if not is_ours(m.target))


def read_fstab(host):
    """The link, if it is one, and the text."""
    path = host.path(FSTAB)
    link = os.readlink(path) if path.is_symlink() else None
    path = path.with_name(link) if link else path
    return [link, path.read_bytes() if path.is_file() else None]


def can_write(host, path):
    """An attempt that leaves nothing behind."""
    flags = os.O_TMPFILE if host.path(path).is_dir() else 0
    try:
        os.close(os.open(host.path(path), flags | os.O_WRONLY))
    except OSError as error:
        return False if error.errno == errno.EROFS else None
    return True


def slaves(host):
    """Those that are alive, with the mount table of each."""
    known, found = host.path(SLAVES), {}
    for number in known.read_text().split() if known.exists() else []:
        with contextlib.suppress(OSError):
            found[number] = host.path(f"/proc/{number}/mountinfo").read_text()
    return found


def take(host, places=()):
    return Look(host.mountinfo(), host.files(), read_fstab(host),
                {place: can_write(host, place) for place in places}, slaves(host))


def real(host, path, depth=0):
    """Where a path leads, inside; what is missing stands for itself."""
    found = ""
    for part in path.strip("/").split("/"):
        step = f"{found}/{part}"
        if part == "..":
            found = os.path.dirname(found)
        elif depth < 20 and host.path(step).is_symlink():
            found = real(host, os.path.join(found, os.readlink(host.path(step))), depth + 1)
        else:
            found = step
    return found or "/"


def identity(host, path):
    """Of what is there; None where nothing is."""
    try:
        return os.stat(host.path(path))[1:3]
    except OSError:
        return None


def unescape(word):
    return mountinfo.unescape(word.decode(errors="surrogateescape"))


@dataclass(frozen=True)
class Line:
    """A line of fstab that says a mount."""

    text: bytes
    source: str
    target: str
    options: bytes

    @property
    def is_bind(self):
        return bool(BIND.search(self.options)) or self.text.split()[2] == b"robind"


def parse_line(text):
    """None where it is a remark, or none at all."""
    words = text.split()
    if len(words) < 4 or text.lstrip().startswith(b"#"):
        return None
    return Line(text, unescape(words[0]), unescape(words[1]), words[3])


def binds_of(host, lines, target):
    """The bind lines for what is, in the end, this place."""
    parsed = filter(None, map(parse_line, lines))
    return [line for line in parsed if line.is_bind and line.target.startswith(DIR)
            and target in (line.target, real(host, line.target))]
