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
N = 15  # twice that is not asked about its directories twice
COMMANDS = ("apply", "check")


def look(hosts):
    """(for each bind, for a run) of apply, and of check."""
    few, many = ([calls.traced(host, command, count) for command in COMMANDS]
                 for host, count in ((hosts(), N), (hosts(), 2 * N)))
    return [calls.of_each_bind(*pair, N) for pair in zip(few, many)]


def differences(command, found, told):
    return [f"{command}: {name} {found.get(name, 0):g}, README.md says {told.get(name, 0)}"
            for name in sorted(found.keys() | told.keys())
            if found.get(name, 0) != told.get(name, 0)]


def all_differences(found):
    return [line for place, heading in enumerate(("What each bind costs", "What each run costs"))
            for command, parts, told in zip(COMMANDS, found, calls.told(heading))
            for line in differences(f"{heading.lower()}, {command}", parts[place], told)]


def test_calls(hosts):
    """Once more where it differs: what is not in the cache is walked in another way."""
    for _ in range(3):
        wrong = all_differences(look(hosts))
        if not wrong:
            return
    pytest.fail("\n".join(
        ["is each one needed? Then a row of tests/bench/README.md says what it buys:", *wrong]))
