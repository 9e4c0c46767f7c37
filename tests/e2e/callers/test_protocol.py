# SPDX-License-Identifier: Apache-2.0
"""Protocol 1: what module/package/PROTOCOL.md promises of the replies, held against those that 0.1.0 gave
to the calls of CALLS, and its schemas (tests/fixtures/protocol, which stay as they are)."""

import copy
import json

import jsonschema
import pytest

import answer
from fstab import FSTAB, OTHERS, SOURCE, TARGET, Table
from host import DIR

KEPT = answer.REPO / "tests/fixtures/protocol"
OTHER = f"{DIR}/ro/other"


def ask(*binds, **members):
    return json.dumps({"fstab": FSTAB, "namespace": "here", "binds": list(binds), **members})


GOOD = {"source": SOURCE, "target": TARGET}
BAD = {"source": f"{DIR}/none", "target": OTHER}
# What is called, one after the other on one host, by the names of the replies that are kept.
CALLS = {
    "check": ("check", "--json", ask(GOOD, diff=True)),
    "apply": ("apply", "--json", ask(GOOD, holders=True, backup=True)),
    "again": ("apply", "--json", ask(GOOD)),
    "show": ("show", "--fstab", FSTAB),
    "boot": ("boot", "--fstab", FSTAB),
    "failed": ("apply", "--json", ask(BAD, {**GOOD, "follow": True}, on_error="stop")),
    "refused": ("apply", "--json", ask({"source": "relative", "target": OTHER})),
    "unmounted": ("apply", "--json", ask({"target": TARGET, "state": "absent"})),
}


@pytest.fixture(name="replies")
def _replies(host):
    table = Table(host)
    table.write(OTHERS)
    return {name: answer.parse(host.raw(*words).stdout) for name, words in CALLS.items()}


def kept(name):
    return json.loads((KEPT / f"{name}.json").read_text(encoding="utf-8"))


def lacking(old, new, place=""):
    """Where a member, or its type, of the old one is missing in the new one."""
    if isinstance(old, dict):
        if not isinstance(new, dict):
            return [place]
        return [spot for name, value in old.items()
                for spot in (lacking(value, new[name], f"{place}/{name}") if name in new
                             else [f"{place}/{name}"])]
    if isinstance(old, list):
        if not isinstance(new, list) or (old and not new and place != "/warnings"):
            return [place]  # what is warned of is the machine's matter as well
        return lacking(old[0], new[0], f"{place}/0") if old and new else []
    return [] if type(old) is type(new) or None in (old, new) else [place]


def opened(schema):
    """The schema as PROTOCOL.md has it read: more members may come, and more words."""
    if isinstance(schema, list):
        return [opened(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: opened(part) for name, part in schema.items()
            if name != "additionalProperties" and not (name == "enum" and None not in part)}


@pytest.mark.parametrize("name", CALLS)
def test_old_replies_fit_todays_schema(name):
    problem = jsonschema.exceptions.best_match(answer.validator("reply").iter_errors(kept(name)))
    assert problem is None, problem


def test_todays_replies_have_all_that_the_old_ones_had(replies):
    for name, reply in replies.items():
        assert lacking(kept(name), reply) == [], name
        assert reply["robind"]["protocol"] == 1
        for told in ("changed", "failed", "summary", "check_mode"):
            assert reply[told] == kept(name)[told], (name, told)


def test_todays_replies_fit_the_old_schema(replies):
    """Of both kinds of `binds` it is `oneOf`, which is no question of words: any will do."""
    schema = json.loads(json.dumps(opened(kept("reply-schema"))).replace('"oneOf"', '"anyOf"'))
    validator = answer.VALIDATOR(schema)
    for name, reply in replies.items():
        problem = jsonschema.exceptions.best_match(validator.iter_errors(reply))
        assert problem is None, (name, problem)


def test_todays_request_takes_what_the_old_one_took():
    """Each member, each value of each."""
    old, new = kept("request-schema"), answer.validator("request").schema
    assert lacking(enums(old), enums(new)) == []


def enums(schema):
    """The schema with lists of words as members, so that each is looked for by its name."""
    if isinstance(schema, list):
        return [enums(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: dict.fromkeys(map(str, part), True) if name in ("enum", "required") else enums(part)
            for name, part in schema.items() if name not in ("description", "required")}


def test_a_lost_member_is_seen():
    old = kept("apply")
    for path in (["robind", "version"], ["binds", 0, "before", "stacked"], ["summary", "skipped"]):
        new = copy.deepcopy(old)
        part = new
        for step in path[:-1]:
            part = part[step]
        del part[path[-1]]
        assert lacking(old, new) == ["/" + "/".join(map(str, path))]
