# SPDX-License-Identifier: Apache-2.0
"""Somebody who may write above the source or the target swaps a directory there with a symlink, all
the time, so that robind is led to somebody else's mounts and directories.

Nothing is ever mounted, detached, changed or made there; and when it ends, robind finds its way.
"""

import collections
import contextlib
import json
import os
import random
import subprocess

import pytest

import answer
from host import DIR, HELPERS, LONG, bind

RUNS = 170 if LONG else 60  # of robind, for each attack on each victim
SOURCES = ("db", "db2")
S, T, VICTIM = f"{DIR}/s", f"{DIR}/t", f"{DIR}/victim"
TARGET = f"{T}/parent/ro"
# What an attacked run may say: that it came to a symlink, or found a thing changed.
LOSES = {"symlink", "race", "target_missing", "source_missing", "not_converged"}
# A line is a request, or "spoil": make what is at the real target writable. Whatever its path is
# by now, it is named "ro" in this directory.
DRIVER = """cd "$1"; shift; while read -r line; do case $line in
spoil) mount -c -o remount,bind,rw none ro 2>/dev/null && echo done || echo none ;;
*) "$@" apply --json "$line" ;; esac; done"""


def victim_mount(host):
    """Of the very source, and writable: whoever is led there finds it his to mend."""
    host.run("mount", "--bind", f"{S}/parent/db", host.dir(f"{VICTIM}/t/ro"))


def victim_directory(host):
    host.dir(f"{VICTIM}/t/ro", "secret")


def victim_nothing(host):
    host.dir(f"{VICTIM}/t", "secret")


VICTIMS = {"mount": victim_mount, "directory": victim_directory, "nothing": victim_nothing}
# The name that is swapped, with a symlink that stands beside it, and where that leads.
ATTACKS = {
    "above the target": [(f"{T}/parent", f"{VICTIM}/t")],
    "above the source": [(f"{S}/parent", f"{VICTIM}/s")],
    "above both": [(f"{T}/parent", f"{VICTIM}/t"), (f"{S}/parent", f"{VICTIM}/s")],
    "the source": [(f"{S}/parent/db", f"{VICTIM}/s/db")],
}


