# SPDX-License-Identifier: Apache-2.0
"""Volumes on loop devices that come late, never, or while the boot job is at work: neither is a bind of
theirs writable at any time, nor does it show what is not of the volume; the machine comes up; and what
came too late is made by the next run. On the systemd of this machine, of Debian 11 and of the newest.
"""

import json
import os
import re
import shutil
import subprocess

import pytest

import guest
from answer import REPO, ROBIND
from debians import with_packages
from guest import Guest, listed

LOOPS = ["/dev/loop-control", *(f"/dev/loop{n}" for n in range(8))]
PORTABLE = REPO / f"build/portable/{os.uname().machine}/robind"
# "" is this machine's own.
RELEASES = ["", *(pytest.param(name, marks=pytest.mark.long) for name in ("bullseye", "sid"))]

pytestmark = [
    *guest.pytestmark,
    pytest.mark.skipif(not all(map(os.path.exists, LOOPS)), reason="no loop devices here"),
]

VOLUMES = ("late", "never", "during")
TYPES = ("none", "robind")
BINDS = [listed(f"/srv/{volume}/data", f"/srv/ro/{volume}_{type_}", type_, nofail=True)
         for volume in VOLUMES for type_ in TYPES]
FSTAB = """
/srv/images/late /srv/late ext4 loop,nofail,x-systemd.requires=slow.service 0 0
/srv/images/never /srv/never ext4 loop,nofail 0 0
"""
IMAGES = """
PATH=/usr/sbin:/usr/bin:/sbin:/bin
mkdir -p /srv/images /srv/late /srv/never /srv/during /tmp/data/data
for name in late never during; do
	echo $name >/tmp/data/data/name
	truncate -s 4M /srv/images/$name
	mkfs.ext4 -q -d /tmp/data /srv/images/$name
done
mv /srv/images/never /srv/images/kept-back
"""
SLOW = """
[Unit]
DefaultDependencies=no
[Service]
Type=oneshot
ExecStart=/bin/sleep 2
"""
# Holds what the job waits for first, until that waits, and the volume has come.
DURING = """
[Unit]
Before=robind-boot.service
After=local-fs.target srv-ro-late_none.mount srv-ro-late_robind.mount
[Service]
Type=exec
ExecStart=/usr/bin/flock /run/robind.lock /bin/sh -c ': >/run/locked; \\
	until systemctl show -P ActiveState robind-boot | grep -q ^activating; do sleep 0.1; done; \\
	sleep 0.5; mount -o loop /srv/images/during /srv/during; : >/came'
ExecStartPost=/bin/sh -c 'until [ -e /run/locked ]; do sleep 0.05; done'
"""
# Tries all the time, from before the first of them is there.
WRITER = """
[Unit]
DefaultDependencies=no
Before=local-fs-pre.target
Wants=local-fs-pre.target
[Service]
Type=exec
ExecStart=/bin/sh -c 'while :; do for t in /srv/ro/*_robind; do echo >$$t/written; done; echo >/tried; done 2>/dev/null'
"""
SCENE = """
keep state systemctl is-system-running --wait
keep version systemctl --version
keep failed systemctl --failed --no-legend --plain
keep mountinfo cat /proc/self/mountinfo
keep job journalctl -b --no-pager -o cat -u robind-boot -t robind
keep came ls /came
for target in /srv/ro/*; do keep name-${target##*/} cat $target/name; done
mv /srv/images/kept-back /srv/images/never
keep start systemctl start srv-never.mount
say again boot
keep then cat /proc/self/mountinfo
keep then-never cat /srv/ro/never_none/name /srv/ro/never_robind/name
say settled boot --check
systemctl stop writer
keep tried ls /tried
keep written find /srv/late /srv/never /srv/during -name written
"""


def machine(release):
    """Its files and its robind."""
    if not release:
        return "/", ROBIND
    missing = [tool for tool in ("debootstrap", f"{os.uname().machine}-linux-gnu-gcc", "cmake")
               if not shutil.which(tool, path="/usr/sbin:/usr/bin")]
    if missing:
        pytest.skip(f"missing: {', '.join(missing)}")
    subprocess.run([REPO / "module/portable/build", os.uname().machine], check=True)
    return with_packages(release, "systemd", "systemd-sysv", "dbus", "e2fsprogs"), PORTABLE


@pytest.fixture(scope="module", name="seen", params=RELEASES, ids=lambda name: name or "here")
def _seen(request, tmp_path_factory):
    root, program = machine(request.param)
    return Guest(tmp_path_factory.mktemp("guest"), SCENE, BINDS, FSTAB,
                 {"slow.service": SLOW, "during.service": DURING, "writer.service": WRITER},
                 enabled=["during.service", "writer.service"], after=IMAGES,
                 device=" ".join(LOOPS), root=root, program=program).boot()


def job(seen):
    """What it said, by target."""
    (line,) = [line for line in seen.text("job").splitlines() if line.startswith("{")]
    reply = json.loads(line)
    assert not reply["failed"], reply
    return {bind["target"]: bind for bind in reply["binds"]}


def test_which_systemd(seen, request):
    version = int(re.match(r"systemd (\d+)", seen.text("version"))[1])
    release = request.node.callspec.params["seen"]
    assert {"": True, "bullseye": version == 247, "sid": version > 255}[release], version


@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("volume", ["late", "during"])
def test_is_there_in_the_end(seen, volume, type_):
    top = seen.top(f"/srv/ro/{volume}_{type_}")
    assert "ro" in top.options
    assert seen.text(f"name-{volume}_{type_}") == f"{volume}\n"


@pytest.mark.parametrize("type_", TYPES)
def test_waits_for_what_is_late(seen, type_):
    """systemd does, so that nothing is left for the job."""
    assert job(seen)[f"/srv/ro/late_{type_}"]["status"] == "ok"


def test_what_comes_while_the_job_waits(seen):
    """By then systemd has made a directory where the volume is to be, and shares that."""
    assert seen.status("came") == 0
    said = job(seen)["/srv/ro/during_none"]
    assert (said["status"], said["actions"]) == ("changed", ["replace"]), said
    assert [drift["code"] for drift in said["drift"]] == ["source_covered"]
    assert "gap" not in said


@pytest.mark.parametrize("type_", TYPES)
def test_what_never_comes(seen, type_):
    """Nothing else is shown there, and neither the job nor the machine fails by it."""
    target = f"/srv/ro/never_{type_}"
    assert seen.top(target) is None
    assert job(seen)[target]["status"] == "skipped"
    assert seen.text("failed").split()[0::5] == ["srv-never.mount"], seen.text("failed")


@pytest.mark.parametrize("type_", TYPES)
def test_came_after_all(seen, type_):
    assert seen.status("start") == 0
    target = f"/srv/ro/never_{type_}"
    again = {bind["target"]: bind["status"] for bind in seen.answer("again").reply["binds"]}
    assert again[target] == "changed"
    assert "ro" in seen.top(target, "then").options
    assert seen.text("then-never") == 2 * "never\n"
    assert not seen.answer("settled").reply["changed"]


def test_nobody_wrote(seen):
    """The writer tried all the time, where no moment is writable."""
    assert seen.status("tried") == 0
    assert (seen.status("written"), seen.text("written")) == (0, "")
