# SPDX-License-Identifier: Apache-2.0
"""The Debian packages: built from the release, looked at by lintian, and the life of one on machines of
Debian 12 and 13 that really boot."""

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from answer import REPO
from host import LONG
from machine import BUILT, Machine, older

MISSING = [tool for tool in ("dpkg-buildpackage", "dh", "lintian", "debootstrap", "systemd-nspawn")
           if not shutil.which(tool)]
pytestmark = [
    pytest.mark.needs_root,
    pytest.mark.skipif(bool(MISSING), reason=f"missing: {', '.join(MISSING)}"),
]

# This Debian boots in the suite `boot` as well.
RELEASES = ("bookworm", "trixie") if LONG else ("trixie",)
BEFORE = """
files before
"""

INSTALL = """
keep install dpkg -i /older.deb
keep enabled systemctl --root=/ is-enabled robind-boot.service
mkdir -p /srv/volume /srv/ro
keep apply robind apply --json '{"namespace": "here", "binds": [
	{"source": "/srv/volume", "target": "/srv/ro/none", "state": "fstab_present"},
	{"source": "/srv/volume", "target": "/srv/ro/helper", "state": "fstab_present",
	 "fstab_type": "robind"}]}'
mkdir -p /srv/ro/none /srv/ro/helper
"""

LIVE = """
keep state systemctl is-system-running --wait
keep mountinfo cat /proc/self/mountinfo
keep write touch /srv/ro/none/x
keep job-before systemctl show -P InvocationID robind-boot.service
systemd-run -q --unit=holder --property=WorkingDirectory=/srv/ro/none sleep infinity
keep holder-before systemctl show -P InvocationID holder.service
mkdir -p /etc/robind /srv/ro/watched
echo '{"binds": [{"source": "/srv/volume", "target": "/srv/ro/watched", "state": "ephemeral"}]}' \
	>/etc/robind/watch.json
keep watch-enabled systemctl is-enabled robind-watch.service
keep watch-start systemctl start robind-watch.service
keep watch-before systemctl show -P MainPID robind-watch.service
keep mountinfo cat /proc/self/mountinfo
keep upgrade dpkg -i /robind.deb
keep watch-after systemctl show -P MainPID robind-watch.service
keep watch-state systemctl is-active robind-watch.service
keep version dpkg-query -W -f '${Version}' robind
keep upgraded cat /proc/self/mountinfo
keep job-after systemctl show -P InvocationID robind-boot.service
keep holder-after systemctl show -P InvocationID holder.service
keep again robind boot
keep refused dpkg -r robind
keep there mount.robind --help
keep still cat /proc/self/mountinfo
keep migrated robind migrate --to none
keep autopkgtest sh /installed
keep removed dpkg -r robind
keep watch-removed systemctl is-active robind-watch.service
keep gone sh -c 'command -v robind || command -v mount.robind'
keep left cat /proc/self/mountinfo
rm -r /etc/robind
keep purged dpkg -P robind
keep fstab cat /etc/fstab
"""

AFTER = """
keep state systemctl is-system-running --wait
keep mountinfo cat /proc/self/mountinfo
keep write touch /srv/ro/helper/x
files after
"""


