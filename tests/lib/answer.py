# SPDX-License-Identifier: Apache-2.0
"""What robind says, and what has to hold for everything that it says.

No test checks these rules by itself: each answer passes through `read()`, so they are checked
in every call of every test.
"""

import functools
import json
import os
import pathlib
import subprocess
from dataclasses import dataclass

import jsonschema

REPO = pathlib.Path(__file__).resolve().parents[2]
ROBIND = os.path.abspath(os.environ.get("ROBIND", REPO / "build/release/robind"))

# Ansible gives these members of a result a meaning of its own.
NEVER_AT_TOP = {"rc", "results", "stdout", "stderr", "skipped", "invocation", "ansible_facts"}


@dataclass
class Answer:
    """The exit status and the reply of one call."""

    status: int
    reply: dict

    @property
    def bind(self):
        """The one bind of a request of one."""
        assert len(self.reply["binds"]) == 1, f"not one bind: {self.reply}"
        return self.reply["binds"][0]

    @property
    def codes(self):
        """Why the one bind is not as asked."""
        return [drift["code"] for drift in self.bind.get("drift", [])]

    @property
    def error(self):
        """Of the whole request, else of the one bind; empty when nothing failed."""
        return self.reply.get("error") or self.bind.get("error", {})

    def of(self, target):
        """The bind with this target."""
        (bind,) = [bind for bind in self.reply["binds"] if bind["target"] == target]
        return bind


def is_sanitized():
    """An AddressSanitizer build reserves terabytes of addresses: it cannot be given a limit."""
    with open(ROBIND, "rb") as binary:
        return b"__asan_init" in binary.read()


# What Debian 11 has is older than the draft; what of it is used here was the same.
VALIDATOR = getattr(jsonschema, "Draft202012Validator", jsonschema.Draft7Validator)


@functools.lru_cache(maxsize=None)
def validator(which):
    """For `request` or `reply`, made from the schema that the binary prints."""
    printed = subprocess.run([ROBIND, "schema", which], capture_output=True, check=True)
    schema = json.loads(printed.stdout)
    VALIDATOR.check_schema(schema)
    return VALIDATOR(schema)


def parse(stdout):
    """One line of pure ASCII that is one JSON object."""
    assert stdout.isascii(), f"not ASCII: {stdout!r}"
    assert stdout.endswith(b"\n") and stdout.count(b"\n") == 1, f"not one line: {stdout!r}"

    def members(pairs):
        names = [name for name, _ in pairs]
        assert len(set(names)) == len(names), f"duplicate members in {names}"
        return dict(pairs)

    parsed = json.loads(stdout, object_pairs_hook=members)
    assert isinstance(parsed, dict), f"no object: {stdout!r}"
    return parsed


def read(command, options, status, stdout):
    """The answer of `command`, after all that has to hold for any answer."""
    reply = parse(stdout)
    problem = jsonschema.exceptions.best_match(validator("reply").iter_errors(reply))
    assert problem is None, f"reply against its schema: {problem}"
    assert not NEVER_AT_TOP & reply.keys()
    assert "error" in reply or "binds" in reply
    if command != "show":
        assert_adds_up(reply)
    assert_status_tells(command, options, status, reply)
    return Answer(status, reply)


def assert_adds_up(reply):
    """The totals say what the binds say."""
    binds = reply["binds"]
    for bind in binds:
        assert_bind_adds_up(bind)
    for status, count in reply["summary"].items():
        assert count == sum(bind["status"] == status for bind in binds), (status, reply)
    assert reply["changed"] == any(bind["changed"] for bind in binds), reply
    assert reply["failed"] == ("error" in reply or any("error" in bind for bind in binds)), reply
    assert_restarts_add_up(reply)


def assert_restarts_add_up(reply):
    """Every holder is to be restarted as one thing, and nothing else is; who keeps a writable
    copy is warned of."""
    holders = [holder for bind in reply["binds"] for holder in bind.get("holders", [])]
    restart = reply.get("needs_restart", {"units": [], "containers": [], "processes": []})
    for names in restart.values():
        assert names == sorted(set(names)), f"not sorted, or not once: {restart}"
    contained = [holder for holder in holders if holder["container"]]
    units = [h for h in holders if h not in contained and h["unit"] in restart["units"]]
    rest = [h for h in holders if h not in contained and h not in units]
    assert {holder["container"] for holder in contained} == set(restart["containers"]), reply
    assert {holder["unit"] for holder in units} == set(restart["units"]), reply
    assert {holder["pid"] for holder in rest} == set(restart["processes"]), reply
    for bind in reply["binds"]:
        found = bind.get("holders", [])
        keys = [(holder["pid"], holder["why"]) for holder in found]
        assert "holders" not in bind or keys, "an empty list"
        assert len(set(keys)) == len(keys), f"told twice: {bind}"
        if any(holder["why"] == "writable" for holder in found):
            assert {"writable_elsewhere"} <= {
                warning["code"] for warning in reply["warnings"]
                if warning["target"] == bind["target"]}, reply


def assert_bind_adds_up(bind):
    status = bind["status"]
    assert (status == "failed") == ("error" in bind), bind
    assert bind["changed"] or status != "changed", bind
    assert not bind["changed"] or status in ("changed", "failed"), bind
    assert bind.get("drift") or status != "changed", bind
    assert not bind.get("drift") or status != "ok", bind
    assert status != "ok" or not {"before", "after", "actions"} & bind.keys(), bind


def assert_status_tells(command, options, status, reply):
    """The exit status says the same as the reply, for callers that look at nothing else."""
    changed_is = 2 if command == "check" or "--detailed-exitcode" in options else 0
    expected = 1 if reply["failed"] else changed_is if reply["changed"] else 0
    assert status == expected, f"exit status {status}, not {expected}: {reply}"
