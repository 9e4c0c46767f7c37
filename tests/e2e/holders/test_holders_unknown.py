# SPDX-License-Identifier: Apache-2.0
"""`holders` as text, and what is told where processes cannot be looked at."""

import json

import pytest

import answer
import kernels
from holding import (  # noqa: F401 (fixtures)
    ASKED, NOBODY, SOURCE, TARGET, beside, bind_and_mount_within, busy, stage)
from host import KERNEL, NO_PTRACE


def test_text(busy):
    """One line for each: what to restart, and why."""
    with beside(busy) as service:
        busy.apply(ASKED)
        said = busy.raw("check", "--format", "text",
                        request=json.dumps({**ASKED, "holders": True}))
        lines = said.stdout.decode().splitlines()
        (copy,) = [line for line in lines if f"process {service.number} " in line
                   and line.startswith("restart ")]
        (writer,) = [line for line in lines if f"process {busy.writer[0][0]} " in line
                     and line.startswith("restart ")]
        assert copy.endswith(f"keeps a writable copy of {SOURCE} at {TARGET}")
        assert writer.endswith(f"can still write to {SOURCE} at {TARGET}/file")


# What cannot be read

def unknown(said):
    return [w["target"] for w in said.reply["warnings"] if w["code"] == "holders_unknown"]


WITHOUT_PROC = ("unshare", "-m", "--propagation", "slave", "sh", "-ec",
                'mount -t tmpfs tmpfs /proc; exec "$@"', "sh")


@pytest.mark.skipif(answer.is_sanitized(), reason="LeakSanitizer needs /proc")
def test_without_proc(stage):
    stage.make(ASKED)
    said = stage.check(ASKED, wrap=WITHOUT_PROC, holders=True)
    if kernels.lacks(KERNEL, "statmount"):
        assert said.error["code"] == "kernel", "mounts cannot be read there at all"
        return
    assert said.status == 0 and unknown(said) == [None]
    assert said.reply["needs_restart"] == NOBODY
    text = stage.raw("check", "--format", "text", wrap=WITHOUT_PROC,
                     request=json.dumps({**ASKED, "holders": True}))
    assert b"\nwarning       /proc does not show" in text.stdout
    assert unknown(stage.check(ASKED, wrap=WITHOUT_PROC)) == []


@pytest.mark.needs_root
def test_guess_where_processes_cannot_be_read(stage, slave):
    """Who could not look still warns of what may be left."""
    bind_and_mount_within(stage)
    said = stage.apply(ASKED, wrap=NO_PTRACE)
    assert said.status == 0, said.reply
    assert [w["code"] for w in said.reply["warnings"]] == ["writable_elsewhere"]
    assert "holders" not in said.bind


@pytest.mark.needs_root
def test_as_nobody(stage):
    stage.make(ASKED)
    user = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    assert unknown(stage.check(ASKED, wrap=user, holders=True)) == [None]
    assert unknown(stage.check(ASKED, holders=True)) == []


@pytest.mark.needs_root
def test_hidden_processes(stage):
    stage.make(ASKED)
    wrap = ("unshare", "-m", "--propagation", "slave", "sh", "-ec",
            'mount -t proc -o hidepid=invisible proc /proc; exec "$@"', "sh",
            "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
            "sh", "-c", '"$@"; exit', "sh")  # somebody else whom it may see
    assert unknown(stage.check(ASKED, wrap=wrap, holders=True)) == [None]