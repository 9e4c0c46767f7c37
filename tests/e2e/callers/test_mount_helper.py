# SPDX-License-Identifier: Apache-2.0
"""mount.robind, called by the real mount(8): for type `robind` on the command line and in fstab.

It is installed in the host's own view of the folder where mount(8) looks for helpers.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys

import pytest

from host import DIR, LONG, SECONDS
from mount_helper import SBIN, install, util_linux
from servers import Automounter, HungFuse

S, T = f"{DIR}/source", f"{DIR}/target"
FSTAB = f"{DIR}/fstab"
USAGE, NOT_MOUNTED = 1, 32


@pytest.fixture
def helped(shared_host):
    """A host with the helper, a source with a file `door` in it, and a place for the target."""
    install(shared_host)
    shared_host.dir(S, "door")
    shared_host.dir(T)
    return shared_host


def write_fstab(host, options="ro,private", type_="robind", source=S, target=T):
    """A line as robind writes it; returns the file's name."""
    needs = f"x-robind,x-systemd.requires-mounts-for={source}"
    return host.file(FSTAB, f"{source} {target} {type_} {options},{needs} 0 0\n")


def mount(host, *args, status=0):
    """mount(8) and what it says on standard output; one line on the other one if it fails."""
    done = host.run("mount", *args, check=False)
    assert done.returncode == status, f"mount {args}: {done}"
    # From 2.39 on, mount(8) adds what it could not do afterwards.
    lines = [line for line in done.stderr.splitlines() if util_linux() < (2, 39) or not re.match(
        rb"mount: .*: WARNING: failed to apply propagation flags|  *dmesg\(1\) may have", line)]
    assert (len(lines) == 1) == (status != 0), done.stderr
    return (done.stdout + done.stderr).decode()


def helper(host, *args, status=0):
    """The helper itself, with options that mount(8) may not hand on today."""
    done = host.run("mount.robind", *args, check=False)
    assert done.returncode == status, f"mount.robind {args}: {done}"
    assert done.stderr.count(b"\n") == (status != 0), done.stderr
    return (done.stdout + done.stderr).decode()


# As it is called


def test_command_line(helped):
    assert mount(helped, "-t", "robind", S, T) == ""
    helped.assert_read_only_view(S, T)


def test_again(helped):
    mount(helped, "-t", "robind", S, T)
    before = helped.mountinfo()
    assert "already" in mount(helped, "-v", "-t", "robind", S, T)
    assert helped.mountinfo() == before


def test_fstab(helped):
    """The machine's own table, by the target's name alone."""
    helped.run("mount", "--bind", write_fstab(helped), "/etc/fstab")
    mount(helped, T)
    helped.assert_read_only_view(S, T)
    helped.run("umount", T)
    assert helped.stack(T) == []
    assert helped.is_writable(S)


def test_all_twice(helped):
    write_fstab(helped)
    mount(helped, "-T", FSTAB, "-a")
    helped.assert_read_only_view(S, T)
    before = helped.mountinfo()
    mount(helped, "-T", FSTAB, "-a")
    assert helped.mountinfo() == before


def test_all_mends(helped):
    """Where mount(8) itself, which goes by names, would find the bind in its place."""
    write_fstab(helped)
    mount(helped, "-T", FSTAB, "-a")
    helped.run("mount", "-o", "remount,bind,rw", T)
    mount(helped, "-T", FSTAB, "-a")
    helped.assert_read_only_view(S, T)


def test_mkdir_and_fake(helped):
    how = ("-v", "-t", "robind", "-o", "ro,X-mount.mkdir", S, f"{T}/a b")
    assert "would mount" in mount(helped, "-f", *how)
    assert helped.stack(f"{T}/a b") == []
    assert f"{S} mounted read-only on {T}/a b" in mount(helped, *how)
    helped.assert_read_only_view(S, f"{T}/a b")


