# SPDX-License-Identifier: Apache-2.0
"""mount_core: what its acceptance, integration and unit tests of the type mount expect, of robind_bind by
the real Puppet.

A case is one resource: what is there before, by hand as theirs have it, and its words. All of them are one
catalog; those about what the type takes go to the type itself, as theirs do. Where they loop-mount an image,
here is a directory.
"""

import json
import pathlib
import subprocess

import pytest

from answer import REPO
from cases import Case, assert_told
from host import DIR
from puppets import PuppetHost, needs_puppet

pytestmark = needs_puppet()

# By hand: in fstab, and mounted.
LINE = 'printf "%s %s none bind,ro 0 0\\n" "$S_" "$T_" >>/etc/fstab'
MOUNT = 'mkdir -p "$T" && mount --bind "$S" "$T" && mount -o remount,bind,ro "$T"'
STARTS = {"": [], "in fstab": [LINE], "mounted": [MOUNT], "both": [MOUNT, LINE]}

ENDS = {  # ensure -> whether it is mounted in the end, from each start; and whether in fstab
    "defined": ([0, 0, 1, 1], 1), "present": ([0, 0, 1, 1], 1), "mounted": ([1, 1, 1, 1], 1),
    "unmounted": ([0, 0, 0, 0], 1), "absent": ([0, 0, 0, 0], 0),
}


class Word(str):
    """The words of a resource in the catalog."""


class Resource(str):
    """The words of `puppet resource robind_bind TARGET`."""


class Matrix(str):
    """A word that is tried from each of the four starts, as one case."""


class Type(dict):
    """The attributes of a resource, for the type alone."""


def takes(name, words, why="", refused=""):
    """Of the unit tests of the type: whether it takes a value. Theirs does."""
    return Case(name, [Type(words)], {"taken": True},
                {"taken": False, "says": refused} if refused else {}, why)


def refuses(name, words, why=""):
    """And theirs does not."""
    return Case(name, [Type(words)], {"taken": False}, {"taken": True} if why else {}, why)


SAYS_NOTHING = "taken as none: nothing is asked for that could be missed"


def matrix():
    for ensure, (mounted, in_fstab) in ENDS.items():
        for option in ("noexec", "nosuid", None):
            words = f"ensure => {ensure}, device => 'S', fstype => 'none',"
            words += f" options => 'bind,ro,{option}'," if option else ""
            yield Case(
                f"integration: {ensure}, options {option or 'not given'}, from each of four states",
                [Matrix(words)],
                {"mounted": mounted, "lines": [in_fstab] * 4,
                 "option_in_line": [bool(option and in_fstab)] * 4})
        yield refuses(f"integration: {ensure}, options ''", {"ensure": ensure, "options": ""},
                      SAYS_NOTHING)


