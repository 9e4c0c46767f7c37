# SPDX-License-Identifier: Apache-2.0
"""The seeds of each fuzz target, without libFuzzer: by whatever compiler, for whatever machine and on
whatever kernel the tests were built and run."""

import pathlib
import subprocess

import pytest

from answer import REPO, ROBIND

HERE = REPO / "tests/fuzz"
BUILT = pathlib.Path(ROBIND).parent / "tests/fuzz"


@pytest.mark.parametrize("target", sorted(
    source.stem.removeprefix("fuzz_") for source in HERE.glob("fuzz_*.c")))
def test_seeds(target):
    seeds = sorted((HERE / "corpus" / target).iterdir())
    done = subprocess.run([BUILT / f"replay_{target}", *seeds], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    said = done.stdout.decode(errors="replace")
    assert done.returncode == 0, said
    # It names each before it is read.
    assert said.splitlines() == [str(seed) for seed in seeds]
