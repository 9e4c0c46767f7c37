# SPDX-License-Identifier: Apache-2.0
"""The state module, through the real salt-call: what it says is true, and it says why."""

import json

import pytest

import answer
from host import DIR, bind, here

TARGETS = {name: f"{DIR}/ro/{name}" for name in ("new", "writable", "stale", "other", "stacked")}


def source(target):
    return target.replace("/ro/", "/rw/")


@pytest.fixture
def binds(machine):
    """One bind for each name, as states by id; their sources exist."""
    for target in TARGETS.values():
        machine.dir(source(target), "file")
    machine.dir("foreign")
    return {
        name: {"robind.ephemeral": [
            {"name": target}, {"device": source(target)}, {"replace": True}]}
        for name, target in TARGETS.items()
    }


def spoil(machine):
    """By hand, what goes wrong on real machines."""
    machine.run("umount", TARGETS["new"])
    machine.run("mount", "-o", "remount,bind,rw", TARGETS["writable"])
    machine.sh('rm -r "$1" && mkdir "$1"', source(TARGETS["stale"]))
    machine.run("umount", TARGETS["other"])
    machine.run("mount", "--bind", f"{DIR}/foreign", TARGETS["other"])
    machine.run("mount", "--bind", source(TARGETS["stacked"]), TARGETS["stacked"])


REASON = {"new": "not_mounted", "writable": "writable", "stale": "stale_source",
          "other": "wrong_source", "stacked": "stacked"}


def assert_all_right(machine):
    for target in TARGETS.values():
        machine.assert_read_only_view(source(target), target)
        assert len(machine.stack(target)) == 1


def test_says_what_would_be_makes_it_and_mends_it(minion, machine, binds):
    sls = minion.write("binds", binds)
    with machine.unchanged():
        foretold = minion.apply(sls, test=True)
    made = minion.apply(sls)
    assert_all_right(machine)
    for name, target in TARGETS.items():
        assert foretold[name].result is None and made[name].result is True
        assert foretold[name].changes == made[name].changes == {target: {
            "old": "not mounted", "new": "read-only, private",
            "reason": ["target_missing", "not_mounted"]}}

    for test in (False, True):
        with machine.unchanged():
            again = minion.apply(sls, test=test)
        assert {(state.result, str(state.changes)) for state in again.values()} == {(True, "{}")}

    spoil(machine)
    with machine.unchanged():
        foretold = minion.apply(sls, test=True)
    in_words = words_of_robind(machine)
    mended = minion.apply(sls)
    assert_all_right(machine)
    for name, target in TARGETS.items():
        assert (foretold[name].result, mended[name].result) == (None, True), name
        assert REASON[name] in mended[name].changes[target]["reason"], name
        assert foretold[name].changes == mended[name].changes, name
        assert mended[name].changes[target] == in_words[target], name


def words_of_robind(machine):
    """The changes as the program puts them for Salt: the module has to put them alike."""
    asked = here(*(bind(source(target), target, replace=True) for target in TARGETS.values()))
    done = machine.raw("check", "--format", "salt", request=json.dumps(asked))
    return answer.parse(done.stdout)


def test_each_state_stands_for_itself(minion, machine):
    machine.dir("good", "file")
    sls = minion.write("alone", {
        "lost": {"robind.ephemeral": [{"name": f"{DIR}/t/lost"}, {"device": f"{DIR}/none"}]},
        "needs lost": {"test.succeed_with_changes": [{"require": [{"robind": "lost"}]}]},
        "good": {"robind.ephemeral": [{"name": f"{DIR}/t/good/"}, {"device": f"{DIR}/good"}]},
        "on good": {"test.succeed_with_changes": [{"onchanges": [{"robind": "good"}]}]},
        "dir": {"file.directory": [{"name": f"{DIR}/made"}]},
        "made": {"robind.ephemeral": [
            {"name": f"{DIR}/t/made"}, {"device": f"{DIR}/made"}, {"require": [{"file": "dir"}]}]},
        "tidy": {"robind.unmounted": [{"name": f"{DIR}/t/old"}, {"device": f"{DIR}/good"}]},
    })
    machine.make(bind(f"{DIR}/good", f"{DIR}/t/old"))
    with machine.unchanged():
        foretold = minion.apply(sls, test=True)
    done = minion.apply(sls)
    again = minion.apply(sls)
    assert "source_missing" in foretold["made"].changes[f"{DIR}/t/made"]["reason"]
    assert foretold["made"].result is None
    assert done["lost"].result is False and f"'{DIR}/none'" in done["lost"].comment
    assert not done["lost"].changes
    assert done["needs lost"].result is False and not done["needs lost"].changes
    for name in ("good", "made", "tidy"):
        assert done[name].result is True and done[name].changes, done[name]
        assert again[name].result is True and not again[name].changes, again[name]
    assert list(done["good"].changes) == [f"{DIR}/t/good"]
    assert done["on good"].changes and not again["on good"].changes
    machine.assert_read_only_view(f"{DIR}/made", f"{DIR}/t/made")
    assert done["tidy"].changes[f"{DIR}/t/old"]["new"] == "not mounted"
    assert machine.top(f"{DIR}/t/old") is None


