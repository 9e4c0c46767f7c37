# SPDX-License-Identifier: Apache-2.0
"""How robind is called: where the request comes from, and what the exit status says."""

import json

import pytest

import answer
from bad_requests import MISUSED
from host import DIR, bind

A, B = f"{DIR}/a", f"{DIR}/b"
GOOD = bind(A, B)
TEXT = json.dumps(GOOD)


@pytest.fixture
def stage(host):
    host.dir("a", "file")
    host.dir("b")
    return host


@pytest.mark.parametrize("name", MISUSED)
def test_misused(stage, name):
    with stage.unchanged():
        done = stage.raw(*MISUSED[name], request=TEXT)
    reply = answer.parse(done.stdout)
    assert (done.returncode, reply["error"]["code"]) == (1, "usage"), f"{name}: {reply}"
    assert (reply["changed"], reply["failed"]) == (False, True), f"{name}: {reply}"


def as_file(host):
    return [host.file("request.json", TEXT)]


# Each makes the arguments and the standard input of one way to hand over the same request.
WAYS = {
    "standard input": lambda host: ([], TEXT),
    "standard input by a dash": lambda host: (["-"], TEXT),
    "a file": lambda host: (as_file(host), None),
    "a file, options after it": lambda host: ([*as_file(host), "--diff"], None),
    "a file, options before it": lambda host: (["--timeout", "9", "--diff", *as_file(host)], None),
    "--json": lambda host: (["--json", TEXT], None),
    "words": lambda host: ([f"source={A}", f"target={B}", "state=ephemeral"], None),
    "words, options between": lambda host: (
        [f"source={A}", "--diff", f"target={B}", "state=ephemeral"], None),
}


@pytest.mark.parametrize("way", WAYS)
def test_ways_in(stage, way):
    args, stdin = WAYS[way](stage)
    said = stage.robind("apply", *args, request=stdin or "nobody reads this")
    assert said.status == 0, f"{way}: {said.reply}"
    stage.assert_read_only_view(A, B)


NO_REQUEST = {
    "a missing file": (f"{DIR}/none.json", "ENOENT", "input"),
    "a directory": (DIR, "EISDIR", "input"),
    "below a file": (f"{DIR}/a/file/x.json", "ENOTDIR", "input"),
    "an empty name": ("", "ENOENT", "input"),
    "an empty file": ("/dev/null", None, "request"),
}


@pytest.mark.parametrize("name", NO_REQUEST)
def test_no_request(stage, name):
    file, errno, code = NO_REQUEST[name]
    said = stage.robind("apply", file)
    assert (said.error["code"], said.error["errno"]) == (code, errno), f"{name}: {said.error}"


def test_endless_file(stage):
    """Reading ends at the size limit, not with the memory."""
    said = stage.robind("apply", "/dev/zero")
    assert said.error["code"] in ("request", "input")


def test_dash_file_is_reached_by_its_path(stage):
    """A word needs a bare key: what has a slash before its `=` is a file."""
    file = stage.file("a=b", TEXT)
    assert stage.robind("apply", file).status == 0


@pytest.mark.parametrize("spelling, expected", [
    ("true", True), ("yes", True), ("on", True), ("1", True),
    ("false", False), ("no", False), ("off", False), ("0", False),
])
def test_booleans_in_words(stage, spelling, expected):
    """`create` shows what was understood: the target is missing."""
    words = [f"source={A}", f"target={DIR}/new/b", "state=ephemeral", f"create={spelling}"]
    said = stage.robind("apply", *words)
    assert (said.status == 0) == expected, said.reply
    assert stage.path(f"{DIR}/new").exists() == expected


WRONG_WORDS = {
    "a boolean in words": ("create=maybe", "/create"),
    "an empty boolean": ("create=", "/create"),
    "an unknown key": ("colour=red", "/colour"),
    "an unknown option": ("options=nosuid,shiny", "/options"),
    "a relative path": ("target=b", "/target"),
    "an unknown state": ("state=tidy", "/state"),
}


@pytest.mark.parametrize("name", WRONG_WORDS)
def test_wrong_words(stage, name):
    word, at = WRONG_WORDS[name]
    key = word.split("=")[0]
    words = {"source": f"source={A}", "target": f"target={B}", "state": "state=ephemeral"}
    with stage.unchanged():
        said = stage.robind("apply", *{**words, key: word}.values())
    assert (said.error["code"], said.error["at"]) == ("request", at), f"{name}: {said.error}"


def test_a_word_twice(stage):
    """The last one wins nothing."""
    with stage.unchanged():
        said = stage.robind("apply", f"source={A}", f"target={B}", f"target={DIR}/c")
    assert said.error["code"] in ("request", "usage")


def test_words_carry_text_as_it_is(stage):
    """Everything after the first `=` is the value: blanks, quotes, more signs."""
    target = f"""{DIR}/b = 'c' "d" {{e}} \\"""
    said = stage.robind("apply", f"source={A}", f"target={target}", "state=ephemeral")
    assert (said.status, said.bind["target"]) == (0, target)
    stage.assert_read_only_view(A, target)


def test_options_in_words(stage):
    words = [f"source={A}", f"target={B}", "state=ephemeral", "options=nosuid,noexec"]
    assert stage.robind("apply", *words).status == 0
    assert stage.top(B).options >= {"ro", "nosuid", "noexec"}


# Command and options -> exit status: to be made, made, and impossible.
STATUSES = {
    "apply": (["apply"], 0, 0, 1),
    "apply --detailed-exitcode": (["apply", "--detailed-exitcode"], 2, 0, 1),
    "apply --check": (["apply", "--check"], 0, 0, 1),
    "apply --check --detailed-exitcode": (["apply", "--check", "--detailed-exitcode"], 2, 0, 1),
    "check": (["check"], 2, 0, 1),
    "check --format text": (["check", "--format", "text"], 2, 0, 1),
    "check --format salt": (["check", "--format", "salt"], 2, 0, 1),
}


@pytest.mark.parametrize("name", STATUSES)
def test_exit_status(stage, name):
    """Of the bind that is to be made, of the same when it is there, and of a bad one."""
    args, *expected = STATUSES[name]
    to_be_made = stage.raw(*args, request=TEXT).returncode
    stage.make(GOOD)
    made = stage.raw(*args, request=TEXT).returncode
    stage.path(f"{DIR}/link").symlink_to("a")
    impossible = stage.raw(*args, request=json.dumps(bind(f"{DIR}/link", B))).returncode
    assert [to_be_made, made, impossible] == expected, name


@pytest.mark.parametrize("request_, options", [
    pytest.param(GOOD, ["--check"], id="option"),
    pytest.param({**GOOD, "check_mode": True}, [], id="member"),
])
def test_check_mode(stage, request_, options):
    with stage.unchanged():
        said = stage.robind("apply", *options, request=request_)
    assert said.reply["check_mode"] is True
    assert said.reply["changed"] is True, "check mode says what would change"


def test_help_is_for_people(host):
    done = host.raw("--help")
    assert done.returncode == 0
    for word in (b"apply", b"check", b"show", b"schema", b"--format", b"--detailed-exitcode"):
        assert word in done.stdout, f"{word} is not explained"


def test_version(host):
    done = host.raw("--version")
    version = answer.parse(done.stdout)["robind"]
    assert done.returncode == 0
    assert {"version", "protocol", "mount_api", "read_api"} <= version.keys()
