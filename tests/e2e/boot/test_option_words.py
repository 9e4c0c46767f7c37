# SPDX-License-Identifier: Apache-2.0
"""Each word of robind's table, alone and beside each contrary one in either order: what robind
makes of a line is what mount(8) makes of it."""

import functools
import subprocess

import pytest

from fstab import FSTAB
from host import DIR, HELPERS
from mount_helper import install, util_linux

pytestmark = pytest.mark.needs_root
SOURCE = f"{DIR}/volumes/db"
# What mount(8) does instead of a bind, or will not do to a directory.
NO_BIND = {"device", "remount"}
# What the helper cannot be, or have; and what the line is not for.
# From 2.39 on, of two words for times of access the last one counts, and not the stronger one; and a
# word may have a value that robind passes over.
OTHERWISE = {"noatime,relatime", "strictatime,noatime", "strictatime,relatime", "rw,ro=vfs"}
NOT_HELPED = NO_BIND | {"rbind", "propagation"}


def printed(*argument):
    done = subprocess.run([HELPERS / "option_words", *argument], capture_output=True, check=True)
    return [line.split(" ", 1) for line in done.stdout.decode().splitlines()]


@functools.lru_cache(maxsize=None)
def kinds():
    return {word: kind for kind, word in printed()}


def lists(without):
    """Of every word, and of every two that are contrary, both ways."""
    known = kinds()
    alone = [[word] for word in known]
    both = [list(words) for words in sorted({tuple(pair) for pair in printed("contrary")})]
    found = [",".join(words) for words in alone + both
             if not without & {known[word] for word in words}]
    return [words for words in found if util_linux() < (2, 39) or words not in OTHERWISE]


def test_the_table_is_not_empty():
    found = lists(NO_BIND)
    for listed in ("nosuid", "users", "noexec,exec", "exec,noexec", "rw,ro", "users,exec",
                   "relatime,noatime", "noatime,atime", "noauto,auto", "shared,private"):
        assert listed in found
    assert "loop" not in found and len(found) > 90


class Lines:
    """A line in fstab for each list of options."""

    def __init__(self, host, found, more="", kind="none"):
        self.host = host
        self.targets = {listed: f"{DIR}/ro/{n}" for n, listed in enumerate(found)}
        self.write(more, kind)
        host.dir(SOURCE)
        for target in self.targets.values():
            host.dir(target)

    def write(self, more="", kind="none"):
        begin = "bind,ro" if kind == "none" else "ro"
        self.host.file(FSTAB, "".join(
            f"{SOURCE} {target} {kind} {begin},{listed}{more} 0 0\n"
            for listed, target in self.targets.items()))

    def mount(self):
        """By mount(8), each by itself: one that it refuses is not mounted."""
        self.host.sh('fstab=$1; shift; for at; do mount -T "$fstab" "$at" || true; done', FSTAB,
                     *self.targets.values())

    def umount(self):
        self.host.run("umount", *self.targets.values(), check=False)

    def flags(self):
        """What is mounted where, and with which flags; None: nothing."""
        tops = {mount.target: mount for mount in self.host.mounts()}
        return {listed: set(tops[target].options) if target in tops else None
                for listed, target in self.targets.items()}


def differing(have, want):
    return {listed: (have[listed], want[listed]) for listed in want
            if have[listed] != want[listed]}


@pytest.mark.parametrize("more", [",x-robind", ""], ids=["ours", "others"])
def test_boot_makes_what_mount_makes(shared_host, more):
    """It finds right what mount(8) made of all lists, and makes the same of them; but what mount(8)
    would make writable, and what is not for the boot, is not looked at."""
    lines = Lines(shared_host, lists(NO_BIND))
    lines.mount()
    by_mount = lines.flags()
    assert sum("ro" in (found or ()) for found in by_mount.values()) > 80, by_mount
    lines.write(more)
    said = boot(lines)
    for bind in said.reply["binds"]:
        codes = {drift["code"] for drift in bind.get("drift", [])}
        # A line of robind's is private, whatever else it says.
        assert codes <= ({"propagation"} if more else set()), bind
    assert differing(lines.flags(), by_mount) == {}

    lines.umount()
    assert not any(lines.flags().values())
    boot(lines)
    want = {listed: found if found and "ro" in found and not listed.endswith("noauto") else None
            for listed, found in by_mount.items()}
    assert differing(lines.flags(), want) == {}


