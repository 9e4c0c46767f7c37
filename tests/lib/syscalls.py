# SPDX-License-Identifier: Apache-2.0
"""Which calls this machine has, for whoever asks: `python3 syscalls.py NAME...` exits 0 where all are
there. A filter that hides one says ENOSYS or EPERM, as an old kernel and a container engine do."""

import ctypes
import errno
import sys

# The same on all architectures that count from the common table.
NUMBERS = {"open_tree": 428, "mount_setattr": 442, "statmount": 457, "listmount": 458,
           "open_tree_attr": 467}


def are_there(*names):
    libc = ctypes.CDLL(None, use_errno=True)
    for name in names:
        # No call takes these: one that is there says what is wrong with them.
        done = libc.syscall(NUMBERS[name], -1, None, -1, -1, -1)
        if done < 0 and ctypes.get_errno() in (errno.ENOSYS, errno.EPERM):
            return False
    return True


if __name__ == "__main__":
    sys.exit(not are_there(*sys.argv[1:]))
