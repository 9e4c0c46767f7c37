# SPDX-License-Identifier: Apache-2.0
"""A machine that systemd boots: a container on a copy-on-write view of this machine's files, with
robind installed in it by `make install`.

What is to be seen of it is written by its scene, a shell script that runs once all units are
up, or in emergency mode. It has:

    keep NAME COMMAND...   keeps the command's output and its exit status
    say NAME ARGUMENT...   the same for a robind, whose answer has to pass answer.py
    until_true COMMAND...  waits

A boot takes one to two seconds on an idle machine.
"""

import json
import os
import pathlib
import shutil
import subprocess

import pytest

import answer
import mountinfo
from answer import REPO, ROBIND
from host import DIR, SECONDS

GENERATOR = next((path for path in (
    "/usr/lib/systemd/system-generators/systemd-fstab-generator",
    "/lib/systemd/system-generators/systemd-fstab-generator") if os.path.exists(path)), None)
MISSING = [tool for tool in ("systemd-nspawn", "systemd-analyze") if not shutil.which(tool)]
if GENERATOR is None:
    MISSING.append("systemd")

pytestmark = [
    pytest.mark.needs_root,
    pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}"),
    pytest.mark.skipif(answer.is_sanitized(), reason="the guest may lack the sanitizers"),
]

SCENE = """
keep() {
	name=$1
	shift
	status=0
	"$@" >/out/"$name" 2>/out/"$name".err || status=$?
	echo $status >/out/"$name".status
}
say() {
	name=$1
	shift
	keep "$name" robind "$@"
}
until_true() {
	until "$@"; do sleep 0.05; done
}
mkdir /out
"""

# As a service that does not count as starting, so that it can wait until all others have.
PROBE = """
[Unit]
After=multi-user.target
[Service]
Type=exec
ExecStart=/bin/sh -c 'sh -x /scene >/scene.log 2>&1'
ExecStopPost=/bin/sh -c 'systemctl --no-block poweroff'
"""

EMERGENCY = """
[Service]
ExecStartPre=
ExecStart=
ExecStart=/bin/sh -c 'sh -x /scene >/scene.log 2>&1; systemctl --no-block poweroff'
StandardInput=null
StandardOutput=journal
StandardError=journal
"""

# Without the filter, which hides calls that are younger than systemd.
BOOT = """
mount -t tmpfs tmpfs /run
mkdir -p /run/lock
mount -t tmpfs -o mode=755 tmpfs "$3"
mkdir "$3/upper" "$3/work" "$3/root"
# The newest know nothing of the older kind.
[ "$8" = / ] || mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t overlay overlay -o "lowerdir=$8,upperdir=$3/upper,workdir=$3/work" "$3/root"
cd "$3/root"
rm -rf etc/systemd/system/*.wants
: >etc/machine-id
cp -R "$1/." .
make -s -C "$4" -o all OUT="$5" install DESTDIR="$3/root" >&2
[ ! -s request ] || {
	mount -t proc proc proc
	chroot . usr/local/sbin/robind apply /request >&2
	umount proc
}
systemctl -q --root="$PWD" enable robind-boot.service
chroot . sh -ec "$6"
devices=
for device in $7; do devices="$devices --bind=$device"; done
SYSTEMD_SECCOMP=0 timeout 100 systemd-nspawn -q --register=no --keep-unit --private-network \\
	$devices --machine=guest -D "$3/root" --console=pipe --boot </dev/null >&2 || true
cp scene.log "$2" && cp -R out "$2"
"""


def listed(source, target, type_="none", **members):
    """A bind for fstab alone."""
    return {"source": source, "target": target, "state": "fstab_present", "fstab_type": type_,
            **members}


class Seen:
    """What a scene has kept."""

    def __init__(self, folder):
        self.folder = folder

    def text(self, name):
        return (self.folder / name).read_text(encoding="utf-8", errors="surrogateescape")

    def status(self, name):
        return int(self.text(f"{name}.status"))

    def answer(self, name, command="apply"):
        assert self.text(f"{name}.err") == ""
        said = (self.folder / name).read_bytes()
        return answer.read(command, (), self.status(name), said)

    def top(self, target, table="mountinfo"):
        """The mount that is seen at a target in a mount table that was kept."""
        return next(reversed(mountinfo.stack(mountinfo.parse(self.text(table)), target)), None)


class Guest:
    """Files, by their names in the guest, and the scene; boot() tells what was seen. fstab has
    the lines that are given, and what robind writes for the binds. Its files are a view of those below
    `root`, with the robind of `program`."""

    def __init__(self, home, scene, binds=(), fstab="", units=None, enabled=(), after="", device="",
                 root="/", program=ROBIND):
        self.home = home
        self.root = root
        self.program = program
        self.device = device  # those that the guest has beside the usual ones
        self.after = after  # a script that runs in the guest's tree, once robind is installed
        self.files = {"etc/fstab": fstab, "scene": SCENE + scene,
                      "request": json.dumps({"namespace": "here", "binds": binds}),
                      "etc/systemd/system/probe.service": PROBE,
                      "etc/systemd/system/emergency.service.d/probe.conf": EMERGENCY}
        for name, text in (units or {}).items():
            self.files[f"etc/systemd/system/{name}"] = text
        self.enabled = [*enabled, "probe.service"]

    def write(self, tree):
        """Its files, and what makes systemd start its units."""
        for name, text in self.files.items():
            path = tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        for unit in self.enabled:
            link = tree / "etc/systemd/system/multi-user.target.wants" / unit
            link.parent.mkdir(exist_ok=True)
            link.symlink_to(f"/etc/systemd/system/{unit}")

    def boot(self):
        given, taken = self.home / "given", self.home / "taken"
        taken.mkdir()
        self.write(given)
        out = os.path.relpath(pathlib.Path(self.program).parent, REPO)
        done = subprocess.run(
            ["unshare", "-m", "--propagation", "private", "sh", "-ec", BOOT, "sh", given, taken,
             DIR, REPO, out, self.after, self.device, self.root],
            capture_output=True, timeout=SECONDS, check=False)
        assert (taken / "out").is_dir(), f"nothing was seen of it: {done}"
        print((taken / "scene.log").read_text(errors="replace"))  # shown when a test fails
        return Seen(taken / "out")
