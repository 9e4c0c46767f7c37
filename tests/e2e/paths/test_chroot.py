# SPDX-License-Identifier: Apache-2.0
"""In a root directory of its own, without /proc and /dev: nothing leads back to a descriptor
there, and the mounts that a run looks at are those that can be reached from it."""

import functools
import json
import re
import subprocess

import pytest

import answer
from answer import ROBIND
from fault import REPORT, failing
from host import DIR, HELPERS, bind, here
from in_turn import in_turn

pytestmark = [
    pytest.mark.new_kernel("statmount", "mount_setattr"),
    pytest.mark.skipif(answer.is_sanitized(), reason="a sanitizer cannot do without /proc"),
]

JAIL = f"{DIR}/jail"
# Names in the jail; JAIL stands before them outside.
SOURCES = {"directory": "/volume", "file": "/volume/file"}
TARGET = "/ro/target"
ROOTS = {"a directory": "true", "a mount": 'mount -t tmpfs -o mode=755 tmpfs "$1"'}
PROGRAMS = (ROBIND, str(HELPERS / "old_kernel"))


@functools.lru_cache(maxsize=None)
def libraries():
    """What the programs are loaded with, and by."""
    printed = subprocess.run(["ldd", *PROGRAMS], capture_output=True, check=True, text=True).stdout
    return sorted(set(re.findall(r"(/\S+) \(0x", printed)))


class Jail:
    def __init__(self, host, root):
        self.host = host
        host.sh(ROOTS[root], host.dir(JAIL))
        host.run("cp", "--parents", "-L", *PROGRAMS, *libraries(), JAIL)
        for name in ("volume", "other"):
            host.dir(f"{JAIL}/{name}", "file", "sub/file")

    def robind(self, command, asked):
        return self.host.robind(command, request=asked, wrap=("chroot", JAIL))

    def assert_made(self, asked):
        source, target = JAIL + asked["source"], JAIL + asked["target"]
        assert len(self.host.stack(target)) == 1
        self.host.assert_read_only_view(source, target)
        assert self.robind("check", asked).status == 0
        assert self.robind("apply", asked).bind["status"] == "ok"


@pytest.fixture(params=ROOTS)
def jail(shared_host, request):
    return Jail(shared_host, request.param)


def writable(jail, source, target):
    jail.host.run("mount", "--bind", source, target)


def stacked(jail, source, target):
    writable(jail, source, target)
    writable(jail, source, target)


def foreign(jail, source, target):
    writable(jail, source.replace("volume", "other"), target)


def stale(jail, source, target):
    writable(jail, source, target)
    jail.host.sh('cp -r "$1" "$1.new"; rm -r "$1"; mv "$1.new" "$1"', source)


def nothing(jail, source, target):
    """The target is there."""


SPOILS = {"bare": nothing, "writable": writable, "stacked": stacked, "foreign": foreign,
          "stale": stale}


@pytest.mark.parametrize("kind", SOURCES)
def test_made_and_removed(jail, kind):
    asked = bind(SOURCES[kind], TARGET)
    with jail.host.unchanged():
        assert jail.robind("check", asked).status == 2
    said = jail.robind("apply", asked)
    assert (said.status, said.bind["actions"]) == (0, ["create_target", "attach"]), said.reply
    jail.assert_made(asked)
    gone = {**asked, "state": "unmounted"}
    assert jail.robind("apply", gone).bind["actions"] == ["detach"]
    assert jail.host.stack(JAIL + TARGET) == []
    assert jail.robind("check", gone).status == 0


@pytest.mark.parametrize("jail, kind, spoil, state", in_turn(
    ROOTS, SOURCES, SPOILS, ["ephemeral", "unmounted"], every=2), indirect=["jail"])
def test_mended(jail, kind, spoil, state):
    source, target = SOURCES[kind], TARGET
    jail.host.dir(f"{JAIL}/ro")
    if kind == "directory":
        jail.host.dir(JAIL + target)
    else:
        jail.host.file(JAIL + target)
    SPOILS[spoil](jail, JAIL + source, JAIL + target)
    # What lies on the source was brought there by a mount at the target, and goes with that.
    others = {mount for mount in jail.host.mounts()
              if not mount.target.startswith((JAIL + target, JAIL + source))}
    asked = bind(source, target, state, replace=True)
    said = jail.robind("apply", asked)
    assert said.status == 0, said.reply
    if state == "ephemeral":
        jail.assert_made(asked)
    else:
        assert jail.host.stack(JAIL + target) == []
    assert others <= set(jail.host.mounts()), "another mount was taken"


def test_recursive(jail):
    jail.host.run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", f"{JAIL}/volume/sub")
    asked = bind("/volume", TARGET, recursive=True)
    assert jail.robind("apply", asked).status == 0
    assert not jail.host.is_writable(f"{JAIL}{TARGET}/sub")
    assert jail.host.is_writable(f"{JAIL}/volume/sub")
    assert jail.robind("apply", asked).bind["status"] == "ok"
    assert jail.robind("apply", {**asked, "state": "unmounted"}).status == 0
    assert jail.host.stack(JAIL + TARGET) == [] and jail.host.stack(f"{JAIL}/volume/sub")


