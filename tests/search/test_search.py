# SPDX-License-Identifier: Apache-2.0
"""Some seeds of the search for a request of which check says other than apply does."""

import collections

import pytest

import cases
import judge
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


# ---- what is no fault ----


class Said:
    """An answer with these binds."""

    def __init__(self, *binds):
        self.reply = {"binds": list(binds), "failed": any(bind["status"] == "failed" for bind in binds),
                      "changed": any(bind["status"] == "changed" for bind in binds)}
        self.status = 1 if self.reply["failed"] else 2 if self.reply["changed"] else 0


def done(target, status, error=None, **drift):
    told = {"target": target, "status": status, "drift": [drift] if drift else []}
    if error:
        told["error"] = {"code": error, "msg": f"'/p/x' would be seen at '{target}/x'"}
    return told


@pytest.mark.parametrize("failed, path, faults", [
    ("/x", "/x", 0), ("/x", "/x/y", 1), ("/y", "/x", 1), (None, "/x", 1),
])
def test_lacks_what_failed_before(failed, path, faults):
    first = Said(done("/t", "changed"), *([done(failed, "failed", "busy")] if failed else []))
    second = Said(done("/t", "changed", code="submount_missing", path=path))
    assert len(list(judge.settled(first, second))) == faults


@pytest.mark.parametrize("missing, code, faults", [
    ("/p/x", "submount_in_the_way", 0), ("/p/y", "submount_in_the_way", 1), ("/p/x", "busy", 1),
])
def test_not_in_the_way_without_its_source(missing, code, faults):
    foretold = Said(done(missing, "changed", code="source_missing"), done("/t", "failed", code))
    said = Said(done(missing, "failed", "source_missing"), done("/t", "changed"))
    kinds = [fault.kind for fault in judge.same_answers({}, foretold, said)]
    assert len([kind for kind in kinds if kind.startswith("check differs: status")]) == faults


def test_same_seed_same_case():
    assert cases.make(7) == cases.make(7) != cases.make(8)
