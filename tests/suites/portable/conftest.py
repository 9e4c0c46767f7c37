# SPDX-License-Identifier: Apache-2.0
"""What the tests of the portable programs share."""

import subprocess

import pytest

from answer import REPO
from portables import NATIVE, PROGRAMS


@pytest.fixture(scope="session", autouse=True)
def built():
    """What the sources say by now."""
    made = subprocess.run(
        [REPO / "module/portable/build", *PROGRAMS], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )
    assert made.returncode == 0, made.stdout


@pytest.fixture(scope="session")
def echo_socket(tmp_path_factory):
    """A helper that wants no more of a host than the program does, by the same compiler."""
    program = tmp_path_factory.mktemp("static") / "echo_socket"
    source = REPO / "tests/tools/echo_socket.c"
    compiler = NATIVE.parent / "root/cc"
    subprocess.run([compiler, "-D_GNU_SOURCE", "-o", program, source], check=True)
    return program
