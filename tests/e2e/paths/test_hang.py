# SPDX-License-Identifier: Apache-2.0
"""File systems that do not answer: a dead NFS or FUSE server. Whoever walks into one waits, and
cannot be killed. robind says so before its time is up, and does all that does not need it.

Tests look at such a host with mountinfo only: Python would hang just the same.
"""

import contextlib
import json
import subprocess
import time

import pytest

from answer import ROBIND
from host import DIR, SECONDS, bind
from in_turn import in_turn
from pace import busy, within
from servers import HungFuse

pytestmark = pytest.mark.needs_root

SOURCE, HUNG, LINK = f"{DIR}/volumes/db", f"{DIR}/hung", f"{DIR}/link"
BEFORE, AFTER = bind(SOURCE, f"{DIR}/ro/before"), bind(SOURCE, f"{DIR}/ro/after")
TIMEOUT = round(busy())
IN_TIME = TIMEOUT + 1

# Where a bind may run into it. All but the last two are below what exists there.
PLACES = {
    "source": bind(f"{HUNG}/dir", f"{DIR}/ro/new"),
    "source, deep": bind(f"{HUNG}/dir/sub", f"{DIR}/ro/new"),
    "source, a file": bind(f"{HUNG}/dir/file", f"{DIR}/ro/new"),
    "source, recursive": bind(f"{HUNG}/dir", f"{DIR}/ro/new", recursive=True),
    "target": bind(SOURCE, f"{HUNG}/dir/sub"),
    "target to be made": bind(SOURCE, f"{HUNG}/dir/new/deep"),
    "target to be unmounted": bind(SOURCE, f"{HUNG}/dir/sub", "unmounted"),
    "source, by a symlink": bind(f"{LINK}/sub", f"{DIR}/ro/new", follow=True),
}
KERNELS = ["", "linux-5.10", "linux-4.19"]


@pytest.fixture
def stage(hosts, request):
    host = hosts(kernel=getattr(request, "param", ""))
    host.dir(SOURCE, "file", "sub/file")
    host.path(LINK).symlink_to(f"{HUNG}/dir")
    return host


@pytest.fixture
def fs(stage):
    """Answers, until it is told to hang. Before the host ends, whoever waits is let go."""
    server = HungFuse(stage, stage.dir(HUNG))
    yield server
    server.end()


on_old_kernels_too = pytest.mark.parametrize(
    "stage", ["", pytest.param("linux-5.10", marks=pytest.mark.long), "linux-4.19"], indirect=True)


def assert_timed_out(done):
    error = done.get("error", {})
    assert (error.get("code"), error.get("errno")) == ("timeout", "ETIMEDOUT"), done
    assert HUNG in error["msg"] or LINK in error["msg"], f"does not say what hangs: {error}"


def assert_done(host, *binds):
    for asked in binds:
        assert host.top(asked["target"]) is not None, f"{asked['target']} was not made"
        assert "ro" in host.top(asked["target"]).options


def mounted(host):
    return {mount.target for mount in host.mounts()}


@pytest.mark.parametrize(
    "stage, place", in_turn(KERNELS, PLACES, every=3), indirect=["stage"])
def test_said_in_time_and_the_rest_is_done(stage, fs, place):
    already = mounted(stage)
    fs.hang()
    with within(IN_TIME):
        said = stage.apply(BEFORE, PLACES[place], AFTER, timeout=TIMEOUT)
    assert said.status == 1
    assert [done["status"] for done in said.reply["binds"]] == ["changed", "failed", "changed"], said.reply
    assert_timed_out(said.reply["binds"][1])
    assert not said.reply["binds"][1]["changed"], "half-made"
    assert_done(stage, BEFORE, AFTER)
    assert mounted(stage) - already == {BEFORE["target"], AFTER["target"]}
    assert not stage.path(f"{DIR}/ro/new").exists(), "half-made"


