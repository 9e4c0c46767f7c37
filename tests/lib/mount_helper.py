# SPDX-License-Identifier: Apache-2.0
"""mount.robind, where mount(8) looks for it; and which mount(8) that is."""

import os
import re
import subprocess

from answer import ROBIND
from host import DIR

SBIN = os.path.realpath("/sbin")


def install(host):
    """In the host's own view of that folder."""
    host.dir("view/upper")
    host.dir("view/work")
    host.sh(
        'mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$1"\n'
        'ln -s "$3" "$1/mount.robind"', SBIN, f"{DIR}/view", ROBIND)


def util_linux():
    """(2, 38)"""
    said = subprocess.run(["mount", "--version"], capture_output=True, check=True, text=True).stdout
    return tuple(map(int, re.search(r"(\d+)\.(\d+)", said).groups()))