def test_missing_target_is_made(helped):
    """As by apply, of the source's kind."""
    mount(helped, "-t", "robind", f"{S}/door", f"{T}/deep/door")
    assert helped.path(f"{T}/deep/door").is_file()
    helped.assert_read_only_view(f"{S}/door", f"{T}/deep/door")


def test_namespace_option(helped):
    other = helped.slave()
    mount(helped, "-N", str(other.number), "-t", "robind", S, T)
    assert "ro" in other.top(T).options
    assert helped.stack(T) == []
    helper(helped, S, f"{T}2", "-N", str(other.number))
    assert "ro" in other.top(f"{T}2").options
    other.end()
    said = helper(helped, S, T, "-N", "/proc/self/mounts", status=NOT_MOUNTED)
    assert "/proc/self/mounts" in said


# Options


def test_recursive(helped):
    sub = helped.dir(f"{S}/sub")
    helped.run("mount", "-t", "tmpfs", "tmpfs", sub)
    write_fstab(helped, "ro,recursive,private")
    mount(helped, "-T", FSTAB, "-a")
    helped.assert_read_only_view(sub, f"{T}/sub")
    helper(helped, S, f"{T}2", "-o", "ro=recursive")
    helped.assert_read_only_view(sub, f"{T}2/sub")


def test_flags(helped):
    write_fstab(helped, "ro,nosuid,noexec,private")
    mount(helped, "-T", FSTAB, T)
    assert {"ro", "nosuid", "noexec"} <= helped.top(T).options
    assert "nodev" not in helped.top(T).options


IGNORED = """ro rw bind defaults async atime diratime silent loud private rprivate auto noauto
nofail _netdev user user=mail users nouser owner group comment=by-hand x-robind.set=mail
x-systemd.requires=a.service X-mount.mkdir=0700""".split()


@pytest.mark.parametrize("word", IGNORED)
def test_ignored(helped, word):
    helper(helped, S, T, "-o", word)
    helped.assert_read_only_view(S, T)


@pytest.mark.parametrize("options, shown", [
    (["-o", "suid,nosuid"], True),
    (["-o", "nosuid,suid"], False),
    (["-o", "nosuid", "-o", "suid"], False),
    (["-o", ",nosuid,"], True),
], ids=str)
def test_last_word_counts(helped, options, shown):
    helper(helped, S, T, *options)
    assert ("nosuid" in helped.top(T).options) == shown


REFUSED = ["size=1m", "sync", "context=a", "shared", "rslave", "runbindable", "x", "robind"]


@pytest.mark.parametrize("word", REFUSED)
def test_refused(helped, word):
    with helped.unchanged():
        assert f"'{word}'" in helper(helped, S, T, "-o", f"ro,{word},nosuid", status=USAGE)
        assert f"'{word}'" in helper(helped, S, T, "-f", "-o", word, status=USAGE)


def test_refused_through_mount(helped):
    write_fstab(helped, "ro,compress")
    assert "'compress'" in mount(helped, "-T", FSTAB, T, status=USAGE)
    assert helped.stack(T) == []
    mount(helped, "-T", FSTAB, "-s", T)
    helped.assert_read_only_view(S, T)


WRONG_CALLS = [[], [S], [S, T, T], [S, T, "-x"], [S, T, "-o"], ["a", T]]


@pytest.mark.parametrize("args", WRONG_CALLS, ids=str)
def test_wrong_call(helped, args):
    with helped.unchanged():
        helper(helped, *args, status=USAGE)


def test_help(helped):
    assert helper(helped, "--help").startswith("mount.robind SOURCE TARGET")


# Remount


def test_remount_mends(helped):
    write_fstab(helped)
    mount(helped, "-T", FSTAB, T)
    helped.run("mount", "-o", "remount,bind,rw", T)
    mount(helped, "-T", FSTAB, "-o", "remount", T)
    helped.assert_read_only_view(S, T)


