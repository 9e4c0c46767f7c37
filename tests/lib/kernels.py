# SPDX-License-Identifier: Apache-2.0
"""Older kernels, by the helper program old_kernel: what they lack, and what robind makes of it."""

import functools
import subprocess

import syscalls
from host import HELPERS

PROGRAM = HELPERS / "old_kernel"
HIDDEN_CALLS = {"no-mount-api", "no-mount-api-eperm", "no-setattr"}

# What a test may need, and without which calls it cannot be had.
ABILITIES = {
    "mount_setattr": HIDDEN_CALLS,
    "beneath": HIDDEN_CALLS | {"no-beneath"},
    "detached_trees": HIDDEN_CALLS | {"no-detached-clone", "no-beneath"},
    "statmount": {"no-statmount", "no-mnt-id", "no-new-calls", "no-new-calls-eperm"},
}
# What it takes of this machine, which may be without it, or a filter on it: see syscalls.py.
CALLS = {
    "mount_setattr": ["open_tree", "mount_setattr"],
    "beneath": ["open_tree", "mount_setattr", "beneath"],
    "detached_trees": ["open_tree", "mount_setattr", "beneath", "detached_trees"],
    "statmount": ["statmount", "listmount"],
}


@functools.lru_cache(maxsize=None)
def is_here(ability):
    """Whether the running kernel has it, whatever is played upon it."""
    return syscalls.are_there(*CALLS[ability])


@functools.lru_cache(maxsize=None)
def profiles(kernel):
    """The single profiles that a name like linux-4.19, or a list of names, stands for."""
    if not kernel:
        return frozenset()
    printed = subprocess.run([PROGRAM, kernel], capture_output=True, check=True, text=True)
    return frozenset(printed.stdout.strip(",\n").split(","))


def lacks(kernel, ability):
    """The older of the two counts: the one that runs, or the one that is played."""
    return bool(profiles(kernel) & ABILITIES[ability]) or not is_here(ability)


def mount_api(kernel):
    """Which way robind has to say that it went: see `robind` in its reply."""
    return "mount" if lacks(kernel, "mount_setattr") else "mount_setattr"


def read_api(kernel):
    return "mountinfo" if lacks(kernel, "statmount") else "statmount"
