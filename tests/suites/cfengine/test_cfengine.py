# SPDX-License-Identifier: Apache-2.0
"""The promise type, by the real cf-agent: what is promised is there, and is told as kept, repaired or not."""

import pathlib
import shutil
import subprocess
import sys

import pytest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "salt"))

import minion as minions  # noqa: E402
from answer import REPO  # noqa: E402
from host import DIR  # noqa: E402

pytestmark = [
    pytest.mark.needs_root,
    pytest.mark.skipif(not shutil.which("cf-agent"), reason="no cf-agent: tests/install-deps cfengine"),
]
A, B = f"{DIR}/a", f"{DIR}/b"
POLICY = """
promise agent robind_bind
{
  path => "$(sys.inputdir)/modules/promises/robind_bind";
  interpreter => "/bin/sh";
}
bundle agent main
{
  robind_bind:
    %s;
  reports:
    kept:: "kept";
    repaired:: "repaired";
    failed:: "failed";
}
body classes told
{
  promise_kept => { "kept" };
  promise_repaired => { "repaired" };
  repair_failed => { "failed" };
}
"""
PROMISE = '''"%s" source => "%s", classes => told''' % (B, A)


@pytest.fixture
def machine():
    host = minions.Machine()
    host.dir("a", "file")
    yield host
    host.end()


@pytest.fixture
def agent(machine, tmp_path):
    """cf-agent with a work folder of its own; returns what it says, the times aside."""
    work = tmp_path / "work"
    for name in ("inputs/modules/promises", "bin", "ppkeys", "state", "outputs", "modules"):
        (work / name).mkdir(parents=True)
    for folder in (work, *work.iterdir()):
        folder.chmod(0o700)
    (work / "bin/cf-promises").symlink_to(shutil.which("cf-promises"))
    module = work / "inputs/modules/promises/robind_bind"
    shutil.copy(REPO / "module/cfengine/robind_bind", module)
    module.chmod(0o700)
    env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C",
           "CFENGINE_TEST_OVERRIDE_WORKDIR": str(work)}
    # Without a key it runs nothing but its failsafe.
    subprocess.run(["cf-key"], env=env, check=True, capture_output=True)

    def run(policy, *options):
        file = work / "inputs/promises.cf"
        file.write_text(policy)
        file.chmod(0o600)
        done = machine.run("cf-agent", "-w", str(work), "-KI", *options, "-f", str(file), env=env,
                           check=False)
        return done.stdout.decode()

    return run


def words(said):
    return {word for word in ("kept", "repaired", "failed") if f"R: {word}\n" in said}


def test_kept_repaired_and_not_kept(machine, agent):
    policy = POLICY % PROMISE
    with machine.unchanged():
        foretold = agent(policy, "--dry-run")
    assert f"{B}: target does not exist, nothing is mounted" in foretold, foretold

    made = agent(policy)
    assert words(made) == {"repaired"}, made
    machine.assert_read_only_view(A, B)
    assert "x-robind" in machine.fstab
    kept = agent(policy)
    assert words(kept) == {"kept"}, kept

    machine.run("mount", "-o", "remount,bind,rw", B)
    mended = agent(policy)
    assert words(mended) == {"repaired"} and f"{B}: target is writable" in mended
    machine.assert_read_only_view(A, B)

    failed = agent(POLICY % f'"{DIR}/c" source => "{DIR}/none", classes => told')
    assert words(failed) == {"failed"} and f"error: {DIR}/c: '{DIR}/none' does not exist" in failed


def test_all_kinds_of_values(machine, agent):
    agent(POLICY % f'{PROMISE}, options => {{ "nosuid", "nodev" }}, recursive => "true",'
          ' state => "ephemeral"')
    assert {"nosuid", "nodev"} <= set(machine.top(B).options)
    assert machine.fstab == ""


@pytest.mark.parametrize(("attribute", "why"), [
    ('recusive => "true"', "did you mean 'recursive'"), ('recursive => "maybe"', "recursive")])
def test_a_mistake_in_the_policy(machine, agent, attribute, why):
    with machine.unchanged():
        said = agent(POLICY % f"{PROMISE}, {attribute}")
    assert why in said and words(said) == {"failed"}, said


def test_the_sample(machine, agent):
    """As it stands, but for the folder that the sources are in."""
    (sample,) = (REPO / "manifests/cfengine").iterdir()
    for name in ("mysql_socket", "vmail"):
        machine.run("mount", "-t", "tmpfs", "tmpfs", machine.dir(f"volumes/{name}"))
    policy = sample.read_text().replace('"/mnt/', f'"{DIR}/')
    agent(policy)
    for name in ("mysql_socket", "vmail"):
        machine.assert_read_only_view(f"{DIR}/volumes/{name}", f"{DIR}/volumes_ro/{name}")
    with machine.unchanged():
        agent(policy)
