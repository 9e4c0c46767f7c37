# SPDX-License-Identifier: Apache-2.0
"""Other words for the same answer: `--format text` for people, `--format salt` for Salt."""

import json

import pytest

import answer
from host import DIR, bind, here


@pytest.fixture
def stage(host):
    """One bind that is fine, one to be made, one that cannot be."""
    host.dir("a")
    host.make(bind(f"{DIR}/a", f"{DIR}/fine"))
    return host


FINE, NEW, LOST = (bind(f"{DIR}/a", f"{DIR}/fine"), bind(f"{DIR}/a", f"{DIR}/new"),
                   bind(f"{DIR}/none", f"{DIR}/lost"))


def lines(host, command, *binds):
    done = host.raw(command, "--format", "text", request=json.dumps(here(*binds)))
    return done.stdout.decode().splitlines()


def test_text_names_what_is_not_ok(stage):
    first, *reasons, gap, last = lines(stage, "check", FINE, NEW)
    assert first.split() == ["would", "make", f"{DIR}/new"] and gap == ""
    assert any(line.strip().startswith("not_mounted: ") for line in reasons)
    assert last == "2 binds: 1 as asked, 1 would change.    robind apply would do it."


def test_text_of_nothing_to_do(stage):
    assert lines(stage, "apply", FINE) == ["1 bind: as asked."]


def test_text_of_a_failure(stage):
    said = stage.apply(FINE, LOST)
    assert lines(stage, "apply", FINE, LOST) == [
        f"FAILED  {DIR}/lost: {said.of(LOST['target'])['error']['msg']}",
        "2 binds: 1 as asked, 1 failed."]


def test_text_of_a_bad_request(stage):
    (line,) = lines(stage, "apply", bind("a", f"{DIR}/new"))
    assert line == stage.apply(bind("a", f"{DIR}/new")).reply["msg"]


def salt(host, command, *binds):
    done = host.raw(command, "--format", "salt", request=json.dumps(here(*binds)))
    return done.returncode, answer.parse(done.stdout)


def test_salt_shows_changed_binds_only(stage):
    status, said = salt(stage, "apply", FINE, NEW)
    assert (status, said["changed"]) == (0, True)
    assert set(said) == {"changed", "comment", f"{DIR}/new"}
    assert said[f"{DIR}/new"] == {"old": "not mounted", "new": "read-only, private",
                                  "reason": ["target_missing", "not_mounted"]}


def test_salt_puts_what_was_found_in_words(stage):
    stage.run("mount", "--bind", f"{DIR}/a", f"{DIR}/fine")
    stage.run("mount", "-o", "remount,bind,rw,nosuid,noexec", f"{DIR}/fine")
    stage.run("mount", "--make-shared", f"{DIR}/fine")
    _, said = salt(stage, "check", FINE)
    found = said[f"{DIR}/fine"]
    assert found["old"] == "writable, shared, nosuid, noexec, 2 times"
    assert {"writable", "stacked"} <= set(found["reason"])


def test_salt_puts_another_source_in_words(stage):
    stage.dir("b")
    _, said = salt(stage, "check", bind(f"{DIR}/b", f"{DIR}/fine", replace=True))
    assert said[f"{DIR}/fine"] == {"old": "read-only, private, not the source",
                                   "new": "read-only, private", "reason": ["wrong_source"]}


def test_salt_of_a_recursive_bind(stage):
    _, said = salt(stage, "apply", bind(f"{DIR}/a", f"{DIR}/all", recursive=True))
    assert said[f"{DIR}/all"]["new"] == "read-only, recursive, private"


def test_salt_says_what_is_in_fstab(stage):
    fstab = stage.file("fstab")
    asked = {**FINE, "state": "mounted"}
    done = stage.raw("apply", "--format", "salt", request=here(asked, fstab=fstab))
    assert answer.parse(done.stdout)[f"{DIR}/fine"] == {
        "old": "read-only, private", "new": "read-only, private, in fstab",
        "reason": ["fstab_missing"]}


