# SPDX-License-Identifier: Apache-2.0
"""`holders` under systemd: the unit that is told is the one to restart. A systemd is booted in
a container, on a copy-on-write view of this machine's files, with robind in it."""

import os
import shutil
import subprocess

import pytest

import answer
from answer import ROBIND
from host import DIR, SECONDS

NSPAWN = "/usr/bin/systemd-nspawn"
MISSING = [tool for tool in (NSPAWN, "/lib/systemd/systemd") if not os.path.exists(tool)]

pytestmark = [
    pytest.mark.xdist_group("guest"),
    pytest.mark.needs_root,
    pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}"),
    pytest.mark.skipif(answer.is_sanitized(), reason="the guest may lack the sanitizers"),
]

SERVICE = """
[Service]
PrivateTmp=true
ProtectSystem=full
ExecStart=/bin/sleep 1000
"""

PROBE = """
[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'sh -ex /scene >/scene.log 2>&1'
ExecStopPost=/bin/sh -c 'systemctl --no-block poweroff'
"""

# `say NAME COMMAND...` keeps an answer and its exit status.
SCENE = """
say() { name=$1; shift; status=0; /robind "$@" >/said-$name || status=$?; echo $status >/status-$name; }
ASK="source=/srv/src target=/srv/dst state=ephemeral"
mkdir -p /srv/src/sub /srv/dst
systemctl start mail
sleep 0.3
# The two calls of old: the second one does not reach the service.
mount --bind /srv/src /srv/dst
mount -o remount,bind,ro /srv/dst
say two-calls check $ASK holders=true
say mended apply $ASK
say settled check $ASK holders=true
# What mends do not reach.
umount /srv/dst
mount --bind /srv/src /srv/dst
mount -t tmpfs tmpfs /srv/src/sub
say left apply $ASK
say again apply $ASK holders=true
systemctl restart mail
sleep 0.3
say restarted check $ASK holders=true
"""

BOOT = """
mount -t tmpfs tmpfs /run
mkdir -p /run/lock
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
cd "$1/root"
rm -f etc/systemd/system/*.wants/*
: >etc/machine-id
: >etc/fstab
cp "$1"/guest/*.service etc/systemd/system
mkdir -p etc/systemd/system/multi-user.target.wants
ln -s ../probe.service etc/systemd/system/multi-user.target.wants
cp "$1/guest/scene" "$1/guest/robind" .
# Without the filter, which hides calls that are younger than systemd.
SYSTEMD_SECCOMP=0 timeout 90 systemd-nspawn -q --register=no --keep-unit --private-network --machine=guest \
	-D "$1/root" --console=pipe --boot </dev/null
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What robind said in the guest: name -> Answer."""
    home = tmp_path_factory.mktemp("guest")
    script = f'mount -t tmpfs -o mode=755 tmpfs {DIR}\ncp -R "$1" {DIR}/guest\nset -- {DIR}\n{BOOT}'
    guest = home / "guest"
    guest.mkdir()
    (guest / "mail.service").write_text(SERVICE)
    (guest / "probe.service").write_text(PROBE)
    (guest / "scene").write_text(SCENE)
    shutil.copy(ROBIND, guest / "robind")
    out = home / "out"
    out.mkdir()
    # What is left is in a namespace that ends with it: taken out at the end.
    script += f'cp {DIR}/root/said-* {DIR}/root/status-* {DIR}/root/scene.log "{out}"\n'
    booted = subprocess.run(
        ["unshare", "-m", "--propagation", "private", "sh", "-e", "-c", script, "sh", guest],
        capture_output=True, timeout=SECONDS, check=False)
    if not (out / "status-restarted").exists():
        log = (out / "scene.log").read_text() if (out / "scene.log").exists() else ""
        pytest.skip(f"no systemd here: {booted.stdout[-200:]} {booted.stderr[-300:]} {log[-500:]}")

    def read(status):
        name = status.name.split("-", 1)[1]
        command = "apply" if name in ("mended", "left", "again") else "check"
        text = (out / f"said-{name}").read_bytes()
        return name, answer.read(command, (), int(status.read_text()), text)

    return dict(map(read, out.glob("status-*")))


def held(one):
    return [(h["unit"], h["container"], h["why"], h["path"], h["command"])
            for h in one.bind.get("holders", [])]


MAIL = ("mail.service", None, "writable", "/srv/dst", "sleep")
RESTART_MAIL = {"units": ["mail.service"], "containers": [], "processes": []}
NOBODY = {"units": [], "containers": [], "processes": []}


def test_told_before_the_mend(said):
    assert MAIL in held(said["two-calls"])
    assert "mail.service" in said["two-calls"].reply["needs_restart"]["units"]


def test_gone_with_the_mend(said):
    assert said["mended"].reply["changed"]
    for name in ("mended", "settled"):
        assert held(said[name]) == []
        assert said[name].reply["needs_restart"] == NOBODY


def test_left_by_the_mend(said):
    for name in ("left", "again"):
        assert MAIL in held(said[name])
        assert "mail.service" in said[name].reply["needs_restart"]["units"]
        assert [w["code"] for w in said[name].reply["warnings"]] == ["writable_elsewhere"]
        assert "unit mail.service" in said[name].reply["warnings"][0]["msg"]
    assert not said["again"].reply["changed"]


def test_gone_with_the_restart(said):
    assert MAIL not in held(said["restarted"])
    assert "mail.service" not in said["restarted"].reply["needs_restart"]["units"]
