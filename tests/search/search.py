# SPDX-License-Identifier: Apache-2.0
"""Cases, one by one: played on a host of their own, shrunk where they fail, and counted."""

import collections
import contextlib
import functools
import json
import multiprocessing
import re
import threading
from dataclasses import dataclass, field, replace

import cases
import judge
import outcome
import tried
import watching
from host import Host


@dataclass
class Failure:
    """What was found of one seed: the first round that has a fault ends the case."""

    case: cases.Case
    faults: list

    @property
    def kind(self):
        return self.faults[0].kind

    def text(self):
        is_watched = self.case.is_watched
        how = " --watch" if is_watched else ""
        lines = [f"== seed {self.case.seed}: {self.kind}",
                 f"   tests/search/run{how} --seeds 1 --from {self.case.seed}",
                 "   a host whose mounts are " + ("shared" if self.case.shared else "private"),
                 cases.GROUND]
        if is_watched:
            lines += [f"robind watch <<'END' &\n{json.dumps(self.case.rounds[0].request)}\nEND"]
        for turn in self.case.rounds:
            lines += [*turn.events, "sleep 1" if is_watched else
                      f"robind apply <<'END'\n{json.dumps(turn.request)}\nEND"]
        for fault in self.faults:
            lines += [f"-- {fault.kind}", fault.detail]
        return "\n".join(lines)


# ---- playing ----


def do(host, events):
    """Whatever can be done of it."""
    host.sh("set +e\n" + "\n".join(events) + "\ntrue")


def play(case, met):
    """The faults of the first round that has any; `met` counts what was answered."""
    host = Host(shared=case.shared)
    with contextlib.closing(Ending(host)):
        do(host, [cases.GROUND])
        if case.is_watched:
            return watching.play(host, case, met)
        for turn in case.rounds:
            do(host, turn.events)
            try:
                faults = judge.judge(host, turn.request, met)
            except AssertionError as error:
                faults = [outcome.Fault(f"no answer: {str(error)[:60]}", str(error))]
            if faults:
                return faults
    return []


class Ending:
    def __init__(self, host):
        self.close = host.end


# ---- shrinking ----


def without(items, i):
    return [*items[:i], *items[i + 1:]]


def fewer_rounds(case):
    for i in range(len(case.rounds) - 1):
        yield replace(case, rounds=without(case.rounds, i))
    if case.shared:
        yield replace(case, shared=False)


def with_round(case, i, **members):
    changed = replace(case.rounds[i], **members)
    return replace(case, rounds=[*case.rounds[:i], changed, *case.rounds[i + 1:]])


def with_request(case, i, **members):
    return with_round(case, i, request={**case.rounds[i].request, **members})


def fewer_binds(case):
    for i, turn in enumerate(case.rounds):
        for j in range(len(turn.request["binds"])):
            yield with_request(case, i, binds=without(turn.request["binds"], j))


def fewer_events(case):
    for i, turn in enumerate(case.rounds):
        for j in range(len(turn.events)):
            yield with_round(case, i, events=without(turn.events, j))


def fewer_members(case):
    for i, turn in enumerate(case.rounds):
        for name in turn.request.keys() - {"binds", "namespace"}:
            yield with_round(case, i, request={
                key: value for key, value in turn.request.items() if key != name})
        binds = turn.request["binds"]
        for j, asked in enumerate(binds):
            for name in sorted(asked.keys() - {"source", "target", "state"}):
                less = {key: value for key, value in asked.items() if key != name}
                yield with_request(case, i, binds=[*binds[:j], less, *binds[j + 1:]])


def shrink(failure):
    """Leave out one thing after the other, as long as the same kind of fault is there."""
    goes_on = True
    while goes_on:
        goes_on = False
        for ways in (fewer_rounds, fewer_binds, fewer_events, fewer_members):
            smaller = next(same_fault(failure, ways), None)
            while smaller:
                failure, goes_on = smaller, True
                smaller = next(same_fault(failure, ways), None)
    return failure


def same_fault(failure, ways):
    for case in ways(failure.case):
        faults = play(case, collections.Counter())
        if any(fault.kind == failure.kind for fault in faults):
            yield Failure(case, sorted(faults, key=lambda fault: fault.kind != failure.kind))


# ---- all seeds ----


@dataclass
class Table:
    """How many cases were tried, and what was found."""

    first: int
    cases: int = 0
    requests: int = 0
    met: collections.Counter = field(default_factory=collections.Counter)
    faults: dict = field(default_factory=dict)  # kind: the seeds

    def text(self):
        lines = [f"{len(seeds):6}  {kind}  (seed {', '.join(map(str, seeds[:4]))})"
                 for kind, seeds in sorted(self.faults.items(), key=lambda item: -len(item[1]))]
        found = sum(map(len, self.faults.values()))
        met = ", ".join(f"{count} {name}" for name, count in sorted(self.met.items()))
        where = f"from seed {self.first}, {self.requests} requests, {found} faults"
        return "\n".join([f"answered: {met}", *lines, where])

    def rows(self, told):
        """For the table of all searches: what is a reason to fail, and what is only told."""
        kinds = {name: [seed for kind, seeds in self.faults.items()
                        if bool(re.search(told, kind)) is is_told for seed in seeds]
                 for name, is_told in (("random hosts", False), ("... only told", True))}
        return [tried.Row(name, self.cases if name == "random hosts" else 0, len(seeds))
                for name, seeds in kinds.items()]


def try_seed(make, seed):
    case = make(seed)
    met = collections.Counter()
    faults = play(case, met)
    return len(case.rounds), met, Failure(case, faults) if faults else None


def rationed(seeds, free):
    """One after the other, as there is somebody to try it: the time of each is when it begins."""
    for seed in seeds:
        free.acquire()
        yield seed


def note(table, requests, met, failure, is_shrunk, tell):
    table.cases += 1
    table.requests += requests
    table.met += met
    if not failure:
        return
    if failure.kind not in table.faults:
        tell((shrink(failure) if is_shrunk else failure).text())
    table.faults.setdefault(failure.kind, []).append(failure.case.seed)


def search(make, first, seeds, jobs, is_shrunk, tell):
    """Every seed, of which `make` makes a case; each kind of fault is shrunk and told once."""
    table = Table(first)
    free = threading.Semaphore(2 * jobs)
    with multiprocessing.Pool(jobs) as pool:
        tried_ones = pool.imap(functools.partial(try_seed, make), rationed(seeds, free))
        try:
            for requests, met, failure in tried_ones:
                free.release()
                note(table, requests, met, failure, is_shrunk, tell)
        finally:
            free.release(1000)  # whoever waits for a turn has to see that it is over
    return table
