# SPDX-License-Identifier: Apache-2.0
"""What has to hold of the answers to one request, and of what is there then.

    check, apply, check, apply      the second two on what the first two left

1. What check foretells is what apply then says, and check changes nothing.
2. What was as asked after the first apply is so for the second.
3. What is said to be there is there, and nothing else was touched; `look` says so, not robind.

Each rule that is broken is a Fault; its kind is the same for the same fault in other cases.
"""

import copy

import cases
import look
from host import DIR
from outcome import GOOD, Fault, Outcome, difference

PLACES = [f"{DIR}/{place}" for place in cases.PLACES]
MEMBERS = ("status", "error", "drift", "actions", "before", "after")


# ---- check's answer is apply's ----


# Texts differ in their tense. Who holds a mount, and what the kernel will do for that, turns out in
# the doing: a flag that cannot be set (EBUSY) makes it another mount.
NOT_TOLD = ("msg", "check_mode", "backup_file", "pid", "gap", "holders")


def plain(value):
    """What check and apply have to say alike."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items() if name not in NOT_TOLD}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def codes(bind, member):
    """A short name of what a bind says: statuses and codes."""
    value = bind.get(member)
    if isinstance(value, list):
        return " ".join(item["code"] if isinstance(item, dict) else item for item in value)
    if isinstance(value, dict):
        return value.get("code", "differs")
    return str(value)


def is_awaited(foretold):
    """An earlier step of a play may make the source; only for check it is no failure."""
    return any(drift["code"] == "source_missing" for drift in foretold.get("drift", []))


def depends(done, foretold, request, awaited):
    """Whether another bind's missing source may be why this one was not done, or otherwise."""
    error = foretold.get("error", {})
    if error.get("code") == "submount_in_the_way" and any(
            f"'{target}'" in error["msg"] for target in awaited):
        return True  # with its source that one would be in the way
    if done.get("error", foretold.get("error", {})).get("code") == "reaches_elsewhere":
        return True
    if any(drift["code"].startswith("submount_") for drift in foretold.get("drift", [])):
        return True
    if done.get("error", {}).get("code") in ("outer_failed", "inner_failed"):
        return True
    return done["status"] == "skipped" and (
        request.get("on_error") == "stop" or bool(request.get("purge")))


def said(bind, done):
    has_writer = any(holder["why"] == "writer" for holder in done.get("holders", []))
    return {**plain(bind), **({"actions": None} if has_writer else {})}


def same_answers(request, foretold, done):
    """Rule 1, for the two replies."""
    if "binds" not in foretold.reply or "binds" not in done.reply:
        if plain(foretold.reply.get("error")) != plain(done.reply.get("error")):
            yield Fault("check differs: request", f"{foretold.reply}\n{done.reply}")
        return
    pairs = list(zip(foretold.reply["binds"], done.reply["binds"]))
    awaited = [a["target"] for a, b in pairs if is_awaited(a)
               and b.get("error", {}).get("code") in ("source_missing", "source_unmounted")]
    excused = False
    for one, other in pairs:
        if other["target"] in awaited or (awaited and depends(other, one, request, awaited)):
            excused = True
        elif said(one, other) != said(other, other):
            yield differing(one, other)
    if not excused:
        yield from same_rest(foretold, done)


def differing(one, other):
    member = next((name for name in MEMBERS if plain(one.get(name)) != plain(other.get(name))),
                  "other")
    failed = "failed" in (one["status"], other["status"])
    shown = "error" if member == "status" and failed else member
    return Fault(f"check differs: {member}: {codes(one, shown)} / {codes(other, shown)}",
                 f"{one}\n{other}")


def without_found(told):
    """Nobody looks into other namespaces before something was changed."""
    return [item for item in told or [] if item.get("code") != "writable_elsewhere"]


def same_rest(foretold, done):
    changed = 2 if done.reply["changed"] else 0
    expected = 1 if done.reply["failed"] else changed
    if foretold.status != expected:
        yield Fault("check differs: exit status", f"{foretold.status}, not {expected}")
    for name in ("warnings", "diff"):
        one, other = (plain(without_found(reply.reply.get(name))) for reply in (foretold, done))
        if one != other:
            told = [item.get("code", name) for item in (one or []) if item not in (other or [])]
            seen = [item.get("code", name) for item in (other or []) if item not in (one or [])]
            yield Fault(f"check differs: {name}: {' '.join(told)} / {' '.join(seen)}",
                        f"{one}\n{other}")


def untouched(what, before, after):
    """Nothing is changed, where nothing is said to be."""
    for name in ("mounts", "files", "fstab"):
        one, other = getattr(before, name), getattr(after, name)
        one, other = (one(), other()) if callable(one) else (one, other)
        if one != other:
            yield Fault(f"{what} changed {name}", difference(one, other))


# ---- a second time ----


def is_of_others(again, failed):
    """It lacks nothing but the mounts of binds that failed the first time, and came now."""
    drift = again.get("drift", [])
    return bool(drift) and all(reason["code"] == "submount_missing" and reason["path"] in failed
                               for reason in drift)


def settled(first, second):
    """Rule 2."""
    if "binds" not in first.reply or "binds" not in second.reply:
        return
    later = {bind["target"]: bind for bind in second.reply["binds"]}
    failed = [bind["target"] for bind in first.reply["binds"] if bind["status"] == "failed"]
    for bind in first.reply["binds"]:
        again = later.get(bind["target"])
        if not again or bind["status"] not in GOOD:
            continue
        if again["status"] == "failed" and first.reply["failed"]:
            continue  # what failed left its place to be found otherwise by the others
        if is_of_others(again, failed):
            continue
        if again["status"] != "ok":
            member = "error" if "error" in again else "drift"
            yield Fault(f"not settled: {codes(again, member)}", f"{bind}\n{again}")


# ---- all of it ----


def call(host, command, request):
    """Without a second opinion of what is unchanged: that is for the rules."""
    options = [] if command == "check" else ["--detailed-exitcode"]
    return host.robind(command, *options, request=copy.deepcopy(request))


def judge_turn(host, request):
    """One check and one apply. Returns the faults and apply's answer."""
    start = look.take(host)
    foretold = call(host, "check", request)
    before = look.take(host, PLACES)
    faults = list(untouched("check", start, before))
    if start.table != before.table:
        faults.append(Fault("check changed the table", ""))
    done = call(host, "apply", request)
    after = look.take(host, PLACES)
    faults += same_answers(request, foretold, done)
    if not done.reply["changed"]:
        faults += untouched("an unchanged apply", before, after)
    outcome = Outcome(host, request, before, after)
    faults += outcome.elsewhere()
    faults += outcome.sources()
    faults += outcome.foreign_lines()
    for said, want in zip(done.reply.get("binds", []), request["binds"]):
        faults += outcome.bind(said, want)
        faults += outcome.slaves(said, want, done.reply.get("warnings", []))
    return faults, done


def told(answer):
    """Each status and code in an answer, to know what a search has met."""
    replies = [answer.reply, *answer.reply.get("binds", [])]
    return [*(reply["status"] for reply in replies[1:]),
            *(f"error {reply['error']['code']}" for reply in replies if "error" in reply),
            *(f"drift {drift['code']}" for reply in replies for drift in reply.get("drift", []))]


def judge(host, request, met):
    """Every fault in the answers to a request on this host; `met` counts what they say."""
    faults, first = judge_turn(host, request)
    met.update(told(first))
    again, second = judge_turn(host, request)
    return [*faults, *settled(first, second),
            *(Fault(f"again: {fault.kind}", fault.detail) for fault in again)]
