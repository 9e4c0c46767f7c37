# SPDX-License-Identifier: Apache-2.0
"""libmount, which is loaded where mounts are told as text alone, and where holders are searched.

Missing is what a file without anything in it lies on, in the namespace that the test is about.
"""

import ctypes
import functools
import pathlib

import pytest

import kernels
from answer import ROBIND
from host import DIR, KERNEL, bind
from mount_helper import install

SOURCE, TARGET = f"{DIR}/source", f"{DIR}/target"
ASKED = bind(SOURCE, TARGET)
OLD = "linux-5.10"  # has no statmount
NAME = "libmount.so.1"
NOT_MOUNTED = 32

pytestmark = [
    pytest.mark.skipif(NAME.encode() not in pathlib.Path(ROBIND).read_bytes(),
                       reason="a static program has it within"),
    pytest.mark.skipif(not kernels.PROGRAM.exists(),
                       reason=f"no {kernels.PROGRAM}: `make tests` builds it"),
]


@functools.lru_cache(maxsize=None)
def library():
    """The file, as the loader finds it."""
    ctypes.CDLL(NAME)
    maps = pathlib.Path("/proc/self/maps").read_text().splitlines()
    return next(line.split()[-1] for line in maps if "/libmount.so." in line)


def missing():
    """Words for a call in a namespace of its own that has no libmount."""
    return ("unshare", "-m", "--propagation", "slave", "sh", "-ec",
            f'mount --bind /dev/null {library()}; exec "$@"', "sh")


def stage_of(host):
    host.dir(SOURCE, "file")
    host.dir(TARGET)
    return host


def test_not_needed(shared_host):
    if kernels.lacks(KERNEL, "statmount"):
        pytest.skip("this kernel tells of no single mount (statmount)")
    stage = stage_of(shared_host)
    assert stage.apply(ASKED, wrap=missing()).status == 0  # in a namespace that ends with it
    stage.make(ASKED)
    assert stage.check(ASKED, wrap=missing()).reply["changed"] is False


def test_needed(hosts):
    """Nothing is done where nobody can look."""
    stage = stage_of(hosts(kernel=OLD))
    for command in stage.check, stage.apply:
        said = command(ASKED, wrap=missing())
        assert said.status == 1 and said.error["code"] == "system", said.reply
        assert f"{NAME}, which reads /proc/self/mountinfo" in said.error["msg"]
        assert said.error["msg"].endswith("; install libmount")
    assert stage.stack(TARGET) == []
    stage.make(ASKED)
    stage.assert_read_only_view(SOURCE, TARGET)


@pytest.mark.needs_root
def test_holders(shared_host):
    """Who could not look does not say that nobody is there."""
    if kernels.lacks(KERNEL, "statmount"):
        pytest.skip("this kernel tells of no single mount (statmount)")
    stage = stage_of(shared_host)
    stage.make(ASKED)
    seen, unseen = (
        [warning["code"] for warning in said.reply["warnings"]]
        for said in (stage.check(ASKED, holders=True),
                     stage.check(ASKED, holders=True, wrap=missing())))
    assert "holders_unknown" not in seen and "holders_unknown" in unseen


@pytest.mark.needs_root
def test_none_of_another_namespace(hosts):
    """Its files may be a container's: what is loaded as root is never theirs."""
    stage = stage_of(hosts(kernel=OLD))
    install(stage)
    other = stage.slave()
    words = (*stage.kernel, "mount.robind", SOURCE, TARGET, "-N", str(other.number))
    done = stage.run(*missing(), *words, check=False)
    assert done.returncode == NOT_MOUNTED and NAME.encode() in done.stderr, done
    assert other.stack(TARGET) == []
    other.run("mount", "--bind", "/dev/null", library())
    stage.run(*words)
    assert "ro" in other.top(TARGET).options
