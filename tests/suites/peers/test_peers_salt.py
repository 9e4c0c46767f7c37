# SPDX-License-Identifier: Apache-2.0
"""Salt: what its unit tests of the mount states expect, of robind's states by the real salt-call. All that
runs in test mode is one call, all the rest is another.

Theirs is told what is mounted by stand-ins; here it is mounted, by hand. Where theirs has a device, here is a
directory.
"""

import os
import pathlib

import pytest

import minion as minions
from cases import Case, assert_told
from host import DIR

pytestmark = pytest.mark.needs_root

# By hand: in fstab as robind has it, or as others have, and mounted.
LINE = 'echo "$S_ $T_ none bind,ro,private,x-robind 0 0" >>/etc/fstab'
BARE = 'echo "$S_ $T_ none bind,ro 0 0" >>/etc/fstab'
MOUNT = 'mkdir -p "$T"; mount --bind "$S" "$T"; mount -o remount,bind,ro "$T"'
OTHER = 'mkdir -p "$T"; mount --bind "$O" "$T"'
BUSY = 'cd "$T"; sleep 1000 >/dev/null 2>&1 </dev/null &'
MADE = 'mkdir -p "$T"'


class State(dict):
    """The arguments of a state; S and T are filled in, and where there is no name it is the target."""

    test = False

    def __init__(self, function, **args):
        super().__init__(args)
        self.function = function


class Dry(State):
    """In test mode."""

    test = True


def done(changed, **more):
    """Theirs is content."""
    return {"result": True, "changed": changed, **more}


# What would be done: theirs says so in the comment alone.
WOULD = {"result": None, "changed": False}
TOLD = {"changed": True}
WHY_TOLD = "test mode says in `changes`, too, what would change"
OF_LINE = {"name": "S", "fs_file": "T", "fs_vfstype": "none", "fs_mntops": "bind,ro"}
LINUX = "robind is a program for Linux"
NO_SWAP = "a swap area is no bind: there is no such state"
FLAGS = "bind,nodev,noexec,nosuid"
NOWHERE = "/nonexistent/fstab"