@pytest.mark.parametrize("place", PLACES)
def test_check(stage, fs, place):
    stage.make(BEFORE)
    fs.hang()
    table = stage.mountinfo()
    with within(IN_TIME):
        said = stage.robind(
            "check", request={"binds": [BEFORE, PLACES[place], AFTER], "timeout": TIMEOUT})
    assert said.status == 1
    assert [done["status"] for done in said.reply["binds"]] == ["ok", "failed", "changed"]
    assert_timed_out(said.reply["binds"][1])
    assert stage.mountinfo() == table


def test_show(stage, fs):
    stage.make(BEFORE)
    fs.hang()
    with within(IN_TIME):
        said = stage.robind("show", "--timeout", str(TIMEOUT), f"{HUNG}/dir", BEFORE["target"])
    assert said.status == 1
    assert_timed_out(said.of(f"{HUNG}/dir"))
    assert said.of(BEFORE["target"])["live"]["read_only"]


@on_old_kernels_too
def test_many_on_the_same(stage, fs):
    """Half of the time for the first; the others are not tried any more."""
    fs.hang()
    binds = [bind(f"{HUNG}/dir/{n}", f"{DIR}/ro/{n}") for n in range(50)]
    with within(IN_TIME):
        said = stage.apply(BEFORE, *binds, AFTER, timeout=TIMEOUT)
    for done in said.reply["binds"][1:-1]:
        assert_timed_out(done)
    assert_done(stage, BEFORE, AFTER)


def test_several(stage, fs):
    """Each takes half of what is left: there is always time for those that answer."""
    points = [HUNG, *(f"{HUNG}.{n}" for n in range(4))]
    with contextlib.ExitStack() as ends:
        servers = [fs] + [HungFuse(stage, stage.dir(point)) for point in points[1:]]
        for server in servers[1:]:
            ends.callback(server.end)
        for server in servers:
            server.hang()
        binds = [bind(f"{point}/dir", f"{DIR}/ro/{n}") for n, point in enumerate(points)]
        with within(IN_TIME):
            said = stage.apply(BEFORE, *binds, AFTER, timeout=TIMEOUT)
    for point, done in zip(points, said.reply["binds"][1:-1]):
        assert_timed_out(done)
        assert f"{point}" in done["error"]["msg"]
    assert_done(stage, BEFORE, AFTER)


def test_stop_on_error(stage, fs):
    fs.hang()
    with within(IN_TIME):
        said = stage.apply(PLACES["source"], AFTER, timeout=TIMEOUT, on_error="stop")
    assert [done["status"] for done in said.reply["binds"]] == ["failed", "skipped"]


@on_old_kernels_too
def test_bind_that_is_there_stays(stage, fs):
    asked = bind(f"{HUNG}/dir", f"{DIR}/ro/dir")
    stage.make(asked, BEFORE)
    fs.hang()
    table = stage.mountinfo()
    for command in ("apply", "check"):
        with within(IN_TIME):
            said = stage.robind(command, request={"binds": [asked, BEFORE], "timeout": TIMEOUT})
        assert_timed_out(said.of(asked["target"]))
        assert said.of(BEFORE["target"])["status"] == "ok"
        assert stage.mountinfo() == table
    fs.answer()
    stage.assert_settled(asked, BEFORE)


@on_old_kernels_too
def test_slow_is_not_hung(stage):
    server = HungFuse(stage, stage.dir(HUNG), 0.15)
    try:
        asked = bind(f"{HUNG}/dir/sub", f"{DIR}/ro/sub")
        assert stage.apply(BEFORE, asked, AFTER).status == 0
        stage.assert_read_only_view(f"{HUNG}/dir/sub", f"{DIR}/ro/sub")
        assert not stage.apply(asked).reply["changed"]
    finally:
        server.end()


def test_hung_below_a_tree(stage):
    """To mount it read-only nobody has to walk into it."""
    point = f"{SOURCE}/sub"
    server = HungFuse(stage, point)
    try:
        server.hang()
        asked = bind(SOURCE, f"{DIR}/ro/tree", recursive=True)
        with within(1):
            assert stage.apply(asked, timeout=TIMEOUT).status == 0
            assert not stage.apply(asked, timeout=TIMEOUT).reply["changed"]
        assert "ro" in stage.top(f"{DIR}/ro/tree/sub").options
        assert "rw" in stage.top(point).options
        assert "asked" not in server.lines(), "somebody went in"
    finally:
        server.end()


