# SPDX-License-Identifier: Apache-2.0
"""Calls that fail in the middle of a run, by the helper program fail_call."""

import pytest

import answer
from answer import ROBIND
from host import HELPERS, as_bytes

REPORT = "/run/calls"  # in the host


def failing(call, error, nth, report="/dev/null"):
    """What to put before robind so that its nth such call (or "always") fails."""
    if not (HELPERS / "fail_call").exists():
        pytest.skip(f"no {HELPERS}/fail_call: `make tests` builds it")
    return (str(HELPERS / "fail_call"), call, error, str(nth), report)


def run(host, asked, call, error, nth):
    """How robind ended, and how many such calls there were."""
    wrap = (*failing(call, error, nth, REPORT), *host.kernel)
    done = host.run(*wrap, ROBIND, "apply", input=as_bytes(asked), check=False)
    assert done.stderr == b"", f"call {nth} of {call}: {done.stderr!r}"
    return done, int(host.path(REPORT).read_text())


def apply_with_fault(host, asked, call, error, nth):
    """The answer, and how many such calls there were."""
    done, calls = run(host, asked, call, error, nth)
    return answer.read("apply", (), done.returncode, done.stdout), calls


def kill_at(host, asked, call, nth):
    """Whether there was such a call: who made it was killed, robind or a child of it."""
    done, calls = run(host, asked, call, "KILL", nth)
    if done.returncode != 137:
        answer.read("apply", (), done.returncode, done.stdout)
    return calls >= nth
