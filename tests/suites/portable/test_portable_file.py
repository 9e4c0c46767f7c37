# SPDX-License-Identifier: Apache-2.0
"""The portable programs as files: nothing is wanted of the host but its kernel."""

import re
import subprocess

import pytest

from answer import REPO
from portables import PROGRAMS

MACHINES = {"x86_64": "Advanced Micro Devices X86-64", "aarch64": "AArch64"}


@pytest.fixture(params=PROGRAMS)
def arch(request):
    return request.param


def readelf(arch, *options):
    return subprocess.run(
        ["readelf", "-W", *options, PROGRAMS[arch]], capture_output=True, check=True, text=True
    ).stdout


def test_is_for_its_machine(arch):
    header = readelf(arch, "--file-header")
    assert re.search(r"Machine: +(.*)", header)[1] == MACHINES[arch]


def test_asks_for_nothing(arch):
    assert "LOAD" in readelf(arch, "--program-headers")
    assert "INTERP" not in readelf(arch, "--program-headers"), "wants a program to load it"
    assert "NEEDED" not in readelf(arch, "--dynamic"), "wants a library"


def test_can_be_anywhere_in_memory(arch):
    """As hardened as what a distribution builds."""
    assert re.search(r"Type: +DYN", readelf(arch, "--file-header")), "not position-independent"
    headers = readelf(arch, "--program-headers")
    assert "GNU_RELRO" in headers
    assert re.search(r"GNU_STACK .* RW ", headers), "the stack can be executed"


def test_is_small(arch):
    """It may be pushed to a host for every task."""
    assert PROGRAMS[arch].stat().st_size < 1200 << 10


def test_does_not_tell_where_it_was_built(arch):
    assert str(REPO).encode() not in PROGRAMS[arch].read_bytes()
