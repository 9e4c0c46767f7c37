# SPDX-License-Identifier: Apache-2.0
"""The requests that are watched: edited, broken, gone, several of them; and how it is ended."""

import json
import pathlib
import re
import socket
import time

import pytest

from host import DIR, bind, here
from pace import within

ONE = (f"{DIR}/volumes/one", f"{DIR}/ro/one")
TWO = (f"{DIR}/volumes/two", f"{DIR}/ro/two")


@pytest.fixture
def stage(host):
    host.dir(ONE[0])
    host.dir(TWO[0])
    return host


def write(host, name, *binds, **members):
    return host.file(name, json.dumps(here(*binds, **members)))


def test_edited(stage, watch):
    """What is new is made; what is no longer named is let go, and stays as it is."""
    name = write(stage, "etc/watch.json", bind(*ONE))
    watcher = watch(name)
    write(stage, "etc/watch.json", bind(*TWO))
    watcher.wait_for("loaded")
    watcher.wait_for("mended", 2)
    stage.assert_read_only_view(*TWO)
    stage.assert_read_only_view(*ONE)
    stage.run("umount", "-l", ONE[1])
    stage.run("umount", "-l", TWO[1])
    watcher.wait_for("mended", 3)
    watcher.wait_for_quiet()
    assert stage.top(ONE[1]) is None
    stage.assert_read_only_view(*TWO)


def test_replaced_by_rename(stage, watch):
    """As every editor and every configuration tool does."""
    name = write(stage, "etc/watch.json", bind(*ONE))
    watcher = watch(name)
    write(stage, "etc/new", bind(*ONE), bind(*TWO))
    stage.run("mv", f"{DIR}/etc/new", name)
    watcher.wait_for("mended", 2)
    stage.assert_read_only_view(*TWO)


@pytest.mark.parametrize("text", ["", "{", '{"binds": [{"target": "/x"}]}', None])
def test_broken(stage, watch, text):
    """The old one stays, this is told, and the next good one is taken."""
    name = write(stage, "etc/watch.json", bind(*ONE))
    watcher = watch(name)
    if text is None:
        stage.path(name).unlink()
    else:
        stage.file("etc/watch.json", text)
    told = watcher.wait_for("invalid")
    assert name in told["msg"]
    stage.run("umount", "-l", ONE[1])
    watcher.wait_for("mended", 2)
    write(stage, "etc/watch.json", bind(*ONE), bind(*TWO))
    watcher.wait_for("loaded")
    watcher.wait_for("mended", 3)
    stage.assert_read_only_view(*TWO)


def test_hang_up(stage, watch):
    name = write(stage, "etc/watch.json", bind(*ONE))
    watcher = watch(name)
    watcher.hang_up()
    watcher.wait_for("loaded")


def test_several(stage, watch):
    """One that is broken does not take the others down."""
    first = write(stage, "etc/1.json", bind(*ONE))
    broken = stage.file("etc/2.json", "{")
    watcher = watch(first, broken)
    assert watcher.events("invalid")[0]["request"] == broken
    stage.assert_read_only_view(*ONE)
    write(stage, "etc/2.json", bind(*TWO))
    watcher.wait_for("mended", 2)
    stage.assert_read_only_view(*TWO)


@pytest.mark.parametrize("first", ["", "etc", "etc/watch.d"])
def test_new_in_a_directory(stage, watch, first):
    """What comes later is found, as soon as it is there: the directory too, and the one file."""
    if first:
        stage.dir(f"{DIR}/{first}")
    watcher = watch(f"{DIR}/etc/watch.json", f"{DIR}/etc/watch.d")
    stage.dir(f"{DIR}/etc/watch.d")
    write(stage, "etc/watch.d/.hidden.json", bind(*TWO))
    write(stage, "etc/watch.d/two.json.new", bind(*TWO))
    stage.run("mv", f"{DIR}/etc/watch.d/two.json.new", f"{DIR}/etc/watch.d/two.json")
    assert watcher.wait_for("loaded")["request"].endswith("/two.json")
    watcher.wait_for("mended")
    stage.assert_read_only_view(*TWO)
    write(stage, "etc/watch.json", bind(*ONE))
    watcher.wait_for("mended", 2)
    stage.assert_read_only_view(*ONE)
    stage.run("umount", "-l", *(target for _, target in (ONE, TWO)))
    watcher.wait_for("mended", 4)
    assert len(watcher.events("loaded")) == 2 and not watcher.events("invalid")


def test_busy_directory(stage, watch):
    """What is written to other files there wakes nobody."""
    name = write(stage, "etc/watch.json", bind(*ONE))
    log = stage.file("etc/log")
    watcher = watch(name)
    watcher.wait_for_quiet()
    before = wakes(watcher)
    stage.sh('for i in $(seq 100); do echo >>"$1"; sleep 0.005; done', log)
    assert wakes(watcher) < before + 20
    # And what is written to it does, in whichever of its files.
    write(stage, "etc/watch.json", bind(*TWO))
    watcher.wait_for("loaded")
    write(stage, "etc/new", bind(*TWO))
    stage.run("mv", f"{DIR}/etc/new", name)
    watcher.wait_for("loaded", 2)
    write(stage, "etc/watch.json", bind(*ONE), bind(*TWO))
    watcher.wait_for("loaded", 3)


