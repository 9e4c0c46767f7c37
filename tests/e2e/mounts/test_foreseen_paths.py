# SPDX-License-Identifier: Apache-2.0
"""Where a path leads once the other binds of the request are done: what shall only be gone, or be
listed, is judged by that as well, so the first run says what the next ones say."""

import os

import pytest

from host import DIR, bind

SOURCES, RO = f"{DIR}/volumes", f"{DIR}/ro"
FSTAB = f"{DIR}/fstab"
INNER = bind(f"{SOURCES}/shop", f"{RO}/inner/x")
REFUSED = {"a file": "type_mismatch", "a symlink": "symlink", "one to nowhere": "symlink"}
NOT_THERE = ["unmounted", "absent", "fstab_only", "fstab_present"]


@pytest.fixture
def stage(host):
    host.dir(RO)
    host.dir(f"{SOURCES}/www")
    host.dir(f"{SOURCES}/shop", "inside")
    host.file(FSTAB)
    return host


def put(host, path, what):
    if what == "a file":
        host.file(path, "text")
    else:
        os.symlink(f"{DIR}/nowhere" if what == "one to nowhere" else f"{SOURCES}/shop", host.path(path))


def told(said):
    return [(done["status"], (done.get("error") or {}).get("code"), done["changed"],
             done.get("actions"), done.get("after")) for done in said.reply["binds"]]


def as_foreseen(host, *binds):
    checked, said = host.check(*binds, fstab=FSTAB), host.apply(*binds, fstab=FSTAB)
    assert told(checked) == told(said)
    return said.of(binds[-1]["target"])


def expected(what, state):
    """Below a file nothing is mounted; but nothing can be listed there."""
    return None if what == "a file" and state in ("unmounted", "absent") else REFUSED[what]


def assert_the_same_each_time(host, outer, what, state):
    inner = {**INNER, "state": state}
    for _ in range(2):
        done = as_foreseen(host, outer, inner)
        assert done.get("error", {}).get("code") == expected(what, state)
        assert INNER["target"] not in host.path(FSTAB).read_text()


@pytest.mark.parametrize("state", NOT_THERE)
@pytest.mark.parametrize("what", REFUSED)
def test_in_a_bind_that_is_made(stage, what, state):
    put(stage, f"{SOURCES}/www/inner", what)
    assert_the_same_each_time(stage, bind(f"{SOURCES}/www", RO), what, state)
    assert stage.stack(RO)


@pytest.mark.parametrize("state", NOT_THERE)
def test_in_a_bind_of_a_file(stage, state):
    stage.file(f"{SOURCES}/file", "text")
    assert_the_same_each_time(stage, bind(f"{SOURCES}/file", f"{RO}/inner"), "a file", state)


@pytest.mark.parametrize("state", NOT_THERE)
@pytest.mark.parametrize("what", REFUSED)
def test_in_what_the_bind_comes_without(stage, what, state):
    """What is mounted in its source hides it there, and not in the bind."""
    put(stage, f"{stage.dir(f'{SOURCES}/www/deep')}/x", what)
    stage.run("mount", "-t", "tmpfs", "tmpfs", f"{SOURCES}/www/deep")
    put(stage, f"{SOURCES}/www/deep/y", what)
    outer = bind(f"{SOURCES}/www", f"{RO}/inner")
    for name, code in (("x", expected(what, state)), ("y", None)):
        inner = bind(f"{SOURCES}/shop", f"{RO}/inner/deep/{name}/z", state)
        done = as_foreseen(stage, outer, inner)
        assert done.get("error", {}).get("code") == code
        stage.run("umount", f"{RO}/inner")


@pytest.mark.parametrize("state", [*NOT_THERE, "ephemeral"])
@pytest.mark.parametrize("what", REFUSED)
def test_where_a_bind_is_taken_away(stage, what, state):
    """What it covered comes to light."""
    stage.dir(f"{SOURCES}/www/inner/x")
    put(stage, f"{RO}/inner", what)
    stage.make(bind(f"{SOURCES}/www", RO))
    assert_the_same_each_time(stage, bind(f"{SOURCES}/www", RO, "unmounted"), what, state)
    assert not stage.stack(RO)


def test_a_line_alone_goes(stage):
    """Whatever its paths lead to."""
    put(stage, f"{SOURCES}/www/inner", "a symlink")
    assert as_foreseen(stage, bind(f"{SOURCES}/www", RO), {**INNER, "state": "fstab_absent"})["status"] == "ok"
