# SPDX-License-Identifier: Apache-2.0
"""A host on which robind watch runs, while this and that happens: each time, all is soon as asked.

Soon is a second after the last thing that happened, or later where the watch has said why: fstab
is left alone for two, and what is mended again and again gets pauses.
"""

import contextlib
import time

import cases
import judge
import look
from cases import Case, Dice, Round
from outcome import Fault, Outcome
from watcher import Watcher

STATES = ["mounted", "ephemeral", "ephemeral", "ephemeral", "unmounted", "absent"]
# What no call of the kernel tells is found by the looks at all binds, which come once a second here,
# or, on most hosts, not at all.
OFTEN = {"WATCHDOG_USEC": "2000000"}
SILENT = ("--make-",)
# What undoes a bind comes more often than on other hosts.
UNDOES = [cases.remount, cases.take_away, cases.make_anew, cases.move_away, cases.add_bind,
          cases.spoil_lines]
QUIET, LONGEST = 1.0, 12.0
# In the place of a source's old mount another one is waited for, which check knows nothing of.
WAITS = ("source_unmounted",)
# A source that is missing is for check no failure of another bind.
DEPENDS = ("outer_failed", "inner_failed")


def make(seed):
    """The case of a seed: one request, and what happens then in some rounds."""
    dice = Dice(f"watch {seed}")
    request = {name: value for name, value in cases.make_request(dice, []).items()
               if name in ("binds", "namespace")}
    for asked in request["binds"]:
        if asked["state"] not in STATES:
            asked["state"] = dice.choice(STATES[:4] if "source" in asked else STATES[4:])
    dice.near = cases.places_of(request["binds"])
    rounds = [Round([*cases.make_events(dice, 3), dice.choice(UNDOES)(dice)], request)
              for _ in range(dice.randint(2, 5))]
    shared, kind = dice.random() < 0.5, dice.random()
    if kind < 0.8:
        rounds = [Round([event for event in turn.events if not any(word in event for word in SILENT)],
                        request) for turn in rounds]
    if kind < 0.4:
        # What comes of one thing alone: another one may have all looked at.
        rounds = [Round([event], request) for turn in rounds for event in turn.events]
    return Case(seed, shared, rounds, is_watched=True, hears_only=kind < 0.8)


def last_told(watcher):
    """Of each bind."""
    return {event["target"]: event for event in watcher.events()
            if event["event"] in ("mended", "in_sync", "failed")}


def faults_now(host, watcher, request):
    """What is right is so in the mount table; what is told to have failed could not be mended."""
    told = last_told(watcher)
    seen = look.take(host)
    outcome = Outcome(host, request, seen, seen)
    answers = {}
    if any(event["event"] == "failed" for event in told.values()):
        answers = {bind["target"]: bind
                   for bind in judge.call(host, "check", request).reply.get("binds", [])}
    is_any_awaited = any(map(judge.is_awaited, answers.values()))
    for want in request["binds"]:
        event = told.get(want["target"], {"event": "in_sync"})
        if event["event"] != "failed":
            yield from outcome.bind({"status": "ok"}, want)
            continue
        answer = answers.get(want["target"], {"status": "failed"})
        if event["code"] in WAITS or (is_any_awaited and event["code"] in DEPENDS):
            continue
        if answer["status"] == "ok":
            yield Fault(f"as asked, and told to have failed: {event['code']}", f"{event}")
        elif answer["status"] == "changed" and not judge.is_awaited(answer):
            yield Fault(f"left, and told to have failed: {event['code']}: "
                        f"{judge.codes(answer, 'drift')}", f"{event}\n{answer}")


def settle(host, watcher, request, met):
    """The faults that stay."""
    start = time.monotonic()
    time.sleep(QUIET)
    while True:
        if watcher.process.poll() is not None:
            return [Fault("it has ended", f"{watcher.process.returncode}")]
        faults = list(faults_now(host, watcher, request))
        took = time.monotonic() - start
        if not faults or took > LONGEST:
            met["rounds right after a second" if took < 2 * QUIET else "rounds right later"] += 1
            return faults
        time.sleep(0.2)


def is_refused(host, request):
    return "error" in judge.call(host, "check", request).reply


def play(host, case, met):
    """The faults of the first round that has any."""
    if is_refused(host, case.rounds[0].request):
        met["refused"] += 1
        return []
    watcher = Watcher(host, request=case.rounds[0].request, env=None if case.hears_only else OFTEN)
    with contextlib.closing(watcher.said):
        for turn in [Round([], case.rounds[0].request), *case.rounds]:
            host.sh("set +e\n" + "\n".join(turn.events) + "\ntrue")
            met["things that happened"] += len(turn.events)
            try:
                faults = settle(host, watcher, turn.request, met)
            except AssertionError as error:
                faults = [Fault(f"no answer: {str(error)[:60]}", str(error))]
            if not faults and watcher.events("fighting"):
                break  # from here on most is waited for
            if faults:
                told = "\n".join(map(str, watcher.events()))
                return [Fault(f"watch: {fault.kind}", f"{fault.detail}\n{told}") for fault in faults]
        met.update(event["event"] for event in watcher.events())
    return [] if watcher.end() == 0 else [Fault("watch: it did not end well", "")]
