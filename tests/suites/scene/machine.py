# SPDX-License-Identifier: Apache-2.0
"""The host of the scene: it ends with its process, and the real one keeps its mounts and files."""

import glob
import os
import pathlib
import shutil

from host import DIR, Host, Namespace, here

NAME = f"robind-scene-{os.getpid()}"
SCRATCH = f"/run/{NAME}"


class Machine(Host):
    """Its mounts are shared, as on every machine that systemd started."""

    def __init__(self):
        self.kernel = ()
        # With the machine's processes, among which an engine's containers are looked for.
        Namespace.__init__(self, "unshare", "-m", "--propagation", "private", enter=("-m",), setup=f"""
            mount -t tmpfs -o mode=755 tmpfs {DIR}
            mount --make-shared {DIR}
            mount -t tmpfs -o mode=755 tmpfs /run
            mkdir -m 755 {SCRATCH}
            cp -a /etc {SCRATCH}/etc
            mount --bind {SCRATCH}/etc /etc
            : >/etc/fstab""")
        for name in ("key.json", "daemon.json"):  # the host's own Docker
            self.path(f"/etc/docker/{name}").unlink(missing_ok=True)

    def write(self, name, text, mode=0o644):
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)

    def add_to_fstab(self, line):
        with self.path("/etc/fstab").open("a", encoding="ascii") as fstab:
            fstab.write(f"{line}\n")

    def tell(self, command, request, **members):
        """robind's answer; this host is not the whole machine, and is meant all the same."""
        return self.robind(command, request=here(*request["binds"], **{
            key: value for key, value in request.items() if key != "binds"}, **members))


def traces():
    """What of all this the real host has to show, and should not."""
    with open("/proc/self/mountinfo", encoding="utf-8") as table:
        mounts = [line for line in table if NAME in line or "/mnt/volumes" in line]
    places = (
        ("loop device", "/sys/block/loop*/loop/backing_file"),
        ("process", "/proc/[0-9]*/cmdline"),
        ("fstab", "/etc/fstab"),
    )
    found = [f"{what} {file}" for what, pattern in places for file in glob.glob(pattern)
             if NAME.encode() in contents(file)]
    cgroups = glob.glob(f"/sys/fs/cgroup/**/{NAME}", recursive=True)
    return [f"mount {line}" for line in mounts] + found + [f"cgroup {name}" for name in cgroups]


def contents(file):
    """Nothing, when it is gone by now."""
    try:
        return pathlib.Path(file).read_bytes()
    except OSError:
        return b""


def find(program):
    """Debian's: another one of that name may come first in PATH."""
    return shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin")
