# SPDX-License-Identifier: Apache-2.0
"""Any call may fail, at any time. For each call that robind makes, and each time it makes it:

    the reply is true, nothing is writable that was not before, the source still takes writes;
    the next run finishes the job, and nothing is left to do.

The same holds when robind is killed there, but for the reply that nobody wrote.

Each scene meets each fault, with private mounts or with shared ones; with the others as well where
there is time.
"""

import contextlib
import itertools
import shutil

import pytest

from fault import apply_with_fault, kill_at
from host import DIR, LONG, bind
from in_turn import in_turn

SOURCE, TARGET = f"{DIR}/volume", f"{DIR}/ro"

FAULTS = [pytest.param(call, error, id=f"{call}-{error}") for call, error in (
    ("open_tree", "ENOMEM"), ("mount_setattr", "EBUSY"), ("mount_setattr", "ENOMEM"),
    ("move_mount", "ENOSPC"), ("move_mount", "EINVAL"), ("umount2", "EBUSY"),
    ("openat2", "EMFILE"), ("statx", "EIO"), ("statmount", "ENOMEM"), ("listmount", "ENOMEM"),
    ("mkdirat", "ENOSPC"),
)]
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


WAYS = [pytest.param(False, id="private"), pytest.param(True, id="shared")]


def sweeps(*faults):
    """Every scene with every fault, in one of both ways."""
    return in_turn(WAYS, SCENES, faults, every=2)


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
    assert host.check(asked).status == 0, "it is never through"


def rounds(name):
    """Which call fails. Of a call that is made often, every fifth after the first three, with each
    scene another one; all of them in long runs."""
    turn = list(SCENES).index(name)
    return (nth for nth in itertools.count(1) if LONG or nth < 4 or (nth + turn) % 5 == 0)


@contextlib.contextmanager
def scene(hosts, name, shared):
    make, asked = SCENES[name]
    host = hosts(shared=shared)
    host.dir(SOURCE, "file", "sub/file")
    make(host)
    yield host, asked
    host.end()


@pytest.mark.parametrize("shared, name, call, error", sweeps(*FAULTS))
def test_fails(hosts, shared, name, call, error):
    for nth in rounds(name):
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
        if nth > calls:  # this round had no fault
            break


@pytest.mark.parametrize("shared, name, call", sweeps(*KILLS))
def test_killed(hosts, shared, name, call):
    for nth in rounds(name):
        with scene(hosts, name, shared) as (host, asked):
            before, holes = seen(host), writable_targets(host)
            killed = kill_at(host, asked, call, nth)
            assert_harmless(host, before[0], holes)
            assert_converges(host, asked)
        if not killed:
            break
