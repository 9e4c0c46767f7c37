# SPDX-License-Identifier: Apache-2.0
"""Whoever calls robind leaves it more than a request: descriptors, limits, signals, a working
directory. None of it changes what is done and said; and where a limit is too low for the work,
robind says that and leaves nothing half-made.
"""

import json
import os
import re
import shutil
import socket

import pytest

import answer
from answer import ROBIND
from host import DIR, HELPERS, bind, here
from in_turn import in_turn

SOURCE, TARGET = f"{DIR}/volumes/db", f"{DIR}/ro/db"
ASKED = bind(SOURCE, TARGET)
GONE = bind(SOURCE, TARGET, "unmounted")
TEXT = json.dumps(here(ASKED))
KIB = 1024


@pytest.fixture
def stage(host):
    host.dir(SOURCE, "file", "sub/file")
    return host


def writable(host):
    host.run("mount", "--bind", SOURCE, host.dir(TARGET))


def stale(host):
    host.make(ASKED)
    shutil.rmtree(host.path(SOURCE))
    host.dir(SOURCE, "file", "sub/file")


def nothing(host):
    """Made for the first time, parents included."""


def remove(host):
    """As it was before."""
    host.sh('while umount "$1" 2>/dev/null; do :; done', TARGET)
    shutil.rmtree(host.path(f"{DIR}/ro"), ignore_errors=True)


def call(host, script, *wrap, command="apply", text=TEXT, **options):
    """robind by a shell script that ends in `exec "$@"`; its reply comes by standard output."""
    done = host.sh(script, *wrap, *host.kernel, ROBIND, command, "--json", text, check=False,
                   **options)
    assert done.stderr == b"", done.stderr
    return answer.read(command, (), done.returncode, done.stdout)


def assert_as_ever(host, make, ask):
    """`ask` has the effect and the reply that a plain call has."""
    make(host)
    expected = call(host, 'exec "$@"')
    remove(host)
    make(host)
    said = ask()
    assert (said.status, said.reply) == (expected.status, expected.reply)
    host.assert_read_only_view(SOURCE, TARGET)
    assert len(host.stack(TARGET)) == 1
    host.assert_settled(ASKED)
    remove(host)


# ---- what makes no difference ----

SURROUNDINGS = {
    "deleted working directory":
        f'mkdir {DIR}/gone; cd {DIR}/gone; rmdir {DIR}/gone; exec "$@"',
    "working directory is the target's parent": f'mkdir -p {DIR}/ro; cd {DIR}/ro; exec "$@"',
    "empty environment": 'exec env -i "$@"',
    "garbage in the environment":
        'export LANG=garbage LC_ALL=/ TZ=:/nowhere TMPDIR=relative; exec "$@"',
    "LIBMOUNT_ variables": 'export LIBMOUNT_FSTAB=/nowhere LIBMOUNT_MTAB=/nowhere '
                           'LIBMOUNT_DEBUG=none LIBMOUNT_FORCE_MOUNT2=always; exec "$@"',
    "signals ignored": 'exec env --ignore-signal=CHLD,PIPE,HUP,INT,TERM,XFSZ,USR1 "$@"',
    "signals blocked": 'exec env --block-signal "$@"',
    "no core, no priority": 'ulimit -c 0; exec nice -n 19 "$@"',
    "no input": 'exec "$@" <&-',
    "no error output": 'exec "$@" 2>&-',
    "neither input nor error output": 'exec "$@" <&- 2>&-',
    "no lock file may grow": 'exec prlimit --fsize=0 "$@"',
}


SCENES = [nothing, writable, stale]


@pytest.mark.parametrize("make, name", in_turn(SCENES, SURROUNDINGS, every=3))
def test_makes_no_difference(stage, make, name):
    assert_as_ever(stage, make, lambda: call(stage, SURROUNDINGS[name]))


@pytest.mark.parametrize("name", ["signals ignored", "signals blocked", "no input"])
def test_makes_no_difference_to_the_child(stage, name):
    """Where the kernel cannot walk a path from its cache alone, a child does."""
    wrap = (str(HELPERS / "old_kernel"), "no-openat2")
    assert_as_ever(stage, nothing, lambda: call(stage, SURROUNDINGS[name], *wrap))