@pytest.fixture(scope="module", name="packages")
def _packages():
    """What `make deb` makes."""
    made = subprocess.run(["make", "-C", REPO, "deb"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)
    assert made.returncode == 0, made.stdout[-4000:]
    return {deb.name.split("_")[0]: deb for deb in BUILT.glob("*.deb")}


def live(release, deb, before, place):
    """What was seen on a machine before, in the first boot, and in the next one."""
    machine = Machine(release, place)
    try:
        machine.copy(deb, "robind.deb")
        machine.copy(before, "older.deb")
        machine.copy(REPO / "module/package/debian/tests/installed", "installed")
        return {"before": machine.in_tree(BEFORE), "install": machine.in_tree(INSTALL),
                "live": machine.boot(LIVE), "after": machine.boot(AFTER)}
    finally:
        machine.end()


@pytest.fixture(scope="module", name="lives")
def _lives(packages, tmp_path_factory):
    """Both at once: a machine that boots waits more than it works."""
    deb, before = packages["robind"], older(packages["robind"], tmp_path_factory.mktemp("older"))
    with ThreadPoolExecutor() as pool:
        begun = {release: pool.submit(live, release, deb, before, tmp_path_factory.mktemp(release))
                 for release in RELEASES}
        return {release: one.result() for release, one in begun.items()}


@pytest.fixture(name="life", params=RELEASES)
def _life(request, lives):
    return lives[request.param]


def test_lintian(packages):
    """Nothing but that nobody has asked Debian for it yet."""
    (changes,) = BUILT.glob("*_*.changes")
    said = subprocess.run(["lintian", "--pedantic", "--allow-root", "--fail-on=none", changes],
                          capture_output=True, text=True, check=False)
    lines = [line for line in said.stdout.splitlines() if "initial-upload-closes-no-bugs" not in line]
    assert (lines, said.returncode) == ([], 0), said.stdout + said.stderr


def test_packages(packages):
    assert set(packages) - {"robind-dbgsym"} == {
        "robind", "ansible-collection-robind-mount", "puppet-module-robind"}


def test_no_package_of_all_machines_has_programs(packages):
    for name in ("ansible-collection-robind-mount", "puppet-module-robind"):
        listed = subprocess.run(["dpkg-deb", "-c", packages[name]], capture_output=True, text=True,
                                check=True).stdout
        assert "robind_x86_64" not in listed and "robind-x86_64" not in listed
        assert len(listed.splitlines()) > 10


def test_depends_on_what_it_loads(packages):
    """No tool finds libmount in the program."""
    depends = subprocess.run(["dpkg-deb", "-f", packages["robind"], "Depends"], capture_output=True,
                             text=True, check=True).stdout
    assert {"libmount1", "mount"} <= {one.split()[0] for one in depends.split(", ")}


def test_installed(life):
    seen = life["install"]
    assert seen.status("install") == 0, seen.text("install")
    assert seen.text("enabled") == "enabled\n"
    assert seen.status("apply") == 0, seen.text("apply")


def test_booted(life):
    seen = life["live"]
    assert seen.text("state") == "running\n"
    for target in ("/srv/ro/none", "/srv/ro/helper"):
        assert "ro" in seen.top(target).options, target
    assert seen.status("write") == 1
    assert seen.status("autopkgtest") == 0, seen.text("autopkgtest")


def test_upgrade_leaves_what_is_mounted_and_runs(life):
    seen = life["live"]
    assert seen.status("upgrade") == 0, seen.text("upgrade")
    assert seen.text("version") != "0.0.9-1"
    for target in ("/srv/ro/none", "/srv/ro/helper", "/srv/ro/watched"):
        assert seen.top(target) == seen.top(target, "upgraded") == seen.top(target, "still")
    assert seen.text("job-before") == seen.text("job-after")
    assert seen.text("holder-before") == seen.text("holder-after") != "\n"
    assert seen.reply("again")["changed"] is False


def test_upgrade_and_the_watch(life):
    """Off until somebody wants it; then another one after an upgrade, and none without the package."""
    seen = life["live"]
    assert seen.text("watch-enabled") == "disabled\n"
    # The older package may have had no such unit.
    assert seen.status("watch-start") == 0, seen.text("watch-start.err")
    assert seen.text("watch-before") != seen.text("watch-after") != "0\n"
    assert seen.text("watch-state") == "active\n"
    assert seen.text("watch-removed") != "active\n"


def test_removal_is_refused_while_lines_need_it(life):
    seen = life["live"]
    assert seen.status("refused") != 0
    assert "/srv/ro/helper" in seen.text("refused")
    assert "/srv/ro/none" not in seen.text("refused")
    assert "robind migrate --to none" in seen.text("refused")
    assert seen.status("there") == 0
    assert seen.reply("migrated")["summary"]["changed"] == 1
    assert seen.status("removed") == 0, seen.text("removed")
    assert seen.status("gone") != 0


def test_purge_leaves_the_host_as_it_was(life):
    """But for the mounts and the lines that were asked for, which are those of the next boot too."""
    live, after = life["live"], life["after"]
    assert live.status("purged") == 0, live.text("purged")
    assert [line.split()[1:3] for line in live.text("fstab").splitlines()] == [
        ["/srv/ro/none", "none"], ["/srv/ro/helper", "none"]]
    before = set(life["before"].text("before").splitlines())
    new = set(after.text("after").splitlines()) - before
    own = ("/srv", "/etc/systemd/system/probe", "/etc/systemd/system/emergency",
           "/etc/systemd/system/multi-user.target.wants/probe", "/scene", "/etc/fstab",
           "/etc/.updated", "/var/.updated")  # of any first boot
    assert [name for name in sorted(new) if "robind" in name or not name.startswith(own)] == []
    assert after.text("state") == "running\n"
    for target in ("/srv/ro/none", "/srv/ro/helper"):
        assert live.top(target, "left") is not None
        assert "ro" in after.top(target).options
    assert after.status("write") == 1
