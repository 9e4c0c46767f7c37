# SPDX-License-Identifier: Apache-2.0
"""`robind schema`: what a caller can know before it calls."""

import json

import pytest

import answer
from bad_requests import GOOD, ROWS
from host import DIR, bind

FULL = bind(
    f"{DIR}/a", f"{DIR}/b", recursive=True, options=["nosuid"], create=False, follow=True,
    replace=True, source_mount=f"{DIR}/a",
)


@pytest.mark.parametrize("which", ["request", "reply"])
def test_is_a_schema(host, which):
    done = host.raw("schema", which)
    schema = answer.parse(done.stdout)
    assert (done.returncode, schema["$schema"]) == (
        0, "https://json-schema.org/draft/2020-12/schema")
    answer.validator(which).check_schema(schema)


@pytest.mark.parametrize("request_", [
    GOOD,
    FULL,
    {"binds": [GOOD, FULL]},
    {"binds": [GOOD], "check_mode": True, "diff": True, "on_error": "stop", "timeout": 10,
     "namespace": "here"},
    {**GOOD, "diff": True},
    {**GOOD, "holders": True},
    {**GOOD, "options": "nosuid,nodev"},
    {**GOOD, "options": None, "recursive": None, "source_mount": None},
    {**GOOD, "source_mount": True},
    {"target": f"{DIR}/b", "state": "unmounted"},
], ids=json.dumps)
def test_takes_good_requests(host, request_):
    answer.validator("request").validate(request_)


@pytest.mark.parametrize("row", [row for row in ROWS if row.schema], ids=str)
def test_refuses_bad_requests(row):
    assert not answer.validator("request").is_valid(row.request), row.name


@pytest.mark.parametrize("reply", [
    pytest.param({}, id="empty"),
    pytest.param({"changed": False}, id="too little"),
    pytest.param({"changed": "no", "failed": False, "msg": "", "binds": []}, id="wrong type"),
])
def test_refuses_bad_replies(reply):
    """Else the validation of every reply in these tests would mean nothing."""
    assert not answer.validator("reply").is_valid(reply)


HOLDER = {"pid": 1, "command": "a", "unit": None, "container": None, "path": "/a", "why": "stale"}


@pytest.mark.parametrize("holder, good", [
    pytest.param(HOLDER, True, id="good"),
    pytest.param({**HOLDER, "unit": "a.service", "container": "b"}, True, id="named"),
    pytest.param({**HOLDER, "why": "guess"}, False, id="another why"),
    pytest.param({**HOLDER, "pid": "1"}, False, id="pid as text"),
    pytest.param({**HOLDER, "more": 1}, False, id="unknown member"),
])
def test_takes_good_holders(host, holder, good):
    said = host.apply(bind(host.dir("a"), f"{DIR}/b"), holders=True)
    said.reply["binds"][0]["holders"] = [holder]
    assert answer.validator("reply").is_valid(said.reply) == good


def test_takes_all_three_lists_or_none(host):
    said = host.apply(bind(host.dir("a"), f"{DIR}/b"), holders=True)
    assert answer.validator("reply").is_valid(said.reply)
    del said.reply["needs_restart"]["units"]
    assert not answer.validator("reply").is_valid(said.reply)


def test_refuses_unknown_members_of_replies(host):
    said = host.apply(bind(host.dir("a"), f"{DIR}/b"))
    said.reply["binds"][0]["status"] = "fine"
    assert not answer.validator("reply").is_valid(said.reply)