def test_salt_counts_what_would_fill_the_screen(stage):
    many = [bind(f"{DIR}/a", f"{DIR}/t/{i}") for i in range(12)]
    lost = [bind(f"{DIR}/none/{i}", f"{DIR}/u/{i}") for i in range(13)]
    status, said = salt(stage, "apply", FINE, *many, *lost)
    assert status == 1 and said["changed"]
    assert set(said) == {"changed", "comment", "more", *(f"{DIR}/t/{i}" for i in range(10))}
    assert said["more"] == {"binds": 2, "reason": {"not_mounted": 2, "target_missing": 2}}
    first, *rest, last = said["comment"].split("\n")
    assert first.startswith("13 of 26 binds failed")
    assert [line.split(":")[0] for line in rest] == [f"{DIR}/u/{i}" for i in range(10)]
    assert last == "... and 3 more of these"


# What a terminal would obey: ESC, the same in one character of C1, a line's end, and a sign
# that turns the reading direction.
EVIL, SHOWN = "\x1b[31m\n\x9b0m\u202ered", r"\033[31m\012\302\2330m\342\200\256red"


def test_text_keeps_control_characters_from_the_terminal(stage):
    lost, new = bind(f"{DIR}/none", f"{DIR}/{EVIL}"), bind(f"{DIR}/a", f"{DIR}/new{EVIL}")
    failed, changed, _ = lines(stage, "apply", lost, new)
    assert failed.startswith(f"FAILED  {DIR}/{SHOWN}: ")
    assert changed.startswith(f"made    {DIR}/new{SHOWN} ")
    assert stage.raw("check", request=json.dumps(here(lost))).stdout.isascii()


def test_salt_keeps_control_characters_from_the_terminal(stage):
    lost, new = bind(f"{DIR}/none", f"{DIR}/{EVIL}"), bind(f"{DIR}/a", f"{DIR}/new{EVIL}")
    _, said = salt(stage, "apply", lost, new)
    _, line = said["comment"].split("\n")
    assert line.startswith(f"{DIR}/{SHOWN}: ")
    assert f"{DIR}/new{SHOWN}" in said


def test_salt_of_nothing_to_do(stage):
    status, said = salt(stage, "apply", FINE)
    assert (status, said["changed"], set(said)) == (0, False, {"changed", "comment"})


def test_salt_of_a_failure(stage):
    """A comment is all that Salt keeps of a failed state."""
    status, said = salt(stage, "apply", LOST)
    assert (status, said["changed"]) == (1, False)
    assert f"{DIR}/none" in said["comment"]


def test_salt_says_who_has_to_be_restarted(shared_host):
    """A namespace that was there before keeps the writable copy that mount(8) gave it."""
    shared_host.dir("a")
    shared_host.dir("private")
    asked = bind(f"{DIR}/a", f"{DIR}/private")
    shared_host.run("mount", "--bind", asked["source"], asked["target"])
    beside = shared_host.slave()
    try:
        beside.run("mount", "--make-private", DIR)
        status, said = salt(shared_host, "apply", asked)
        lines = said["comment"].split("\n")
        assert status == 0 and f"restart process {beside.number}" in lines, said
        assert any(line.startswith(f"warning {DIR}/private: a writable copy")
                   for line in lines), said
    finally:
        beside.end()


def test_salt_of_a_bad_request(stage):
    status, said = salt(stage, "apply", bind("a", f"{DIR}/new"))
    assert (status, said["changed"]) == (1, False)
    assert said["comment"].startswith("/binds/0/source: ")


def test_diff_only_where_asked(stage):
    assert "diff" not in stage.check(NEW).reply
    (diff,) = stage.check(FINE, NEW, diff=True).reply["diff"]
    assert {"before", "after", "before_header", "after_header"} <= set(diff)
    assert diff["before_header"] == diff["after_header"] == f"{DIR}/new (live)"
    assert diff["before"] != diff["after"]


def test_diff_of_apply_is_that_of_check(stage):
    foretold = stage.check(FINE, NEW, options=["--diff"]).reply["diff"]
    assert stage.apply(FINE, NEW, options=["--diff"]).reply["diff"] == foretold