NOT_FSTYPE = "a bind has the type none"
NO_DEVICE = "a bind has a path: the device is mounted by another resource"
CASES = [
    Case("acceptance: defines an entry", [Resource("ensure=defined source=S")],
         {"lines": 1, "mounts": 0}),
    Case("acceptance: defines an entry with whitespace", [Resource("ensure=defined source=S")],
         {"lines": 1, "mounts": 0}),
    Case("acceptance: deletes an entry and unmounts it", [MOUNT, LINE, Resource("ensure=absent")],
         {"lines": 0, "mounts": 0}),
    Case("acceptance: deletes an entry with whitespace and unmounts it",
         [MOUNT, LINE, Resource("ensure=absent")], {"lines": 0, "mounts": 0}),
    Case("acceptance: modifies an entry (fstype=bogus)",
         [MOUNT, LINE, Resource("ensure=defined source=S fstype=bogus")],
         {"lines": 1, "bogus": True}, {"bogus": False, "says": "fstab_type"},
         "a line of another type is no bind: refused, and the line stays"),
    Case("acceptance: modifies an entry with whitespace (fstype=bogus)",
         [MOUNT, LINE, Resource("ensure=defined source=S fstype=bogus")],
         {"lines": 1, "bogus": True}, {"bogus": False, "says": "fstab_type"},
         "a line of another type is no bind: refused, and the line stays"),
    Case("acceptance: creates an entry and mounts it",
         [Resource("ensure=mounted device=S fstype=none options=bind,ro")],
         {"lines": 1, "mounts": 1}),
    Case("acceptance: creates a whitespaced entry and mounts it",
         [Resource("ensure=mounted device=S fstype=none options=bind,ro")],
         {"lines": 1, "mounts": 1}),
    Case("acceptance: mounted, options=loop", [Resource("ensure=mounted device=S options=loop")],
         {"lines": 1, "mounts": 1}, {"lines": 0, "mounts": 0, "says": "loop"},
         "an image has to be mounted before anything in it can be bound"),
    Case("acceptance: finds an entry", [LINE, Resource("")],
         {"says": "ensure => 'unmounted'"}),
    Case("acceptance: finds an entry with whitespace", [LINE, Resource("")],
         {"says": "ensure => 'unmounted'"}),
    Case("acceptance: finds an entry with a trailing slash",
         [LINE.replace('"$T_"', '"$T_/"'), Resource("")],
         {"says": "ensure => 'unmounted'"}),
    *matrix(),
    Case("integration: the wrong device is mounted",
         [MOUNT.replace('"$S"', '"$O"'), LINE,
          Word("ensure => mounted, source => 'S', replace => true")],
         {"mounts": 1, "shows_source": True},
         why="with `replace => true`, else it is an error; with them the case is known to fail"),
    takes("unit: name, a path", {}),
    Case("unit: name, trailing slashes are removed", [Word("target => 'T//', source => 'S'")],
         {"mounts": 1, "lines": 1}),
    Case("unit: name, spaces", [Word("source => 'S'")], {"mounts": 1, "lines": 1}),
    takes("unit: name, a pseudo mount point", {"name": "swap"}, "a swap area is no bind", "absolute"),
    *(takes(f"unit: ensure => {ensure}", {"ensure": ensure}) for ensure in ENDS),
    refuses("unit: ensure, another value", {"ensure": "foo"}),
    takes("unit: device, a path below /dev", {"device": "/dev/hda1"}),
    takes("unit: device, a label", {"device": "LABEL=/boot"}, NO_DEVICE, "absolute"),
    takes("unit: device, a pseudo device", {"device": "ctfs"}, NO_DEVICE, "absolute"),
    takes("unit: device, spaces", {"device": "/dev/my dev/foo"}),
    takes("unit: blockdevice, a path", {"blockdevice": "/dev/rdsk/c0d0s0"}, "a bind has none",
          "blockdevice"),
    takes("unit: blockdevice, a dash", {"blockdevice": "-"}),
    refuses("unit: blockdevice, whitespace", {"blockdevice": "/dev/my dev/foo"}),
    *(takes(f"unit: fstype, {fstype}", {"fstype": fstype}, NOT_FSTYPE, "fstype")
      for fstype in ("ext3", "nfs")),
    takes("unit: fstype, auto", {"fstype": "auto"}),
    refuses("unit: fstype, whitespace", {"fstype": "ext 3"}),
    refuses("unit: fstype, empty", {"fstype": ""}),
    takes("unit: options, one", {"options": "ro"}),
    takes("unit: options, several with commas", {"options": "ro,nosuid,noexec"}),
    refuses("unit: options, whitespace", {"options": "ro, nosuid"},
            "taken: a blank beside a comma is part of no word"),
    refuses("unit: options, empty", {"options": ""}, SAYS_NOTHING),
    takes("unit: pass, 0", {"pass": 0}),
    *(takes(f"unit: pass, {number}", {"pass": number}, "a bind is not checked at boot", "pass")
      for number in (1, 2)),
    takes("unit: dump, 0", {"dump": 0}),
    takes("unit: dump, 1", {"dump": 1}, "a bind is not dumped", "dump"),
    refuses("unit: dump, 2", {"dump": 2}),
    *(takes(f"unit: atboot, {word}", {"atboot": word}) for word in ("yes", "no", True, False)),
    refuses("unit: atboot, another value", {"atboot": "nope"}),
    Case("unit: refreshed while mounted",
         [MOUNT, LINE, Word("ensure => mounted, source => 'S', subscribe => Exec['now'],")],
         {"mounts": 1, "refreshed": True}, {"refreshed": False},
         "there is nothing to remount: what differs was mended when its turn came"),
    Case("unit: refreshed while not mounted",
         [LINE, Word("ensure => defined, source => 'S', subscribe => Exec['now'],")],
         {"mounts": 0, "refreshed": False}),
    Case("unit: the options change while it is to be unmounted",
         [MOUNT, LINE, Word("ensure => unmounted, source => 'S', options => 'bind,ro,nodev'")],
         {"mounts": 0, "lines": 1, "nodev": True}),
    Case("unit: requires the mount and the file above it by itself",
         [Word("source => 'S'")], {"mounts": 1, "after_its_parent": True}),
    Case("unit: goes before the file below it by itself", [Word("source => 'S'")],
         {"mounts": 1, "before_its_child": True}),
]


class Place:
    """Where the case is told, from one start."""

    def __init__(self, case, start=""):
        name = case.slug + start.replace(" ", "_")
        blank = " with a blank" if "space" in case.name else ""
        self.parent = f"{DIR}/{name}"
        self.paths = {"S": f"{self.parent}/source{blank}", "T": f"{self.parent}/target{blank}",
                      "O": f"{self.parent}/other"}
        self.target = self.paths["T"]

    def prepare(self, host, steps):
        host.dir(self.paths["S"], "file")
        host.dir(self.paths["O"])
        words = "".join(f"{letter}='{path}'; {letter}_='{escaped(path)}'\n"
                        for letter, path in self.paths.items())
        for step in steps:
            host.sh(words + step)

    def filled(self, words):
        for letter in "ST":
            words = words.replace(f"'{letter}'", f"'{self.paths[letter]}'")
        return words.replace("'T//'", f"'{self.target}//'")

    def resource(self, words):
        target = "" if "target =>" in words else f" target => '{self.target}',"
        return f"robind_bind {{ '{self.target}':{target} {self.filled(words)} }}\n"


