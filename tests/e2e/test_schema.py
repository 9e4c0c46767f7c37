"""`robind schema`: what a caller can know before it calls."""

import json

import pytest

import answer
from bad_requests import GOOD, ROWS
from host import DIR, bind

FULL = bind(
    f"{DIR}/a", f"{DIR}/b", recursive=True, options=["nosuid"], create=False, follow=True,
    replace=True,
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
    {"binds": [GOOD], "check_mode": True, "diff": True, "on_error": "stop", "timeout": 10},
    {**GOOD, "diff": True},
    {**GOOD, "options": "nosuid,nodev"},
    {**GOOD, "options": None, "recursive": None},
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


def test_refuses_unknown_members_of_replies(host):
    said = host.apply(bind(host.dir("a"), f"{DIR}/b"))
    said.reply["binds"][0]["status"] = "fine"
    assert not answer.validator("reply").is_valid(said.reply)
