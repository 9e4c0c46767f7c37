# SPDX-License-Identifier: Apache-2.0
"""ansible.posix: what its integration tests and unit tests of the module mount expect, of
robind.mount.robind by the real ansible-playbook. All cases are one play.

Where they mount an image, here is a directory; `rw` among the options is left out where it is not
what the case is about.
"""

import pytest

from cases import Case, assert_told
from host import DIR

pytestmark = pytest.mark.needs_root


def task(check=False, **args):
    """The arguments of a task; S, T, O and F are filled in. None takes one out."""
    args = {"src": "S", "path": "T", "fstype": "None", "opts": "bind", "state": "mounted", **args}
    return check, {name: value for name, value in args.items() if value is not None}


def check(**args):
    return task(check=True, **args)


def short(state, **args):
    """As most of their tasks that undo something."""
    return {"src": None, "fstype": None, "opts": None, "state": state, **args}


EPHEMERAL = {"fstype": "none", "state": "ephemeral"}
NOT_AGAIN = "a remount changes the file system for all; `mounted` mends what differs"
NO_SWAP = "a swap area is no bind; refused"
NOT_ANYBODYS = ("what has no line in fstab may be anybody's: the task has to name `src`, as the one "
                "that mounted it did")
FROM_THE_FIRST = "a bind is read-only from the first task on, so there is nothing to change"

CASES = [
    Case("bind mount, check mode", [check()], {"told": ["changed"], "mounts": 0}),
    Case("bind mount", [task()], {"told": ["changed"], "mounts": 1, "file": True}),
    Case("bind mount again", [task(), task()], {"told": ["changed", "ok"], "mounts": 1}),
    Case("bind becomes bind,ro, check mode", [task(), check(opts="bind,ro")],
         {"told": ["changed", "changed"], "mounts": 1, "read_only": False},
         {"told": ["changed", "ok"], "read_only": True}, FROM_THE_FIRST),
    Case("bind becomes bind,ro", [task(), task(opts="bind,ro")],
         {"told": ["changed", "changed"], "mounts": 1, "read_only": True},
         {"told": ["changed", "ok"]}, FROM_THE_FIRST),
    Case("unmount, check mode", [task(), check(**short("absent"))],
         {"told": ["changed", "changed"], "mounts": 1, "file": True}),
    Case("unmount", [task(), task(**short("absent"))],
         {"told": ["changed", "changed"], "mounts": 0, "file": False, "lines": 0}),
    Case("swap: a line, check mode", [check(path="none", src="/tmp/swap1", fstype="swap",
                                            opts="sw", state="present")],
         {"lines": 0}, why=NO_SWAP, refused="fstype"),
    Case("swap: a line for each of two, each once",
         [task(path="none", src="/tmp/swap1", fstype="swap", opts="sw", state="present")],
         {"lines": 0}, why=NO_SWAP, refused="fstype"),
    Case("swap: the lines taken out, each once",
         [task(**short("absent", path="none", src="/tmp/swap1"))],
         {"lines": 0}, why=NO_SWAP, refused="absolute"),
    Case("a line that lacks the last two fields",
         ['echo "$S $T none bind,ro" >>/etc/fstab',
          task(opts="bind,ro,x-systemd.mount-timeout=0", state="present")],
         {"told": ["changed"], "lines": 1, "timeout": True, "zeros": True},
         {"zeros": False},
         "only what was asked for is added; fields that are missing are 0 as it is"),
    Case("remounted, check mode", [task(), check(**short("remounted"))],
         {"told": ["changed", "changed"]}, {"told": ["changed", "failed"], "says": "mounted"}, NOT_AGAIN),
    Case("remounted", [task(), task(**short("remounted"))],
         {"told": ["changed", "changed"]}, {"told": ["changed", "failed"], "says": "mounted"}, NOT_AGAIN),
    Case("remounted with other options, check mode",
         [task(), check(**short("remounted", opts="noexec"))],
         {"told": ["changed", "changed"], "noexec": False},
         {"told": ["changed", "failed"], "says": "mounted"}, NOT_AGAIN),
    Case("remounted with other options", [task(), task(**short("remounted", opts="noexec"))],
         {"told": ["changed", "changed"], "noexec": True},
         {"told": ["changed", "failed"], "noexec": False, "says": "mounted"}, NOT_AGAIN),
    Case("backup", [task(backup=True)], {"told": ["changed"], "backup_told": True}),
    Case("boot: false, and options", [task(boot=False, opts="bind,nosuid")],
         {"told": ["changed"], "noauto": True, "opts_told": True}, {"opts_told": False},
         "the line is the same; the result does not repeat the arguments"),
    Case("boot: false, and rw,user,async", [task(boot=False, opts="rw,user,async")],
         {"told": ["changed"], "noauto": True},
         {"told": ["failed"], "noauto": False, "says": "rw"},
         "no bind is writable, and with `user` others than root could unmount it"),
    Case("boot: false, and defaults", [task(boot=False, opts=None)],
         {"told": ["changed"], "noauto": True}),
    Case("a comment without a newline ends fstab, mounted",
         ['printf "#TEST" >"$F"', task(fstab="F", opts="defaults")],
         {"told": ["changed"], "mounts": 1, "comment": True, "lines_of_F": 2}),
    Case("a comment without a newline ends fstab, absent",
         ['printf "#TEST" >"$F"', task(fstab="F", opts="defaults"),
          task(**short("absent", fstab="F"))],
         {"told": ["changed", "changed"], "mounts": 0, "comment": True, "lines_of_F": 1}),
    Case("ephemeral, check mode", [check(**EPHEMERAL)],
         {"told": ["changed"], "mounts": 0, "lines": 0}),
    Case("ephemeral", [task(**EPHEMERAL)],
         {"told": ["changed"], "mounts": 1, "file": True, "lines": 0}),
    Case("ephemeral with other options, check mode",
         [task(**EPHEMERAL), check(**EPHEMERAL, opts="noexec")],
         {"told": ["changed", "changed"], "mounts": 1, "noexec": False, "lines": 0}),
    Case("ephemeral with other options", [task(**EPHEMERAL), task(**EPHEMERAL, opts="noexec")],
         {"told": ["changed", "changed"], "mounts": 1, "noexec": True, "lines": 0}),
    Case("ephemeral, another source is there", [task(**EPHEMERAL), task(**EPHEMERAL, src="O")],
         {"told": ["changed", "failed"], "mounts": 1, "file": True, "lines": 0}),
    Case("unmounted after ephemeral, check mode",
         [task(**EPHEMERAL), check(**short("unmounted"))],
         {"told": ["changed", "changed"], "mounts": 1, "file": True, "lines": 0},
         {"told": ["changed", "failed"], "says": "source"}, NOT_ANYBODYS),
    Case("unmounted after ephemeral", [task(**EPHEMERAL), task(**short("unmounted"))],
         {"told": ["changed", "changed"], "mounts": 0, "file": False, "lines": 0},
         {"told": ["changed", "failed"], "mounts": 1, "file": True, "says": "source"},
         NOT_ANYBODYS),
    Case("opts_no_log: true", [task(opts="bind,x-secret=hush", opts_no_log=True)],
         {"told": ["changed"], "secret_told": False, "opts_told": False}),
    Case("opts_no_log: false, remounted",
         [task(), task(**short("remounted", opts="user", opts_no_log=False))],
         {"told": ["changed", "changed"], "opts_told": True},
         {"told": ["changed", "failed"], "opts_told": False}, NOT_AGAIN),
    Case("unit: the source lies on a mount that is not the root",
         ['mount -t tmpfs other "$O"; mkdir "$O/a"', task(src="O/a"), task(src="O/a")],
         {"told": ["changed", "ok"], "mounts": 1}),
    Case("unit: a new line, check mode, and the lines of others",
         ['echo "/swapfile none swap defaults 0 0" >"$F"', check(fstab="F")],
         {"told": ["changed"], "mounts": 0, "lines_of_F": 1}),
]


