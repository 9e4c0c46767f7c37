# SPDX-License-Identifier: Apache-2.0
"""Parameters that vary what others of the same test have shown: some in turn, the rest for long
runs."""

import itertools

import pytest


def as_parameter(value):
    """With an id."""
    known = value if isinstance(value, type(pytest.param())) else pytest.param(value)
    names = (getattr(one, "__name__", str(one)) for one in known.values)
    return known._replace(id=known.id or "-".join(names))


def in_turn(*axes, every, begin=0):
    """Every combination of a value of each axis. One in `every` is run each time, such that each
    value has its turn; the others are marked `long`. Another `begin` makes it others."""
    axes = [list(map(as_parameter, axis)) for axis in axes]
    others = [sum(len(axis) - 1 for axis in axes) - len(axis) + 1 for axis in axes]
    assert min(others) >= every - 1, "there are values that would have no turn"
    for combination in itertools.product(*map(enumerate, axes)):
        places, parameters = zip(*combination)
        is_long = (sum(places) + begin) % every != 0
        yield pytest.param(
            *(value for one in parameters for value in one.values),
            id="-".join(one.id for one in parameters),
            marks=[mark for one in parameters for mark in one.marks]
            + [pytest.mark.long] * is_long)
