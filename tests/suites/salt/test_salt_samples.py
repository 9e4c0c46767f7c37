# SPDX-License-Identifier: Apache-2.0
"""Each sample in manifests/salt as it is, on a machine that has what it speaks of."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

from answer import REPO
from host import DIR
from volumes import Ext4
from watcher import Watcher

pytestmark = pytest.mark.needs_root

SAMPLES = REPO / "manifests/salt"
NAMES = ("mysql_socket", "vmail")
SOCKET = ("/mnt/volumes/mysql_socket", "/mnt/volumes_ro/mysql_socket")


@pytest.fixture
def stage(minion, machine):
    """The machine of the samples: a volume with the socket's directory, and one with mail."""
    if DIR != "/mnt":
        pytest.skip(f"the samples speak of /mnt, where robind was built: {DIR} stands for it")
    Ext4(machine).mount("/mnt/volumes/mysql_socket")
    machine.dir("/mnt/volumes/vmail", "mail")
    machine.run("mount", "-t", "tmpfs", "tmpfs", "/mnt/volumes/vmail")
    shutil.copytree(SAMPLES, minion.states, dirs_exist_ok=True)
    shutil.copy(SAMPLES / "pillar/robind.sls", minion.pillar)
    (minion.pillar / "top.sls").write_text("base: {'*': [robind]}")
    return minion


def assert_shared(machine, names=NAMES):
    for name in names:
        machine.assert_read_only_view(f"/mnt/volumes/{name}", f"/mnt/volumes_ro/{name}")


def changes(said):
    return {name: state.changes for name, state in said.items() if state.changes}


def assert_done(said):
    assert all(state.result is True for state in said.values()), said


def assert_settled(stage, sls):
    """Another run has nothing to do."""
    fstab = stage.machine.fstab
    with stage.machine.unchanged():
        said = stage.apply(sls)
    assert_done(said)
    assert not changes(said), said
    assert stage.machine.fstab == fstab


def assert_converges(stage, sls):
    """Foretold without a change, then done, then settled."""
    fstab = stage.machine.fstab
    with stage.machine.unchanged():
        foretold = stage.apply(sls, test=True)
    assert all(state.result in (None, True) for state in foretold.values()), foretold
    assert any(state.result is None for state in foretold.values()), foretold
    assert stage.machine.fstab == fstab
    assert_done(stage.apply(sls))
    assert_settled(stage, sls)


def spoil(machine, name="mysql_socket"):
    machine.run("mount", "-o", "remount,bind,rw", f"/mnt/volumes_ro/{name}")


def test_every_sample_is_run_in_here():
    """A new sample needs a test."""
    text = pathlib.Path(__file__).read_text()
    named = set(re.findall(r'"(\d\d-[a-z-]+)"', text))
    assert named == {path.stem for path in SAMPLES.glob("*.sls")}


def test_from_before_to_one_word_and_back(stage, machine):
    """What the comments of the old way say is so; one word leads away from it."""
    assert_done(stage.apply("00-before"))
    spoil(machine)
    assert_done(stage.apply("00-before"))
    assert machine.is_writable(SOCKET[1])
    assert "bind,relatime,ro,rw" in machine.fstab

    assert_converges(stage, "10-one-word")
    assert_shared(machine)
    assert not re.search(r"\brw\b", machine.fstab)
    spoil(machine)
    said = stage.apply("10-one-word")
    assert list(changes(said)) == ["bind mysql_socket"]
    assert "writable" in said["bind mysql_socket"].changes[SOCKET[1]]["reason"]
    assert_shared(machine)

    assert_converges(stage, "90-undo")
    for name in NAMES:
        assert machine.top(f"/mnt/volumes_ro/{name}") is None
        assert not machine.path(f"/mnt/volumes_ro/{name}").exists()
    assert machine.path("/mnt/volumes_ro").is_dir()
    assert machine.fstab == ""


def test_keep_both(stage, machine):
    assert_done(stage.apply("20-keep-both"))
    assert_settled(stage, "20-keep-both")
    assert_shared(machine)
    assert [line.split()[3] for line in machine.fstab.splitlines()] == ["bind,ro"] * 2
    spoil(machine)
    assert_done(stage.apply("20-keep-both"))
    assert_shared(machine)


def test_all(stage, machine):
    assert_converges(stage, "40-all")
    assert_shared(machine)
    assert "noexec" in machine.top("/mnt/volumes_ro/vmail").options


def test_pillar(stage, machine):
    assert_converges(stage, "50-pillar")
    assert_shared(machine)
    assert {"nosuid", "nodev", "noexec"} <= machine.top(SOCKET[1]).options
    (stage.pillar / "robind.sls").write_text(
        "robind: {binds: {%s: {source: %s, source_mount: true}}}" % SOCKET[::-1])
    said = stage.apply("50-pillar")["read-only binds"]
    assert said.result is True and list(said.changes) == ["/mnt/volumes_ro/vmail"]
    assert machine.top("/mnt/volumes_ro/vmail") is None and "vmail" not in machine.fstab
    assert_shared(machine, NAMES[:1])

    # A share of nothing is no share; and no pillar at all is not taken for an order.
    machine.run("umount", SOCKET[1])
    machine.run("umount", SOCKET[0])
    said = stage.apply("50-pillar")["read-only binds"]
    assert said.result is False and SOCKET[0] in said.comment
    (stage.pillar / "robind.sls").write_text("{}")
    fstab = machine.fstab
    assert stage.apply("50-pillar")["read-only binds"].result is False
    assert machine.fstab == fstab


