# SPDX-License-Identifier: Apache-2.0
"""A request is judged as a whole before the machine is looked at: one mistake anywhere, and
nothing at all is changed."""

import json

import pytest

from bad_requests import GOOD, ONE_OF_EACH_KIND
from host import DIR, bind


@pytest.fixture
def stage(host):
    """A host on which everything that the rows name is there to be bound."""
    for name in "abcd":
        host.dir(name, "sub/file")
    return host


def refuse(host, request, *command):
    """The error of a request that must not be carried out."""
    with host.unchanged():
        said = host.robind(*command or ["apply"], request=request)
    assert (said.status, said.reply["changed"], said.reply["binds"]) == (1, False, [])
    assert said.error["code"] == "request", said.error
    return said.error


@pytest.mark.parametrize("row", ONE_OF_EACH_KIND, ids=str)
def test_refused(stage, row):
    error = refuse(stage, row.request)
    assert row.at in (..., error["at"]), f"{row}: points at {error['at']!r}: {error['msg']}"
    assert error["msg"], f"{row}: does not say what is wrong"
    assert refuse(stage, row.request, "check") == error


def test_one_bad_bind_spoils_the_good_ones(stage):
    good = [bind(f"{DIR}/a", f"{DIR}/t{n}") for n in range(3)]
    error = refuse(stage, {"binds": [*good, bind("a", f"{DIR}/t3")], "on_error": "continue"})
    assert error["at"] == "/binds/3/source"


def test_conflict_names_the_real_source(stage):
    a, b, c = f"{DIR}/a", f"{DIR}/b", f"{DIR}/c"
    error = refuse(stage, {"binds": [bind(a, b), bind(f"{b}/sub", c)]})
    assert f"'{a}/sub'" in error["msg"]


@pytest.mark.parametrize("form", ["binds", "top level"])
def test_taken(stage, form):
    said = stage.robind("apply", request={"binds": [GOOD]} if form == "binds" else GOOD)
    assert (said.status, said.bind["status"]) == (0, "changed")
    stage.assert_read_only_view(GOOD["source"], GOOD["target"])


def test_null_is_not_given(stage):
    nothing = dict.fromkeys(("recursive", "options", "create", "follow", "replace"))
    of_request = dict.fromkeys(
        ("binds", "check_mode", "diff", "namespace", "on_error", "timeout"))
    said = stage.robind("apply", request={**GOOD, **nothing, **of_request})
    assert said.status == 0
    stage.assert_read_only_view(GOOD["source"], GOOD["target"])


def test_null_source_of_what_goes(stage):
    said = stage.apply({"source": None, "target": f"{DIR}/b", "state": "unmounted"})
    assert said.bind["status"] == "ok"


@pytest.mark.parametrize("request_", [
    pytest.param({"binds": []}, id="no binds"),
    pytest.param({**GOOD, "options": "nosuid,nodev"}, id="options in one string"),
    pytest.param({**GOOD, "options": ["ro", "bind"]}, id="options that are implied"),
    pytest.param({**GOOD, "options": []}, id="options empty"),
    pytest.param({**GOOD, "timeout": 5, "on_error": "stop", "diff": True}, id="all at top level"),
    pytest.param(json.dumps(GOOD, indent=4) + "\n\n", id="on many lines"),
    pytest.param(json.dumps(GOOD).replace(DIR, DIR.replace("/", r"\/")), id="escaped slashes"),
    pytest.param({**GOOD, "target": f"{DIR}/..."}, id="three dots are a name"),
    pytest.param({**GOOD, "target": f"{DIR}/.b/..c"}, id="dots within names"),
    pytest.param({**GOOD, "target": f"{DIR}/a/sub"}, id="target within the source"),
    pytest.param({**GOOD, "target": f"{DIR}/ab"}, id="target that the source is a prefix of"),
])
def test_no_mistake(stage, request_):
    assert stage.robind("apply", request=request_).status == 0


def normal(path):
    return "/" + "/".join(filter(None, path.split("/")))


@pytest.mark.parametrize("source, target", [
    ("//%s//a", "%s/b"),
    ("%s/a/", "%s/b///"),
    ("%s///a//sub//", "//%s///b//"),
])
def test_slashes_are_normalised(stage, source, target):
    asked = bind(source % DIR, target % DIR)
    said = stage.apply(asked)
    source, target = (normal(asked[path]) for path in ("source", "target"))
    assert (said.bind["source"], said.bind["target"]) == (source, target)
    stage.assert_read_only_view(source, target)
    stage.assert_settled(asked)
    stage.assert_settled(bind(source, target))
