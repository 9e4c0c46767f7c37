# SPDX-License-Identifier: Apache-2.0
"""Containers without a daemon, where there is no Docker: one bwrap each.

bwrap makes every mount of the host a slave before it binds, so that whatever it is given comes
with what is mounted below later: `rslave` is what it always does."""

import contextlib
import json
import os
import subprocess

from .containers import CAPABILITIES, Engine
from .machine import SCRATCH, find
from .waiting import SECONDS

ROOT = [
    "--ro-bind", "/usr", "/usr", "--ro-bind", "/etc", "/etc", "--symlink", "usr/bin", "/bin",
    "--symlink", "usr/sbin", "/sbin", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64",
    "/lib64", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/run", "--perms", "1777", "--tmpfs",
    "/tmp", "--perms", "755", "--tmpfs", "/var", "--dir", "/var/lib", "--dir", "/var/spool",
]


class Bubblewrap(Engine):
    """Debian's bubblewrap."""

    name = "bwrap"

    def __init__(self, machine):
        super().__init__(machine)
        self.processes = {}  # the bwrap of each container
        self.pids = {}

    @staticmethod
    def missing():
        return [program for program in ("bwrap", "setpriv") if not find(program)]

    def begin(self):
        """There is no daemon."""

    @staticmethod
    def rights(container):
        # A device node would be as good as the disk: there is no device cgroup here.
        return [*(set(CAPABILITIES) - {"mknod"}), *(["sys_admin"] if container.is_admin else [])]

    def start(self, container):
        binds = [word for share in (*container.more, *container.shares) for word in (
            "--perms", "755", "--dir", os.path.dirname(share.at),
            "--ro-bind" if share.is_read_only else "--bind", share.source, share.at)]
        rights = [word for right in self.rights(container)
                  for word in ("--cap-add", f"cap_{right}")]
        read, write = os.pipe()
        with self.log_file(container.name).open("ab") as log:
            self.processes[container.name] = subprocess.Popen(
                [*self.machine.enter, find("bwrap"), "--unshare-pid", "--unshare-ipc",
                 "--unshare-uts", "--unshare-net", "--die-with-parent", "--as-pid-1", "--info-fd",
                 str(write), "--cap-drop", "ALL", *rights, *ROOT, *binds, "--",
                 *container.command],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=[write], cwd="/")
        os.close(write)
        with os.fdopen(read, encoding="ascii") as info:
            said = info.read()
        if not said:
            raise RuntimeError(f"{container.name}: {self.log(container.name)}")
        self.pids[container.name] = json.loads(said)["child-pid"]
        self.running[container.name] = container

    def stop(self, name):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pids[name], 15)
        self.processes.pop(name).wait(SECONDS)
        del self.running[name]

    def run_in(self, name, *argv):
        # nsenter has the host's rights; what it runs is to have no more than the container.
        rights = ",".join(f"+{right}" for right in self.rights(self.running[name]))
        return self.machine.run(
            "nsenter", "-t", str(self.pids[name]), "-m", "-p", "-n", "-i", "-u", "--",
            "setpriv", "--inh-caps=-all", f"--bounding-set=-all,{rights}", *argv, check=False)

    def pid(self, name):
        return self.pids[name]

    def log_file(self, name):
        return self.machine.path(f"{SCRATCH}/{name}.log")

    def log(self, name):
        return self.log_file(name).read_text(errors="replace")

    def named_for_restart(self, needs_restart):
        """No container, to robind: it names processes."""
        return self.names_of(needs_restart["processes"]) | set(
            needs_restart["units"]) | set(needs_restart["containers"])

    def end(self):
        for name, process in self.processes.items():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pids[name], 9)
            process.wait(SECONDS)
        self.processes, self.running = {}, {}