def test_the_mount_point_itself(minion, machine):
    """Made as asked, and taken along in the end; the program puts it alike."""
    machine.dir("a")
    target = f"{DIR}/t/own"
    words = [{"name": target}, {"device": f"{DIR}/a"}]
    make = minion.write("make", {"own": {"robind.ephemeral": [
        *words, {"mode": "2750"}, {"owner": "nobody"}, {"group": 7}]}})
    take = minion.write("take", {"own": {"robind.absent": [*words, {"remove_target": True}]}})
    assert minion.apply(make)["own"].result is True
    machine.run("umount", target)
    found = machine.path(target).stat()
    assert (found.st_mode & 0o7777, found.st_uid, found.st_gid) == (0o2750, 65534, 7)

    asked = here({"source": f"{DIR}/a", "target": target, "state": "absent", "remove_target": True})
    in_words = answer.parse(machine.raw(
        "check", "--format", "salt", request=json.dumps(asked)).stdout)[target]
    with machine.unchanged():
        foretold = minion.apply(take, test=True)["own"]
    done = minion.apply(take)["own"]
    assert (foretold.result, done.result) == (None, True)
    assert foretold.changes == done.changes == {target: in_words}
    assert in_words == {"old": "not mounted", "new": "not mounted, target removed",
                        "reason": ["target_unwanted"]}
    assert not machine.path(target).exists() and machine.path(f"{DIR}/t").is_dir()
    assert not minion.apply(take)["own"].changes


REFUSED = {
    "unknown": ({"recursve": True}, "recursve"),
    "writable": ({"opts": "bind,rw"}, "rw"),
    "a disk": ({"fstype": "ext4"}, "fstype"),
    "dumped": ({"dump": 1}, "dump"),
    "twice": ({"device": f"{DIR}/a", "source": f"{DIR}/b"}, "source"),
    "relative": ({"name": "t"}, "absolute"),
    "nothing": ({"persist": False, "mount": False}, "nothing to do"),
    "a string": ({"recursive": "perhaps"}, "recursive"),
    "a mode as YAML reads it": ({"mode": 0o750}, '"0750"'),
    "of users": ({"opts": "bind,ro,users"}, "'users' is not supported"),
    "of a file system": ({"opts": ["bind", "errors=remount-ro"]}, "no option of a bind"),
    "by somebody": ({"user": "www"}, "'user' is not supported, because"),
    "nobody": ({"owner": "no-one"}, "'no-one'"),
}


def test_what_it_does_not_understand_is_an_error(minion, machine):
    machine.dir("a")
    states = {}
    for name, (words, _) in REFUSED.items():
        given = {"name": f"{DIR}/t", "device": f"{DIR}/a", "persist": False, **words}
        states[name] = {"robind.mounted": [{word: given[word]} for word in given]}
    sls = minion.write("refused", states)
    for test in (True, False):
        with machine.unchanged():
            said = minion.apply(sls, test=test)
        for name, (_, why) in REFUSED.items():
            assert said[name].result is False and not said[name].changes, (name, said[name])
            assert why in said[name].comment, (name, said[name])