@pytest.mark.parametrize("type_, options, is_frozen", [
    ("robind", "ro,private", False),
    ("none", "bind,ro,private", True),
])
def test_remount_by_name_alone(helped, type_, options, is_frozen):
    """What Ansible's mount module and Puppet's mount type run when they have changed the line:
    for type none mount(8) takes it for the file system of the source."""
    helped.run("mount", "-t", "tmpfs", "tmpfs", S)
    fstab = write_fstab(helped, options, type_)
    helped.run("mount", "--bind", fstab, "/etc/fstab")
    mount(helped, T)
    helped.run("mount", "-o", "remount", T)
    assert helped.is_writable(S) != is_frozen
    assert "ro" in helped.top(T).options


def test_remount_read_write_is_refused(helped):
    write_fstab(helped)
    mount(helped, "-T", FSTAB, T)
    before = helped.mountinfo()
    assert "read-only" in mount(helped, "-T", FSTAB, "-o", "remount,rw", T, status=USAGE)
    assert helped.mountinfo() == before


# What goes wrong


def test_missing_source(helped):
    write_fstab(helped, source=f"{S}/gone")
    with helped.unchanged():
        said = mount(helped, "-T", FSTAB, T, status=NOT_MOUNTED)
    assert f"'{S}/gone' does not exist" in said


def test_nofail(helped):
    """As mount(8) does it where a device is missing; any other failure still is one."""
    write_fstab(helped, "ro,private,nofail", source=f"{S}/gone")
    line = f"{S} {T}2 robind ro,private,x-robind 0 0\n"
    helped.file(FSTAB, helped.path(FSTAB).read_text() + line)
    done = helped.run("mount", "-T", FSTAB, "-a")
    assert f"'{S}/gone' does not exist" in done.stderr.decode()
    assert helped.stack(T) == []
    helped.assert_read_only_view(S, f"{T}2")
    helped.run("mount", "-t", "tmpfs", "tmpfs", T)
    helper(helped, S, T, "-o", "nofail", status=NOT_MOUNTED)


def test_foreign_mount_stays(helped):
    helped.run("mount", "-t", "tmpfs", "tmpfs", T)
    before = helped.mountinfo()
    mount(helped, "-t", "robind", S, T, status=NOT_MOUNTED)
    assert helped.mountinfo() == before


@pytest.mark.parametrize("call", [helper, mount])
def test_through_symlinks(helped, call):
    """As every mount helper: the paths are those that the symlinks lead to."""
    os.symlink(DIR, helped.path(f"{DIR}/link"))
    through = S.replace(DIR, f"{DIR}/link"), T.replace(DIR, f"{DIR}/link")
    write_fstab(helped, source=through[0], target=through[1])
    for _ in range(2):
        if call is helper:
            helper(helped, *through)
        else:
            mount(helped, "-T", FSTAB, "-a")
        helped.assert_read_only_view(S, T)
        assert len(helped.stack(T)) == 1


def test_stale_source_is_mended(helped):
    write_fstab(helped)
    mount(helped, "-T", FSTAB, "-a")
    helped.path(f"{S}/door").unlink()
    helped.path(S).rmdir()
    helped.dir(S, "new")
    mount(helped, "-T", FSTAB, "-a")
    assert helped.path(f"{T}/new").exists()
    helped.assert_read_only_view(S, T)


def test_one_line_whatever_the_path(helped):
    assert "gone\\012\\033[2J" in helper(helped, f"{S}/gone\n\033[2J", T, status=NOT_MOUNTED)
    assert "UTF-8" in helper(helped, f"{S}\udcff", T, status=USAGE)


@pytest.mark.needs_root
def test_ordinary_user(helped):
    nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all")
    done = helped.run(*nobody, f"{SBIN}/mount.robind", S, T, check=False)
    assert (done.returncode, done.stderr.count(b"\n")) == (NOT_MOUNTED, 1), done
    assert helped.stack(T) == []


def test_without_a_lock_file(helped):
    """As early as a boot may be: nothing can be written to /run."""
    helped.run("mount", "-o", "remount,bind,ro", "/run")
    mount(helped, "-t", "robind", S, T)
    helped.assert_read_only_view(S, T)


