# SPDX-License-Identifier: Apache-2.0
"""The tests of the modules, the seeds of the fuzz targets and the program itself, as built for machines
of 32 bits, and for those that write numbers the other way around."""

import os
import shutil
import subprocess

import pytest

from answer import REPO
from foreign import Machine

# 32 bits, where sizes and times have 64; and numbers with their largest part first.
MACHINES = (
    Machine("i386", "i686-linux-gnu", "i386-linux-gnu", "ld-linux.so.2", "qemu-i386-static"),
    Machine("s390x", "s390x-linux-gnu", "s390x-linux-gnu", "ld64.so.1", "qemu-s390x-static"),
)
UNITS = sorted(str(source.relative_to(REPO).with_suffix(""))
               for source in REPO.glob("tests/unit/*/test_*.c"))
TARGETS = sorted(source.stem.removeprefix("fuzz_") for source in REPO.glob("tests/fuzz/fuzz_*.c"))


@pytest.fixture(scope="module", params=MACHINES, ids=lambda machine: machine.name)
def machine(request):
    """With all of it built, as one make is faster than many."""
    made = request.param
    missing = [tool for tool in made.tools if not shutil.which(tool)]
    if missing:
        pytest.skip(f"missing: {', '.join(missing)}")
    built = ("robind", *UNITS, *(f"tests/fuzz/replay_{target}" for target in TARGETS))
    made.make(*(f"{made.out}/{name}" for name in built))
    return made


def emulated(machine, program, *args):
    return subprocess.run(machine.command(REPO / machine.out / program, *args), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=600,
                          env={**os.environ, "CK_DEFAULT_TIMEOUT": "240"}, cwd=REPO)


@pytest.mark.parametrize("program", UNITS)
def test_unit(machine, program):
    done = emulated(machine, program)
    said = done.stdout.decode(errors="replace")
    assert done.returncode == 0, said
    assert "100%: Checks: " in said


@pytest.mark.parametrize("target", TARGETS)
def test_seeds(machine, target):
    seeds = sorted((REPO / "tests/fuzz/corpus" / target).iterdir())
    done = emulated(machine, f"tests/fuzz/replay_{target}", *seeds)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count(b"\n") == len(seeds)
