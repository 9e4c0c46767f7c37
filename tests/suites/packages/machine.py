# SPDX-License-Identifier: Apache-2.0
"""A machine of a release of Debian that systemd boots, as often as asked: a copy-on-write view of that
release's root directory, in which scripts run, in the tree or once all units are up."""

import pathlib
import subprocess

import answer
import mountinfo
from answer import REPO
from debians import with_packages
from host import SECONDS

# What a machine has that boots, what the package needs, and what the tests look with.
PACKAGES = ("jq", "libjansson4", "libmount1", "mount", "systemd", "systemd-sysv")

BUILT = REPO / "build/deb"

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
"""

# keep NAME COMMAND...   keeps the command's output and its exit status
# files NAME             keeps the names of all that is on the disk but for what changes by itself
SCENE = """
export DEBIAN_FRONTEND=noninteractive PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin
keep() {
	name=$1
	shift
	status=0
	"$@" >/out/"$name" 2>&1 || status=$?
	echo $status >/out/"$name".status
}
files() {
	find / -xdev \\( -path /proc -o -path /sys -o -path /run -o -path /dev -o -path /out -o -path /tmp \\
		-o -path /var/log -o -path /var/cache -o -path /var/tmp -o -path '/var/lib/dpkg' \\
		-o -path /var/lib/systemd \\) -prune -o -print | sort >/out/"$1"
}
rm -rf /out
mkdir /out
"""

# The view lies on a file system of the machine's own; $1 is where, $2 the release's tree.
BEGIN = """
mount -t tmpfs -o mode=755 tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" "$1/root"
cd "$1/root"
: >etc/machine-id
rm -f .dockerenv etc/fstab
: >etc/fstab
exec sleep infinity
"""

IN_TREE = """
mount -t proc proc "$1/root/proc"
chroot "$1/root" sh -x /scene >"$1/root/scene.log" 2>&1
umount "$1/root/proc"
"""

# Without the filter, which hides calls that are younger than systemd.
BOOT = """
mount -t tmpfs tmpfs /run
mkdir -p /run/lock
SYSTEMD_SECCOMP=0 timeout 100 systemd-nspawn -q --register=no --keep-unit --private-network \\
	--machine=guest -D "$1/root" --console=pipe --boot </dev/null >&2 || true
"""


class Seen:
    """What a scene has kept."""

    def __init__(self, folder):
        self.folder = folder

    def text(self, name):
        return (self.folder / name).read_text(encoding="utf-8", errors="surrogateescape")

    def status(self, name):
        return int(self.text(f"{name}.status"))

    def reply(self, name):
        return answer.parse((self.folder / name).read_bytes())

    def top(self, target, table="mountinfo"):
        """The mount that is seen at a target in a mount table that was kept."""
        return next(reversed(mountinfo.stack(mountinfo.parse(self.text(table)), target)), None)


class Machine:
    def __init__(self, release, place):
        self.place = place
        tree = with_packages(release, *PACKAGES)
        self.keeper = subprocess.Popen(
            ["unshare", "-m", "--propagation", "private", "sh", "-ec", BEGIN, "sh", place, tree],
            stdin=subprocess.DEVNULL)
        self.root = pathlib.Path(f"/proc/{self.keeper.pid}/root{place}/root")
        while not (self.root / "etc/fstab").exists():
            assert self.keeper.poll() is None, "no view of the release's tree"

    def end(self):
        self.keeper.kill()
        self.keeper.wait()

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def copy(self, file, name):
        (self.root / name).write_bytes(pathlib.Path(file).read_bytes())

    def _run(self, script, scene):
        self.write("scene", SCENE + scene)
        done = subprocess.run(
            ["nsenter", "-m", "-t", str(self.keeper.pid), "unshare", "-m", "--propagation", "private",
             "sh", "-ec", script, "sh", self.place],
            capture_output=True, timeout=SECONDS, check=False)
        log = self.root / "scene.log"
        assert log.exists(), f"nothing was seen of it: {done}"
        print(log.read_text(errors="replace"))  # shown when a test fails
        log.unlink()
        # It is read when all machines have gone.
        kept = pathlib.Path(self.place) / f"kept{len(list(pathlib.Path(self.place).iterdir()))}"
        subprocess.run(["cp", "-R", self.root / "out", kept], check=True)
        return Seen(kept)

    def in_tree(self, scene):
        """Run a scene in the tree of a machine that is off."""
        return self._run(IN_TREE, scene)

    def boot(self, scene):
        """Run a scene once all units are up, or in emergency mode, and switch the machine off."""
        self.write("etc/systemd/system/probe.service", PROBE)
        self.write("etc/systemd/system/emergency.service.d/probe.conf", EMERGENCY)
        link = self.root / "etc/systemd/system/multi-user.target.wants/probe.service"
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.is_symlink():
            link.symlink_to("/etc/systemd/system/probe.service")
        return self._run(BOOT, scene)


def older(deb, place):
    """The same package as of a version before."""
    tree, old = place / "older", place / "older.deb"
    subprocess.run(["dpkg-deb", "-R", deb, tree], check=True)
    control = tree / "DEBIAN/control"
    control.write_text("".join(
        "Version: 0.0.9-1\n" if line.startswith("Version: ") else line
        for line in control.read_text().splitlines(keepends=True)))
    subprocess.run(["dpkg-deb", "--root-owner-group", "-b", tree, old], check=True,
                   stdout=subprocess.DEVNULL)
    return old
