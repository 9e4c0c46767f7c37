# SPDX-License-Identifier: Apache-2.0
"""Where Salt's own mount.mounted is wrong about a read-only bind and robind is right: the source
on a disk, each target spoilt by hand, then both states for the same binds."""

import pytest

from host import DIR
from volumes import Ext4

pytestmark = pytest.mark.needs_root


def drifted_to_writable(machine, row):
    machine.run("mount", "-o", "remount,bind,rw", row.target)


def another_directory(machine, row):
    machine.run("umount", row.target)
    machine.run("mount", "--bind", f"{row.source}/other", row.target)


def made_anew(machine, row):
    machine.sh('rm -r "$1" && mkdir "$1"', row.source)


def covered(machine, row):
    machine.run("mount", "--make-private", row.target)  # else the source would be covered, too
    machine.run("mount", "-t", "tmpfs", "tmpfs", row.target)


def never_read_only(machine, row):
    machine.run("umount", row.target)
    machine.run("mount", "--bind", row.source, row.target)


class Row:
    """A bind, what was done to it, and what robind says to that."""

    def __init__(self, spoil, reason):
        self.name, self.spoil, self.reason = spoil.__name__, spoil, reason
        self.source, self.target = f"{DIR}/volume/{self.name}", f"{DIR}/ro/{self.name}"

    def is_right(self, machine):
        """Whether the target shows the source, read-only."""
        inside = machine.path(self.target).stat()
        same = inside.st_ino == machine.path(self.source).stat().st_ino
        return same and not machine.is_writable(self.target)


ROWS = [
    Row(drifted_to_writable, "writable"),
    Row(another_directory, "wrong_source"),
    Row(made_anew, "stale_source"),
    Row(covered, "unexpected_mount"),
    Row(never_read_only, "writable"),
]


@pytest.fixture
def rows(machine):
    Ext4(machine).mount(f"{DIR}/volume")
    for row in ROWS:
        machine.dir(f"{row.source}/other")
    return ROWS


def mount_mounted(row):
    return {"mount.mounted": [{"name": row.target}, {"device": row.source}, {"fstype": "none"},
                              {"opts": "bind,ro"}, {"persist": True}, {"mkmnt": True}]}


def robind_ephemeral(row):
    return {"robind.ephemeral": [{"name": row.target}, {"device": row.source}, {"replace": True}]}


def test_what_mount_mounted_leaves_robind_mends(minion, machine, rows):
    theirs = minion.write("theirs", {row.name: mount_mounted(row) for row in rows})
    ours = minion.write("ours", {row.name: robind_ephemeral(row) for row in rows})
    minion.apply(theirs)
    assert all(row.is_right(machine) for row in rows)
    for row in rows:
        row.spoil(machine, row)

    said = minion.apply(theirs)
    for row in rows:
        assert said[row.name].result is True and not row.is_right(machine), row.name
    # What they wrote for the next boot, where the last word counts. Only under a tmpfs they did
    # not find the disk.
    assert machine.fstab.count("none\tbind,relatime,ro,rw\t") == len(rows) - 1

    said = minion.apply(ours)
    for row in rows:
        assert said[row.name].result is True, (row.name, said[row.name])
        assert row.reason in said[row.name].changes[row.target]["reason"], row.name
        assert row.is_right(machine) and len(machine.stack(row.target)) == 1, row.name
        assert machine.is_writable(row.source), row.name
    said = minion.apply(ours)
    assert not any(said[row.name].changes for row in rows)
