# SPDX-License-Identifier: Apache-2.0
"""fstab that cannot be read or written, and runs that are killed: the file is the old or the
new one, whole, and the reply tells the truth."""

import collections
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from answer import ROBIND, is_sanitized
from fault import apply_with_fault
from fstab import FSTAB, LINE, OTHERS, SOURCE, TARGET, Table, mounted
from host import DIR, KERNEL, LONG, as_bytes, bind, here

FOLDER = f"{DIR}/etc"


@pytest.fixture
def table(host):
    return Table(host)


def directory(table):
    table.host.sh('rm "$1"; mkdir "$1"', FSTAB)


def dangling(table):
    table.host.sh('rm "$1"; ln -s none/there "$1"', FSTAB)


def loop(table):
    table.host.sh('rm "$1"; ln -s fstab "$1"', FSTAB)


def fifo(table):
    table.host.sh('rm "$1"; mkfifo "$1"', FSTAB)


@pytest.mark.parametrize("spoil, error", [
    (directory, "EISDIR"), (dangling, "ENOENT"), (loop, "ELOOP"), (fifo, "EINVAL")])
def test_unreadable(table, spoil, error):
    """Nothing is mounted that could not be written down."""
    spoil(table)
    with table.host.unchanged():
        said = table.apply(mounted())
    assert (said.error["code"], said.error["errno"]) == ("fstab", error), said.reply
    assert FSTAB in said.error["msg"]
    assert table.apply(bind(SOURCE, TARGET, "ephemeral")).status == 0


def read_only(table):
    table.host.sh('mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"', FOLDER)
    return lambda: table.host.run("umount", FOLDER)


def full(table):
    table.host.sh(
        'mount -t tmpfs -o size=16k tmpfs "$1"; printf %s "$2" >"$1/fstab"\n'
        'dd if=/dev/zero of="$1/full" 2>/dev/null || :', FOLDER, OTHERS)
    return lambda: table.host.path(f"{FOLDER}/full").unlink()


def mounted_on(table):
    other = table.host.file(f"{DIR}/other/fstab", OTHERS)
    table.host.run("mount", "--bind", other, FSTAB)
    return lambda: table.host.run("umount", FSTAB)


def immutable(table):
    if table.host.run("chattr", "+i", FSTAB, check=False).returncode != 0:
        pytest.skip("chattr +i does not work here")
    return lambda: table.host.run("chattr", "-i", FSTAB)


@pytest.mark.parametrize("spoil, error", [
    (read_only, "EROFS"), (full, "ENOSPC"), (mounted_on, "EBUSY"),
    pytest.param(immutable, "EPERM", marks=pytest.mark.needs_root)])
def test_unwritable(table, spoil, error):
    mend = spoil(table)
    foretold = table.check(mounted(), backup=True)
    said = table.apply(mounted(), backup=True)
    assert (said.error["code"], said.error["errno"]) == ("fstab", error), said.reply
    done = said.bind
    if spoil is not full:  # whether there is room is seen in writing alone
        assert foretold.bind == done
    assert (done["changed"], done["actions"]) == (True, ["create_target", "attach"])
    assert (done["after"]["mounted"], done["after"]["in_fstab"]) == (True, False)
    table.host.assert_read_only_view(SOURCE, TARGET)
    assert table.read() == OTHERS and "backup_file" not in said.reply
    again = table.apply(mounted())
    assert (again.reply["changed"], again.reply["failed"]) == (False, True), again.reply
    assert spoil is full or table.check(mounted()).bind == again.bind
    mend()
    assert table.apply(mounted()).bind["actions"] == ["add_to_fstab"]
    assert table.read() == OTHERS + LINE
    table.settled(mounted())


def test_missing_is_made(table):
    table.host.path(FSTAB).unlink()
    assert table.apply(mounted()).status == 0
    assert table.read() == LINE
    made = table.host.path(FSTAB).stat()
    # Root of the host, which may be an ordinary user here.
    assert (made.st_mode & 0o7777, made.st_uid, made.st_gid) == (
        0o644, os.geteuid(), os.getegid())


def test_a_symlink_stays_one(table):
    table.host.sh('mv "$1/fstab" "$1/real"; ln -s real "$1/fstab"', FOLDER)
    assert table.apply(mounted()).status == 0
    assert table.host.path(FSTAB).is_symlink()
    assert table.host.path(f"{FOLDER}/real").read_text() == OTHERS + LINE
    table.assert_no_litter("real")


def test_owner_and_mode_stay(table):
    table.host.sh('chmod 0640 "$1"; chown 0:0 "$1"', FSTAB)
    table.apply(mounted())
    assert table.host.path(FSTAB).stat().st_mode & 0o7777 == 0o640


FAULTS = [("fsync", "EIO"), ("rename", "EIO"), ("flock", "EIO")]


