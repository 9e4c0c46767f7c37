# SPDX-License-Identifier: Apache-2.0
"""`make check` in containers of releases of Debian, fresh ones: it passes, and what is skipped there is
what cannot be had there.

RELEASE="bullseye trixie" WAYS=nspawn are those that are tried, TESTS=unit/ what of the tests there.
What they said lies in build/distros.
"""

import os
import re
import shutil

import pytest

from containers import WAYS

RELEASES = os.environ.get("RELEASE", "bullseye bookworm trixie sid").split()
PART = os.environ.get("TESTS", "")
MISSING = [tool for tool in ("debootstrap", "systemd-nspawn", "dockerd")
           if not shutil.which(tool, path="/usr/sbin:/sbin:/usr/bin:/bin")]

pytestmark = [
    pytest.mark.needs_root,
    pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}"),
]

# Why something may be skipped there.
REASONS = {
    "not installed by `make check`":
        r"missing: docker and dockerd|missing: .*systemd.*|no (systemd-nspawn|systemd-tmpfiles|bwrap|pivot_root)"
        r"|no systemctl here, .*",
    "no devices": r".*failed to set ?up loop device.*|.*no loop devices.*|no loop device: .*"
                  r"|no /dev/fuse here|no bindfs here|cannot make a btrfs here|cannot mount .*",
    "a container": r"/sys is read-only here, .*|no chattr .*|chattr \+i does not work here"
                   r"|fs\.mount-max is .*|this kernel has no autofs",
    "an older one": r"a sanitizer, or an older C library, makes calls of its own",
    "a filter": r"this kernel tells of no single mount .*|the kernel names nobody .*",
    "another mount(8)": r"the page has what util-linux 2\.38 says",
    "chance": r"another inode number this time",
}
KNOWN = re.compile("|".join(REASONS.values()))


def skipped(said):
    """Why, of pytest and of programs."""
    return re.findall(r"^SKIPPED \[\d+\] \S+?:\d+: (.*)$|^skipped: (?:skipped: )?(.*)$", said, re.M)


@pytest.mark.parametrize("way", os.environ.get("WAYS", " ".join(WAYS)).split())
@pytest.mark.parametrize("release", RELEASES)
def test_make_check(release, way):
    status, said = WAYS[way](release, f"TESTS={PART}", "ROBIND_NO_INSTALL=1", "make", "-j2", "check")
    said = re.sub(r"\x1b\[[0-9;]*m", "", said)
    assert status == 0, said[-40000:]
    passed = int(re.search(r"^(\d+) passed, 0 failed, \d+ skipped$", said, re.M)[1])
    assert (passed > 5000) == (PART == "") and passed > 0, said[-2000:]
    unknown = {one or other for one, other in skipped(said) if not KNOWN.fullmatch(one or other)}
    assert unknown == set(), f"{release} {way}"