class Arena:
    """A host, what is under attack in it, and one shell that calls robind."""

    def __init__(self, host, victim, attack):
        self.host = host
        self.swaps = 0
        for name in SOURCES:
            host.dir(f"{S}/parent/{name}", "data")
            host.dir(f"{VICTIM}/s/{name}", "secret")
        host.run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", f"{VICTIM}/s/db2")
        host.dir(f"{T}/parent")
        VICTIMS[victim](host)
        self.pairs = ATTACKS[attack]
        for name, leads_to in self.pairs:
            host.path(f"{name}.link").symlink_to(leads_to)
        self.above = os.open(host.path(f"{T}/parent"), os.O_PATH)
        self.there = {mount.id for mount in host.mounts()}
        self.before = self.victims()
        self.driver = host.start(
            "sh", "-c", DRIVER, "sh", f"{T}/parent", *host.kernel, answer.ROBIND,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def end(self):
        self.driver.stdin.close()
        self.driver.wait()
        self.driver.stdout.close()
        os.close(self.above)

    def tell(self, line):
        self.driver.stdin.write(line.encode() + b"\n")
        self.driver.stdin.flush()
        return self.driver.stdout.readline()

    def apply(self, asked):
        line = self.tell(json.dumps({**asked, "namespace": "here"}))
        reply = answer.parse(line)
        return answer.read("apply", (), 1 if reply["failed"] else 0, line)

    def victims(self):
        """Mounts and files that are none of robind's business: all that were there before."""
        files = [(folder.split("/root", 1)[1], sorted(folders), sorted(files))
                 for folder, folders, files in os.walk(self.host.path(VICTIM))]
        mounts = [(mount.id, mount.target, mount.options, mount.propagation)
                  for mount in self.host.mounts() if mount.id in self.there]
        return sorted(files), mounts

    def assert_unharmed(self, said):
        assert self.victims() == self.before, f"a victim was harmed: {said.reply}"
        mounts = [mount for mount in self.host.mounts() if mount.id not in self.there]
        for mount in mounts:
            # The real directory has the symlink's name while that has its.
            assert mount.target in (TARGET, f"{T}/parent.link/ro"), f"mounted: {mount}"
            assert "victim" not in mount.root, f"a victim is shown: {mount}"
        assert len(mounts) <= 2, f"stacked: {mounts}"
        if said.status == 0:
            is_there = said.bind["state"] == "ephemeral"
            # What a run that was led astray could not take off again is told, at least.
            covered = any(warning["code"] == "covered" for warning in said.reply["warnings"])
            assert len(mounts) == is_there + covered, f"{said.reply}: {mounts}"
        if said.status == 0 and mounts:
            assert "ro" in mounts[-1].options, f"writable: {said.reply}"

    @contextlib.contextmanager
    def attacked(self):
        attackers = [
            self.host.start(HELPERS / "swap_paths", name, f"{name}.link",
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            for name, _ in self.pairs]
        yield
        for attacker in attackers:
            self.swaps += int(attacker.communicate()[0])
            assert attacker.returncode == 0


def one_run(arena, n):
    """Make, spoil, mend, replace, unmount; now and then the target is gone, too."""
    source = f"{S}/parent/{random.choice(SOURCES)}"
    asked = bind(source, TARGET, replace=True)
    if n % 5 == 4:
        asked["state"] = "unmounted"
    elif n % 5 in (1, 2):
        arena.tell("spoil")
    elif n % 5 == 0:
        with contextlib.suppress(OSError):
            os.rmdir("ro", dir_fd=arena.above)
    return arena.apply(asked)


@pytest.mark.parametrize("victim", VICTIMS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_swapped(shared_host, victim, attack):
    attack_host(shared_host, victim, attack, RUNS)


@pytest.mark.parametrize("victim", VICTIMS)
def test_swapped_on_an_older_kernel(hosts, victim):
    """Which says by a path alone where a mount is, and the path changes."""
    attack_host(hosts(shared=True, kernel="linux-4.19"), victim, "above the target", RUNS // 2)


def attack_host(host, victim, attack, runs):
    arena = Arena(host, victim, attack)
    said = collections.Counter()
    with arena.attacked():
        for n in range(runs):
            one = one_run(arena, n)
            code = one.error.get("code")
            assert code is None or code in LOSES, one.reply
            said[code or one.bind["status"]] += 1
            said["in the midst"] += "meanwhile" in one.error.get("msg", "")
            arena.assert_unharmed(one)
    print(f"{attack}, {victim}: {dict(said)} in {arena.swaps} swaps")
    assert said["changed"] > 0, f"robind never came through: {said}"
    assert said["symlink"] > 0, f"it was never attacked: {said}"

    last = bind(f"{S}/parent/db", TARGET, replace=True)
    assert arena.apply(last).status == 0
    host.assert_read_only_view(last["source"], TARGET)
    host.assert_settled(last)
    arena.assert_unharmed(arena.apply({**last, "state": "unmounted"}))
    assert host.stack(TARGET) == []
    arena.end()


MANY = [f"ro{i}" for i in range(40)]


def assert_many_unharmed(arena, said):
    assert arena.victims() == arena.before, f"a victim was harmed: {said.reply}"
    mounts = [mount for mount in arena.host.mounts() if mount.id not in arena.there]
    for mount in mounts:
        above, name = mount.target.rsplit("/", 1)
        assert above in (f"{T}/parent", f"{T}/parent.link") and name in MANY, f"mounted: {mount}"
        assert "victim" not in mount.root, f"a victim is shown: {mount}"
        assert "ro" in mount.options, f"writable: {mount}"


# Above the target it comes to the real place alone, or to none; above the source to no other.
@pytest.mark.parametrize("attack", ["above the target", "above the source", "the source"])
def test_many_swapped(shared_host, attack):
    """Those after the first ones are looked at by their names in the directory that they share."""
    arena = Arena(shared_host, "directory", attack)
    for name in MANY:
        shared_host.dir(f"{T}/parent/{name}")
        shared_host.dir(f"{VICTIM}/t/{name}", "secret")
    arena.before = arena.victims()
    asked = [bind(f"{S}/parent/db", f"{T}/parent/{name}", replace=True) for name in MANY]
    gone = [{**one, "state": "unmounted"} for one in asked]
    said = collections.Counter()
    with arena.attacked():
        for binds in [asked, gone] * (RUNS // 6):
            line = arena.tell(json.dumps({"binds": binds, "namespace": "here"}))
            reply = answer.parse(line)
            one = answer.read("apply", (), 1 if reply["failed"] else 0, line)
            codes = {one.get("error", {}).get("code") for one in reply["binds"]}
            assert codes <= {None, *LOSES}, reply
            said.update(one["status"] for one in reply["binds"])
            assert_many_unharmed(arena, one)
    print(f"{attack}: {dict(said)} in {arena.swaps} swaps")
    assert said["changed"] > 0 and said["failed"] > 0, said
    assert shared_host.apply(*asked).status == 0
    for one in asked:
        shared_host.assert_read_only_view(one["source"], one["target"])
    arena.end()