def paths(case):
    place = f"{DIR}/{case.slug}"
    return {"S": f"{place}/source", "T": f"{place}/target", "O": f"{place}/other",
            "O/a": f"{place}/other/a", "F": f"{place}/fstab"}


def tasks_of(case):
    found = paths(case)
    for number, step in enumerate(case.steps):
        name = f"{case.name}: {number}"
        if isinstance(step, str):
            words = " ".join(f"{letter}='{found[letter]}'" for letter in "STOF")
            yield {"name": name, "ansible.builtin.raw": f"{words}; {step}"}
            continue
        checks, args = step
        args = {key: found.get(value, value) for key, value in args.items()}
        yield {"name": name, "robind.mount.robind": args, "check_mode": checks,
               "diff": True, "ignore_errors": True}


@pytest.fixture(scope="module")
def run(machine, ansible):
    for case in CASES:
        found = paths(case)
        machine.dir(found["S"], "file")
        machine.dir(found["O"])
    return ansible.play([task for case in CASES for task in tasks_of(case)])


class Looks:
    """At what a case left behind."""

    def __init__(self, machine, run, case):
        self.machine = machine
        self.paths = paths(case)
        self.target = self.paths["T"]
        self.results = [run.of(task["name"]) for task in tasks_of(case)
                        if "robind.mount.robind" in task]
        top = machine.top(self.target)
        self.options = top.options if top else []

    def lines_in(self, name):
        file = self.machine.path(name)
        return file.read_text().splitlines() if file.exists() else []

    def line(self):
        found = [line for line in self.lines_in("/etc/fstab") if f"{self.target} " in line
                 or f"{self.target}\t" in line]
        return found[0] if found else ""

    def told(self):
        return ["failed" if result.get("failed") else "changed" if result["changed"] else "ok"
                for result in self.results]

    def says(self):
        return self.results[-1]["msg"]

    def mounts(self):
        return len(self.machine.stack(self.target))

    def file(self):
        return self.machine.path(f"{self.target}/file").exists()

    def read_only(self):
        return "ro" in self.options

    def noexec(self):
        return "noexec" in self.options

    def lines(self):
        return self.machine.path("/etc/fstab").read_text().count(self.target) + sum(
            "swap" in line for line in self.lines_in("/etc/fstab"))

    def timeout(self):
        return "x-systemd.mount-timeout=0" in self.line()

    def zeros(self):
        return self.line().split()[4:] == ["0", "0"]

    def noauto(self):
        return "noauto" in self.line()

    def opts_told(self):
        return "opts" in self.results[-1]

    def secret_told(self):
        return "hush" in str(self.results[-1])

    def backup_told(self):
        return "backup_file" in self.results[-1]

    def comment(self):
        return self.lines_in(self.paths["F"])[0] == "#TEST"

    def lines_of_F(self):
        return len(self.lines_in(self.paths["F"]))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.slug)
def test_case(machine, run, case):
    looks = Looks(machine, run, case)
    expected = dict(case.expected)
    if case.refused:
        expected.update(told=["failed"], says=case.refused)
    words = expected.pop("says", None)
    assert {name: getattr(looks, name)() for name in expected} == expected, looks.results[-1]
    assert not words or words in looks.says(), looks.says()


def test_told():
    assert_told("ansible.posix.mount", CASES)
