# SPDX-License-Identifier: Apache-2.0
"""Who asks apply for something else than a watch that runs is asked for is told so: the watch would
undo it."""

import contextlib
import fcntl
import json
import os

import pytest

from host import DIR, SECONDS, bind, here

SOURCE, OTHER, TARGET = f"{DIR}/volumes/one", f"{DIR}/volumes/other", f"{DIR}/ro/one"
ASKED = bind(SOURCE, TARGET)
LEFT = "/run/robind-watch.binds"
NAME = "/etc/robind/watch.json"


@pytest.fixture
def stage(host):
    for source in (SOURCE, OTHER):
        host.dir(source, "file")
    return host


def write(host, *binds, name=NAME, **members):
    return host.file(name, json.dumps(here(*binds, **members)))


def warnings(said):
    return [warning for warning in said.reply["warnings"] if warning["code"] == "watched"]


# What the watch is asked for beside ASKED, what apply is, and what is said of the watch.
CONTRARY = {
    "another source": ({}, {"source": OTHER}, f"of '{SOURCE}'"),
    "it shall be gone": ({}, {"state": "unmounted"}, "ephemeral"),
    "its line too": ({"state": "mounted"}, {"state": "absent"}, "mounted"),
    "its line alone": ({"state": "mounted"}, {"state": "fstab_absent"}, "mounted"),
    "it shall be there": ({"state": "unmounted"}, {}, "unmounted"),
    "its tree": ({"recursive": True}, {}, "recursive, ephemeral"),
    "an option": ({"options": ["noexec"]}, {"options": ["exec"]}, "noexec"),
}


@pytest.mark.parametrize("how", CONTRARY)
def test_contrary(stage, watch, how):
    watched, asked, said_of_it = CONTRARY[how]
    fstab = stage.file("fstab")
    watch(write(stage, {**ASKED, **watched}, fstab=fstab))
    for said in (stage.check({**ASKED, **asked}, fstab=fstab),
                 stage.apply({**ASKED, **asked}, fstab=fstab)):
        (warning,) = warnings(said)
        assert warning["target"] == TARGET
        assert said_of_it in warning["msg"] and f"by '{NAME}'" in warning["msg"], warning


ALIKE = {
    "the same": ({}, {}),
    "of fstab nothing is asked": ({"state": "mounted"}, {}),
    "of the mount nothing is asked": ({}, {"state": "fstab_absent"}),
    "nor is of its options": ({"options": ["noexec"]}, {}),
    "another option": ({"options": ["noexec"]}, {"options": ["nosuid"]}),
    "its source by a symlink": ({}, {"source": f"{DIR}/link", "follow": True}),
    "the watch has it by a symlink": ({"source": f"{DIR}/link", "follow": True}, {}),
    "both shall be gone": ({"state": "absent"}, {"state": "unmounted"}),
    "another target": ({}, {"source": OTHER, "target": f"{DIR}/ro/other"}),
}


@pytest.mark.parametrize("how", ALIKE)
def test_alike(stage, watch, how):
    watched, asked = ALIKE[how]
    stage.path(f"{DIR}/link").symlink_to(SOURCE)
    fstab = stage.file("fstab")
    watch(write(stage, {**ASKED, **watched}, fstab=fstab))
    assert stage.path(LEFT).exists()
    assert not warnings(stage.check({**ASKED, **asked}, fstab=fstab))


def test_what_is_purged(stage, watch):
    fstab = stage.file("fstab")
    kept = {**ASKED, "state": "mounted"}
    stage.apply(kept, fstab=fstab, set="one")
    watch(write(stage, kept, fstab=fstab))
    said = stage.check(fstab=fstab, set="one", purge="all")
    assert [warning["target"] for warning in warnings(said)] == [TARGET]


@pytest.mark.parametrize("how", ["TERM", "KILL"])
def test_watch_that_has_ended(stage, watch, how):
    watcher = watch(write(stage, ASKED))
    number = json.loads(stage.path("/run/robind-watch.json").read_text())["pid"]
    assert warnings(stage.check({**ASKED, "source": OTHER}))
    stage.kill(number, how)
    watcher.process.wait(SECONDS)
    assert stage.path(LEFT).exists() == (how == "KILL")
    assert not warnings(stage.check({**ASKED, "source": OTHER}))
    # The next one takes its place.
    watch(write(stage, ASKED))
    assert warnings(stage.check({**ASKED, "source": OTHER}))


