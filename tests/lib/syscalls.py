# SPDX-License-Identifier: Apache-2.0
"""What the running kernel has, for whoever asks: `python3 syscalls.py NAME...` exits 0 where all is
there. A filter that hides a call says ENOSYS or EPERM, as an old kernel and a container engine do."""

import ctypes
import errno
import os
import sys

# The same on all architectures that count from the common table.
NUMBERS = {"open_tree": 428, "move_mount": 429, "mount_setattr": 442, "statmount": 457,
           "listmount": 458, "open_tree_attr": 467}
NEWNS, NEWUSER = 0x20000, 0x10000000
CLONE_TREE, EMPTY_PATH = 0x1 | 0x8000, 0x1000  # with what is below, which may be locked
EMPTY_PATHS, BENEATH = 0x44, 0x200

libc = ctypes.CDLL(None, use_errno=True)


def call(name, *args):
    """Its result, or the error as a number below 0."""
    done = libc.syscall(NUMBERS[name], *args)
    return -ctypes.get_errno() if done < 0 else done


def attaches_beneath():
    """No descriptor is -1, but flags are looked at before (6.5)."""
    return call("move_mount", -1, b"", -1, b"", EMPTY_PATHS | BENEATH) == -errno.EBADF


def clones_what_is_detached():
    """A copy that is in no namespace (6.15)."""
    copy = call("open_tree", -1, b"/", CLONE_TREE)
    return copy >= 0 and call("open_tree", copy, b"", CLONE_TREE | EMPTY_PATH) >= 0


# Not calls by themselves, but what some kernels refuse; these want the right to mount.
WITHIN = {"beneath": attaches_beneath, "detached_trees": clones_what_is_detached}


def is_so_within(look):
    """What a child finds in a mount namespace of its own."""
    child = os.fork()
    if child == 0:
        entered = libc.unshare(NEWNS if os.geteuid() == 0 else NEWNS | NEWUSER) == 0
        os._exit(0 if entered and look() else 1)
    return os.waitpid(child, 0)[1] == 0


def is_there(name):
    if name in WITHIN:
        return is_so_within(WITHIN[name])
    # No call takes these: one that is there says what is wrong with them.
    return call(name, -1, None, -1, -1, -1) not in (-errno.ENOSYS, -errno.EPERM)


def are_there(*names):
    return all(map(is_there, names))


if __name__ == "__main__":
    sys.exit(not are_there(*sys.argv[1:]))
