# SPDX-License-Identifier: Apache-2.0
"""Two robinds at once: one at a time, whoever comes second waits, and says for whom."""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import time

import pytest

import answer
from answer import ROBIND
from fault import failing
from host import DIR, bind, here
from pace import within

SECONDS = 20
SOURCE, TARGET = f"{DIR}/volume", f"{DIR}/ro"
ASKED = bind(SOURCE, TARGET)
LOCK = "/run/robind.lock"
# The first calls that are made with the lock held: some are tried before, to see what there is.
NTH = {"open_tree": 2, "mount_setattr": 3, "move_mount": 1}


@pytest.fixture
def stage(host):
    host.dir(SOURCE, "file")
    host.dir(TARGET)
    return host


def start(host, *binds, wrap=(), command="apply", **members):
    """A robind at work; ended() tells what it said."""
    return host.start(
        *wrap, *host.kernel, ROBIND, command, "--json", json.dumps(here(*binds, **members)),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def ended(process, command="apply"):
    out, _ = process.communicate(timeout=SECONDS)
    return answer.read(command, (), process.returncode, out)


def holder(host):
    """Who is in the lock file."""
    return int(host.path(LOCK).read_text())


def state_of(host, number):
    stat = host.path(f"/proc/{number}/stat").read_text()
    return stat.rpartition(")")[2].split()[0]


def wait_until(is_so, what):
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.002)


def is_stopped(host):
    with contextlib.suppress(OSError, ValueError):
        return state_of(host, holder(host)) == "T"
    return False


@contextlib.contextmanager
def stopped(host, *binds, call="open_tree"):
    """A first robind that stands still in the middle of its work; ends it in any case."""
    first = start(host, *binds, wrap=failing(call, "STOP", NTH[call]))
    try:
        wait_until(lambda: is_stopped(host), "the first one stops")
        yield first, holder(host)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(first.pid, signal.SIGKILL)
        first.communicate(timeout=SECONDS)


@pytest.mark.parametrize("call", ["open_tree", "move_mount"])
def test_second_waits_for_the_first(stage, call):
    with stopped(stage, ASKED, call=call) as (first, pid):
        second = start(stage, ASKED)
        time.sleep(0.3)
        assert second.poll() is None, f"did not wait: {ended(second).reply}"
        assert holder(stage) == pid
        stage.kill(pid, "CONT")
        said = ended(first), ended(second)
    assert [(one.status, one.bind["status"]) for one in said] == [(0, "changed"), (0, "ok")]
    assert len(stage.stack(TARGET)) == 1
    stage.assert_settled(ASKED)


def test_second_gives_up_at_its_deadline(stage):
    other = bind(SOURCE, f"{DIR}/ro2")
    with stopped(stage, ASKED) as (_, pid):
        before = stage.mountinfo(), stage.files()
        began = time.monotonic()
        with within(3):
            said = stage.apply(other, timeout=1)
        assert time.monotonic() - began >= 1
        assert (said.status, said.reply["error"]["code"]) == (1, "locked_out"), said.reply
        assert (said.error["at"], said.error["errno"]) == ("", "ETIMEDOUT")
        assert f"process {pid})" in said.error["msg"] and "1 second" in said.error["msg"]
        assert not said.reply["changed"] and said.reply["binds"] == []
        assert (stage.mountinfo(), stage.files()) == before
        assert holder(stage) == pid, "who waits is not who holds"


def test_deadline_by_option(stage):
    with stopped(stage, ASKED):
        with within(3):
            said = stage.apply(ASKED, options=("--timeout", "1"))
        assert said.error["code"] == "locked_out"


