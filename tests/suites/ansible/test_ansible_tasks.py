# SPDX-License-Identifier: Apache-2.0
"""What can be said around a task in a play, and what Ansible makes of the answers.

All tasks are run by one ansible-playbook, each on directories of its own.
"""

import json

import pytest

from answer import NEVER_AT_TOP, ROBIND
from host import DIR

pytestmark = pytest.mark.needs_root
ROBIND_TASK = "robind.mount.robind"


def share(name, **changed):
    """The arguments for a bind of S/name at T/name."""
    return {"source": f"{DIR}/s/{name}", "target": f"{DIR}/t/{name}", "state": "ephemeral",
            **changed}


def task(name, args, module=ROBIND_TASK, **keywords):
    return {"name": name, module: args, "ignore_errors": True, **keywords}


MANY = [share("many", target=f"{DIR}/t/many/{n}") for n in range(10_000)]
VOLUMES = [share(f"var{n}", options="{{ flags }}") for n in range(3)]
TASKS = [
    task("first", share("one", state="mounted")),
    task("again", share("one", state="mounted")),
    task("check", share("check"), check_mode=True),
    task("check in time for an earlier task", share("none"), check_mode=True),
    task("too late for it", share("none")),
    task("check not wanted", share("nocheck"), check_mode=False),
    task("loop", share("{{ item }}"), loop=["loop0", "loop1"]),
    task("variables", {"binds": VOLUMES, "timeout": "{{ seconds }}", "holders": "{{ not no }}"}),
    task("a list from a variable", {"binds": "{{ shares }}"}),
    task("the same as JSON", {"binds": "{{ shares | to_json }}"}),
    task("nothing by a template", share("nothing", recursive="{{ none }}", set="{{ '' }}")),
    task("left out", share("omit", options="{{ omit }}", replace="{{ omit }}")),
    task("key=value", f"src={DIR}/s/kv path={DIR}/t/kv opts=bind,ro,nosuid state=ephemeral "
         "fstype=none dump=0 passno=0 boot=yes recursive=no"),
    task("key=value with JSON",
         "binds='" + json.dumps([share("kvjson"), share("kvjson2")]) + "'"),
    task("name of a list", share("short"), module="robind"),
    task("defaults", {"source": f"{DIR}/s/def", "target": f"{DIR}/t/def"},
         module_defaults={ROBIND_TASK: {"state": "ephemeral", "options": ["nosuid"]}}),
    task("defaults of the group", {"source": f"{DIR}/s/grp", "target": f"{DIR}/t/grp"},
         module_defaults={"group/robind.mount.robind": {"state": "ephemeral"}}),
    task("asynchronous", share("async"), **{"async": 60, "poll": 1}),
    task("asynchronous failure", share("none"), **{"async": 60, "poll": 1}),
    task("secret", share("secret"), no_log=True),
    task("environment", share("env"), environment={"LC_ALL": "C", "ROBIND_X": "y"}),
    task("changed_when", share("one", state="mounted"), changed_when="result.summary.ok == 1",
         register="result"),
    task("ten thousand", {"binds": "{{ many }}"}),
    task("ten thousand again", {"binds": "{{ many }}"}),
    task("one of three fails",
         {"binds": [share("f0"), share("none", target=f"{DIR}/t/f1"), share("f2")]}),
    task("misspelt", {"sorce": "/a", "target": "/b"}),
    task("misspelt in a list", {"binds": [share("x", recursiv=True)]}),
    task("two forms", {"binds": [share("x")], **share("x")}),
    task("none of the forms", {"timeout": 7}),
    task("wrong type", share("x", recursive="perhaps")),
    task("no state", share("x", state="tidy")),
    task("rw", share("x", opts="bind,rw")),
    task("made for a group", share("owned", target=f"{DIR}/t/own/ed", owner="nobody", group=7,
                                   mode="2750")),
    task("left by it", share("owned", target=f"{DIR}/t/own/ed", state="unmounted")),
    {"name": "whose it is", "ansible.builtin.stat": {"path": f"{DIR}/t/own/ed"}},
    task("a mode that YAML read", share("x", mode=0o750)),
    task("a user that is not there", share("x", owner="no-one")),
    task("with its mount point", share("owned", target=f"{DIR}/t/own/ed", state="absent",
                                       remove_target="{{ not no }}")),
    task("targets", {"targets": [f"{DIR}/t/one"]}, module="robind.mount.robind_info"),
    task("in sync", {"binds": [share("one", state="mounted")]},
         module="robind.mount.robind_info"),
    task("not in sync", {"binds": [share("one", state="mounted"), share("drift")]},
         module="robind.mount.robind_info"),
    task("listed", {"targets": []}, module="robind.mount.robind_info"),
    task("facts", {}, module="robind.mount.robind_info"),
    task("no facts", {"install": "host", "robind_path": "/none"}, module="robind.mount.robind_info"),
]
FACTS = {
    "flags": ["nosuid", "nodev"], "seconds": 7, "no": False, "shares": [share("list")],
    "many": MANY,
}
SOURCES = ["one", "check", "nocheck", "loop0", "loop1", "var0", "var1", "var2", "list", "nothing",
           "omit", "kv", "kvjson", "kvjson2", "short", "def", "grp", "async", "secret", "env",
           "many", "f0", "f2", "x", "drift", "owned"]


