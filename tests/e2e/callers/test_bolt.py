# SPDX-License-Identifier: Apache-2.0
"""Called as a Bolt task: no argument, the parameters on standard input.

Bolt itself is in no Debian; what is fed here is what its documentation and sources say that it
feeds, and what is asserted is what it looks at: one JSON object, and `_error` in it or not.
"""

import json

import pytest

import answer
from host import DIR, bind

A, B, C = f"{DIR}/a", f"{DIR}/b", f"{DIR}/c"
# What the runner adds of its own.
RUNNER = {"_installdir": "/tmp/1234", "_target": {"name": "localhost"}, "_sensitive": ["x"]}


@pytest.fixture
def stage(host):
    host.dir("a", "file")
    host.dir("b")
    return host


def task(stage, *binds, name="robind::apply", **members):
    """The exit status and the result of one task run."""
    params = {"binds": binds, "namespace": "here", **RUNNER, "_task": name, **members}
    done = stage.raw(request=params)
    result = answer.parse(done.stdout)
    error = result.pop("_error", None)
    assert (done.returncode == 0) == (error is None), f"{done.returncode}: {error}"
    said = answer.read("apply", (), done.returncode, json.dumps(result).encode() + b"\n")
    return said, error


def test_apply(stage):
    said, error = task(stage, bind(A, B))
    assert (said.reply["changed"], error) == (True, None)
    stage.assert_read_only_view(A, B)
    said, error = task(stage, bind(A, B))
    assert (said.reply["changed"], error) == (False, None)


def test_one_bind_as_parameters(stage):
    """The parameters of a task are a request, also the short form of one bind."""
    params = {"source": A, "target": B, "state": "ephemeral", "_task": "robind::apply"}
    assert stage.raw(request=params).returncode == 0
    stage.assert_read_only_view(A, B)


# Each only looks, and drift is no failure.
LOOKS = {
    "the task check": {"name": "robind::check"},
    "a task of another module": {"name": "site::check"},
    "noop": {"_noop": True},
    "noop, oddly spelt": {"_noop": "true"},
    "the request's own word": {"check_mode": True},
}


@pytest.mark.parametrize("how", LOOKS)
def test_looks(stage, how):
    with stage.unchanged():
        said, error = task(stage, bind(A, B), **LOOKS[how])
    assert (said.status, error, said.reply["check_mode"]) == (0, None, True), how
    assert said.codes == ["not_mounted"], how


@pytest.mark.parametrize("name, more", [
    ("check", {}), ("robind::checked", {}), ("robind::apply", {"_noop": False}),
])
def test_does(stage, name, more):
    assert task(stage, bind(A, B), name=name, **more)[0].reply["check_mode"] is False
    stage.assert_read_only_view(A, B)


def test_a_failed_bind(stage):
    """`_error` names the failure and each bind's own; the other bind is done."""
    said, error = task(stage, bind(f"{DIR}/none", C), bind(A, B))
    assert said.of(B)["status"] == "changed"
    assert error["kind"] == "robind/source_missing"
    assert f"{DIR}/none" in error["msg"]
    assert error["details"]["binds"] == {C: said.of(C)["error"]}
    assert error["details"]["at"] == "/binds/0/source"


def test_a_bad_request(stage):
    with stage.unchanged():
        said, error = task(stage, bind(A, "b"))
    assert error["kind"] == "robind/request"
    assert error["msg"] == f"/binds/0/target: {said.reply['error']['msg']}"
    assert error["details"]["at"] == "/binds/0/target"


@pytest.mark.parametrize("text", ["", "{}", "[]", json.dumps(bind(A, B)), '{"_task": 1}'])
def test_no_task(stage, text):
    """Without `_task` a call without a command is a mistake, whatever the input holds."""
    with stage.unchanged():
        done = stage.raw(request=text)
    reply = answer.parse(done.stdout)
    assert (done.returncode, reply["error"]["code"]) == (1, "usage")
    assert "_error" not in reply


def test_members_of_the_runner_elsewhere(stage):
    """Only a task's `_` members are the runner's: in a request of a file they are unknown."""
    with stage.unchanged():
        said = stage.robind("apply", request={**bind(A, B), "_task": "robind::apply"})
    assert said.error["at"] == "/_task"


def test_input_larger_than_an_environment(stage):
    """As many binds as no argument or variable could hold (128 KiB)."""
    binds = [bind(A, f"{DIR}/many/{i:05}/{'x' * 40}") for i in range(1500)]
    said, error = task(stage, *binds, name="robind::check")
    assert (len(said.reply["binds"]), error) == (1500, None)