def boot(lines):
    said = lines.host.robind("boot", "--fstab", FSTAB)
    assert said.status == 0, said.reply
    return said


def test_boot_leaves_the_flags_of_others(shared_host):
    """Whatever the line says: someone may have changed them on purpose."""
    lines = Lines(shared_host, ["nosuid,nodev,noexec", "exec,suid,dev", "noatime", "users"])
    lines.mount()
    lines.host.sh('for at; do mount --options-mode ignore -o remount,bind,rw,suid,exec,nodev,'
                  'strictatime "$at"; done',
                  *lines.targets.values())
    said = lines.host.robind("boot", "--fstab", FSTAB)
    assert (said.status, said.reply["changed"]) == (0, True)
    assert {tuple(sorted(found)) for found in lines.flags().values()} == {("nodev", "ro")}
    lines.write(",x-robind")
    lines.host.robind("boot", "--fstab", FSTAB)
    have = lines.flags()
    assert {"nosuid", "nodev", "noexec"} <= have["nosuid,nodev,noexec"] & have["users"]
    assert have["exec,suid,dev"] == {"ro"}
    assert "noatime" in have["noatime"]


def test_flags_of_the_source_are_cleared(shared_host):
    """A mount of robind's own has the flags of its source but those of which the line says so."""
    host = shared_host
    host.dir(SOURCE)
    host.run("mount", "-t", "tmpfs", "-o", "nosuid,nodev,noexec,nosymfollow", "vol", SOURCE)
    lines = Lines(host, ["x-robind", "suid,dev,exec,symfollow,x-robind", "users,exec,x-robind"])
    assert host.robind("boot", "--fstab", FSTAB).status == 0
    all_four = {"ro", "nosuid", "nodev", "noexec", "nosymfollow", "relatime"}
    assert list(lines.flags().values()) == [
        all_four, {"ro", "relatime"}, all_four - {"noexec"}]


# ---- mount.robind ----


@pytest.fixture
def helped(shared_host):
    install(shared_host)
    return shared_host


def test_helper_makes_what_mount_makes(helped):
    """Called by mount(8), and by hand with all that mount(8) keeps to itself."""
    lines = Lines(helped, lists(NOT_HELPED))
    lines.mount()
    # The helper's binds are always read-only.
    by_mount = {listed: found and found - {"rw"} | {"ro"}
                for listed, found in lines.flags().items()}
    lines.umount()
    lines.write(kind="robind")
    lines.mount()
    assert differing(lines.flags(), by_mount) == {}
    lines.umount()
    lines.host.sh(
        'source=$1; shift; while [ $# != 0 ]; do mount.robind "$source" "$1" -o "$2"; shift 2; done',
        SOURCE, *(
            word for listed, target in lines.targets.items()
            for word in (target, f"ro,{listed}")))
    assert differing(lines.flags(), by_mount) == {}


# ---- quotes ----


def test_a_comma_in_quotes_parts_nothing(helped):
    """Neither at boot nor in the helper; the words behind it are read."""
    quoted = 'x-note="a,noexec,rw,b",nodev'
    lines = Lines(helped, [quoted])
    lines.mount()
    by_mount = lines.flags()
    assert by_mount[quoted] == {"ro", "nodev", "relatime"}
    lines.umount()
    assert helped.robind("boot", "--fstab", FSTAB).status == 0
    assert lines.flags() == by_mount
    lines.umount()
    helped.run("mount.robind", SOURCE, lines.targets[quoted], "-o", f"ro,{quoted}")
    assert lines.flags() == by_mount


def test_an_open_quote_is_an_error(helped):
    lines = Lines(helped, ["x"])
    done = helped.run("mount.robind", SOURCE, lines.targets["x"], "-o", 'ro,x-note="a,b',
                      check=False)
    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1)
    assert b'x-note="a,b' in done.stderr
    assert lines.flags() == {"x": None}
