# SPDX-License-Identifier: Apache-2.0
"""The same tasks with ansible.posix.mount and with robind.mount.robind, side by side.

Each row is a story on a file system of its own, told twice: once with each module, by the same
arguments. `theirs` is how ansible.posix.mount ends, so that a version in which it got better is
noticed; with ours every story ends well.
"""

from dataclasses import dataclass, field

import pytest

from host import DIR

pytestmark = pytest.mark.needs_root
MODULES = {"theirs": "ansible.posix.mount", "ours": "robind.mount.robind"}


def mount(**changed):
    """The arguments of a task; S and T are filled in. None takes one out."""
    args = {"src": "S", "path": "T", "fstype": "none", "opts": "bind,ro", "state": "mounted",
            **changed}
    return {name: value for name, value in args.items() if value is not None}


GONE = mount(state="absent", remove_target=True)


@dataclass
class Story:
    """Steps are tasks (arguments) and what happens in between (shell, with $S and $T)."""

    name: str
    steps: list
    theirs: list
    ours: list
    wrong: list = field(default_factory=list)
    source: str = "s"
    target: str = "t"
    fs: str = "tmpfs"
    is_there: bool = True

    def place(self, whose):
        return f"{DIR}/{whose}/{self.name.replace(' ', '_')}"

    def paths(self, whose):
        place = self.place(whose)
        return f"{place}/{self.source}", f"{place}/{self.target}"

    @property
    def tasks(self):
        return [step for step in self.steps if isinstance(step, dict)]


# How a story of theirs ends: what is wrong is what a test below looks for.
STORIES = [
    Story("first and second run", [mount(), mount()], ["changed", "ok"], ["changed", "ok"]),
    Story("bind becomes bind,ro", [mount(opts="bind"), mount()],
          ["changed", "changed"], ["changed", "ok"], ["source frozen"]),
    Story("remounted writable by hand",
          [mount(), 'mount -o remount,bind,rw "$T"', mount()],
          ["changed", "ok"], ["changed", "changed"], ["writable"]),
    Story("another file system on the target",
          [mount(), 'umount "$T"; mount -t tmpfs other "$T"', mount(), mount(replace=True)],
          ["changed", "ok"], ["changed", "failed", "changed"], ["writable", "another source"]),
    Story("covered by a tmpfs",
          [mount(), 'mount -t tmpfs cover "$T"', mount(), mount(replace=True)],
          ["changed", "ok"], ["changed", "failed", "changed"], ["writable", "stacked"]),
    Story("another directory on the target",
          [mount(), 'umount "$T"; mount --bind "${S%/*}/other" "$T"', mount(), mount()],
          ["changed", "changed", "changed"], ["changed", "changed", "ok"], ["stacked"]),
    Story("another directory on the target, ext4",
          [mount(), 'umount "$T"; mount --bind "${S%/*}/other" "$T"', mount(), mount()],
          ["changed", "changed", "changed"], ["changed", "changed", "ok"], ["stacked"],
          fs="ext4"),
    Story("another directory on the target, not in fstab",
          ['mkdir -p "$T"; mount --bind "${S%/*}/other" "$T"',
           mount(), mount(), mount(replace=True), mount()],
          ["changed", "changed", "changed"],
          ["failed", "failed", "changed", "ok"], ["stacked"]),
    Story("source made anew",
          [mount(), 'rm -r "$S"; mkdir "$S"', mount(), mount()],
          ["changed", "failed", "failed"], ["changed", "changed", "ok"]),
    Story("trailing slash", [mount(src="S/"), mount(src="S/"), mount(src="S/")],
          ["changed", "changed", "changed"], ["changed", "ok", "ok"], ["stacked"]),
    Story("source by a symlink",
          ['ln -s s "${S%/*}/link"', mount(src="L", follow=True), mount(src="L", follow=True)],
          ["changed", "changed"], ["changed", "ok"], ["stacked"]),
    Story("target by a symlink",
          ['ln -s t "${S%/*}/link"; mkdir -p "$T"', mount(path="L", follow=True),
           mount(path="L", follow=True)],
          ["changed", "changed"], ["changed", "ok"], ["stacked"]),
    Story("blank in the path", [mount(), mount()], ["changed", "changed"], ["changed", "ok"],
          ["stacked"], source="a b", target="t"),
    Story("four fields in fstab",
          ['mkdir -p "$T"; mount --bind "$S" "$T"; mount -o remount,bind,ro "$T"; '
           'printf "%s %s none bind,ro\\n" "$S" "$T" >>/etc/fstab',
           mount(), mount()],
          ["changed", "ok"], ["changed", "ok"]),
    Story("four fields in fstab, then absent",
          ['mkdir -p "$T"; mount --bind "$S" "$T"; mount -o remount,bind,ro "$T"; '
           'printf "%s %s none bind,ro\\n" "$S" "$T" >>/etc/fstab',
           mount(state="absent")],
          ["ok"], ["changed"], ["still there"], is_there=False),
    Story("absent, with the mount point", [mount(), GONE, GONE],
          ["changed", "changed", "ok"], ["changed", "changed", "ok"], is_there=False),
    Story("absent, with something below",
          ['mkdir -p "$T/x"', mount(), GONE, GONE],
          ["changed", "failed", "ok"], ["changed", "changed", "ok"], is_there=False),
    Story("rbind",
          ['mkdir -p "$S/sub"; mount -t tmpfs sub "$S/sub"', mount(opts="rbind,ro"),
           mount(opts="rbind,ro")],
          ["changed", "ok"], ["changed", "ok"], ["submount writable"]),
    Story("ephemeral", [mount(state="ephemeral"), mount(state="ephemeral")],
          ["changed", "changed"], ["changed", "ok"]),
    Story("ephemeral, ext4", [mount(state="ephemeral"), mount(state="ephemeral")],
          ["changed", "changed"], ["changed", "ok"], fs="ext4"),
    Story("no source", ['rmdir "$S"', mount(), 'mkdir "$S"', mount()],
          ["failed", "changed"], ["failed", "changed"]),
    Story("a file",
          ['rmdir "$S"; : >"$S"', mount(), mount()], ["failed", "failed"], ["changed", "ok"]),
]
# Their module knows nothing of these.
OURS_ONLY = ("replace", "follow", "remove_target")


