# SPDX-License-Identifier: Apache-2.0
"""Kernels of Debian in qemu, without KVM, and what they lead to: KERNELS="bullseye bookworm" are those
that are tried, "all" stands for all that there are. "sid-arm64-16k" is another one than the smallest for
amd64: linux-image-arm64-16k. What was fetched stays in build/kernels.

    core    the tests of inside/, and some of e2e/ and ns/, by a shell that is process 1
    boot    systemd of this machine, with a restart after robind was set up

All are started at the first question, as many at once as there are processors. On arm64 both have the
portable program, and what was built for that by this machine's compilers.
"""

import concurrent.futures
import functools
import os
import pathlib
import shutil
import subprocess

import pytest

from answer import REPO, ROBIND
from foreign import Machine
from host import LONG

HERE = pathlib.Path(__file__).parent
HOME = REPO / "build/kernels"
SHORT = ("bullseye", "bookworm")
# One of each way to read the table of mounts, and of pages as they are everywhere else.
ARM64 = ("bookworm-cloud-arm64", "sid-arm64-16k")
ALL = (*SHORT, "trixie", "sid", *ARM64)
CROSS = Machine("arm64", "aarch64-linux-gnu", "aarch64-linux-gnu")
TOOLS = ("cpio", "depmod", "mke2fs", "dpkg-deb")
SECONDS = 4000

# What these have, by what Linux had when: mount_setattr 5.12, beneath 6.5, statmount 6.8, and a clone of
# what is in no namespace 6.15.
VERSIONS = {"mount_setattr": (5, 12), "beneath": (6, 5), "statmount": (6, 8),
            "detached_trees": (6, 15)}


def wanted():
    asked = os.environ.get("KERNELS", " ".join(SHORT + ARM64 if LONG else SHORT)).split()
    return ALL if asked == ["all"] else tuple(asked)


def is_arm64(suite):
    return "arm64" in suite


def missing(suite):
    """The tools that are not here."""
    needed = ("qemu-system-aarch64", "cmake", *CROSS.tools) if is_arm64(suite) else ("qemu-system-x86_64",)
    return [tool for tool in (*needed, *TOOLS)
            if not shutil.which(tool, path="/usr/sbin:/sbin:/usr/bin:/bin")]


def each():
    """Those that are wanted, for a test that is for each of them."""
    return [pytest.param(suite, marks=pytest.mark.skipif(
        bool(missing(suite)), reason=f"missing for {suite}: {', '.join(missing(suite))}"))
        for suite in wanted()]


def version(release):
    """(5, 10) of "5.10.0-32-cloud-amd64"."""
    return tuple(int(part) for part in release.split(".")[:2])


def expected(release):
    """Which of VERSIONS a kernel has."""
    return {name for name, since in VERSIONS.items() if version(release) >= since}


def run(*argv, **env):
    return subprocess.run(argv, env={**os.environ, **env}, timeout=SECONDS, check=False, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)


@functools.lru_cache(maxsize=None)
def root(suite):
    HOME.mkdir(parents=True, exist_ok=True)
    arch = "arm64" if is_arm64(suite) else "amd64"
    made = run(HERE / "make-root", arch, HOME / f"root-{arch}.ext4")
    assert made.returncode == 0, made.stdout
    return HOME / f"root-{arch}.ext4"


@functools.lru_cache(maxsize=None)
def built(suite):
    """The robind that is tried there, and the folder of all else that was built for that."""
    if not is_arm64(suite):
        return pathlib.Path(ROBIND), pathlib.Path(ROBIND).parent
    made = run(REPO / "module/portable/build", "aarch64")
    assert made.returncode == 0, made.stdout
    CROSS.make("tests", "bench-tools")
    return REPO / "build/portable/aarch64/robind", REPO / CROSS.out


@functools.lru_cache(maxsize=None)
def kernel(suite):
    """One after the other, as whoever asks first waits for it."""
    made = run(HERE / "get-kernel", suite, HOME / suite)
    assert made.returncode == 0, made.stdout
    return HOME / suite


def place_tree(given, program, folder):
    """The tests and what they were built to, as they lie here."""
    tree = given / "robind"
    shutil.copytree(REPO / "tests", tree / "tests", symlinks=True,
                    ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "README.md", "module/man/robind.8.scd"):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPO / name, tree / name)
    for path in (folder / "tests").rglob("*"):
        if path.suffix == ".so" or path.is_file() and not path.suffix and os.access(path, os.X_OK):
            to = tree / "build/release" / path.relative_to(folder)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, to)
    shutil.copy(program, tree / "build/release/robind")


class Left:
    """What a guest left."""

    def __init__(self, suite, out, done):
        self.release = (HOME / suite / "release").read_text().strip()
        self.out, self.done = out, done

    def text(self, name):
        path = self.out / name
        assert path.exists(), f"{self.release}: no {name}: {self.done.stdout}"
        return path.read_text(encoding="utf-8", errors="replace")


def boot(suite, given, out, append="", **how):
    """Run a guest, whatever comes out."""
    how = {name: str(value) for name, value in how.items()}
    done = run("nice", HERE / "run-in", kernel(suite), root(suite), given, out, APPEND=append, **how)
    return Left(suite, out, done)


def run_core(suite, home):
    given = home / "given"
    place_tree(given, *built(suite))
    shutil.copy(HERE / "inside/start", given)
    if LONG:
        (given / "long").touch()
    return boot(suite, given, home / "out", TIMEOUT=3600 if LONG else 1500, MEMORY=1024)


class Guests:
    """All of them, each once."""

    def __init__(self, home, kinds):
        # Of two at once, each would make it.
        here = [suite for suite in wanted() if not missing(suite)]
        for suite in here:
            for make in (root, kernel, built):
                make(suite)
        self.pool = concurrent.futures.ThreadPoolExecutor(os.cpu_count())
        self.running = {}
        for kind, start in kinds.items():
            for suite in here:
                folder = home / f"{suite}-{kind}"
                folder.mkdir()
                self.running[kind, suite] = self.pool.submit(start, suite, folder)

    def left(self, kind, suite):
        return self.running[kind, suite].result()
