# SPDX-License-Identifier: Apache-2.0
"""No request, however large, takes the machine's memory or its time."""

import json

import pytest

import answer
from host import DIR, bind

MIB = 1 << 20
GOOD = json.dumps(bind(f"{DIR}/a", f"{DIR}/b"))


def binds(count):
    """The shortest request of so many binds: none of them has anything to do."""
    many = ",".join(f'{{"target":"{DIR}/{n}","state":"unmounted"}}' for n in range(count))
    return f'{{"binds":[{many}]}}'


def in_options(filling):
    return f'{{"source":"{DIR}/a","target":"{DIR}/b","state":"ephemeral","options":[{filling}]}}'


# Made when needed: together they are larger than all other tests.
TOO_MUCH = {
    "17 MiB of blanks": lambda: GOOD + " " * (17 * MIB),
    "17 MiB of one string": lambda: in_options('"' + "x" * (17 * MIB) + '"'),
    "a byte above 16 MiB": lambda: GOOD.ljust(16 * MIB + 1),
    "100,001 binds": lambda: binds(100_001),
    "nested 17 deep": lambda: in_options("[" * 17 + "]" * 17),
    "nested 100,000 deep": lambda: "[" * 100_000 + "]" * 100_000,
    "nested 100,000 deep, objects": lambda: '{"binds":' * 100_000,
    "nested 100,000 deep within options": lambda: in_options("[" * 100_000 + "]" * 100_000),
    "5 million empty arrays": lambda: "[" + "[]," * 5_000_000 + "[]]",
    "5 million empty arrays as binds": lambda: '{"binds":[' + "[]," * 5_000_000 + "[]]}",
    "5 million empty arrays as options": lambda: in_options("[]," * 5_000_000 + "[]"),
    "5 million numbers": lambda: in_options("0," * 5_000_000 + "0"),
    "2 million members": lambda: "{" + ",".join(f'"{n:x}":0' for n in range(1_500_000)) + "}",
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_too_much_within_bounded_memory(host, name):
    wrap = () if answer.is_sanitized() else ("prlimit", f"--as={1024 * MIB}")
    host.dir("a")
    with host.unchanged():
        said = host.robind("apply", request=TOO_MUCH[name](), wrap=wrap)
    assert (said.status, said.error["code"]) == (1, "request"), f"{name}: {said.error}"


@pytest.mark.parametrize("name, request_", [
    ("16 MiB", lambda: GOOD.ljust(16 * MIB)),
    ("a path of 4095 bytes", lambda: json.dumps(
        {"target": (DIR + ("/" + "x" * 99) * 41)[:4095], "state": "unmounted"})),
])
def test_just_enough(host, name, request_):
    host.dir("a")
    assert host.robind("apply", request=request_()).status == 0, name


def test_100_000_binds(host):
    """Not looked at by the schema, which takes minutes for as many."""
    done = host.raw("apply", request=binds(100_000))
    reply = answer.parse(done.stdout)
    assert (done.returncode, reply["summary"]["ok"]) == (0, 100_000)
