# SPDX-License-Identifier: Apache-2.0
"""What `make portable` made, and root directories of other systems to run it in."""

import json
import os
import shutil

from answer import REPO

BUILT = REPO / "build/portable"
PROGRAMS = {arch: BUILT / arch / "robind" for arch in ("x86_64", "aarch64")}
NATIVE = PROGRAMS[os.uname().machine]
(FOREIGN,) = PROGRAMS.keys() - {os.uname().machine}


def command(arch):
    """How to run that program on this machine."""
    emulator = () if arch == os.uname().machine else (f"qemu-{arch}-static",)
    return (*emulator, str(PROGRAMS[arch]))


def place_demo(host, folder, echo_socket):
    """All that the tour takes but the program, in a folder of the host."""
    host.dir(f"{folder}/tests/tools")
    shutil.copy(echo_socket, host.path(f"{folder}/tests/tools/echo_socket"))
    shutil.copy(REPO / "tests/demo.sh", host.path(f"{folder}/demo.sh"))


def take_tour(host, folder, *enter):
    """The demo, with what is there; `enter` goes where it is called that. Returns its words."""
    done = host.run(
        *enter, f"{folder}/demo.sh", f"{folder}/robind", check=False,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
    )
    said = (done.stdout + done.stderr).decode()
    assert done.returncode == 0, said
    assert "All as expected" in said.splitlines()[-1], said
    return said


def reply_of(done):
    """What was said, without the ways that this kernel or its emulation has."""
    said = json.loads(done.stdout)
    for way in ("mount_api", "read_api"):
        del said["robind"][way]
    return done.returncode, said, done.stderr


def files_called(folder, *patterns):
    return [path for pattern in patterns for path in folder.rglob(pattern)]
