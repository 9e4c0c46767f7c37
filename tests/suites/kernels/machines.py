# SPDX-License-Identifier: Apache-2.0
"""Kernels of Debian in qemu, without KVM, and what they lead to: KERNELS="bullseye bookworm" are those
that are tried, "all" stands for all that there are. What was fetched stays in build/kernels.

    core    the tests of inside/, and some of e2e/ and ns/, by a shell that is process 1
    boot    systemd of this machine, with a restart after robind was set up

All are started at the first question, as many at once as there are processors.
"""

import concurrent.futures
import functools
import os
import pathlib
import shutil
import subprocess

from answer import REPO, ROBIND
from host import LONG

HERE = pathlib.Path(__file__).parent
HOME = REPO / "build/kernels"
ALL = ("bullseye", "bookworm", "trixie", "sid")
SECONDS = 4000

# What these have, by what Linux had when: mount_setattr 5.12, beneath 6.5, statmount 6.8, and a clone of
# what is in no namespace 6.15.
VERSIONS = {"mount_setattr": (5, 12), "beneath": (6, 5), "statmount": (6, 8),
            "detached_trees": (6, 15)}


def wanted():
    asked = os.environ.get("KERNELS", "bullseye bookworm").split()
    return ALL if asked == ["all"] else tuple(asked)


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
def root():
    HOME.mkdir(parents=True, exist_ok=True)
    made = run(HERE / "make-root", HOME / "root.ext4")
    assert made.returncode == 0, made.stdout
    return HOME / "root.ext4"


@functools.lru_cache(maxsize=None)
def kernel(suite):
    """One after the other, as whoever asks first waits for it."""
    made = run(HERE / "get-kernel", suite, HOME / suite)
    assert made.returncode == 0, made.stdout
    return HOME / suite


def place_tree(given):
    """The tests and what they were built to, as they lie here."""
    tree, built = given / "robind", pathlib.Path(ROBIND).parent
    shutil.copytree(REPO / "tests", tree / "tests", symlinks=True,
                    ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "README.md"):
        shutil.copy(REPO / name, tree)
    for path in built.rglob("*"):
        program = path.is_file() and not path.suffix and os.access(path, os.X_OK)
        if program and (path.name == "robind" or "tests" in path.parts) or path.suffix == ".so":
            to = tree / "build/release" / path.relative_to(built)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, to)


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
    done = run("nice", HERE / "run-in", kernel(suite), root(), given, out, APPEND=append, **how)
    return Left(suite, out, done)


def run_core(suite, home):
    given = home / "given"
    place_tree(given)
    shutil.copy(HERE / "inside/start", given)
    if LONG:
        (given / "long").touch()
    return boot(suite, given, home / "out", TIMEOUT=3600 if LONG else 1500, MEMORY=1024)


class Guests:
    """All of them, each once."""

    def __init__(self, home, kinds):
        # Of two at once, each would make it.
        root()
        for suite in wanted():
            kernel(suite)
        self.pool = concurrent.futures.ThreadPoolExecutor(os.cpu_count())
        self.running = {}
        for kind, start in kinds.items():
            for suite in wanted():
                folder = home / f"{suite}-{kind}"
                folder.mkdir()
                self.running[kind, suite] = self.pool.submit(start, suite, folder)

    def left(self, kind, suite):
        return self.running[kind, suite].result()