@pytest.mark.parametrize("zeroth", ["", "-robind", "x" * 5000, "\u20ac/.."],
                         ids=["empty", "login", "long", "odd"])
def test_name_of_the_call(stage, zeroth):
    """An empty one is also what the kernel makes of a call without any."""
    if not shutil.which("bash"):
        pytest.skip("no bash here, which can give a command another name")
    inner = (*stage.kernel, ROBIND, "apply", "--json", TEXT)

    def ask():
        done = stage.run("bash", "-c", 'exec -a "$0" "$@"', zeroth, *inner, check=False)
        assert done.stderr == b""
        return answer.read("apply", (), done.returncode, done.stdout)

    assert_as_ever(stage, nothing, ask)


def test_working_directory_that_may_not_be_read(stage):
    """Whoever asks, paths are absolute."""
    hidden = stage.dir(f"{DIR}/hidden")
    stage.path(hidden).chmod(0)
    assert_as_ever(stage, nothing, lambda: call(stage, f'cd {hidden}; exec "$@"'))


@pytest.mark.needs_root
def test_working_directory_out_of_reach(stage):
    """Entered as root, and left to an ordinary user."""
    stage.make(ASKED)
    stage.path(stage.dir(f"{DIR}/hidden")).chmod(0)
    nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    for command in ("apply", "check"):
        said = call(stage, f'cd {DIR}/hidden; exec "$@"', *nobody, command=command)
        assert (said.status, said.reply["changed"]) == (0, False), said.reply


def junk(host):
    """Open descriptors of all kinds: directories, files, sockets, pipes."""
    kinds = [
        lambda: os.open(host.path(DIR), os.O_PATH),
        lambda: os.open(host.path(f"{SOURCE}/file"), os.O_RDWR | os.O_APPEND),
        lambda: os.open(host.path(SOURCE), os.O_RDONLY),
        lambda: socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET).detach(),
        lambda: os.pipe()[1],
        lambda: os.open("/dev/null", os.O_WRONLY),
    ]
    return [kinds[n % len(kinds)]() for n in range(18)]


@pytest.mark.parametrize("close", ["", "<&-", "2>&-", "<&- 2>&-"])
def test_junk_descriptors(stage, close):
    """Held by robind as long as it runs, but never taken for one of its own."""
    opened = junk(stage)
    try:
        assert_as_ever(stage, nothing, lambda: call(
            stage, f'exec "$@" {close}', pass_fds=opened))
        assert stage.path(f"{SOURCE}/file").read_text() == ""
        stage.make(ASKED)
        said = stage.apply(GONE)
        assert said.status == 0 and stage.top(TARGET) is None
    finally:
        for fd in opened:
            os.close(fd)


CLOSED = [" ".join(part for part, closed in zip(("<&-", ">&-", "2>&-"), f"{n:03b}")
                   if closed == "1") for n in range(1, 8)]


@pytest.mark.parametrize("make, closed", in_turn(
    SCENES, [closed for closed in CLOSED if re.search(r"(^| )>", closed)], every=3))
