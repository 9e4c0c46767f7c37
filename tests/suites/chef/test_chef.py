# SPDX-License-Identifier: Apache-2.0
"""The resource robind_bind with the real program. Chef itself is in no Debian: chef_stand_in.rb does what the
resource uses of it."""

import pathlib
import re
import shutil
import sys

import pytest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "salt"))

import minion as minions  # noqa: E402
from answer import REPO  # noqa: E402
from host import DIR  # noqa: E402

pytestmark = [
    pytest.mark.needs_root,
    pytest.mark.skipif(not shutil.which("ruby"), reason="no ruby: tests/install-deps chef"),
]
RESOURCE = REPO / "module/chef/resources/bind.rb"
A, B = f"{DIR}/a", f"{DIR}/b"


@pytest.fixture
def machine():
    host = minions.Machine()
    host.dir("a", "file")
    yield host
    host.end()


@pytest.fixture
def chef(machine):
    def run(recipe, *mode):
        file = machine.file("/run/recipe.rb", recipe)
        stand_in = pathlib.Path(__file__).with_name("chef_stand_in.rb")
        done = machine.run("ruby", str(stand_in), str(RESOURCE), file, *mode, check=False, env={
            "PATH": "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"})
        return done.returncode, done.stdout.decode()

    return run


def recipe(target=B, **words):
    lines = "".join(f"  {name}({value})\n" for name, value in words.items())
    return f"robind_bind '{target}' do\n{lines}  notifies :restart, 'service[dovecot]'\nend\n"


TOLD = "notified: service[dovecot] restart"


def test_a_bind(machine, chef):
    asked = recipe(source=f"'{A}'", options="%w[nosuid nodev]")
    with machine.unchanged():
        status, foretold = chef(asked, "why-run")
    assert status == 0 and f"Would make {B} mounted: target does not exist" in foretold
    assert machine.fstab == ""

    status, said = chef(asked)
    assert status == 0 and f"- make {B} mounted: " in said and TOLD in said, said
    machine.assert_read_only_view(A, B)
    assert {"nosuid", "nodev"} <= set(machine.top(B).options)
    assert B in machine.fstab
    status, said = chef(asked)
    assert status == 0 and "make" not in said and TOLD not in said

    machine.run("mount", "-o", "remount,bind,rw", B)
    status, said = chef(asked)
    assert status == 0 and f"- make {B} mounted: target is writable" in said and TOLD in said
    machine.assert_read_only_view(A, B)


@pytest.mark.parametrize(("action", "is_mounted", "is_in_fstab"), [
    ("mount", 1, 1), ("ephemeral", 1, 0), ("enable", 0, 1)])
def test_actions(machine, chef, action, is_mounted, is_in_fstab):
    assert chef(recipe(source=f"'{A}'", action=f":{action}"))[0] == 0
    assert (len(machine.stack(B)), machine.fstab.count(B)) == (is_mounted, is_in_fstab)
    assert chef(recipe(source=f"'{A}'", action=":umount"))[0] == 0
    assert (len(machine.stack(B)), machine.fstab.count(B)) == (0, is_in_fstab)
    assert chef(recipe(action=":remove", more="{ remove_target: true }"))[0] == 0
    assert machine.fstab.count(B) == 0 and not machine.path(B).exists()


def test_failures(machine, chef):
    for words, why in ({"source": f"'{DIR}/none'"}, f"{B}: '{DIR}/none' does not exist"), (
            {"source": f"'{A}'", "more": "{ recusive: true }"}, "did you mean 'recursive'"):
        with machine.unchanged():
            status, said = chef(recipe(**words))
        assert status == 1 and "ERROR: " in said and why in said and TOLD not in said, said


def test_the_sample(machine, chef):
    """As it stands, but for the folder that the source is in."""
    (sample,) = (REPO / "manifests/chef").iterdir()
    machine.run("mount", "-t", "tmpfs", "tmpfs", machine.dir("volumes/mysql_socket"))
    status, said = chef(sample.read_text().replace("'/mnt/", f"'{DIR}/"))
    assert status == 0 and TOLD in said, said
    machine.assert_read_only_view(f"{DIR}/volumes/mysql_socket", f"{DIR}/volumes_ro/mysql_socket")


def test_its_version_is_the_programs():
    made = dict(re.findall(r"^(VERSION|HOMEPAGE) +:= (.*)$", (REPO / "Makefile").read_text(), re.M))
    metadata = (REPO / "module/chef/metadata.rb").read_text()
    assert f"version '{made['VERSION']}'\n" in metadata
    assert f"source_url '{made['HOMEPAGE']}'\n" in metadata
