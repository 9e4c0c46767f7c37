# SPDX-License-Identifier: Apache-2.0
"""What is built here for other machines, by Debian's compilers and against its libraries. All of it stays
in build/."""

import os
import pathlib
import shutil
import subprocess
from dataclasses import dataclass

from answer import REPO

ROOTS = REPO / "build/architectures"
LIBRARIES = ("libc6-dev", "libmount-dev", "libjansson-dev", "check")
SECONDS = 1800


@dataclass(frozen=True)
class Machine:
    """One of Debian's architectures. With an emulator of instructions what is built runs here, and else on a
    Debian of that architecture."""

    name: str
    triplet: str
    libraries: str
    loader: str = ""
    emulator: str = ""

    @property
    def root(self):
        return ROOTS / self.name

    @property
    def out(self):
        """As make calls it."""
        return f"build/{self.triplet}-gcc-release"

    @property
    def tools(self):
        return (f"{self.triplet}-gcc", "dpkg-deb", *filter(None, [self.emulator]))

    def command(self, program, *args):
        return [self.emulator, str(program), *map(str, args)]

    def make(self, *targets):
        unpack(self)
        places = (self.root / "usr/lib" / self.libraries, self.root / "usr/share")
        build = {
            **os.environ, "PKG_CONFIG_SYSROOT_DIR": str(self.root),
            "PKG_CONFIG_LIBDIR": ":".join(str(place / "pkgconfig") for place in places),
        }
        # Of a make that may have called this.
        for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL"):
            build.pop(name, None)
        link = []
        if self.emulator:
            # Its libraries are named in the program. With a root for the emulator, `/` would be that.
            link = [f"LDFLAGS=-Wl,--dynamic-linker={self.root}/lib/{self.loader},--disable-new-dtags,"
                    f"-rpath={self.root}/usr/lib/{self.libraries}"]
        run("make", "-s", f"-j{os.cpu_count()}", "-C", REPO, f"CC={self.triplet}-gcc --sysroot={self.root}",
            "CFLAGS=-O2 -g -Werror", *link, *targets, env=build)


def run(*argv, **how):
    done = subprocess.run([str(arg) for arg in argv], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False, timeout=SECONDS, **how)
    assert done.returncode == 0, done.stdout


def release():
    """The Debian that this is."""
    words = pathlib.Path("/etc/os-release").read_text(encoding="utf-8")
    return words.split("VERSION_CODENAME=")[1].split()[0]


def unpack(machine):
    """The libraries, each where a linker looks that has another root."""
    if machine.root.exists():
        return
    unfinished = ROOTS / f"{machine.name}.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    run(REPO / "tests/lib/unpack-debs", release(), machine.name, unfinished, ".", *LIBRARIES)
    for link in (unfinished / "usr/lib").rglob("*"):
        if link.is_symlink() and os.readlink(link).startswith("/"):
            there = unfinished / os.readlink(link)[1:]
            link.unlink()
            link.symlink_to(os.path.relpath(there.resolve(), link.parent.resolve()))
    unfinished.rename(machine.root)
