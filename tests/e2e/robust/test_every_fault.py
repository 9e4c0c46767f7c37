# SPDX-License-Identifier: Apache-2.0
"""Each call that robind makes fails, in each kind of run; robind is killed there; and each
allocation fails. Whatever it was:

    what is said is true, one whole line; nothing is writable that was not before, and the source
    still takes writes; fstab is the old or the new one; the next run finishes the job, and
    leaves nothing over.

Every 7th each day, and all in long runs: lib/rotation.py. TESTS_FAULTS=FILE takes the totals.
"""

import collections
import contextlib
import itertools
import json
import os
import pathlib
import platform
import re
import shutil
import signal

import pytest

import answer
import rotation
import tried
from answer import ROBIND, is_sanitized
from fault import failing
from fstab import FSTAB, LINE, OTHERS, SOURCE, TARGET, Table, mounted
from host import DIR, HELPERS, KERNEL, as_bytes, bind, here

PRELOAD = HELPERS / "preload" / "fail_memory.so"
COUNT = "/run/count"  # in the host

# What may become of a call on some host.
ERRORS = {
    "capset": ["EPERM"], "clone3": ["EAGAIN", "ENOMEM"], "fchmod": ["EPERM", "EROFS"],
    "fchown": ["EPERM"], "flock": ["ENOLCK"], "fsync": ["EIO", "ENOSPC"],
    "getdents64": ["EIO", "ENOMEM"], "listmount": ["ENOMEM"],
    "mkdirat": ["ENOSPC", "EROFS", "EACCES"], "mount_setattr": ["ENOMEM", "EBUSY", "EPERM"],
    "move_mount": ["ENOSPC", "EINVAL", "EBUSY"], "open_tree": ["ENOMEM", "EMFILE"],
    "openat": ["EMFILE", "EACCES", "ENOMEM"], "openat2": ["EMFILE", "ENOMEM", "EACCES"],
    "pipe2": ["EMFILE"], "prctl": ["EINVAL"], "pread64": ["EIO"], "read": ["EIO", "ENOMEM"],
    "readlinkat": ["EIO", "ENOMEM"], "rename": ["EIO", "ENOSPC"], "renameat2": ["EIO"],
    "statmount": ["ENOMEM"], "statx": ["EIO", "ENOMEM"], "umount2": ["EBUSY"],
    "unlinkat": ["EIO", "EROFS"], "write": ["EIO", "ENOSPC"],
}


# ---- kinds of runs: what is there, how robind is called, and for what ----


def fresh(table):
    """Nothing is there."""


def writable(table):
    table.host.run("mount", "--bind", SOURCE, table.host.dir(TARGET))


def other_line(table):
    table.write(OTHERS + f"{SOURCE} {TARGET} none bind,rw 0 0\n")


def made(table):
    table.apply(mounted())


def elsewhere(table):
    table.host.run("mount", "--bind", table.host.dir(f"{DIR}/volumes/other"),
                   table.host.dir(TARGET))


def with_submount(table):
    table.host.run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs",
                   table.host.dir(f"{SOURCE}/sub"))


def by_symlink(table):
    table.host.sh('ln -s db "$1/link"', f"{DIR}/volumes")


def listed(table):
    table.write(OTHERS + LINE)
    table.host.dir(TARGET)


def with_helper(table):
    table.host.run("ln", "-s", ROBIND, HELPER)
    table.host.dir(TARGET)


LINK, HELPER = f"{DIR}/volumes/link", f"{DIR}/mount.robind"
# The members that Ansible adds; fstab, as another file is no parameter of it, is left alone.
ANSIBLE = {"_ansible_check_mode": False, "_ansible_diff": False, "_ansible_module_name": "robind",
           "_ansible_version": "2.14.18"}
RUNS = {
    "make": (fresh, [mounted()], {}),
    "mend": (writable, [mounted()], {"holders": True}),
    "correct": (other_line, [mounted()], {"backup": False}),
    "replace": (elsewhere, [mounted(replace=True)], {}),
    "remove": (made, [bind(SOURCE, TARGET, "absent")], {}),
    "recursive": (with_submount, [bind(SOURCE, TARGET, recursive=True)], {}),
    "follow": (by_symlink, [bind(LINK, TARGET, follow=True)], {}),
    "boot": (listed, "boot", {}),
    "helper": (with_helper, "helper", {}),
    "ansible": (fresh, "ansible", {}),
}


