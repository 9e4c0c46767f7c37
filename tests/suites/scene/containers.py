# SPDX-License-Identifier: Apache-2.0
"""What a container is, and what an engine can do with it."""

import os
import pathlib
import re
import shlex
from dataclasses import dataclass, field

# What root in a container has unless somebody says otherwise: Docker's list.
CAPABILITIES = (
    "audit_write", "chown", "dac_override", "fowner", "fsetid", "kill", "mknod",
    "net_bind_service", "net_raw", "setfcap", "setgid", "setpcap", "setuid", "sys_chroot",
)


@dataclass(frozen=True)
class Share:
    """A directory of the host in a container: `-v SOURCE:AT:OPTIONS`."""

    source: str
    at: str
    options: str = "rw"

    @classmethod
    def parse(cls, text):
        return cls(*text.split(":"))

    @property
    def is_read_only(self):
        return "ro" in self.options.split(",")

    def __str__(self):
        return f"{self.source}:{self.at}:{self.options}"


@dataclass(frozen=True)
class Container:
    """`is_admin`: with CAP_SYS_ADMIN, which no container should have."""

    name: str
    shares: list
    command: list
    is_admin: bool = False
    more: list = field(default_factory=list)  # shares: configuration, not part of the story


class Engine:
    """Starts and ends containers, and runs commands in them.

    begin()            from here on containers can be started
    start(container)   it need not be ready when this returns
    stop(name)         its services had the time to end properly
    run_in(name, ...)  a command as root in the container, with the container's rights
    pid(name)          of its first process
    log(name)          what it said
    end()              of all containers, and of the engine
    """

    def __init__(self, machine):
        self.machine = machine
        self.running = {}

    def restart(self, name):
        container = self.running[name]
        self.stop(name)
        self.start(container)

    def sh_in(self, name, script):
        """Exit status, and all that was said."""
        done = self.run_in(name, "sh", "-c", f"{script} 2>&1")
        return done.returncode, done.stdout.decode(errors="replace").strip()

    def network(self, name):
        """A command's prefix: with the container's network, and nothing else of it."""
        return ("nsenter", "-t", str(self.pid(name)), "-n", "--")

    def mounts(self, name):
        return pathlib.Path(f"/proc/{self.pid(name)}/mountinfo").read_text(encoding="utf-8")

    def names_of(self, pids):
        """In which containers these processes are; their ids where they are in none."""
        names = {mount_namespace(self.pid(name)): name for name in self.running}
        return {names.get(mount_namespace(pid), f"process {pid}") for pid in pids}


def mount_namespace(pid):
    return os.stat(f"/proc/{pid}/ns/mnt").st_ino


def shares_of(unit):
    """What a service unit gives to its container."""
    text = unit.read_text(encoding="utf-8").replace("\\\n", " ")
    command = shlex.split(re.search(r"^ExecStart=(.*)$", text, re.MULTILINE).group(1))
    return [Share.parse(value) for flag, value in zip(command, command[1:]) if flag == "-v"]
