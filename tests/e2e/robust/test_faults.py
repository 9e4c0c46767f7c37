"""Any call may fail, at any time. For each call that robind makes, and each time it makes it:

    the reply is true, nothing is writable that was not before, the source still takes writes;
    the next run finishes the job, and the one after it finds nothing to do.

The same holds when robind is killed there, but for the reply that nobody wrote.

Each scene meets each fault, with private mounts or with shared ones; with the others as well where
there is time.
"""

import contextlib
import shutil

import pytest

from fault import apply_with_fault, kill_at
from host import DIR, LONG, bind

SOURCE, TARGET = f"{DIR}/volume", f"{DIR}/ro"

FAULTS = [
    ("open_tree", "ENOMEM"), ("mount_setattr", "EBUSY"), ("mount_setattr", "ENOMEM"),
    ("move_mount", "ENOSPC"), ("move_mount", "EINVAL"), ("umount2", "EBUSY"),
    ("openat2", "EMFILE"), ("statx", "EIO"), ("statmount", "ENOMEM"), ("listmount", "ENOMEM"),
    ("mkdirat", "ENOSPC"),
]
# Where something is done, and so where being killed could leave it half done.
KILLS = ["open_tree", "mount_setattr", "move_mount", "umount2", "openat2", "statmount"]


def nothing(host):
    """Made for the first time, target included."""


def target_is_there(host):
    host.dir(TARGET)


def writable(host):
    host.run("mount", "--bind", SOURCE, host.dir(TARGET))


def stale(host):
    host.make(bind(SOURCE, TARGET))
    shutil.rmtree(host.path(SOURCE))
    host.dir(SOURCE, "file", "sub/file")


def stacked(host):
    host.make(bind(SOURCE, TARGET))
    host.run("mount", "--bind", SOURCE, TARGET)


def shared_and_without_options(host):
    host.make(bind(SOURCE, TARGET))
    host.run("mount", "--make-shared", TARGET)


def with_submount(host):
    host.run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", f"{SOURCE}/sub")


def made(host):
    host.make(bind(SOURCE, TARGET))


SCENES = {
    "new target": (nothing, bind(SOURCE, TARGET)),
    "make": (target_is_there, bind(SOURCE, TARGET)),
    "writable": (writable, bind(SOURCE, TARGET)),
    "stale": (stale, bind(SOURCE, TARGET)),
    "stacked": (stacked, bind(SOURCE, TARGET)),
    "options": (shared_and_without_options, bind(SOURCE, TARGET, options=["nosuid"])),
    "recursive": (with_submount, bind(SOURCE, TARGET, recursive=True)),
    "unmount": (made, bind(SOURCE, TARGET, "unmounted")),
}


def sweeps(faults):
    """Every scene with every fault, in both ways; one of the two, in turn, is for long runs."""
    for i, name in enumerate(SCENES):
        for j, fault in enumerate(faults):
            for shared, way in enumerate(("private", "shared")):
                is_other = (i + j) % 2 != shared
                yield pytest.param(
                    name, bool(shared), *fault, id="-".join((way, name, *fault)),
                    marks=[pytest.mark.long] * is_other)


def seen(host):
    """All that is changed by a change: the mounts, and whether the target is there."""
    return set(host.mounts()), host.path(TARGET).exists()


def writable_targets(host):
    """The mounts at and below the target that take writes; what lies under a mount does not
    count, nor does the bare target."""
    return {
        mount.target for mount in host.mounts()
        if mount.target.startswith(TARGET) and host.is_writable(mount.target)
    }


def elsewhere(mounts):
    return {mount for mount in mounts if not mount.target.startswith(TARGET)}


def assert_harmless(host, mounts, writable_before):
    """Whatever happened: no new hole, no mount elsewhere, and the source works."""
    assert writable_targets(host) <= writable_before, "the fault left something writable"
    assert host.is_writable(SOURCE), "the source takes no writes any more"
    assert elsewhere(host.mounts()) == elsewhere(mounts), "a mount was left elsewhere"


def assert_converges(host, asked):
    said = host.apply(asked)
    assert said.status == 0, f"the next run fails: {said.reply}"
    if asked["state"] == "unmounted":
        assert host.stack(TARGET) == []
    else:
        assert len(host.stack(TARGET)) == 1
        host.assert_read_only_view(SOURCE, TARGET)
    host.assert_settled(asked)


def step_after(nth):
    """Of a call that is made often, each one is for long runs."""
    return 1 if LONG or nth < 4 else 3


@contextlib.contextmanager
def scene(hosts, name, shared):
    make, asked = SCENES[name]
    host = hosts(shared=shared)
    host.dir(SOURCE, "file", "sub/file")
    make(host)
    yield host, asked
    host.end()


@pytest.mark.parametrize("name, shared, call, error", sweeps(FAULTS))
def test_fails(hosts, name, shared, call, error):
    nth, calls = 0, 0
    while calls >= nth:  # the last round has no fault
        nth += step_after(nth)
        with scene(hosts, name, shared) as (host, asked):
            before, holes = seen(host), writable_targets(host)
            said, calls = apply_with_fault(host, asked, call, error, nth)
            here = f"{name}: call {nth} of {call} fails: {said.reply}"

            has_changed = seen(host) != before
            assert said.reply["changed"] == has_changed, f"{here}: changed is wrong"
            assert_harmless(host, before[0], holes)
            if not said.reply["failed"] and asked["state"] != "unmounted":
                host.assert_read_only_view(SOURCE, TARGET)
            assert_converges(host, asked)


@pytest.mark.parametrize("name, shared, call", sweeps([(call,) for call in KILLS]))
def test_killed(hosts, name, shared, call):
    nth, killed = 0, True
    while killed:
        nth += step_after(nth)
        with scene(hosts, name, shared) as (host, asked):
            before, holes = seen(host), writable_targets(host)
            killed = kill_at(host, asked, call, nth)
            assert_harmless(host, before[0], holes)
            assert_converges(host, asked)
