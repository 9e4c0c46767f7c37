# SPDX-License-Identifier: Apache-2.0
"""Three ext3 volumes, mounted read-write: logical ones where the kernel has a device mapper,
else files behind loop devices."""

import subprocess

from .machine import NAME, SCRATCH, find

ROOT = "/mnt/volumes"
MEGABYTES = {"mysql": 256, "mysql_socket": 4, "vmail": 32}


class LoopVolumes:
    """Sparse files."""

    kind = "ext3 in files, by loop devices (no device mapper here)"
    options = "loop"

    def __init__(self, machine):
        self.machine = machine
        for name, size in MEGABYTES.items():
            machine.sh('mkdir -p "${1%/*}"; truncate -s "$2" "$1"', self.device(name), f"{size}M")

    def device(self, name):
        return f"{SCRATCH}/disks/{name}"

    def end(self):
        """The devices end with their last mount."""


class LogicalVolumes:
    """In a volume group on one loop device, which is all that LVM gets to see here."""

    kind = "ext3 on LVM"
    options = "defaults"

    def __init__(self, machine):
        self.machine = machine
        disk = f"{SCRATCH}/disk"
        machine.run("truncate", "-s", f"{sum(MEGABYTES.values()) + 16}M", disk)
        self.loop = machine.run("losetup", "-f", "--show", disk).stdout.decode().strip()
        self.lvm("pvcreate", "-q", self.loop)
        self.lvm("vgcreate", "-q", NAME, self.loop)
        for name, size in MEGABYTES.items():
            self.lvm("lvcreate", "-q", "-y", "-W", "n", "-L", f"{size}M", "-n", name, NAME)

    def lvm(self, program, *args):
        only = f'devices {{ filter = ["a|^{self.loop}$|", "r|.*|"] use_devicesfile = 0 }} ' \
               "backup { backup = 0 archive = 0 } activation { udev_sync = 0 udev_rules = 0 }"
        self.machine.run(program, "--config", only, *args)

    def device(self, name):
        return f"/dev/{NAME}/{name}"

    def end(self):
        self.machine.run("umount", "-R", "/mnt")
        self.lvm("vgremove", "-q", "-f", NAME)
        self.machine.run("losetup", "-d", self.loop)


def has_device_mapper():
    asked = find("dmsetup") and find("lvcreate") and subprocess.run(
        ["dmsetup", "version"], capture_output=True, check=False)
    return bool(asked) and asked.returncode == 0


def make(machine):
    """Formatted, listed in fstab, mounted."""
    volumes = (LogicalVolumes if has_device_mapper() else LoopVolumes)(machine)
    for name in MEGABYTES:
        machine.run("mkfs.ext3", "-q", "-m", "0", volumes.device(name))
        machine.dir(f"{ROOT}/{name}")
        machine.add_to_fstab(f"{volumes.device(name)} {ROOT}/{name} ext3 {volumes.options} 0 2")
        mount(machine, name)
    return volumes


def mount(machine, name):
    machine.run("mount", f"{ROOT}/{name}")


def unmount(machine, name):
    machine.run("umount", f"{ROOT}/{name}")