@pytest.fixture(scope="module")
def run(machine, ansible):
    for name in SOURCES:
        machine.dir(f"s/{name}")
    return ansible.play(TASKS, vars=FACTS, collections=["robind.mount"])


OUTCOMES = {
    "first": "changed", "again": "ok", "check": "changed",
    "check in time for an earlier task": "changed", "too late for it": "failed",
    "check not wanted": "changed", "loop": "changed", "variables": "changed",
    "a list from a variable": "changed", "the same as JSON": "ok",
    "nothing by a template": "changed", "left out": "changed", "key=value": "changed",
    "key=value with JSON": "changed", "name of a list": "changed", "defaults": "changed",
    "defaults of the group": "changed", "asynchronous": "changed",
    "asynchronous failure": "failed", "environment": "changed", "changed_when": "changed",
    "ten thousand": "changed", "ten thousand again": "ok",
    "one of three fails": "failed", "misspelt": "failed", "misspelt in a list": "failed",
    "two forms": "failed", "none of the forms": "failed", "wrong type": "failed",
    "no state": "failed", "rw": "failed", "targets": "ok", "in sync": "ok", "not in sync": "ok",
    "listed": "ok", "facts": "ok", "no facts": "ok", "secret": "changed", "made for a group": "changed",
    "a mode that YAML read": "failed", "a user that is not there": "failed", "left by it": "changed", "whose it is": "ok",
    "with its mount point": "changed",
}


@pytest.mark.parametrize("name", OUTCOMES)
def test_outcome(run, name):
    result = run.of(name)
    said = "failed" if result.get("failed") else "changed" if result["changed"] else "ok"
    assert said == OUTCOMES[name], result
    # But for what is Ansible's own.
    if not {"ansible_job_id", "results", "stat"} & result.keys():
        assert not NEVER_AT_TOP & result.keys(), result


def test_every_task_has_an_outcome():
    assert {task["name"] for task in TASKS} == OUTCOMES.keys()


MADE = ["one", "nocheck", "loop0", "loop1", "var0", "var1", "var2", "list", "nothing", "omit",
        "kv", "kvjson", "kvjson2", "short", "def", "grp", "async", "secret", "env", "f0", "f2"]


@pytest.mark.parametrize("name", MADE)
def test_made(machine, run, name):
    machine.assert_read_only_view(f"{DIR}/s/{name}", f"{DIR}/t/{name}")


@pytest.mark.parametrize("name", ["check", "x", "drift"])
def test_not_made(machine, run, name):
    assert not machine.path(f"{DIR}/t/{name}").exists()


@pytest.mark.parametrize("name", ["var0", "kv", "def"])
def test_flags(machine, run, name):
    assert "nosuid" in machine.top(f"{DIR}/t/{name}").options


def test_made_for_a_group(run):
    found = run.of("whose it is")["stat"]
    assert (found["pw_name"], found["gid"], found["mode"]) == ("nobody", 7, "2750")