# The words of mount states -> whether it is mounted, and the options of its line in fstab.
WORDS = {
    "mounted": ("mounted", {"opts": "bind,ro", "dump": 0, "pass_num": "00"}, True, {"bind"}),
    "options": ("mounted", {"opts": ["bind", "ro", "nosuid", "nofail", "_netdev", "defaults"]},
                True, {"bind", "nosuid", "nofail", "_netdev"}),
    "both": ("mounted", {"opts": "noexec", "options": "nodev", "fstab_options": ["_netdev"]},
             True, {"bind", "noexec", "nodev", "_netdev"}),
    "recursive": ("mounted", {"opts": "rbind,ro", "fstype": "none"}, True, {"rbind"}),
    "live": ("mounted", {"persist": False, "match_on": "name"}, True, None),
    "ephemeral": ("ephemeral", {}, True, None),
    "line": ("mounted", {"mount": False, "mkmnt": False}, False, {"bind"}),
    "made": ("mounted", {"opts": "bind,ro,X-mount.mkdir", "fstype": "auto", "user": None,
                         "hidden_opts": ["x"]}, True, {"bind"}),
    "theirs": ("fstab_present", {
        "name": f"{DIR}/a", "device": None, "fs_file": f"{DIR}/t/theirs", "fs_vfstype": "none",
        "fs_mntops": "bind,ro,nosuid", "fs_freq": 0, "fs_passno": "0", "mount_by": "device",
        "mount": True}, False, {"bind", "nosuid"}),
    "fstab": ("fstab_present", {"source": f"{DIR}/a", "device": None}, False, {"bind"}),
}


def options_of(fstab, target):
    """Of the one line for the target; None without a line."""
    found = [line.split() for line in fstab.splitlines() if line.split()[1] == target]
    assert len(found) <= 1, fstab
    return set(found[0][3].split(",")) if found else None


def test_the_words_of_mount_states(minion, machine):
    machine.dir("a")
    states, undo = {}, {}
    for name, (function, words, _, _) in WORDS.items():
        given = {"name": f"{DIR}/t/{name}", "device": f"{DIR}/a", **words}
        states[name] = {f"robind.{function}": [{word: given[word]} for word in given]}
        undo[name] = {"robind.absent": [{"name": f"{DIR}/t/{name}"}, {"device": f"{DIR}/a"}]}
    states["elsewhere"] = {"robind.mounted": [
        {"name": f"{DIR}/t/elsewhere"}, {"device": f"{DIR}/a"}, {"config": f"{DIR}/fstab"}]}
    machine.file("fstab")
    undo["line"] = {"robind.fstab_absent": [{"name": f"{DIR}/t/line"}]}
    undo["mounted"] = {"robind.unmounted": [{"name": f"{DIR}/t/mounted"}, {"persist": True}]}
    undo["options"] = {"robind.unmounted": [{"name": f"{DIR}/t/options"}, {"device": f"{DIR}/a"}]}
    do = minion.write("do", states)
    with machine.unchanged():
        foretold = minion.apply(do, test=True)
    assert machine.fstab == ""
    done = minion.apply(do)
    for name, (_, _, is_mounted, options) in WORDS.items():
        assert done[name].result is True, (name, done[name])
        assert foretold[name].result is None and foretold[name].changes == done[name].changes
        assert (machine.top(f"{DIR}/t/{name}") is not None) == is_mounted, name
        written = options_of(machine.fstab, f"{DIR}/t/{name}")
        assert (written is None) == (options is None), (name, machine.fstab)
        if options:
            assert {"ro", "private", *options} <= written and "rw" not in written, machine.fstab
    assert options_of(machine.fstab, f"{DIR}/t/elsewhere") is None
    assert options_of(machine.path(f"{DIR}/fstab").read_text(), f"{DIR}/t/elsewhere")

    undone = minion.apply(minion.write("undo", undo))
    for name in WORDS:
        assert undone[name].result is True and undone[name].changes, (name, undone[name])
        assert machine.top(f"{DIR}/t/{name}") is None, name
    assert [line.split()[1] for line in machine.fstab.splitlines()] == [f"{DIR}/t/options"]