def test_watch(stage, machine):
    """The state tells a watch that runs, which keeps the binds from then on; no service here."""
    sls = stage.write("watch-here", {
        "include": ["55-watch"], "exclude": [{"id": "robind-watch.service"}]})
    watcher = Watcher(machine, "/etc/robind/watch.json", "/etc/robind/watch.d")
    assert_done(stage.apply(sls))
    watcher.wait_for("loaded")
    watcher.wait_for_quiet()
    assert_settled(stage, sls)
    spoil(machine)
    watcher.wait_for("mended", target=SOCKET[1], drift=["writable"])
    assert_settled(stage, sls)
    assert_shared(machine)
    wrong = stage.apply(stage.write("wrong", {"x": {"robind.watched": [
        {"name": "/etc/robind/watch.d/salt.json"},
        {"binds": [{"source": "/a", "target": "/b", "recursiv": True}]}]}}))
    assert wrong["x"].result is False and "recursiv" in wrong["x"].comment
    watcher.wait_for_quiet()
    assert not watcher.events("invalid") and watcher.end() == 0


class Client:
    """A process in a mount namespace that was there before: it keeps the writable copy that
    mount(8) gave it. For robind it is a unit, because it is in a control group of that name."""

    def __init__(self, machine, unit):
        tree = next(pathlib.Path(path) for path in ("/sys/fs/cgroup/systemd", "/sys/fs/cgroup")
                    if pathlib.Path(path, "cgroup.procs").exists())
        self.parent = tree / f"robind-salt-{os.getpid()}"
        self.group = self.parent / unit
        self.namespace = machine.slave()
        self.group.mkdir(parents=True)
        (self.group / "cgroup.procs").write_text(str(self.namespace.pid))

    def end(self):
        self.namespace.end()
        self.group.rmdir()
        self.parent.rmdir()


# No systemd and no Docker run in here: who would be restarted writes it down.
RESTART = '#!/bin/sh\necho "${0##*/} $*" >>/run/restarts\n'


@pytest.fixture
def restarts(machine):
    """What was restarted since it was asked the last time."""
    for name in ("systemctl", "docker"):
        machine.file(f"/usr/local/sbin/{name}", RESTART)
        machine.run("chmod", "+x", f"/usr/local/sbin/{name}")

    def said():
        log = machine.path("/run/restarts")
        lines = log.read_text().splitlines() if log.exists() else []
        log.write_text("")
        # Salt itself asks systemctl for its version.
        return [line for line in lines if "restart" in line or "reload" in line]

    return said


ID = "0123456789abcdef" * 4


@pytest.mark.parametrize(("group", "restart"), [
    ("dovecot.service", "systemctl restart dovecot.service"), (ID, f"docker restart {ID}")])
def test_notify(stage, machine, restarts, group, restart):
    """As long as somebody has an old view each run says so, whether or not it changes the bind;
    and when nobody has, no run does."""
    machine.dir(SOCKET[1])
    machine.run("mount", "--bind", *SOCKET)
    client = Client(machine, group)
    client.namespace.run("mount", "--make-rprivate", "/mnt")
    try:
        assert_done(stage.apply("30-notify"))
        assert_shared(machine, NAMES[:1])
        assert restarts() == ["systemctl reload postfix.service", restart]
        assert_done(stage.apply("30-notify"))
        assert restarts() == [restart]
        with machine.unchanged():
            foretold = stage.apply("30-notify", test=True)
        assert [state.result for state in foretold.values()].count(None) == 1
    finally:
        client.end()
    assert_settled(stage, "30-notify")
    assert not restarts()


# Few kernels that tests run on have a device mapper; the disks are there by themselves.
LVM = '''
def lv_present(name, **kwargs):
    return {"name": name, "changes": {}, "result": True, "comment": "is there"}
'''


@pytest.fixture
def disks(stage):
    """/dev/GROUP/NAME for the volumes of the scene; returns the group."""
    group = pathlib.Path(f"/dev/robind-salt-{os.getpid()}")
    group.mkdir()
    loops = []
    for name in ("mysql", *NAMES):
        disk = stage.root / f"{name}.disk"
        with open(disk, "wb") as file:
            file.truncate(16 << 20)
        done = subprocess.run(["losetup", "-f", "--show", disk], check=True, capture_output=True)
        loops.append(done.stdout.decode().strip())
        (group / name).symlink_to(loops[-1])
    yield group.name
    shutil.rmtree(group)
    for loop in loops:
        subprocess.run(["losetup", "-d", loop], check=True)


def test_scene(stage, machine, disks):
    """All but the services: there is no systemd in here."""
    for name in NAMES:
        machine.run("umount", f"/mnt/volumes/{name}", check=False)
    (stage.states / "_states/lvm.py").write_text(LVM)
    stage.run("saltutil.sync_states")
    (stage.pillar / "robind.sls").write_text(f"volume_group: {disks}")
    clients = ("mariadb", "dovecot", "postfix")
    left_out = [f"service {name}" for name in clients] + ["restart dovecot"]
    if (REPO / "manifests/scene").is_dir():
        shutil.copytree(REPO / "manifests/scene", stage.states / "scene")
    else:
        left_out += [f"unit {name}" for name in clients]
    sls = stage.write("scene-here", {
        "include": ["60-scene"], "exclude": [{"id": name} for name in left_out]})
    assert_converges(stage, sls)
    assert_shared(machine, NAMES[:1])
    machine.assert_read_only_view(f"{SOCKET[0]}/run", "/mnt/volumes_ro/postfix/mysql")
    for name in ("mysql", *NAMES):
        assert machine.top(f"/mnt/volumes/{name}").fs_type.startswith("ext")
    assert len(machine.fstab.splitlines()) == 5
