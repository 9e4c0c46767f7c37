# SPDX-License-Identifier: Apache-2.0
"""Who holds a bind: hosts with an old or a writable view of it, and what is told of them."""

import contextlib
import shutil
import subprocess

import pytest

from host import DIR, SECONDS, bind, is_real_root

SOURCE, TARGET = f"{DIR}/volumes/db", f"{DIR}/ro/db"
ASKED = bind(SOURCE, TARGET)
NOBODY = {"units": [], "containers": [], "processes": []}


@pytest.fixture
def stage(shared_host):
    shared_host.dir(SOURCE, "file", "sub/file")
    shared_host.dir(TARGET)
    return shared_host


@contextlib.contextmanager
def beside(host, propagation="private"):
    """Another namespace, as of now: a service that starts."""
    namespace = host.beside(propagation)
    yield namespace
    namespace.end()


@contextlib.contextmanager
def process(host, *argv):
    """A process on the host, once it has printed a line."""
    with host.start(*argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as started:
        assert started.stdout.readline() == b"ready\n", argv
        yield started.number
        started.stdin.close()
        started.wait(SECONDS)


def shell(host, script):
    return process(host, "sh", "-ec", f"{script}\necho ready; exec cat", "sh", TARGET)


def bind_as_people_do(host):
    host.run("mount", "--bind", SOURCE, TARGET)


def source_anew(host):
    shutil.rmtree(host.path(SOURCE))
    host.dir(SOURCE, "file", "sub/file")


def held(said):
    """Who holds the one bind, why and where."""
    return {(h["pid"], h["why"]): h["path"] for h in said.bind.get("holders", [])}


def warned(said):
    return [warning["code"] for warning in said.reply["warnings"]
            if warning["code"] != "holders_unknown" or is_real_root()]


def assert_nobody(host, asked=ASKED):
    said = host.check(asked, holders=True)
    assert held(said) == {}
    assert said.reply["needs_restart"] == NOBODY
    assert warned(said) == []


def assert_lasts(host, expected, asked=ASKED):
    """It is derived anew: a run that changes nothing says the same, and so does check."""
    again = host.apply(asked, holders=True)
    assert not again.reply["changed"]
    assert held(again) == expected
    looked = host.check(asked, holders=True)
    assert held(looked) == expected
    assert looked.reply["needs_restart"] == again.reply["needs_restart"]


def bind_and_mount_within(host):
    host.run("mount", "--bind", SOURCE, TARGET)
    host.run("mount", "-t", "tmpfs", "tmpfs", f"{SOURCE}/sub")


@pytest.fixture
def busy(stage):
    """A writable bind with a writer that is there throughout."""
    bind_as_people_do(stage)
    with shell(stage, 'exec 3>"$1/file"') as pid:
        stage.writer = (pid, "writer"), f"{TARGET}/file"
        yield stage
