# SPDX-License-Identifier: Apache-2.0
"""The program for the other machine, by an emulator of its instructions. It says what this
machine's says, and goes the way of old kernels, for the emulator knows no newer calls."""

import subprocess

import pytest

import rotation
from bad_requests import MISUSED, ROWS
from host import DIR, as_bytes, bind, here
from portables import FOREIGN, PROGRAMS, command, place_demo, reply_of, take_tour

SECONDS = 60


def run(arch, *args, request=None, prefix=()):
    return subprocess.run(
        [*prefix, *command(arch), *args], input=as_bytes(request), capture_output=True,
        timeout=SECONDS,
    )


def all_say(*args, **how):
    """The same, whichever the machine; returns it."""
    said = [reply_of(run(arch, *args, **how)) for arch in PROGRAMS]
    assert said[0] == said[1]
    return said[0]


def test_version():
    status, reply, errors = all_say("--version")
    assert (status, errors) == (0, b"")
    assert reply["robind"]["version"]


@pytest.mark.parametrize("args", [["--help"], ["schema", "request"], ["schema", "reply"]], ids=str)
def test_same_bytes(args):
    ours, theirs = (run(arch, *args) for arch in PROGRAMS)
    assert (ours.returncode, ours.stderr) == (0, b"")
    assert len(ours.stdout) > 500
    assert (ours.returncode, ours.stdout, ours.stderr) == (
        theirs.returncode, theirs.stdout, theirs.stderr)


@pytest.mark.parametrize("row", rotation.due(ROWS), ids=str)
def test_bad_request(row):
    status, reply, _ = all_say("check", request=row.request)
    assert (status, reply["error"]["code"]) == (1, "request")


@pytest.mark.parametrize("name", rotation.due(MISUSED))
def test_misused(name):
    status, reply, _ = all_say(*MISUSED[name], request="")
    assert (status, reply["failed"]) == (1, True)


def test_check(host):
    host.dir("a/sub")
    host.dir("b")
    asked = here(bind(f"{DIR}/a", f"{DIR}/b"), bind(f"{DIR}/a/sub", f"{DIR}/c"))
    status, reply, _ = all_say("check", request=asked, prefix=host.enter)
    codes = [[drift["code"] for drift in found["drift"]] for found in reply["binds"]]
    assert (status, codes) == (2, [["not_mounted"], ["target_missing", "not_mounted"]])


@pytest.mark.needs_root
def test_tour(host, echo_socket):
    """Through a script, so that nobody has to tell the kernel what runs such programs."""
    place_demo(host, f"{DIR}/robind", echo_socket)
    emulated = " ".join(command(FOREIGN))
    script = host.file(f"{DIR}/robind/robind", f'#!/bin/sh\nexec {emulated} "$@"\n')
    host.path(script).chmod(0o755)
    said = take_tour(host, f"{DIR}/robind")
    assert '"mount_api":"mount"' in said