@pytest.mark.needs_root
def test_automount_is_refused_at_once(helped):
    """Who stepped on it may hold the lock, and waits for this mount."""
    automount = Automounter(helped, T, "direct", "silent")
    lock = helped.start("flock", "/run/robind.lock", "sh", "-c", "echo taken; exec cat",
                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert lock.stdout.readline() == b"taken\n"
        assert "automount" in helper(helped, S, T, status=NOT_MOUNTED)
        assert automount.triggered == []
    finally:
        lock.communicate()
        automount.end()


@pytest.mark.long  # for unit/program/test_mount_helper.c takes turns without waiting
def test_waits_longer_than_one_may_work(helped):
    """Several lines before this one may hang; each holds the lock for 10 seconds at most."""
    lock = helped.start("flock", "/run/robind.lock", "sh", "-c", "echo taken; exec sleep 10.3",
                        stdout=subprocess.PIPE)
    assert lock.stdout.readline() == b"taken\n"
    mount(helped, "-t", "robind", S, T)
    assert lock.wait(SECONDS) == 0
    helped.assert_read_only_view(S, T)


@pytest.mark.long
@pytest.mark.needs_root
def test_hung_source_does_not_fail_the_others(helped):
    """systemd starts the helpers of all lines at once, and they wait for each other."""
    fuse = HungFuse(helped, helped.dir("fuse"))
    fuse.hang()
    try:
        # It holds the lock while it hangs: at work, before the second one starts.
        first = helped.start("mount.robind", f"{DIR}/fuse/dir", f"{T}2", stderr=subprocess.PIPE)
        helped.sh('until [ -s /run/robind.lock ]; do sleep 0.01; done')
        mount(helped, "-t", "robind", S, T)
        assert f"{DIR}/fuse" in first.communicate(timeout=SECONDS)[1].decode()
        assert first.returncode == NOT_MOUNTED
    finally:
        fuse.end()
    helped.assert_read_only_view(S, T)
    assert helped.stack(f"{T}2") == []


# No write gets through

# Tries all the time to set the times of `door`, which is there only while the bind is.
WRITER = """
import os, signal, sys
wins = refusals = 0
def end(*_):
    print(wins, refusals)
    sys.exit()
signal.signal(signal.SIGTERM, end)
print("ready", flush=True)
while True:
    try:
        os.utime(sys.argv[1])
        wins += 1
    except OSError as error:
        refusals += error.errno == 30
"""


@contextlib.contextmanager
def writer(host):
    """A function that ends the writer and returns how often it got through, and was refused."""
    process = host.start(sys.executable, "-c", WRITER, f"{T}/door", stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"ready\n"

    def end():
        process.send_signal(signal.SIGTERM)
        return [int(word) for word in process.communicate(timeout=SECONDS)[0].split()]

    try:
        yield end
    finally:
        process.kill()
        process.communicate()


def cycle(host, rounds, make):
    host.sh(f"for _ in $(seq {rounds}); do {make}; umount -l {T}; done")


def test_no_write_gets_through(helped):
    write_fstab(helped)
    with writer(helped) as end:
        cycle(helped, 200 if LONG else 80, f"mount -T {FSTAB} -a")
        wins, refusals = end()
    assert refusals > 0, "the writer never saw the bind"
    assert wins == 0


def mount_version(host):
    said = host.run("mount", "--version").stdout.decode()
    return tuple(map(int, re.search(r"util-linux (\d+)\.(\d+)", said).groups()))


def test_the_writer_can_win(helped):
    """The control: the same line with type none, where mount(8) has two calls for it; with the
    two commands of old elsewhere."""
    write_fstab(helped, "bind,ro,private", "none")
    make = f"mount -T {FSTAB} -a"
    if mount_version(helped) >= (2, 39):
        make = f"mount --bind {S} {T}; mount -o remount,bind,ro {T}"
    wins = 0
    for _ in range(250):
        with writer(helped) as end:
            cycle(helped, 20, f"{{ {make}; }} 2>/dev/null || true")  # the writer makes it busy
            wins, _ = end()
        if wins:
            break
    assert wins > 0
