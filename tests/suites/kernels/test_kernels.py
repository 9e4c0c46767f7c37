# SPDX-License-Identifier: Apache-2.0
"""What depends on the kernel, on real ones: each part of inside/start in each of them."""

import re
import shutil

import pytest

import machines

PARTS = re.findall(r"^part (\w+) ", (machines.HERE / "inside/start").read_text(), re.M)
MISSING = [tool for tool in ("qemu-system-x86_64", "busybox", "cpio", "depmod", "mke2fs", "dpkg-deb")
           if not shutil.which(tool, path="/usr/sbin:/sbin:/usr/bin:/bin")]

pytestmark = [
    pytest.mark.needs_root,
    pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}"),
]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("suite", machines.wanted())
def test_part(guests, suite, part):
    left = guests.left("core", suite)
    assert left.text("kernel").strip() == left.release
    said = left.text(part)
    assert left.text(f"{part}.status") == "0\n", f"{left.release}\n{said[-20000:]}{left.done.stdout}"


@pytest.mark.parametrize("suite", machines.wanted())
def test_all_parts_ran(guests, suite, record_property):
    left = guests.left("core", suite)
    record_property("seconds", f"{left.release}: " + ", ".join(left.text("seconds").splitlines()))
    assert left.done.returncode == 0, left.done.stdout
    assert left.text("seconds").count("\n") == len(PARTS)