def call(name):
    """The command, and its standard input."""
    _, asked, members = RUNS[name]
    if asked == "boot":
        return (ROBIND, "boot", "--fstab", FSTAB), None
    if asked == "helper":
        return (HELPER, SOURCE, TARGET, "-o", "ro"), None
    if asked == "ansible":
        return (ROBIND, "/run/args"), None
    return (ROBIND, "apply"), as_bytes(here(*asked, **{"fstab": FSTAB, **members}))


@contextlib.contextmanager
def scene(hosts, name):
    host = hosts()
    table = Table(host)
    host.file("/run/args", json.dumps({**here(mounted(), fstab=FSTAB), **ANSIBLE}))
    RUNS[name][0](table)
    yield table
    host.end()


# ---- what has to hold ----


def holes(host):
    return {mount.target for mount in host.mounts()
            if mount.target.startswith(TARGET) and host.is_writable(mount.target)}


def others(host):
    return {mount for mount in host.mounts() if not mount.target.startswith(TARGET)}


class Before:
    def __init__(self, table):
        self.host = table.host
        self.fstab = table.read()
        self.holes, self.others = holes(self.host), others(self.host)
        self.seen = set(self.host.mounts()), self.fstab

    def judge(self, table, said, at, was_killed=False):
        """`said` is None where there is no output."""
        assert holes(self.host) <= self.holes, f"{at}: something is writable"
        assert self.host.is_writable(SOURCE), f"{at}: the source takes no writes"
        assert others(self.host) == self.others, f"{at}: a mount was left elsewhere"
        text = table.read()
        assert text.startswith(OTHERS), f"{at}: fstab is {text!r}"
        assert text == self.fstab or text in (OTHERS, OTHERS + LINE), f"{at}: fstab is {text!r}"
        if not was_killed:
            table.assert_no_litter()
        if said is not None and "error" not in said.reply:
            has_changed = (set(self.host.mounts()), text) != self.seen
            assert said.reply["changed"] >= has_changed, f"{at}: changed, and says it is not"


def read(name, done):
    """What it said, or None."""
    if name == "helper":  # a line for people, and only where it fails
        assert done.stdout == b"" and done.stderr.count(b"\n") == (done.returncode != 0), done
        return None
    assert done.stderr == b"", done
    if done.stdout == b"":
        assert done.returncode != 0
        return None
    if name == "ansible":  # which takes a status of its own for a crash
        return answer.Answer(done.returncode, answer.parse(done.stdout))
    return answer.read(call(name)[0][1], (), done.returncode, done.stdout)


def finish(table, name, at):
    """The next run has no fault, the one after that nothing to do."""
    command, request = call(name)
    for _ in range(2):
        done = table.host.run(*command, input=request, check=False)
        said = read(name, done)
        assert done.returncode == 0 and not (said and said.reply["failed"]), f"{at}: then {done}"
    assert not said or not said.reply["changed"], f"{at}: is never through: {said.reply}"
    table.assert_no_litter()


class Counted:
    """The totals, for those who want them."""

    def __init__(self, what):
        self.row = tried.Row(what)

    def __enter__(self):
        return self.row

    def __exit__(self, kind, *_):
        self.row.faults = int(kind is not None)
        if "TESTS_FAULTS" in os.environ:
            with open(os.environ["TESTS_FAULTS"], "a", encoding="utf-8") as file:
                file.write(json.dumps(vars(self.row)) + "\n")


# ---- calls ----


def calls_of(table, command, request):
    """How often each call is made."""
    done = table.host.run("strace", "-f", "-qq", "-o", COUNT, *command, input=request,
                          check=False)
    assert done.returncode == 0, done.stdout
    text = table.host.path(COUNT).read_text()
    return collections.Counter(re.findall(r"^\d+ +(\w+)\(", text, re.MULTILINE))


