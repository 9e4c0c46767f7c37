# SPDX-License-Identifier: Apache-2.0
"""A call more for each bind costs 2 to 5 of 100, and nobody sees it: tests/bench/README.md has all
of them, and why."""

import shutil

import pytest

import calls

pytestmark = [
    pytest.mark.needs_root,
    pytest.mark.new_kernel("statmount", "beneath", "detached_trees"),
    pytest.mark.skipif(not shutil.which("strace"), reason="needs strace"),
]
N = 20
COMMANDS = ("apply", "check")


def look(host, first):
    """(for each bind, for a run) of apply, and of check."""
    few = [calls.traced(host, command, range(first, first + N)) for command in COMMANDS]
    many = [calls.traced(host, command, range(first + N, first + 3 * N)) for command in COMMANDS]
    return [calls.of_each_bind(*pair, N) for pair in zip(few, many)]


def differences(command, found, told):
    return [f"{command}: {name} {found.get(name, 0):g}, README.md says {told.get(name, 0)}"
            for name in sorted(found.keys() | told.keys())
            if found.get(name, 0) != told.get(name, 0)]


def all_differences(found):
    return [line for place, heading in enumerate(("What each bind costs", "What each run costs"))
            for command, parts, told in zip(COMMANDS, found, calls.told(heading))
            for line in differences(f"{heading.lower()}, {command}", parts[place], told)]


def test_calls(host):
    """Once more where it differs: what is not in the cache is walked in another way."""
    for turn in range(3):
        wrong = all_differences(look(host, turn * 3 * N))
        if not wrong:
            return
    pytest.fail("\n".join(
        ["is each one needed? Then a row of tests/bench/README.md says what it buys:", *wrong]))