@pytest.mark.parametrize("call, error", FAULTS)
def test_fails(hosts, call, error):
    nth, calls = 0, 0
    while calls >= nth:  # the last round has no fault
        nth += 1
        host = hosts()
        table = Table(host)
        asked = here(mounted(), fstab=FSTAB)
        said, calls = apply_with_fault(host, asked, call, error, nth)
        told = f"call {nth} of {call}: {said.reply}"
        is_written = table.read() != OTHERS
        assert table.read() in (OTHERS, OTHERS + LINE), told
        assert said.reply["failed"] or is_written, told
        assert said.reply["changed"] == (is_written or host.stack(TARGET) != []), told
        for done in said.reply["binds"]:
            assert done.get("after", {}).get("in_fstab", False) == is_written, told
        assert table.apply(mounted()).status == 0
        assert table.read() == OTHERS + LINE
        table.settled(mounted())
        host.end()
    assert nth > 1


def trace(host, *options, call=("apply",), asked=None):
    """Run it under strace."""
    wrap = ("strace", "-f", "-qq", *options, *host.kernel)
    return host.run(*wrap, ROBIND, *call, input=as_bytes(asked), check=False)


def calls_of(host, **what):
    """How often which call is made."""
    log = host.file(f"{DIR}/log", "")
    assert trace(host, "-o", log, **what).returncode == 0
    names = re.findall(r"^\d+ +(\w+)\(", host.path(log).read_text(), re.MULTILINE)
    return collections.Counter(names)


def tried(count, begun):
    """Not before the program has begun its work; and of a call that is made often, the first, the
    last and two between. Each one is for long runs."""
    if LONG:
        return range(1, count + 1)
    left = range(begun + 1, count + 1)
    return left if len(left) <= 4 else sorted({left[len(left) * n // 3 - (n > 0)] for n in range(4)})


@pytest.mark.skipif(not shutil.which("strace"), reason="no strace")
@pytest.mark.skipif(is_sanitized(), reason="LeakSanitizer does not work under strace")
@pytest.mark.skipif(bool(KERNEL), reason="who watches the calls cannot be watched")
def test_killed_at_every_call(hosts):
    asked = here(mounted(), fstab=FSTAB)
    first = hosts()
    Table(first)
    counts = calls_of(first, asked=asked)
    begun = calls_of(first, call=["--version"])
    assert counts["rename"] + counts["renameat"] + counts["renameat2"] > 0
    host = hosts()
    table = Table(host)
    seen = collections.Counter()
    for name, count in counts.items():
        for nth in tried(count, begun[name]):
            # What strace has no name for it cannot stop at; test_faults does.
            if name in ("execve", "exit_group") or name.startswith("syscall_"):
                continue
            at = f"killed at call {nth} of {name}"
            table.write(OTHERS)
            done = trace(host, "-o", "/dev/null", "-e", f"inject={name}:signal=KILL:when={nth}",
                         asked=asked)
            assert table.read() in (OTHERS, OTHERS + LINE), at
            assert host.top(TARGET) is None or "ro" in host.top(TARGET).options, at
            again = table.apply(mounted())
            assert again.status == 0, f"{at}: {again.reply}"
            assert table.read() == OTHERS + LINE, at
            table.assert_no_litter()
            assert done.returncode in (0, 137, -9), at
            seen[done.returncode == 0] += 1
            host.run("umount", TARGET)
    assert seen[False] > 3 * seen[True], "it was hardly ever killed"


def test_many_at_once(table):
    """Eight robinds, fifty binds each, one fstab: no line is lost."""
    sources = [table.host.dir(f"{DIR}/s/{n}") for n in range(400)]
    running = []
    for n in range(8):
        asked = [bind(source, source.replace("/s/", "/t/"), "mounted")
                 for source in sources[n * 50:n * 50 + 50]]
        request = table.host.file(f"{DIR}/request-{n}", "")
        table.host.path(request).write_bytes(as_bytes(here(*asked, fstab=FSTAB)))
        running.append(table.host.start(
            *table.host.kernel, ROBIND, "apply", request, stdout=subprocess.PIPE))
    for process in running:
        assert process.wait(120) == 0, process.stdout.read()
        process.stdout.close()
    lines = table.read().splitlines()
    assert len(lines) == len(OTHERS.splitlines()) + 400
    assert len({line.split()[1] for line in lines if "x-robind" in line}) == 400


def test_beside_another_tool(table):
    """Whoever edits the file between our read and our write loses nothing."""
    assert pathlib.Path(ROBIND).exists()
    assert table.apply(mounted()).status == 0
    table.write(table.read().replace("size=2g", "size=3g"))
    other = bind(SOURCE, f"{DIR}/ro/2", "mounted")
    assert table.apply(other).status == 0
    assert "size=3g" in table.read()
