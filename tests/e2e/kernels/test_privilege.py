# SPDX-License-Identifier: Apache-2.0
"""Who may not change mounts: what is right is confirmed, all else is one error for each bind, and
nothing is changed, not even a directory made.
"""

import shutil

import pytest

from answer import ROBIND
from failures import skip_below_read_only_sys
from host import DIR, bind

SOURCE, TARGET = f"{DIR}/volumes/db", f"{DIR}/ro/db"
ASKED = bind(SOURCE, TARGET)
RECURSIVE = {**ASKED, "recursive": True}
REPLACE = {**ASKED, "replace": True}
GONE = bind(SOURCE, TARGET, "unmounted")

CALLERS = [
    pytest.param(("setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin"),
                 id="no CAP_SYS_ADMIN"),
    pytest.param(("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
                 id="nobody", marks=pytest.mark.needs_root),
    pytest.param(("unshare", "-Ur"), id="another user namespace"),
]


@pytest.fixture(params=CALLERS)
def wrap(request):
    return request.param


@pytest.fixture
def stage(host):
    host.dir(SOURCE, "file", "sub/file")
    host.dir(f"{DIR}/volumes/other", "file")
    return host


def nothing(host):
    """Made for the first time, parents included."""


def made(host):
    host.make(ASKED)


def writable(host):
    host.run("mount", "--bind", SOURCE, host.dir(TARGET))


def shared(host):
    made(host)
    host.run("mount", "--make-shared", TARGET)


def stacked(host):
    made(host)
    host.run("mount", "--bind", SOURCE, TARGET)


def stale(host):
    made(host)
    shutil.rmtree(host.path(SOURCE))
    host.dir(SOURCE, "file")


def wrong(host):
    host.run("mount", "--bind", f"{DIR}/volumes/other", host.dir(TARGET))


def writable_below(host):
    host.run("mount", "-t", "tmpfs", "tmpfs", f"{SOURCE}/sub")
    host.make(RECURSIVE)
    host.run("mount", "-o", "remount,bind,rw", f"{TARGET}/sub")


# What is there, what is asked, what is told.
CHANGES = {
    "made": (nothing, ASKED, "permission"),
    "made, the place is there": (lambda host: host.dir(TARGET), ASKED, "permission"),
    "made read-only": (writable, ASKED, "permission"),
    "given an option": (made, {**ASKED, "options": ["noexec"]}, "permission"),
    "made private": (shared, ASKED, "permission"),
    "peeled": (stacked, ASKED, "permission"),
    "renewed": (stale, ASKED, "permission"),
    "replaced": (wrong, REPLACE, "permission"),
    "mended below": (writable_below, RECURSIVE, "permission"),
    "unmounted": (made, GONE, "permission"),
    "unmounted, foreign": (wrong, {**GONE, "replace": True}, "permission"),
    # Root could not do these either.
    "wrong": (wrong, ASKED, "wrong_source"),
    "no source": (nothing, bind(f"{DIR}/none", TARGET), "source_missing"),
    "no target": (nothing, {**ASKED, "create": False}, "target_missing"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_nothing_is_changed(stage, wrap, name):
    make, asked, code = CHANGES[name]
    make(stage)
    with stage.unchanged():
        said = stage.apply(asked, wrap=wrap)
    assert (said.status, said.error["code"]) == (1, code), f"{name}: {said.reply}"
    assert not said.reply["changed"] and "actions" not in said.bind, name


@pytest.mark.parametrize("name", CHANGES)
def test_check_sees_what_root_sees(stage, wrap, name):
    make, asked, _ = CHANGES[name]
    make(stage)
    said, told = stage.check(asked, wrap=wrap), stage.check(asked)
    assert (said.status, said.reply) == (told.status, told.reply), name


def test_what_is_right_is_confirmed(stage, wrap):
    first = bind(SOURCE, f"{DIR}/ro/first", options=["nosuid"])
    stage.make(ASKED, first)
    gone = bind(SOURCE, f"{DIR}/ro/none", "unmounted")
    with stage.unchanged():
        said = stage.apply(ASKED, first, gone, wrap=wrap)
    assert (said.status, said.reply["changed"]) == (0, False), said.reply


def test_each_bind_by_itself(stage, wrap):
    stage.make(ASKED)
    binds = [bind(SOURCE, f"{DIR}/ro/1"), ASKED, bind(SOURCE, f"{DIR}/ro/2")]
    with stage.unchanged():
        said = stage.apply(*binds, wrap=wrap)
    assert [done["status"] for done in said.reply["binds"]] == ["failed", "ok", "failed"]
    for done in (said.reply["binds"][0], said.reply["binds"][2]):
        assert (done["error"]["code"], done["error"]["errno"]) == ("permission", "EPERM")
        assert "CAP_SYS_ADMIN" in done["error"]["msg"]


def test_stopped_at_the_first(stage, wrap):
    with stage.unchanged():
        said = stage.apply(ASKED, bind(SOURCE, f"{DIR}/ro/2"), wrap=wrap, on_error="stop")
    assert [done["status"] for done in said.reply["binds"]] == ["failed", "skipped"]


def advice(stage, *words, wrap=()):
    """What people are told of a request that fails."""
    done = stage.run(*wrap, ROBIND, "apply", "--format", "text", *words, "namespace=here",
                    "state=ephemeral", check=False)
    assert done.returncode == 1, done
    return done.stdout.decode()


WORDS = (f"source={SOURCE}", f"target={TARGET}")
NO_ADMIN = CALLERS[0].values[0]


@pytest.mark.needs_root
@pytest.mark.parametrize("target, wrap, mend", [
    pytest.param(TARGET, NO_ADMIN, "root lacks it here", id="capability"),
    pytest.param("/proc/robind", (), "takes no new names", id="proc"),
    pytest.param("/sys/robind", (), "takes no new names", id="sys"),
])
def test_root_is_not_told_to_be_root(stage, target, wrap, mend):
    skip_below_read_only_sys(target)
    said = advice(stage, f"source={SOURCE}", f"target={target}", wrap=wrap)
    assert mend in said and "as root" not in said and "meanwhile" not in said, said


@pytest.mark.needs_root
def test_immutable_folder(stage):
    """tmpfs knows the attribute since Linux 6.6."""
    stage.dir(f"{DIR}/ro")
    if stage.run("chattr", "+i", f"{DIR}/ro", check=False).returncode != 0:
        pytest.skip("no chattr on this tmpfs")
    said = advice(stage, *WORDS)
    stage.run("chattr", "-i", f"{DIR}/ro")
    assert f"chattr -i '{DIR}/ro'" in said and "as root" not in said, said


@pytest.mark.needs_root
def test_user_is_told_to_be_root(stage):
    """Who is not, and would have it by that."""
    said = advice(stage, *WORDS, wrap=("setpriv", "--reuid=65534", "--regid=65534",
                                       "--clear-groups"))
    assert "run robind as root" in said, said