def events(hosts, name):
    """(call, n) of each that may fail, but for those before the program begins."""
    command, request = call(name)
    with scene(hosts, name) as table:
        counts = calls_of(table, command, request)
        begun = calls_of(table, [ROBIND, "--version"], None)
    return [(made_call, n) for made_call in sorted(ERRORS)
            for n in range(begun[made_call] + 1, counts[made_call] + 1)]


def try_call(hosts, name, made_call, error, n):
    command, request = call(name)
    with scene(hosts, name) as table:
        before = Before(table)
        at = f"{name}: call {n} of {made_call} is {error}"
        done = table.host.run(*failing(made_call, error, n), *command, input=request,
                              check=False)
        said, was_killed = None, done.returncode == 137
        if not was_killed:
            said = read(name, done)
            # Of the reply itself the caller learns by the status.
            assert said or made_call == "write" or name == "helper", f"{at}: no answer"
        before.judge(table, said, at, was_killed)
        finish(table, name, at)


watched = [
    pytest.mark.skipif(not shutil.which("strace"), reason="no strace"),
    pytest.mark.skipif(is_sanitized(), reason="LeakSanitizer does not work under strace"),
    pytest.mark.skipif(bool(KERNEL), reason="who watches the calls cannot be watched"),
]


def turn(name):
    return list(RUNS).index(name)


@pytest.mark.parametrize("name", [pytest.param(name, marks=watched) for name in RUNS])
def test_calls_fail(hosts, name):
    with Counted(f"a call fails: {name}") as row:
        faults = [(made_call, error, n) for made_call, n in events(hosts, name)
                  for error in ERRORS[made_call]]
        for made_call, error, n in rotation.due(faults, turn(name)):
            row.cases += 1
            try_call(hosts, name, made_call, error, n)


@pytest.mark.parametrize("name", [pytest.param(name, marks=watched) for name in RUNS])
def test_killed_at_calls(hosts, name):
    with Counted(f"killed: {name}") as row:
        for made_call, n in rotation.due(events(hosts, name), turn(name)):
            row.cases += 1
            try_call(hosts, name, made_call, "KILL", n)


# ---- memory ----


def loader_ended(done, mode):
    """glibc's dlopen(3) crashes since 2.43 where memory ends within it for good. There it is as if
    robind was killed."""
    version = [int(number) for number in platform.libc_ver()[1].split(".")]
    return mode == "+" and version >= [2, 43] and done.returncode == -signal.SIGSEGV


@pytest.mark.skipif(is_sanitized(), reason="its allocator is another one")
@pytest.mark.skipif(not PRELOAD.exists(), reason="`make tests` builds fail_memory.so")
@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("mode", ["", "+"], ids=["once", "from-then-on"])
def test_allocations_fail(hosts, name, mode):
    command, request = call(name)
    with Counted(f"no memory{' any more' if mode else ''}: {name}") as row:
        for nth in itertools.count(1):
            if not rotation.is_due(nth, turn(name)):
                continue
            with scene(hosts, name) as table:
                before = Before(table)
                at = f"{name}: allocation {nth}{mode} fails"
                done = table.host.run(
                    "env", f"LD_PRELOAD={PRELOAD}", f"FAIL_MEMORY={nth}{mode}",
                    f"FAIL_MEMORY_COUNT={COUNT}", *command, input=request, check=False)
                count = table.host.path(COUNT)
                if not count.exists() and done.returncode == 0:
                    pytest.skip("this program takes no other allocator")
                ended = loader_ended(done, mode)
                assert ended or done.returncode in (0, 1, 32), f"{at}: {done}"
                before.judge(table, None if ended else read(name, done), at, ended)
                finish(table, name, at)
                row.cases += 1
                if not ended and int(count.read_text()) < nth:
                    break


def test_all_have_their_turn():
    """In a week, whatever the offset is."""
    cases = list(range(100))
    week = [n for day in range(rotation.EVERY)
            for n in cases if (n + day + rotation.OFFSET) % rotation.EVERY == 0]
    assert sorted(week) == cases
    assert pathlib.Path(rotation.__file__).name == "rotation.py"