def wakes(watcher):
    status = pathlib.Path(f"/proc/{watcher.process.entered()}/status").read_text()
    return int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", status, re.M)[1])


def test_directory_made_anew(stage, watch):
    """With all that is in it, as a package does that is removed and installed."""
    name = write(stage, "etc/watch.d/one.json", bind(*ONE))
    watcher = watch(f"{DIR}/etc/watch.d")
    stage.run("rm", "-r", f"{DIR}/etc")
    watcher.wait_for("invalid", request=name)
    write(stage, "etc/watch.d/one.json", bind(*TWO))
    watcher.wait_for("loaded", request=name)
    watcher.wait_for("mended", 2)
    stage.assert_read_only_view(*TWO)


def test_alone_and_broken(stage, watch):
    """There is nothing to be watched: as apply says it."""
    done = stage.raw("watch", stage.file("etc/2.json", "{"))
    assert done.returncode == 1
    reply = json.loads(done.stdout)
    assert reply["failed"] and "not JSON" in reply["msg"]


def test_memory_of_an_edited_request(stage, watch):
    """Its own mount may be replaced, as before the edit."""
    stage.run("mount", "-t", "tmpfs", "first", ONE[0])
    name = write(stage, "etc/watch.json", bind(*ONE))
    watcher = watch(name)
    write(stage, "etc/watch.json", bind(*ONE), bind(*TWO))
    watcher.wait_for("loaded")
    stage.run("umount", "-l", ONE[0])
    told = watcher.wait_for("failed")
    assert told["code"] == "source_unmounted", told
    stage.run("mount", "-t", "tmpfs", "second", ONE[0])
    watcher.wait_for("mended", 3)
    stage.assert_read_only_view(*ONE)


def test_check(stage, watch):
    """The same events, and nothing is mended; nor is the lock held."""
    stage.apply(bind(*ONE))
    watcher = watch("--check", request=here(bind(*ONE), bind(*TWO)))
    assert [event["target"] for event in watcher.events("drifted")] == [TWO[1]]
    stage.run("mount", "-o", "remount,bind,rw", ONE[1])
    told = watcher.wait_for("drifted", target=ONE[1])
    assert told["drift"] == ["writable"]
    assert "rw" in stage.top(ONE[1]).options
    stage.run("mount", "-o", "remount,bind,ro", ONE[1])
    watcher.wait_for("in_sync", target=ONE[1])
    assert stage.top(TWO[1]) is None


def test_ends(stage, watch):
    """At once, and what is mounted stays."""
    watcher = watch(request=here(bind(*ONE)))
    with within(1):
        assert watcher.end() == 0
    stage.assert_read_only_view(*ONE)


def test_private_namespace(stage):
    """Where nobody would see what it mends, it does not begin."""
    request = here(bind(*ONE))
    del request["namespace"]
    done = stage.raw("watch", stage.file("r.json", json.dumps(request)),
                     wrap=("unshare", "-m", "--propagation", "private"))
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "private_namespace"
    assert stage.top(ONE[1]) is None


def test_service_manager(stage, watch):
    """Ready after the first pass, then signs of life, and a word at the end."""
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.settimeout(10)
    manager.bind(str(stage.path(f"{DIR}/notify")))
    said = lambda: manager.recv(4096).decode()  # noqa: E731
    watcher = watch(request=here(bind(*ONE)), env={
        "NOTIFY_SOCKET": f"{DIR}/notify", "WATCHDOG_USEC": "600000"})
    assert said() == "READY=1"
    stage.assert_read_only_view(*ONE)
    assert [said() for _ in range(3)] == ["WATCHDOG=1"] * 3
    watcher.end()
    while (word := said()) != "STOPPING=1":
        assert word == "WATCHDOG=1"


def test_fstab(stage, watch):
    """A line that was removed or edited comes back once nobody has written for two seconds."""
    fstab = stage.file("fstab", "# mine\n")
    request = here(bind(*ONE, "mounted"), fstab=fstab)
    watcher = watch(request=request)
    wanted = stage.path(fstab).read_text()
    assert ONE[1] in wanted
    start = time.monotonic()
    stage.path(fstab).write_text("# mine\n")
    told = watcher.wait_for("mended", 2)
    assert told["drift"] == ["fstab_missing"]
    assert 1.9 < time.monotonic() - start
    assert stage.path(fstab).read_text() == wanted
    stage.path(fstab).write_text("# mine\n")
    stage.run("umount", "-l", ONE[1])
    told = watcher.wait_for("mended", 3)
    assert told["drift"] == ["not_mounted"], "the mount does not wait for the line"
    watcher.wait_for("mended", 4)
    assert stage.path(fstab).read_text() == wanted
