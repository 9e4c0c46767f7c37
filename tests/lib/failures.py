# SPDX-License-Identifier: Apache-2.0
"""How each row of the table of failed calls (src/base/failure_rows.c) is made to happen.

    by_server   a FUSE server answers so (failing_fuse): it is the file system's own error
    by_filter   a seccomp filter makes the call fail (fail_call), where nothing else can
    by_fstab    fstab, or the folder that it lies in, is in such a state
    and others  the thing itself: a limit, an attribute, a missing capability

Each takes a host, and gives the answer in which the sentence stands.
"""

import os
import time

import pytest

from fault import failing
from host import DIR, bind, here
from servers import Server

SOURCE, TARGET, FUSE = f"{DIR}/volumes/db", f"{DIR}/ro/db", f"{DIR}/fuse"
FSTAB = f"{DIR}/etc/fstab"
ASKED = bind(SOURCE, TARGET)
GONE = bind(SOURCE, TARGET, "unmounted")
IN_FSTAB = bind(SOURCE, TARGET, "mounted")
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


def without(*capabilities):
    """As root that lacks them."""
    less = ",".join(f"-{name}" for name in capabilities)
    return ("setpriv", f"--bounding-set={less}", f"--inh-caps={less}")


def skip_below_read_only_sys(target):
    if target.startswith("/sys/") and os.statvfs("/sys").f_flag & os.ST_RDONLY:
        pytest.skip("/sys is read-only here, as in a container")


def lay(host):
    host.dir(SOURCE, "file")
    host.dir(f"{DIR}/ro")
    host.file(FSTAB, "# as it was\n")


def asked(*binds, wrap=(), prepare=None, **members):
    """Of a host on which `prepare` is done before, a command or more."""

    def how(host):
        for one in binds:
            skip_below_read_only_sys(one["target"])
        if prepare:
            host.sh(prepare, DIR)
        return host.apply(*binds, wrap=wrap, **members)

    return how


def by_filter(call, error, nth, *binds, made=(), **members):
    def how(host):
        host.make(*made)
        return host.apply(*(binds or (ASKED,)), wrap=failing(call, error, nth), **members)

    return how


def by_server(operation, error, *binds, user=(), wrap=()):
    """What is bound from or onto its file system."""

    def how(host):
        server = Server(host, "failing_fuse", host.dir(FUSE), operation, error, *user)
        try:
            return host.apply(*binds, wrap=wrap)
        finally:
            server.end()

    return how


ONTO = bind(SOURCE, f"{FUSE}/new")
FROM = bind(f"{FUSE}/dir", TARGET)


def onto_server(error, operation="mkdir"):
    return by_server(operation, error, ONTO)


def from_server(error, operation="lookup"):
    return by_server(operation, error, FROM)


def taken_from_server(host):
    """A target that was there, on a file system that does not give it away."""
    server = Server(host, "failing_fuse", host.dir(FUSE), "rmdir", "EROFS")
    try:
        host.make(bind(SOURCE, f"{FUSE}/dir"))
        gone = bind(SOURCE, f"{FUSE}/dir", "absent", remove_target=True)
        return host.apply(gone, fstab=FSTAB)
    finally:
        server.end()


def without_server(host):
    Server(host, "failing_fuse", host.dir(FUSE), "none", "EIO").end()
    return host.apply(FROM)


def by_fstab(prepare, wrap=(), fstab=FSTAB, made=True, **members):
    """A line is due in it; what is mounted is right already."""

    def how(host):
        if made:
            host.make(ASKED)
        host.sh(prepare, DIR)
        request = here(IN_FSTAB, fstab=fstab, **members)
        said = host.robind("apply", request=request, wrap=wrap)
        host.sh('chattr -R -i -a "$1/etc" 2>/dev/null || :', DIR)
        return said

    return how


