# SPDX-License-Identifier: Apache-2.0
"""Which way robind goes on a kernel of this version, also when an older one is played upon it."""

import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

import kernels
import machines
from host import DIR, bind

RELEASE = os.uname().release
HAS = machines.expected(RELEASE)
PLAYED = {"linux-4.19": (4, 19), "linux-5.10": (5, 10), "linux-6.1": (6, 1), "linux-6.6": (6, 6)}


@pytest.mark.parametrize("ability", machines.VERSIONS)
def test_what_the_tests_take_for_there(ability):
    assert kernels.is_here(ability) == (ability in HAS), RELEASE


@pytest.mark.parametrize("played", ["", *PLAYED])
def test_way(hosts, played):
    host = hosts(kernel=played)
    has = HAS
    if played:
        has = {name for name in HAS if PLAYED[played] >= machines.VERSIONS[name]}
    asked = bind(host.dir("a"), host.dir("b"))
    for said in (host.check(asked), host.apply(asked), host.robind("show", f"{DIR}/b")):
        assert said.reply["robind"]["mount_api"] == (
            "mount_setattr" if "mount_setattr" in has else "mount")
        assert said.reply["robind"]["read_api"] == (
            "statmount" if "statmount" in has else "mountinfo")


@pytest.mark.parametrize("played", ["", *PLAYED])
def test_replaced(hosts, played):
    """In place without a gap, or with one that is told, as `replace` is done three ways."""
    host = hosts(shared=True, kernel=played)
    has = HAS
    if played:
        has = {name for name in HAS if PLAYED[played] >= machines.VERSIONS[name]}
    for name in "abc":
        host.dir(name, name)
    host.make(bind(f"{DIR}/a", f"{DIR}/c"))
    said = host.apply({**bind(f"{DIR}/b", f"{DIR}/c"), "replace": True})
    assert said.bind["actions"] == ["replace"], said.reply
    assert said.bind.get("gap", False) == ("beneath" not in has), said.reply
    host.assert_read_only_view(f"{DIR}/b", f"{DIR}/c")
    assert len(host.stack(f"{DIR}/c")) == 1


@pytest.mark.parametrize("fs_type", ["tmpfs", "ramfs"])
@pytest.mark.parametrize("played", ["", "linux-4.19"])
def test_source_in_memory(hosts, played, fs_type):
    """Told of as what is gone after the next boot, by both readers."""
    host = hosts(kernel=played)
    host.run("mount", "-t", fs_type, "memory", host.dir("memory"))
    host.file("/etc/fstab", "")
    asked = bind(host.dir("memory/a"), host.dir("b"), "mounted")
    said = host.robind("check", request={"binds": [asked], "namespace": "here"})
    codes = [warning["code"] for warning in said.reply["warnings"]]
    assert "volatile_source" in codes, said.reply
