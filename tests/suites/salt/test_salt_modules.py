# SPDX-License-Identifier: Apache-2.0
"""The execution module, through the real salt-call: data in, data out."""

import json

import pytest

from host import DIR, bind
from minion import PROGRAM


def data(done):
    return json.loads(done.stdout)["local"]


@pytest.fixture
def one(machine):
    machine.dir("a", "file")
    return bind(f"{DIR}/a", f"{DIR}/t")


def words(asked, **more):
    return [f"{name}={json.dumps(value)}" for name, value in {**asked, **more}.items()]


def test_the_reply_is_what_robind_says(minion, machine, one):
    with machine.unchanged():
        foretold = minion.call("robind.apply", *words(one, test=True))
    assert foretold.returncode == 0 and data(foretold)["changed"] and data(foretold)["check_mode"]
    made = minion.call("robind.apply", *words(one))
    assert made.returncode == 0 and data(made)["success"] and data(made)["changed"]
    machine.assert_read_only_view(one["source"], one["target"])
    (shown,) = minion.run("robind.show", one["target"])["binds"]
    assert shown["target"] == one["target"] and shown["live"]["read_only"]
    checked = minion.call("robind.check", f"binds={json.dumps([one])}")
    assert checked.returncode == 0 and not data(checked)["changed"]
    said = machine.check(one).reply
    assert data(checked) == {**said, "success": True}


def test_drift_is_no_failure_and_a_failure_is_one(minion, machine, one):
    with machine.unchanged():
        drift = minion.call("robind.check", *words(one))
        failure = minion.call("robind.apply", *words(one, source="a"))
    assert drift.returncode == 0 and data(drift)["changed"]
    assert failure.returncode != 0 and data(failure)["error"]["at"] == "/source"


def test_a_minion_in_test_mode_changes_nothing(minion, machine, one):
    minion.configure(test=True)
    with machine.unchanged():
        assert minion.run("robind.apply", *words(one))["check_mode"]


def test_a_missing_robind_is_an_error(minion, one):
    minion.configure(grains={"robind": {"path": "/nonexistent/robind"}})
    done = minion.call("robind.check", *words(one))
    assert done.returncode != 0 and "there is no program '/nonexistent/robind'" in done.stderr


def test_facts_never_fail(minion, machine, one):
    machine.make({**one, "state": "mounted"})
    line = machine.fstab
    machine.file("/etc/fstab", line + line.replace("/t ", "/u "))
    facts = minion.run("robind.facts")
    version = facts.pop("version")
    assert version and facts == {
        "protocol": 1, "mount_api": facts["mount_api"], "read_api": facts["read_api"],
        "binds": 2, "as_asked": 1, "drift": {"not_mounted": 1, "target_missing": 1},
        "errors": {}, "warnings": {"volatile_source": 2}}
    program = machine.path(PROGRAM)
    program.write_text("#!/bin/sh\necho nonsense\n")
    for is_there in (True, False):
        done = minion.call("robind.facts")
        assert done.returncode == 0 and data(done).keys() == {"error"}, done
        if is_there:
            program.unlink()
