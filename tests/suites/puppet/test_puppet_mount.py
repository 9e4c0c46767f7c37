# SPDX-License-Identifier: Apache-2.0
"""The rows in which Puppet's own `mount` type is wrong about a read-only bind, with both of them
in one catalog: what `mount` leaves behind, and what robind_bind does."""

import pytest

from host import DIR
from puppets import PuppetHost, needs_puppet

pytestmark = needs_puppet()

# Each row is made by hand before the run, for either tool in a file system of its own: what
# `mount` does to the source's file system must not be seen in another row. $1 is the folder.
ROWS = {
    # Nothing there yet: `mount` remounts the whole file system of the source read-only.
    "first run": 'mkdir "$1/t"',
    "no target": "",
    "a blank": 'mkdir "$1/t t"',
    "made writable": 'mkdir "$1/t"; mount -o bind,ro "$1/s" "$1/t"; mount -o remount,bind,rw "$1/t"',
    "another source": 'mkdir "$1/t" "$1/o"; mount --bind "$1/o" "$1/t"',
    "stale": 'mkdir "$1/t"; mount -o bind,ro "$1/s" "$1/t"; rm -r "$1/s"; mkdir "$1/s"',
    "covered": 'mkdir "$1/t"; mount -o bind,ro "$1/s" "$1/t"; mount -t tmpfs tmpfs "$1/t"',
    "without ro": 'mkdir "$1/t"; mount --bind "$1/s" "$1/t"',
    "a symlink": 'mkdir "$1/real"; ln -s real "$1/t"',
    "a volume below": 'mkdir "$1/t" "$1/s/v"; mount -t tmpfs tmpfs "$1/s/v"',
}
WORDS = {
    "another source": "replace => true,",
    "covered": "replace => true,",
    "a symlink": "follow => true,",
    "a volume below": "recursive => true,",
}
# Rows that `mount` has already in fstab, with these options; without them its line is new.
KNOWN = {"made writable": "bind,ro", "stale": "bind,ro", "covered": "bind,ro",
         "another source": "bind,ro", "without ro": "bind"}
# `mount` refuses such a name.
ONLY_ROBIND = ["a blank"]


def folder(row, tool):
    return f"{DIR}/{row.replace(' ', '-')}/{tool}"


def target(row, tool):
    return folder(row, tool) + ("/t t" if row == "a blank" else "/t")


def catalog():
    text = ""
    for row in ROWS:
        options = "rbind,ro" if row == "a volume below" else "bind,ro"
        if row not in ONLY_ROBIND:
            text += (f"mount {{ '{target(row, 'mount')}': ensure => mounted, fstype => 'none',"
                     f" device => '{folder(row, 'mount')}/s', options => '{options}' }}\n")
        text += (f"robind_bind {{ '{target(row, 'robind')}': source => '{folder(row, 'robind')}/s',"
                 f" {WORDS.get(row, '')} }}\n")
    return text


def is_right(host, row, tool):
    """The very source, read-only in all its parts, and the source takes writes."""
    source = f"{folder(row, tool)}/s"
    # What a symlink leads to counts, for either of them.
    at = target(row, tool).replace("/t", "/real") if row == "a symlink" else target(row, tool)
    try:
        host.assert_read_only_view(source, at)
        assert len(host.stack(at)) == 1, f"{len(host.stack(at))} mounts at {at}"
        if row == "a volume below":
            assert not host.is_writable(f"{at}/v"), f"{at}/v is writable"
    except (AssertionError, OSError) as error:
        return str(error) or "wrong"
    return ""


@pytest.fixture(scope="module")
def runs():
    host = PuppetHost()
    for row, script in ROWS.items():
        for tool in ("mount", "robind"):
            at = folder(row, tool)
            host.dir(at)
            host.sh('mount -t tmpfs tmpfs "$1"; mkdir "$1/s"', at)
            host.sh(script, at)
    host.file("/etc/fstab", "".join(
        f"{folder(row, 'mount')}/s\t{target(row, 'mount')}\tnone\t{options}\t0\t0\n"
        for row, options in KNOWN.items()))
    first = host.apply(catalog())
    yield host, first, host.apply(catalog())
    host.end()


@pytest.mark.parametrize("row", ROWS)
def test_robind_is_right(runs, row):
    host, first, second = runs
    part = f"Robind_bind[{target(row, 'robind')}]"
    assert not is_right(host, row, "robind"), is_right(host, row, "robind")
    assert any("/ensure: " in line and line.startswith("Notice") for line in first.of(part)), row
    assert not [line for line in second.of(part) if "/ensure" in line or "Error" in line], row


@pytest.mark.parametrize("row", [row for row in ROWS if row not in ONLY_ROBIND])
def test_mount_is_wrong(runs, row):
    """So that the rows above stand for something: should `mount` ever be right, this says so."""
    host, first, second = runs
    assert is_right(host, row, "mount"), f"mount is right about '{row}' by now"