def escaped(path):
    return path.replace(" ", "\\040")


def places(case):
    """With what is done by hand before."""
    *by_hand, last = case.steps
    if isinstance(last, Matrix):
        return [(Place(case, start), steps) for start, steps in STARTS.items()]
    return [(Place(case), by_hand)]


def is_in_catalog(case):
    return isinstance(case.steps[-1], (Word, Matrix))


def catalog():
    text = "exec { 'now': command => '/bin/true' }\n"
    for case in filter(is_in_catalog, CASES):
        for place, _ in places(case):
            text += place.resource(case.steps[-1])
        if "after_its_parent" in case.theirs:
            text += f"file {{ '{place.parent}': ensure => directory }}\n"
        if "before_its_child" in case.theirs:
            text += f"file {{ '{place.target}/file': ensure => present }}\n"
    return text


@pytest.fixture(scope="module")
def host():
    host = PuppetHost()
    for case in CASES:
        for place, by_hand in places(case):
            place.prepare(host, by_hand)
    yield host
    host.end()


@pytest.fixture(scope="module")
def applied(host):
    run = host.apply(catalog(), "--evaltrace", "--verbose")
    run.assert_changed()
    return run


class Looks:
    """At what a case left behind; of a matrix, from each start."""

    def __init__(self, host, run, case):
        self.host, self.run = host, run
        self.places = [place for place, _ in places(case)]
        self.place = self.places[0]
        self.target = self.place.target
        self.is_matrix = len(self.places) > 1

    def each(self, look):
        found = [look(place) for place in self.places]
        return found if self.is_matrix else found[0]

    def line_of(self, place):
        return [line for line in self.host.fstab.splitlines()
                if f" {escaped(place.target)} " in line.replace("\t", " ")]

    def lines(self):
        return self.each(lambda place: len(self.line_of(place)))

    def mounts(self):
        return self.each(lambda place: len(self.host.stack(place.target)))

    mounted = mounts

    def option_in_line(self):
        return self.each(lambda place: any(
            word in line for line in self.line_of(place) for word in ("noexec", "nosuid")))

    def nodev(self):
        return "nodev" in str(self.line_of(self.place))

    def bogus(self):
        return any("bogus" in line.split()[2] for line in self.line_of(self.place))

    def shows_source(self):
        inside = self.host.path(self.target).stat()
        return inside.st_ino == self.host.path(self.place.paths["S"]).stat().st_ino

    def refreshed(self):
        return any("Triggered 'refresh'" in line for line in self.run.of(f"[{self.target}]"))

    def turn(self, resource):
        return self.run.text.index(f"{resource}]: Starting to evaluate")

    def after_its_parent(self):
        return self.turn(f"File[{self.place.parent}") < self.turn(f"Robind_bind[{self.target}")

    def before_its_child(self):
        return self.turn(f"Robind_bind[{self.target}") < self.turn(f"File[{self.target}/file")


def by_hand(host, case):
    """`puppet resource`, as they call it."""
    place = Place(case)
    words = [word.replace("=S", f"={place.paths['S']}") for word in case.steps[-1].split()]
    return host.puppet("resource", "robind_bind", place.target, *words)


@pytest.fixture(scope="module")
def refusals(tmp_path_factory):
    """What the type says against each Type, by the case's name."""
    asked = [case for case in CASES if isinstance(case.steps[-1], Type)]
    base = {"name": "/srv/target", "ensure": "mounted"}
    lines = [{**base, **({} if "device" in case.steps[-1] else {"source": "/srv/source"}),
              **case.steps[-1]} for case in asked]
    said = subprocess.run(
        ["ruby", str(pathlib.Path(__file__).with_name("puppet_types.rb")),
         str(tmp_path_factory.mktemp("types")), f"{REPO}/module/puppet/robind/lib"],
        input="".join(json.dumps(line) + "\n" for line in lines), check=True, text=True,
        capture_output=True, timeout=120).stdout
    return {case.name: json.loads(line)[0] for case, line in zip(asked, said.splitlines())}


@pytest.mark.parametrize(
    "case", [case for case in CASES if isinstance(case.steps[-1], Type)], ids=lambda case: case.slug)
def test_type(refusals, case):
    refusal = refusals[case.name]
    assert bool(refusal) != case.expected["taken"], refusal
    assert case.expected.get("says", "") in refusal


@pytest.mark.parametrize(
    "case", [case for case in CASES if not isinstance(case.steps[-1], Type)],
    ids=lambda case: case.slug)
def test_case(host, request, case):
    run = request.getfixturevalue("applied") if is_in_catalog(case) else by_hand(host, case)
    looks = Looks(host, run, case)
    expected = dict(case.expected)
    words = expected.pop("says", None)
    assert {name: getattr(looks, name)() for name in expected} == expected, run.text
    assert not words or words in " ".join(run.text.split()), run.text


def test_told():
    assert_told("Puppet's mount", CASES)