CASES = [
    Case("mounted: no device has the label", [MADE, State("mounted", device="LABEL=/dev/sdb5")],
         {"result": False, "changed": False}),
    Case("mounted, test: the options differ",
         [MOUNT, LINE, Dry("mounted", device="S", opts="noexec")], WOULD, TOLD, WHY_TOLD),
    Case("mounted: the options differ, and unmounting fails",
         [MOUNT, LINE, BUSY, State("mounted", device="S", opts="noexec")],
         {"result": False, "changed": True}, {"result": True, "noexec": True},
         "nothing is unmounted for it"),
    Case("mounted: another device is mounted, and unmounting fails",
         [OTHER, BUSY, State("mounted", device="S")], {"result": False, "changed": True},
         {"changed": False}, "refused, so nothing was tried; `replace: True` takes its place"),
    Case("mounted, test: there is no mount point", [Dry("mounted", device="S")], WOULD, TOLD,
         WHY_TOLD),
    Case("mounted: there is no mount point", [State("mounted", device="S")],
         {"result": False, "changed": False}, {"result": True, "changed": True},
         "it is made; `mkmnt: False` is the next case"),
    Case("mounted: there is no mount point, and none is to be made",
         [State("mounted", device="S", mkmnt=False)], {"result": False, "changed": False}),
    Case("mounted: mounting fails", ['rmdir "$S"', MADE, State("mounted", device="S")],
         {"result": False, "changed": False}),
    Case("mounted, test: mount: False, no mount point", [Dry("mounted", device="S", mount=False)],
         WOULD, TOLD, WHY_TOLD),
    Case("mounted, test: mount: False, the line is there",
         [MADE, LINE, Dry("mounted", device="S", mount=False)], done(False, mounts=0)),
    Case("mounted: mount: False, the line is there",
         [LINE, State("mounted", device="S", mount=False)], done(False, mounts=0, lines=1)),
    Case("mounted: mount: False, a new line", [State("mounted", device="S", mount=False)],
         done(True, mounts=0, lines=1)),
    Case("mounted: mount: False, another line",
         [BARE, State("mounted", device="S", mount=False, opts="noexec")],
         done(True, mounts=0, lines=1)),
    Case("mounted: mount: False, there is no fstab",
         [State("mounted", device="S", mount=False, config=NOWHERE)],
         {"result": False, "changed": False}),
    Case("mounted: mount: False, persist: False",
         [State("mounted", device="S", mount=False, persist=False)], done(False),
         {"result": False}, "a state that asks for nothing is a mistake, and says so"),
    Case("mounted, test: users by name among the options",
         [MADE, Dry("mounted", device="S", opts=["uid=user1", "gid=group1"])], done(False),
         why="an option of a file system, not of a bind; refused", refused="uid"),
    Case("mounted on AIX and MacOS", [], {}, why=LINUX, refused="-"),
    Case("mounted, test: a device that is mounted elsewhere, too",
         ['mkdir "$O/t"; mount --bind "$S" "$O/t"', MADE, Dry("mounted", device="S")], WOULD,
         TOLD, WHY_TOLD),
    Case("mounted: what is mounted says other options, bind_mount_copy_active_opts: False",
         [MOUNT, State("mounted", device="S", opts=FLAGS, bind_mount_copy_active_opts=False)],
         done(True, flags=True, active=False)),
    Case("mounted: the same with blanks in the path",
         [MOUNT, State("mounted", device="S", opts=FLAGS, bind_mount_copy_active_opts=False)],
         done(True, flags=True, active=False)),
    Case("mounted: the same, bind_mount_copy_active_opts: True",
         [MOUNT, State("mounted", device="S", opts=FLAGS)], done(True, flags=True, active=True),
         {"active": False}, "fstab gets what is asked for, and nothing that happens to be so"),
    Case("mounted: the same with rw among the options",
         [MOUNT, State("mounted", device="S", opts=FLAGS + ",rw")], done(True, mounts=1),
         {"result": False, "changed": False, "says": "rw"}, "a bind is read-only here"),
    Case("mounted: the options differ, and only a lazy unmount succeeds",
         [MOUNT, LINE, BUSY, State("mounted", device="S", opts="noexec")], done(True)),
    Case("swap: activated, active already, in fstab, by any name", [MADE, State("swap")],
         {"changed": False}, why=NO_SWAP, refused="robind.swap"),
    Case("unmounted, test: it is mounted", [MOUNT, Dry("unmounted", device="S")], WOULD, TOLD,
         WHY_TOLD),
    Case("unmounted, test: persist, neither mounted nor in fstab",
         [Dry("unmounted", device="S", persist=True)], done(False)),
    Case("unmounted, test: persist, in fstab", [LINE, Dry("unmounted", device="S", persist=True)],
         WOULD, TOLD, WHY_TOLD),
    Case("unmounted, test: not mounted", [Dry("unmounted", device="S")], done(False)),
    Case("unmounted: it is mounted", [MOUNT, State("unmounted", device="S")],
         done(True, mounts=0)),
    Case("unmounted on AIX and MacOS", [], {}, why=LINUX, refused="-"),
    Case("mod_watch of unmounted", [State("unmounted", device="S", watch=[{"test": "changed"}])],
         done(False)),
    Case("device names made from UUID= and LABEL=, and back", [MADE, State("mounted", device="UUID=1")],
         {"changed": False}, why="a bind has a path, no device", refused="absolute"),
    Case("fstab_present, test: it is there", [LINE, Dry("fstab_present", **OF_LINE)],
         done(False)),
    Case("fstab_present, test: a new line", [Dry("fstab_present", **OF_LINE)], WOULD, TOLD,
         WHY_TOLD),
    Case("fstab_present, test: another line", [BARE, Dry("fstab_present", **OF_LINE)], WOULD,
         TOLD, WHY_TOLD),
    Case("fstab_present, test: fstab cannot be read",
         [Dry("fstab_present", **OF_LINE, config=NOWHERE)], {"result": False, "changed": False}),
    Case("fstab_present: it is there", [LINE, State("fstab_present", **OF_LINE)],
         done(False, lines=1)),
    Case("fstab_present: a new line", [MADE, State("fstab_present", **OF_LINE)],
         done(True, lines=1, mounts=1), {"mounts": 0}, "it is about fstab; `mounted` mounts"),
    Case("fstab_present: a new line, mount: False",
         [State("fstab_present", **OF_LINE, mount=False)], done(True, lines=1, mounts=0)),
    Case("fstab_present: another line", [BARE, State("fstab_present", **OF_LINE)],
         done(True, lines=1)),
    Case("fstab_present: fstab cannot be written",
         [State("fstab_present", **OF_LINE, config=NOWHERE)], {"result": False, "changed": False}),
    Case("fstab_present on AIX and MacOS", [], {}, why=LINUX, refused="-"),
    Case("fstab_absent, test: it is not there", [Dry("fstab_absent", name="S", fs_file="T")],
         WOULD, {"result": True}, "nothing would change, and Salt's word for that is true"),
    Case("fstab_absent, test: it is there", [LINE, Dry("fstab_absent", name="S", fs_file="T")],
         WOULD, TOLD, WHY_TOLD),
    Case("fstab_absent: it is there", [LINE, State("fstab_absent", name="S", fs_file="T")],
         done(True, lines=0)),
    Case("fstab_absent: it is not there", [State("fstab_absent", name="S", fs_file="T")],
         done(False, lines=0)),
    Case("fstab_absent on AIX and MacOS", [], {}, why=LINUX, refused="-"),
]
RUN = [case for case in CASES if case.steps]


