# SPDX-License-Identifier: Apache-2.0
"""The release: whoever makes it gets the same bytes, and builds the same program of it."""

import hashlib
import os
import pathlib
import re
import subprocess
import tarfile

import pytest

from answer import REPO, ROBIND

VERSION = re.search(r"^VERSION +:= (.*)$", (REPO / "Makefile").read_text(), re.M).group(1)
NAME = f"robind-{VERSION}"


def make(folder, *words, **variables):
    done = subprocess.run(["make", "-s", "-C", folder, *words], stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.STDOUT, env={**os.environ, **variables}, check=False)
    assert done.returncode == 0, done.stdout[-4000:]


def digest(file):
    return hashlib.sha256(pathlib.Path(file).read_bytes()).hexdigest()


@pytest.fixture(scope="module", name="tarball")
def _tarball():
    make(REPO, "dist")
    return REPO / f"build/{NAME}.tar.gz"


@pytest.fixture(scope="module", name="unpacked")
def _unpacked(tarball, tmp_path_factory):
    """With another umask."""
    place = tmp_path_factory.mktemp("elsewhere")
    subprocess.run(["sh", "-c", 'umask 077; tar -xf "$0" -C "$1"', tarball, place], check=True)
    return place / NAME


def test_the_same_of_itself(tarball, unpacked):
    """Made of what was unpacked, without git: byte for byte."""
    make(unpacked, "dist", TZ="Asia/Tokyo")
    assert digest(unpacked / f"build/{NAME}.tar.gz") == digest(tarball)


def test_all_is_in_it(tarball):
    with tarfile.open(tarball) as tar:
        members = tar.getmembers()
    assert {member.name.split("/")[0] for member in members} == {NAME}
    assert {(m.uid, m.gid, m.uname, m.gname) for m in members} == {(0, 0, "", "")}
    names = {member.name.partition("/")[2] for member in members}
    assert {"LICENSE", "Makefile", "README.md", "module/package/NOTICE"} <= names
    assert not [name for name in names if name.startswith(("build/", ".git/"))]


def test_the_same_program(unpacked):
    """In another folder, with one job in the place of several, and elsewhere."""
    if pathlib.Path(ROBIND) != REPO / "build/release/robind":
        pytest.skip("another program is tested")
    make(unpacked, "-j2", "all", TZ="Asia/Tokyo", LC_ALL="C")
    assert digest(unpacked / "build/release/robind") == digest(ROBIND)


def test_lint_needs_no_git(unpacked):
    done = subprocess.run([unpacked / "tests/lint/spdx"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