def test_many_binds_in_one_run_of_robind(minion, machine):
    """The program is where the configuration says, and is called once for all of them."""
    counted = machine.file("bin/robind", '#!/bin/sh\necho "$1" >>/run/calls\nexec robind "$@"\n')
    machine.run("chmod", "+x", counted)
    minion.configure(robind={"path": counted})
    machine.dir("a")
    by_target = {f"{DIR}/t/{i}": f"{DIR}/a" for i in range(100)}
    by_target[f"{DIR}/t/100"] = {"device": f"{DIR}/a", "opts": "bind,ro,nosuid"}
    listed = [{"target": f"{DIR}/u/1", "source": f"{DIR}/a"},
              {"name": f"{DIR}/u/2", "device": f"{DIR}/none"}]
    for target in by_target:
        if isinstance(by_target[target], dict):
            by_target[target]["state"] = "ephemeral"
        else:
            by_target[target] = {"source": f"{DIR}/a", "state": "ephemeral"}
    sls = minion.write("many", {
        "by target": {"robind.all_mounted": [{"binds": by_target}]},
        "listed": {"robind.all_mounted": [
            {"binds": [dict(each, state="ephemeral") for each in listed]},
            {"on_error": "stop"}]},
        "mistaken": {"robind.all_mounted": [{"binds": [f"{DIR}/a"]}]},
    })
    said = minion.apply(sls)
    assert said["by target"].result is True and set(said["by target"].changes) == set(by_target)
    assert said["by target"].changes[f"{DIR}/t/100"]["new"] == "read-only, private, nosuid"
    assert said["listed"].result is False and list(said["listed"].changes) == [f"{DIR}/u/1"]
    assert f"{DIR}/u/2: " in said["listed"].comment
    assert said["mistaken"].result is False and "dictionary" in said["mistaken"].comment
    assert machine.path("/run/calls").read_text() == "apply\napply\n"


def test_who_has_to_be_restarted_is_said(minion, machine):
    """A namespace that was there before keeps the writable copy that mount(8) gave it."""
    machine.dir("a")
    machine.dir("t")
    machine.run("mount", "--bind", f"{DIR}/a", f"{DIR}/t")
    beside = machine.slave()
    try:
        beside.run("mount", "--make-private", DIR)
        sls = minion.write("restart", {
            f"{DIR}/t": {"robind.ephemeral": [{"device": f"{DIR}/a"}]}})
        said = minion.apply(sls)[f"{DIR}/t"]
        assert said.result is True
        assert "\nrestart process " in said.comment
        (warning,) = said.warnings
        assert warning.startswith(f"{DIR}/t: a writable copy")
    finally:
        beside.end()


STRANGE = "it's \"$(touch /run/x)\" `id`; \\ {{ 1 + 1 }} \u00e9\u20ac\t|"


def test_no_path_is_too_strange(minion, machine):
    machine.dir(STRANGE)
    target = f"{DIR}/ro/{STRANGE}"
    sls = minion.write("strange", {
        "strange": {"robind.ephemeral": [{"name": target}, {"device": f"{DIR}/{STRANGE}"}]}})
    text = (minion.states / f"{sls}.sls").read_text()
    (minion.states / f"{sls}.sls").write_text("#!yaml\n" + text)
    said = minion.apply(sls)["strange"]
    assert said.result is True and list(said.changes) == [target]
    machine.assert_read_only_view(f"{DIR}/{STRANGE}", target)
    assert not machine.path("/run/x").exists()


# A program that is not robind, and what is said of it.
PROGRAMS = {
    "missing": (None, "there is no program"),
    "killed": ("kill -SEGV $$", "SIGSEGV"),
    "mute": ("exit 0", "gave no reply but exit status 0"),
    "noise": ("echo '{\"changed\": tru'; exit 3", "exit status 3"),
    "liar": ("echo '{\"failed\": false, \"changed\": false, \"msg\": \"\"}'; exit 1", "status 1"),
}


@pytest.mark.parametrize("kind", PROGRAMS)
def test_a_broken_robind_is_a_clear_failure(minion, machine, kind):
    script, why = PROGRAMS[kind]
    if script:
        machine.run("chmod", "+x", machine.file("robind", f"#!/bin/sh\n{script}\n"))
    machine.dir("a")
    (minion.pillar / "top.sls").write_text("base: {'*': [robind]}")
    (minion.pillar / "robind.sls").write_text(f"robind: {{path: {DIR}/robind}}")
    sls = minion.write("broken", {f"{DIR}/t": {"robind.ephemeral": [{"device": f"{DIR}/a"}]}})
    said = minion.apply(sls)[f"{DIR}/t"]
    assert said.result is False and why in said.comment and not said.changes
    if kind == "missing":
        # The state that installs it would have done so.
        foretold = minion.apply(sls, test=True)[f"{DIR}/t"]
        assert foretold.result is None and why in foretold.comment
