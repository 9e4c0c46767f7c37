# SPDX-License-Identifier: Apache-2.0
"""A copy of the tree, in which mutants are built and unit tests run; the tree itself stays as it is."""

import functools
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import time
from dataclasses import dataclass

TREE = pathlib.Path(__file__).resolve().parent.parent.parent
PARTS = ("Makefile", "src", "module/program", "tests/lib", "tests/unit", "tests/ns", "tests/tools",
         "tests/fixtures", "tests/fuzz", "tests/install-deps")
# What most are caught by takes little time; what is left meets the sanitizers, which see as well
# the leak that a free leaves that is left out. Nothing is optimised: it would take longer to build.
BUILDS = ("debug", "asan")
SANITIZE = {"ASAN_OPTIONS": "detect_leaks=1:allocator_may_return_null=1:hard_rss_limit_mb=2048",
            "UBSAN_OPTIONS": "print_stacktrace=0"}


@dataclass(frozen=True)
class Test:
    program: str  # below the copy
    env: tuple
    seconds: float  # that it takes where there is no fault

    def limit(self):
        return min(60, 5 + 5 * self.seconds)


class Broken(Exception):
    """What should work without any mutant does not."""


def end_session(leader):
    """A test that is a process of its own has a group of its own as well, and holds the pipe."""
    os.killpg(leader, 9)
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
            if int(fields[3]) == leader:
                os.kill(int(stat.parent.name), 9)
        except OSError:
            pass  # it has ended


def run(command, where, seconds=None, env=()):
    """(whether it went well, what it said); what takes too long did not."""
    with subprocess.Popen(command, cwd=where, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, env={**os.environ, **SANITIZE, **dict(env)},
                          start_new_session=True) as process:
        try:
            text = process.communicate(timeout=seconds)[0].decode(errors="replace")
        except (subprocess.TimeoutExpired, KeyboardInterrupt) as stop:
            end_session(process.pid)
            process.communicate()
            if isinstance(stop, KeyboardInterrupt):
                raise
            return False, "took too long"
    return process.returncode == 0, text


def copy(where):
    """What is in the copy and the same stays, so that make has less to do."""
    for part in PARTS:
        (where / part).parent.mkdir(parents=True, exist_ok=True)
        source = f"{TREE / part}/" if (TREE / part).is_dir() else str(TREE / part)
        if source.endswith("/"):
            shutil.copytree(source, where / part, dirs_exist_ok=True, copy_function=copy_newer)
            remove_gone(pathlib.Path(source), where / part)
        else:
            copy_newer(source, where / part)


def copy_newer(source, target):
    same = (os.path.exists(target) and os.path.getmtime(source) == os.path.getmtime(target)
            and os.path.getsize(source) == os.path.getsize(target))
    return target if same else shutil.copy2(source, target)


def remove_gone(source, target):
    for file in target.rglob("*"):
        if file.is_file() and not (source / file.relative_to(target)).exists():
            file.unlink()


class Build:
    """All unit tests, built in one way."""

    def __init__(self, where, variant, sources, units):
        self.where = where
        self.out = f"build/{variant}"
        self.make = ("make", f"VARIANT={variant}", "CFLAGS=-O0 -w")
        self.programs = sorted(f"{self.out}/{unit[:-2]}" for unit in units)
        done, text = run([*self.make, "-j2", *self.programs], where)
        if not done:
            raise Broken(text[-4000:])
        self.compiles, self.links = {}, {}
        self.read_commands(sources)
        self.names = functools.cache(self.names)
        self.judge = functools.cache(self.judge)

    def read_commands(self, sources):
        """How make does it: the words of each command."""
        asked = [arg for source in sources for arg in ("-W", source)]
        text = subprocess.run([*self.make, "-n", *asked, *self.programs], cwd=self.where,
                              check=True, stdout=subprocess.PIPE).stdout.decode()
        for line in text.replace("\\\n", " ").splitlines():
            words = shlex.split(line) if " -o " in line else []
            if "-c" in words and words[-1] in sources:
                self.compiles[words[-1]] = words
            elif words and words[words.index("-o") + 1] in self.programs:
                self.links[words[words.index("-o") + 1]] = words
        if set(self.links) != set(self.programs) or set(self.compiles) != set(sources):
            raise Broken("make does not say how all is built")

    def names(self, file, kinds):
        text = subprocess.run(["nm", "--defined-only", file], cwd=self.where, check=True,
                              stdout=subprocess.PIPE).stdout.decode()
        return set(re.findall(rf"^\w+ [{kinds}] (\w+)$", text, re.MULTILINE))

    def judge(self, program):
        """How it is run: without a process for each test, where it can stand that."""
        for env in ((("CK_FORK", "no"),), (("CK_FORK", "yes"), ("CK_DEFAULT_TIMEOUT", "20"))):
            begin = time.monotonic()
            if "/ns/" in program and env[0][1] == "no":
                continue
            passes, text = run([f"./{program}"], self.where, 300, env)
            if passes:
                return Test(program, env, time.monotonic() - begin)
        if "/ns/" in program:
            return None  # this machine has no place for it
        raise Broken(f"{program} fails as it is:\n{text[-4000:]}")

    def concerned(self, source):
        """The tests that the file is part of; that of its own name first, then its folder's."""
        names = self.names(f"{self.out}/{source[:-2]}.o", "TDRB")
        folder, name = pathlib.Path(source).parent.name, pathlib.Path(source).stem
        # What is about the file itself, and not its text, is tested on real ones.
        programs = [program for program in self.programs
                    if names <= self.names(program, "TtDdRrBb")
                    and (name.startswith("file") or "/ns/" not in program)]

        def far(program):
            path = pathlib.Path(program)
            return (path.name != f"test_{name}", path.parent.name != folder,
                    path.name != "test_memory", program)

        return sorted(programs, key=far)

    def try_file(self, source, text, bench):
        """Who catches the file when it has this text; or nobody."""
        bench.mkdir(parents=True, exist_ok=True)
        put, built, program = bench / "mutant.c", bench / "mutant.o", str(bench / "test")
        put.write_text(text)
        words = [word for word in self.compiles[source][:-1] if word not in ("-MMD", "-MP")]
        words[words.index("-o") + 1] = str(built)
        if not run([*words, str(put)], self.where)[0]:
            return "the compiler"
        for name in self.concerned(source):
            words = list(self.links[name])
            at = words.index("-o") + 1
            words[at:at + 1] = [program, str(built)]
            # A fake stands in for the file: what is twice no linker takes.
            if not run(words, self.where)[0]:
                continue
            test = self.judge(name)
            if test and not run([program], self.where, test.limit(), test.env)[0]:
                return name.removeprefix(f"{self.out}/")
        return None


class Workshop:
    """The copy, built once in each way; then one file at a time is another one."""

    def __init__(self, where, folders):
        self.where = where
        copy(where)
        units = [str(file.relative_to(where)) for folder in folders
                 for file in where.glob(f"tests/unit/{folder}/test_*.c")]
        if os.geteuid() == 0:
            units += [str(file.relative_to(where)) for file in where.glob("tests/ns/fstab/test_*.c")]
        self.sources = sorted(str(file.relative_to(where)) for folder in folders
                              for file in where.glob(f"src/{folder}/*.c"))
        self.builds = [Build(where, variant, self.sources, units) for variant in BUILDS]

    def try_mutant(self, mutant, bench):
        """Who caught it: a test, or the compiler; or nobody. `bench` is a folder of its own."""
        text = mutant.applied((self.where / mutant.file).read_text())
        found = (build.try_file(mutant.file, text, bench) for build in self.builds)
        return next(filter(None, found), None)