def paths(case):
    blank = " with a blank" if "blanks" in case.name else ""
    place = f"{DIR}/{case.slug}"
    return {"S": f"{place}/source{blank}", "T": f"{place}/target{blank}", "O": f"{place}/other"}


def escaped(path):
    return path.replace(" ", "\\040")


def prepare(machine, case):
    found = paths(case)
    machine.dir(found["S"])
    machine.dir(found["O"])
    words = "".join(f"{letter}='{path}'; {letter}_='{escaped(path)}'\n"
                    for letter, path in found.items())
    for step in case.steps[:-1]:
        machine.sh(words + step)


def state_of(case):
    state, found = case.steps[-1], paths(case)
    args = {"name": found["T"], **{key: found.get(value, value) if isinstance(value, str) else value
                                   for key, value in state.items()}}
    return {f"robind.{state.function}": [{key: value} for key, value in args.items()]}


@pytest.fixture(scope="module")
def minion(tmp_path_factory):
    if not pathlib.Path(minions.TREE, "scripts/salt-call").is_file() or not minions.TREE:
        pytest.skip("no Salt: SALT_TREE has to name a folder with its source")
    if os.geteuid() != 0:
        pytest.skip("not root: Salt changes its machine")
    machine = minions.Machine()
    minion = minions.Minion(machine, tmp_path_factory.mktemp("salt"))
    minion.run("saltutil.sync_all")
    yield minion
    machine.end()


@pytest.fixture(scope="module")
def said(minion):
    """By Salt, of each case."""
    for case in RUN:
        prepare(minion.machine, case)
    found = {}
    for test in (True, False):
        states = {case.slug: state_of(case) for case in RUN if case.steps[-1].test == test}
        states["changed"] = {"test.succeed_with_changes": []}
        sls = minion.write(f"test_{test}".lower(), states)
        # By the id, which Salt says of a state that it has not found only in the key.
        found.update({key.split("_|-")[1]: minions.State(state) for key, state in minion.run(
            "state.apply", sls, f"test={test}").items()})
    return found


class Looks:
    """At what a case left behind."""

    def __init__(self, machine, state, case):
        self.machine, self.state = machine, state
        self.target = paths(case)["T"]

    def line(self):
        return [line for line in self.machine.fstab.splitlines()
                if f" {escaped(self.target)} " in line.replace("\t", " ")]

    def result(self):
        return self.state.result

    def changed(self):
        return bool(self.state.changes)

    def mounts(self):
        return len(self.machine.stack(self.target))

    def lines(self):
        return len(self.line())

    def noexec(self):
        return "noexec" in self.machine.top(self.target).options

    def flags(self):
        (line,) = self.line()
        return {"nodev", "noexec", "nosuid"} <= set(line.split()[3].split(","))

    def active(self):
        (line,) = self.line()
        return bool({"relatime", "rw"} & set(line.split()[3].split(",")))


@pytest.mark.parametrize("case", RUN, ids=lambda case: case.slug)
def test_case(minion, said, case):
    looks = Looks(minion.machine, said[case.slug], case)
    expected = dict(case.expected)
    if case.refused:
        expected.update(result=False, changed=False, says=case.refused)
    words = expected.pop("says", "")
    assert {name: getattr(looks, name)() for name in expected} == expected, looks.state
    assert words in looks.state.comment


def test_told():
    assert_told("Salt's mount states", CASES)