def by_attribute(letter, *binds, made=()):
    """chattr(1) on the folder of the target."""

    def how(host):
        host.make(*made)
        if host.run("chattr", f"+{letter}", f"{DIR}/ro", check=False).returncode != 0:
            pytest.skip("no chattr on this tmpfs")
        said = host.apply(*binds, fstab=FSTAB)
        host.run("chattr", f"-{letter}", f"{DIR}/ro")
        return said

    return how


REMOVED = bind(SOURCE, TARGET, "absent", remove_target=True)


def by_module(prepare, exec_before=""):
    """A security module: what the kernel tells of one, and the error that it would give. The
    kernel that the tests run on has none of them, or all allow."""

    def how(host):
        host.sh(prepare, DIR)
        wrap = (*failing("move_mount", "EACCES", "always"), "python3", "-c", START, exec_before)
        return host.apply(ASKED, wrap=wrap)

    return how


# mount(2), and not mount(8), which may use the call that fails.
START = """
import ctypes, os, sys
if sys.argv[1]:
    over = f"/proc/{os.getpid()}/attr/current".encode()
    assert ctypes.CDLL(None).mount(sys.argv[1].encode(), over, None, 4096, None) == 0
os.execvp(sys.argv[2], sys.argv[2:])
"""
NO_MODULES = "mount -t tmpfs none /sys/kernel/security; "


# A tree is bound in the next one twice, until no more mounts fit; then what still fits, by ones.
FILL_MOUNTS = """
import ctypes, os, sys
REC, BIND = 16384, 4096
mount = ctypes.CDLL(None).mount
def bind(source, target, flags=0):
    os.makedirs(target, exist_ok=True)
    return mount(source.encode(), target.encode(), None, BIND | flags, None) == 0
folder = sys.argv[1] + "/many"
os.mkdir(folder)
assert mount(b"many", folder.encode(), b"tmpfs", 0, None) == 0
for n in range(40):
    os.makedirs(f"{folder}/{n}/a")
bind(f"{folder}/0", f"{folder}/0/a")
for n in range(1, 40):
    if not all([bind(f"{folder}/{n - 1}", f"{folder}/{n}/{side}", REC) for side in "ab"]):
        break
for size in range(n, -1, -1):
    bind(f"{folder}/{size}", f"{folder}/last/{size}", REC)
while bind(f"{folder}/0", f"{folder}/one"):
    pass
"""


def full_of_mounts(host):
    """As many as this namespace may have."""
    limit = int(host.path("/proc/sys/fs/mount-max").read_text())
    if limit > 200000:
        pytest.skip(f"fs.mount-max is {limit}")
    host.run("python3", "-c", FILL_MOUNTS, DIR)
    return host.apply(ASKED)


def with_few_descriptors(host):
    """At which of them it fails first, another system would tell differently."""
    for count in range(4, 40):
        said = host.apply(ASKED, wrap=("prlimit", f"--nofile={count}", "--"))
        if said.error.get("errno") == "EMFILE":
            return said
        if said.status == 0:
            break
    return said


def held_lock(host):
    """fstab is locked by somebody else."""
    host.make(ASKED)
    holder = host.start("flock", f"{FSTAB}.lock", "sleep", "30")
    while not host.path(f"{FSTAB}.lock").exists():
        time.sleep(0.01)
    time.sleep(0.1)
    try:
        return host.robind("apply", request=here(IN_FSTAB, fstab=FSTAB, timeout=1))
    finally:
        holder.kill()


def confined(prepare, then, *binds, made=(), **members):
    """In a user namespace, where most users of the host are nobody."""

    def how(host):
        host.sh(prepare, DIR)
        inner = host.confined()
        inner.make(*made)
        inner.sh(then, DIR)
        request = here(*(binds or (ASKED,)), **members)
        return inner.robind("apply", request=request)

    return how


def sparse(host):
    os.truncate(host.path(FSTAB), 65 << 20)
    return host.robind("apply", request=here(IN_FSTAB, fstab=FSTAB))