def test_whoever_changes_nothing_does_not_wait(stage):
    stage.make(bind(SOURCE, f"{DIR}/ro2"))
    with stopped(stage, ASKED), within(5):
        assert stage.check(ASKED).status == 2
        assert stage.apply(ASKED, check_mode=True).reply["changed"]
        assert stage.apply(ASKED, options=("--check",)).reply["changed"]
        assert stage.robind("show", f"{DIR}/ro2").status == 0
        bad = stage.apply({**ASKED, "colour": "red"})
        assert (bad.status, bad.error["code"]) == (1, "request")
        assert stage.top(TARGET) is None


@pytest.mark.parametrize("call", ["open_tree", "mount_setattr", "move_mount"])
def test_killed_holder_blocks_nobody(stage, call):
    with stopped(stage, ASKED, call=call) as (first, pid):
        second = start(stage, ASKED)
        time.sleep(0.1)
        assert second.poll() is None
        stage.kill(pid, "KILL")
        with within(2):
            said = ended(second)
        first.wait(SECONDS)
    assert said.status == 0, said.reply
    assert len(stage.stack(TARGET)) == 1
    stage.assert_read_only_view(SOURCE, TARGET)
    stage.assert_settled(ASKED)


@pytest.mark.parametrize("left", ["", "4194304999\n", "nobody\n", "-1", "1" * 100_000])
def test_what_is_written_there_locks_nobody_out(stage, left):
    """The number is for the message alone; the lock is the kernel's."""
    stage.path(LOCK).write_text(left)
    with within(2):
        stage.make(ASKED)
    assert stage.path(LOCK).read_text().strip().isdigit()
    assert len(stage.path(LOCK).read_text()) < 24


def test_lock_file(stage):
    stage.make(ASKED)
    assert stage.path(LOCK).stat().st_mode == 0o100600


def test_holder_that_wrote_nothing(stage):
    """Some other program that locked the file: no process is made up."""
    with open(stage.path(LOCK), "w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        said = stage.apply(ASKED, timeout=1)
    assert said.error["code"] == "locked_out", said.reply
    assert "process 0" not in said.error["msg"], said.error


@pytest.mark.parametrize("count, target", [(8, lambda n: TARGET), (8, lambda n: f"{DIR}/ro/{n}")],
                         ids=["one target", "one target each"])
def test_many_at_once(stage, count, target):
    """Each makes what is asked, and none makes it twice."""
    running = [start(stage, bind(SOURCE, target(n))) for n in range(count)]
    said = [ended(process) for process in running]
    targets = {target(n) for n in range(count)}
    assert {one.status for one in said} == {0}
    assert sum(one.reply["changed"] for one in said) == len(targets)
    for name in targets:
        assert len(stage.stack(name)) == 1
        stage.assert_read_only_view(SOURCE, name)


def test_making_and_removing_at_once(stage):
    """Whoever is last is right; nothing is left half-way."""
    gone = {**ASKED, "state": "unmounted"}
    running = [start(stage, gone if n % 2 else ASKED) for n in range(16)]
    assert {ended(process).status for process in running} == {0}
    assert len(stage.stack(TARGET)) <= 1
    stage.make(ASKED)
    stage.assert_settled(ASKED)


IN_THE_WAY = {
    "a directory": lambda path: path.mkdir(),
    "a symlink": lambda path: path.symlink_to("precious"),
    "a dangling symlink": lambda path: path.symlink_to("nowhere"),
    "a pipe": os.mkfifo,
}


@pytest.mark.parametrize("name", IN_THE_WAY)
def test_no_lock_to_be_had(stage, name):
    """It works without, as where there is no /run; and follows nobody's link."""
    precious = stage.path("/run/precious")
    precious.write_text("text")
    IN_THE_WAY[name](stage.path(LOCK))
    with within(5):
        stage.make(ASKED)
    stage.assert_settled(ASKED)
    assert precious.read_text() == "text" and not stage.path("/run/nowhere").exists()


def test_run_is_read_only(stage):
    stage.run("mount", "-o", "remount,bind,ro", "/run")
    stage.make(ASKED)
    stage.assert_settled(ASKED)