def test_request_that_is_changed_first(stage, watch):
    """As it should be: from then on the new one counts, though the watch has not read it yet."""
    watcher = watch(write(stage, ASKED))
    with watcher.stopped():
        write(stage, {**ASKED, "source": OTHER})
        assert not warnings(stage.check({**ASKED, "source": OTHER}))
    watcher.wait_for("loaded")
    watcher.wait_for_quiet()
    assert not warnings(stage.check({**ASKED, "source": OTHER}))
    assert f"of '{OTHER}'" in warnings(stage.check(ASKED))[0]["msg"]


def test_request_that_cannot_be_read(stage, watch):
    """Broken or gone, the old one stays."""
    watcher = watch(write(stage, ASKED))
    stage.file(NAME, "{")
    watcher.wait_for("invalid")
    watcher.wait_for_quiet()
    assert warnings(stage.check({**ASKED, "source": OTHER}))
    stage.path(NAME).unlink()
    assert warnings(stage.check({**ASKED, "source": OTHER}))


def test_several_requests(stage, watch):
    """The one that asks for it is named; what is asked of several is told for each."""
    other = bind(OTHER, f"{DIR}/ro/other")
    for name, asked in ("a", ASKED), ("b", other):
        write(stage, asked, name=f"/etc/robind/watch.d/{name}.json")
    watch("/etc/robind/watch.d")
    said = stage.check(*({**asked, "state": "unmounted"} for asked in (ASKED, other)))
    assert [warning["msg"].partition(", by ")[2].partition(")")[0] for warning in warnings(said)] == [
        "'/etc/robind/watch.d/a.json'", "'/etc/robind/watch.d/b.json'"]


def test_no_file(stage, watch):
    watch(f"source={SOURCE}", f"target={TARGET}", "state=ephemeral", "namespace=here")
    (warning,) = warnings(stage.check({**ASKED, "source": OTHER}))
    assert "by the words that it was started with" in warning["msg"]


def test_what_mends_nothing(stage, watch):
    watch("--check", write(stage, ASKED))
    assert not stage.path(LEFT).exists()
    assert not warnings(stage.check({**ASKED, "source": OTHER}))


def test_another_namespace(stage, watch):
    """What the watch has there it does not see."""
    watch(write(stage, ASKED))
    asked = {**ASKED, "source": OTHER}
    alone = ("unshare", "-m", "--propagation", "private")
    assert warnings(stage.check(asked)) and not warnings(stage.check(asked, wrap=alone))


WRITER = b"robind 0.1.0 %d"
BINDS = b"\0001 0 0 0\0" + f"{TARGET}\0{OTHER}\0\0".encode()
GARBAGE = {
    "nothing": b"",
    "no end": b"robind",
    "another version": WRITER.replace(b"0.1.0", b"0.0.0") + BINDS,
    "a piece": WRITER + b"\0001 0 0 0\0" + TARGET.encode(),
    "no numbers": WRITER + BINDS.replace(b"1 0 0 0", b"one"),
    "no such state": WRITER + BINDS.replace(b"1 0 0 0", b"99 0 0 0"),
    "not zeros": bytes(range(1, 256)) * 100,
}


@contextlib.contextmanager
def left(host, what):
    """By somebody who holds it."""
    number = host.run("stat", "-Lc", "%i", "/proc/self/ns/mnt").stdout
    host.path(LEFT).write_bytes(what.replace(b"%d", number.strip()))
    with open(host.path(LEFT), "rb+") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        yield


@pytest.mark.parametrize("what", GARBAGE)
def test_garbage(stage, what):
    """Whoever wrote it: nothing is told, and nothing fails."""
    with left(stage, GARBAGE[what]):
        assert not warnings(stage.apply(ASKED))
    stage.assert_settled(ASKED)


def test_garbage_would_be_told(stage):
    """With the words that a watch writes, the same way."""
    with left(stage, WRITER + BINDS):
        assert warnings(stage.check(ASKED))
        stage.path(LEFT).chmod(0o666)
        assert not warnings(stage.check(ASKED)), "everybody could have written it"
    stage.path(LEFT).chmod(0o644)
    assert not warnings(stage.check(ASKED)), "nobody holds it"


IN_THE_WAY = {
    "a directory": lambda path: path.mkdir(),
    "a symlink": lambda path: path.symlink_to("/etc/fstab"),
    "a pipe": os.mkfifo,
}


@pytest.mark.parametrize("what", IN_THE_WAY)
def test_in_the_way(stage, watch, what):
    IN_THE_WAY[what](stage.path(LEFT))
    stage.make(ASKED)
    watcher = watch(write(stage, ASKED))
    assert warnings(stage.check({**ASKED, "source": OTHER})) or what == "a directory"
    assert watcher.end() == 0