def test_hung_at_the_target(stage, fs):
    """In the way it is as any other mount is."""
    fs.hang()
    with within(1):
        said = stage.apply(bind(SOURCE, HUNG), timeout=TIMEOUT)
        assert said.error["code"] == "unexpected_mount", said.reply
        assert stage.apply(bind(SOURCE, HUNG, replace=True), timeout=TIMEOUT).status == 0
    stage.assert_read_only_view(SOURCE, HUNG)


def test_server_that_ends(stage, fs):
    """Not a matter of time: the file system is broken now, and the error says that."""
    fs.hang()
    running = start(stage, PLACES["source"])
    fs.wait_for_lines(3)
    fs.process.terminate()
    with within(1):
        out, _ = running.communicate(timeout=SECONDS)
    (done,) = json.loads(out)["binds"]
    assert done["error"]["errno"] in ("ECONNABORTED", "ENOTCONN"), done
    assert done["error"]["code"] != "timeout" and HUNG in done["error"]["msg"], done


# ---- nobody who waits holds anything ----


def start(host, *binds, timeout=SECONDS):
    request = json.dumps({"binds": binds, "timeout": timeout})
    return host.start(
        ROBIND, "apply", "--json", request,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def left_behind(host):
    """The processes of robind in this host."""
    found = []
    for process in host.path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (process / "comm").read_text() == "robind\n":
                found.append(process.name)
    return found


def assert_nobody_left(host):
    for _ in range(100):
        if not left_behind(host):
            return
        time.sleep(0.01)
    raise AssertionError(f"left behind: {left_behind(host)}")


def test_lock_is_free_at_once(stage, fs):
    fs.hang()
    with within(IN_TIME):
        stage.apply(PLACES["source"], timeout=TIMEOUT)
    with within(1):
        stage.make(BEFORE)
    fs.answer()
    assert_nobody_left(stage)


def test_killed_while_it_waits(stage, fs):
    """Who reads its output sees the end of it, and the next one gets the lock."""
    fs.hang()
    running = start(stage, PLACES["source"])
    fs.wait_for_lines(3)
    running.kill()
    with within(1):
        assert running.communicate(timeout=SECONDS)[0] == b""
        stage.make(BEFORE)
    fs.answer()
    assert_nobody_left(stage)


def test_second_one_waits_for_the_lock_only(stage, fs):
    """While one waits for the file system, another one is told who holds the lock."""
    fs.hang()
    running = start(stage, PLACES["source"], timeout=4 * TIMEOUT)
    fs.wait_for_lines(3)
    with within(2):
        said = stage.apply(BEFORE, timeout=1)
    assert said.error["code"] == "locked_out", said.reply
    asked = {"binds": [BEFORE], "timeout": 1}
    assert stage.robind("check", request=asked).status == 2
    out, _ = running.communicate(timeout=SECONDS)
    assert json.loads(out)["failed"]


@on_old_kernels_too
def test_lines_of_others(stage, fs):
    """What fstab mounts there is nobody's concern: it is not waited for long."""
    text = "".join(f"{SOURCE} {place} none bind,ro 0 0\n" for place in (
        HUNG, f"{HUNG}/dir", f"{HUNG}/dir/new", f"{LINK}/sub", f"{HUNG}/dir/./sub"))
    fstab = stage.file(f"{DIR}/fstab", text)
    fs.hang()
    with within(5):
        said = stage.apply({**BEFORE, "state": "mounted"}, fstab=fstab)
    assert said.status == 0, said.reply
    wrote = stage.path(fstab).read_text()
    assert wrote.startswith(text) and BEFORE["target"] in wrote[len(text):]


def test_lines_of_others_in_the_time_that_there_is(stage, fs):
    fstab = stage.file(f"{DIR}/fstab", "".join(
        f"{SOURCE} {HUNG}/dir/{n} none bind,ro 0 0\n" for n in range(50)))
    fs.hang()
    with within(IN_TIME):
        said = stage.apply(BEFORE, fstab=fstab, timeout=TIMEOUT)
    assert said.status == 0, said.reply