def test_mount_point_goes(machine, run):
    """And what it lies in stays."""
    assert run.of("with its mount point")["binds"][0]["actions"] == ["remove_target"]
    assert list(machine.path(f"{DIR}/t/own").iterdir()) == []


SENTENCES = {
    "too late for it": f"{DIR}/t/none: ",
    "one of three fails": f"{DIR}/t/f1: ",
    "misspelt": "Unsupported parameters for (robind.mount.robind) module: sorce.",
    "misspelt in a list": "Unsupported parameters for (robind.mount.robind) module: "
                          "binds.recursiv.",
    "two forms": "parameters are mutually exclusive: binds|",
    "none of the forms": "one of the following is required: binds, target",
    "wrong type": "argument 'recursive' is of type",
    "no state": "value of state must be one of: mounted, ",
    "rw": "/opts: 'rw' is not supported, because ",
    "a mode that YAML read": '/mode: must be octal text, such as "0750" (in quotes',
    "a user that is not there": "/owner: the user 'no-one' is not in '/etc/passwd' here",
}


@pytest.mark.parametrize("name", SENTENCES)
def test_sentence(run, name):
    assert run.of(name)["msg"].startswith(SENTENCES[name]), run.of(name)["msg"]


def test_binds_around_a_failed_one_are_made(run):
    assert run.of("one of three fails")["summary"] == \
        {"ok": 0, "changed": 2, "failed": 1, "skipped": 0}
    assert run.of("one of three fails")["changed"]


def test_what_is_fine_is_short(run):
    again = run.of("ten thousand again")
    assert again["summary"]["ok"] == 10_000
    assert len(json.dumps(again)) < 2000


def test_secret_is_not_told(run):
    assert "binds" not in run.of("secret") and "censored" in run.of("secret")


def test_info(run):
    assert run.of("targets")["binds"][0]["live"]["read_only"]
    assert run.of("in sync")["in_sync"] and run.of("in sync")["drift"] == []
    drift = run.of("not in sync")
    assert not drift["in_sync"]
    found = {(one["target"], one["code"]) for one in drift["drift"]}
    assert (f"{DIR}/t/drift", "not_mounted") in found
    assert [bind["target"] for bind in run.of("listed")["binds"]] == [f"{DIR}/t/one"]
    facts = run.of("facts")["facts"]
    assert (facts["binds"], facts["as_asked"], facts["drift"], facts["errors"]) == (1, 1, {}, {})
    assert facts["warnings"] == {"volatile_source": 1} and facts["protocol"] == 1
    assert run.of("no facts")["facts"].keys() == {"error"}
    assert not run.of("no facts").get("failed")


# What a person sees

TOLD = [
    task("cover", f"mount -t tmpfs cover {DIR}/t/told && mount --bind {DIR}/s/told {DIR}/t/told",
         module="ansible.builtin.raw"),
    task("told", {"binds": [share("told"), share("told2", state="mounted")]}, module="robind"),
    task("failed", {"binds": [share("told"), share("none", target=f"{DIR}/t/told3")]},
         module="robind"),
]


@pytest.fixture(scope="module")
def text(machine, ansible):
    """The bare binary as library/robind, in a run with --diff."""
    for name in ("s/told", "s/told2", "t/told"):
        machine.dir(name)
    library = ansible.work / "library"
    library.mkdir()
    (library / "robind").symlink_to(ROBIND)
    _, said = ansible.text(ansible.write(TOLD, "told.yml"), "--diff")
    return said


SEEN = [
    f"--- before: {DIR}/t/told (live)",
    f"+++ after: {DIR}/t/told (live)",
    "-access: writable", "+access: read-only",
    f"--- before: {DIR}/t/told2 (live)",
    "-not mounted",
    f"+{DIR}/s/told2 {DIR}/t/told2 none bind,ro,private",
    f"[WARNING]: [covered] {DIR}/t/told: ",
    f'"msg": "{DIR}/t/told3: ',
]


@pytest.mark.parametrize("line", SEEN)
def test_seen(text, line):
    assert line in text, text


def test_fstab_is_shown_once(text):
    assert text.count("--- before: /etc/fstab") == 1, text


def test_bare_binary_was_the_module(text):
    """The collection is only found by its full name here."""
    assert "1 of 2 binds failed, 0 of 2 binds changed" in text
