# SPDX-License-Identifier: Apache-2.0
"""Some seeds of the search for a request of which check says other than apply does."""

import collections

import pytest

import cases
import search
import watching

# A tenth of a second for each request: four blocks are what `make check` has time for.
BLOCK = 10
SHORT = range(10, 50, BLOCK)
LONG = range(50, 50 + 400, BLOCK)
# Of the hosts with a watch, three each.
WATCHED = [0, *(pytest.param(first, marks=pytest.mark.long) for first in range(3, 60, 3))]


def blocks():
    yield from SHORT
    for first in LONG:
        yield pytest.param(first, marks=pytest.mark.long)


@pytest.mark.parametrize("first", blocks())
def test_seeds(first):
    met = collections.Counter()
    for seed in range(first, first + BLOCK):
        case = cases.make(seed)
        faults = search.play(case, met)
        assert not faults, search.shrink(search.Failure(case, faults)).text()
    assert {"ok", "changed", "failed", "drift not_mounted"} <= met.keys(), met


@pytest.mark.parametrize("first", WATCHED)
def test_watched(first):
    """Most of the time of each is waited for."""
    for seed in range(first, first + 3):
        case = watching.make(seed)
        faults = search.play(case, collections.Counter())
        assert not faults, search.Failure(case, faults).text()


def test_same_seed_same_case():
    assert cases.make(7) == cases.make(7) != cases.make(8)