def filled(args, story, whose):
    source, target = story.paths(whose)
    names = {"S": source, "S/": source + "/", "T": target, "L": f"{story.place(whose)}/link"}
    args = {name: names.get(value, value) if isinstance(value, str) else value
            for name, value in args.items()}
    if whose == "theirs":
        args = {name: value for name, value in args.items() if name not in OURS_ONLY}
    return args


def tasks_of(story, whose):
    source, target = story.paths(whose)
    for number, step in enumerate(story.steps):
        if whose == "theirs" and isinstance(step, dict) and "replace" in step:
            continue
        name = f"{whose}: {story.name}: {number}"
        if isinstance(step, dict):
            yield {"name": name, MODULES[whose]: filled(step, story, whose),
                   "ignore_errors": True}
        else:
            yield {"name": name, "ansible.builtin.raw": f"S='{source}' T='{target}'; {step}"}


def prepare(machine, story, whose):
    """A file system with a source, and another directory beside it."""
    place = machine.dir(story.place(whose))
    if story.fs == "tmpfs":
        machine.run("mount", "-t", "tmpfs", "tmpfs", place)
    else:
        image = f"{place}.img"
        machine.run("truncate", "-s", "16M", image)
        machine.run("mkfs.ext4", "-q", image)
        machine.run("mount", "-o", "loop", image, place)
    machine.dir(story.paths(whose)[0])
    machine.dir(f"{place}/other")


@pytest.fixture(scope="module")
def run(machine, ansible):
    tasks = []
    for story in STORIES:
        for whose in MODULES:
            prepare(machine, story, whose)
            tasks += tasks_of(story, whose)
    return ansible.play(tasks)


def outcomes(run, story, whose):
    results = [run.of(task["name"]) for task in tasks_of(story, whose) if MODULES[whose] in task]
    return ["failed" if result.get("failed") else "changed" if result["changed"] else "ok"
            for result in results]


def wrongs(machine, story, whose):
    """What a look at the machine finds wrong with the end of a story."""
    source, target = story.paths(whose)
    stack = machine.stack(target)
    if not story.is_there:
        if stack or target in machine.path("/etc/fstab").read_text():
            yield "still there"
        return
    if not machine.is_writable(source):
        yield "source frozen"
    if len(stack) > 1:
        yield "stacked"
    if not stack:
        yield "not mounted"
    elif machine.is_writable(target):
        yield "writable"
    if stack and machine.path(source).stat()[1:3] != machine.path(target).stat()[1:3]:
        yield "another source"
    if machine.stack(f"{source}/sub") and not machine.stack(f"{target}/sub"):
        yield "submount missing"
    if machine.path(f"{target}/sub").exists() and machine.is_writable(f"{target}/sub"):
        yield "submount writable"


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_ours(machine, run, story):
    assert outcomes(run, story, "ours") == story.ours
    assert list(wrongs(machine, story, "ours")) == []


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_theirs(machine, run, story):
    """Not to blame them: a story that ends well with both proves nothing about ours."""
    assert outcomes(run, story, "theirs") == story.theirs
    assert set(story.wrong) <= set(wrongs(machine, story, "theirs"))


@pytest.mark.parametrize("whose", MODULES)
def test_mount_points(machine, run, whose):
    """Both take the empty one, and leave the other."""
    by_name = {story.name: story.paths(whose)[1] for story in STORIES}
    assert not machine.path(by_name["absent, with the mount point"]).exists()
    assert machine.path(by_name["absent, with something below"] + "/x").exists()
    if whose == "ours":
        told = run.of("ours: absent, with something below: 3")["warnings"]
        assert [text.split("]")[0] for text in told] == ["[target_kept"]
