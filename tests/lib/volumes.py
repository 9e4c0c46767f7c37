# SPDX-License-Identifier: Apache-2.0
"""Volumes to mount, unmount and mount again: a file system of each kind in a test's host."""

import shutil

import pytest

from host import DIR

VOLUME = f"{DIR}/volumes/x"
SBIN = "/usr/sbin:/sbin:/usr/bin:/bin"


class Tmpfs:
    """Every mount of it is another, empty file system."""

    def __init__(self, host):
        self.host = host

    def mount(self, at=VOLUME):
        self.host.dir(at)
        self.host.run("mount", "-t", "tmpfs", "tmpfs", at)
        self.host.dir(f"{at}/db", "data")


class Ext4(Tmpfs):
    """On a disk that stays: what was written is there again."""

    def __init__(self, host):
        super().__init__(host)
        if not shutil.which("mkfs.ext4", path=SBIN):
            pytest.skip("no mkfs.ext4 here")
        host.sh(f'truncate -s 16M "$1"; PATH={SBIN}; mkfs.ext4 -q "$1"', f"{DIR}/disk")

    def mount(self, at=VOLUME):
        self.host.dir(at)
        done = self.host.run("mount", "-o", "loop", f"{DIR}/disk", at, check=False)
        if done.returncode:
            pytest.skip(f"cannot mount ext4: {done.stderr.decode().strip()}")
        self.host.dir(f"{at}/db", "data")


KINDS = [Tmpfs, pytest.param(Ext4, marks=pytest.mark.needs_root)]