def test_done_all_the_same_without_an_output(stage, make, closed):
    """The reply is lost, and the exit status says so; the work is done."""
    make(stage)
    done = stage.sh(f'exec "$@" {closed}', ROBIND, "apply", "--json", TEXT, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")
    stage.assert_read_only_view(SOURCE, TARGET)
    stage.assert_settled(ASKED)


def test_output_that_may_not_grow(stage):
    """A file, and a limit: exit status 1, and not death by a signal."""
    out = stage.file(f"{DIR}/out")
    done = stage.sh(f'exec prlimit --fsize=0 "$@" >{out}', ROBIND, "apply", "--json", TEXT,
                    check=False)
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")
    assert stage.path(out).read_text() == ""
    stage.assert_settled(ASKED)


# ---- limits that are too low ----


def assert_nothing_half_made(host, make, said=None):
    """What could not be done was left; what was done is as asked; and the next run does it."""
    top = host.top(TARGET)
    if top is None:
        assert make is nothing, "the target was bared"
        assert host.path(TARGET).exists() <= bool(said and said.reply["changed"]), "a place is left"
    elif make is nothing or (said and said.status == 0):
        host.assert_read_only_view(SOURCE, TARGET)
    assert host.apply(ASKED).status == 0
    host.assert_read_only_view(SOURCE, TARGET)
    assert len(host.stack(TARGET)) == 1
    remove(host)


def call_with_few(host, limit, command):
    said = call(host, f'exec prlimit --nofile={limit} "$@"', command=command)
    if said.reply["failed"]:
        assert said.error["errno"] == "EMFILE", f"{limit}: {said.reply}"
    return said


ENOUGH = 16  # descriptors


@pytest.mark.parametrize("make", SCENES)
def test_few_descriptors(stage, make):
    for limit in range(4, ENOUGH + 1):
        make(stage)
        said = call_with_few(stage, limit, "apply")
        assert limit != 4 or said.status == 1, "they are enough, so nothing was tried here"
        assert_nothing_half_made(stage, make, said)
    assert said.status == 0


@pytest.mark.parametrize("make", SCENES)
def test_few_descriptors_to_check(stage, make):
    make(stage)
    with stage.unchanged():
        for limit in range(4, ENOUGH + 1):
            said = call_with_few(stage, limit, "check")
            assert not said.reply["failed"] or not said.reply["changed"]
            assert limit != 4 or said.status == 1, "they are enough, so nothing was tried here"
    assert said.status == 2
    assert_nothing_half_made(stage, make)


@pytest.mark.parametrize("limit", [0, 1])
def test_no_process(stage, limit):
    """Paths are walked without a child then. (Nothing to be had for root, whom no limit holds.)"""
    assert_as_ever(stage, nothing, lambda: call(
        stage, 'exec "$@"', str(HELPERS / "old_kernel"), "no-openat2",
        "prlimit", f"--nproc={limit}"))


STACKS = [16, 32, 64, 128, 256, 1024]


@pytest.mark.parametrize("make, limit", in_turn(SCENES, STACKS, every=3))
def test_small_stack(stage, make, limit):
    make(stage)
    done = stage.sh(f'exec prlimit --stack={limit * KIB} "$@"', ROBIND, "apply", "--json", TEXT,
                    check=False)
    if limit >= 64 and not answer.is_sanitized():
        assert answer.read("apply", (), done.returncode, done.stdout).status == 0
    assert_nothing_half_made(stage, make)


def is_started(done):
    """Else the loader said that it cannot, or the kernel ended what it cannot load."""
    return done.stdout != b"" or (done.stderr == b"" and done.returncode >= 0
                                  and done.returncode < 126)


@pytest.mark.skipif(answer.is_sanitized(), reason="this build reserves terabytes of addresses")
def test_little_memory(stage):
    """From where it cannot even be started, up to where all can be done."""
    count = 200
    binds = [bind(SOURCE, f"{DIR}/ro/{n:03}{'x' * 200}", options=["nosuid"]) for n in range(count)]
    asked = here(*binds)
    file = stage.file(f"{DIR}/request", json.dumps(asked))
    seen = set()
    for limit in range(512, 16384, 48):
        done = stage.sh(f'exec prlimit --as={limit * KIB} "$@"', ROBIND, "apply", file, check=False)
        if not is_started(done):
            continue
        assert done.stderr == b"", f"{limit}: {done.stderr}"
        reply = answer.parse(done.stdout)
        assert done.returncode == (1 if reply["failed"] else 0), f"{limit}: {reply['msg']}"
        tops = [mount for mount in stage.mounts() if mount.target.startswith(f"{DIR}/ro/")]
        assert bool(tops) == reply["changed"], f"{limit}: {reply['msg']}"
        for mount in tops:
            assert {"ro", "nosuid"} <= mount.options and not mount.propagation, mount
        seen.add((reply["changed"], reply["failed"]))
        assert {code for code in re.findall(r'"code":"(\w+)"', done.stdout.decode())
                } <= {"memory", "target_missing", "not_mounted"}, f"{limit}: {reply['msg']}"
        if not reply["failed"]:
            break
        if tops:
            stage.sh('umount "$@"', *(mount.target for mount in tops))
    assert {(False, True), (True, False)} <= seen, "the limits met nothing"
    assert stage.apply(*binds).status == 0