def test_busy_for_writing(jail):
    """What is held open cannot be made read-only, so it is replaced; and its holder stays."""
    host = jail.host
    writable(jail, f"{JAIL}/volume", host.dir(JAIL + TARGET))
    holder = host.start("sh", "-c", 'exec 9>"$1/file"; echo; exec cat', "sh", JAIL + TARGET,
                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout.readline() == b"\n"
    asked = bind("/volume", TARGET)
    said = jail.robind("apply", asked)
    holder.communicate()
    assert said.status == 0, said.reply
    jail.assert_made(asked)


def test_many_at_once(jail):
    asked = [bind(SOURCES[kind], f"/ro/{kind}{n}") for n in range(50) for kind in SOURCES]
    assert jail.robind("apply", {"binds": asked}).reply["summary"]["changed"] == 100
    assert jail.robind("check", {"binds": asked}).status == 0
    for one in asked:
        one["state"] = "unmounted"
    said = jail.robind("apply", {"binds": asked})
    assert said.reply["summary"]["changed"] == 100, [
        done for done in said.reply["binds"] if done["status"] != "changed"]


def test_the_root_itself_stays(jail):
    with jail.host.unchanged():
        said = jail.robind("apply", bind("/volume", "/", "unmounted", replace=True))
    assert said.error["code"] == "request"
    assert answer.parse(jail.host.raw("--version", wrap=("chroot", JAIL)).stdout)


def test_peeled(jail):
    """The lower one is right: found although no name leads from the jail's root to it."""
    asked = bind("/volume", TARGET)
    assert jail.robind("apply", asked).status == 0
    jail.host.run("mount", "--bind", f"{JAIL}/volume", JAIL + TARGET)
    said = jail.robind("apply", asked)
    assert (said.status, said.bind["actions"]) == (0, ["peel"]), said.reply
    jail.assert_made(asked)


CLOSED = ["<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"]
LOSES = [closed for closed in CLOSED if closed.replace("2>&-", "").find(">&-") >= 0]


@pytest.mark.parametrize("closed", CLOSED)
def test_closed_streams(jail, closed):
    """There is no /dev/null to take their numbers, and no lock file or mount may: a reply would be
    written to it, and be taken for told."""
    asked = bind("/volume", TARGET)
    jail.host.dir(f"{JAIL}/run")
    jail.host.file(f"{JAIL}/request", json.dumps(here(asked)))
    done = jail.host.sh(f'exec "$@" {closed}', "chroot", JAIL, ROBIND, "apply", "/request",
                        check=False)
    assert done.stderr == b""
    if closed in LOSES:
        assert (done.returncode, done.stdout) == (1, b"")
    else:
        assert answer.read("apply", (), done.returncode, done.stdout).status == 0
    lock = jail.host.path(f"{JAIL}/run/robind.lock")
    assert not lock.exists() or re.fullmatch(r"\d+\n", lock.read_text())
    jail.assert_made(asked)


@pytest.mark.parametrize("closed", LOSES)
def test_closed_output_is_no_socket(jail, closed):
    """Where paths are walked by a child there is a socket to it while a reply is written."""
    jail.robind("apply", bind("/volume", TARGET))
    old = (str(HELPERS / "old_kernel"), "no-openat2")
    done = jail.host.sh(f'exec "$@" {closed}', "chroot", JAIL, *old, ROBIND, "show", TARGET,
                        check=False)
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")


def test_file_where_the_cache_does_not_help(jail):
    """Without /proc its mount is detached by its name in a directory. Whichever walk there the
    kernel's cache is of no use for, it goes on step by step."""
    asked = bind("/volume/file", TARGET)
    nth, calls = 0, 0
    while calls >= nth:  # the last round has no fault
        nth += 1
        assert jail.robind("apply", asked).status == 0
        wrap = (*failing("openat2", "EAGAIN", nth, REPORT), "chroot", JAIL)
        said = jail.host.robind("apply", request={**asked, "state": "unmounted"}, wrap=wrap)
        calls = int(jail.host.path(REPORT).read_text())
        assert said.status == 0, f"call {nth}: {said.reply}"
        assert jail.host.stack(JAIL + TARGET) == []
    assert nth > 1


def test_source_is_not_reached(jail):
    """The target's mount shares with the one that the source lies on, which is the jail's root:
    where that is a directory of a mount outside, this shows by what came to the source alone,
    and is undone."""
    jail.host.sh('mkdir "$1/view"; mount --bind "$1/volume" "$1/view"', JAIL)
    asked = here(bind("/volume/sub", "/view/sub"))
    before = jail.host.mountinfo()
    said = jail.robind("apply", asked)
    assert said.error["code"] == "reaches_elsewhere" and not said.reply["changed"], said.reply
    assert jail.host.mountinfo() == before
    assert jail.host.is_writable(f"{JAIL}/volume/sub")
