# SPDX-License-Identifier: Apache-2.0
"""Our lines in fstab and our unit on a machine that boots: what is there, in which order, who sees
what, and what becomes of it when fstab or a service changes."""

import json

import pytest

import guest
from guest import Guest, listed

pytestmark = guest.pytestmark

SLOW = """
[Unit]
DefaultDependencies=no
[Service]
Type=oneshot
ExecStart=/bin/sleep 1
"""

# A service that cannot wait for its restart starts after the job; another one has a copy of what
# was there before.
MAIL = """
[Unit]
After=robind-boot.service
[Service]
Type=exec
PrivateTmp=true
ProtectSystem=full
ExecStart=/bin/sleep infinity
"""

EARLY = MAIL.replace("After", "Before")

# A directory that is another one after each start.
DB = """
[Service]
Type=exec
RuntimeDirectory=db
ExecStart=/bin/sleep infinity
"""

# Stands for the engine: what it would hand to a container.
DOCKER = """
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'cat /proc/self/mountinfo >/docker'
"""

NAMESPACE = """
[Service]
ExecStartPost=/bin/sh -c 'readlink /proc/self/ns/mnt >/namespace'
"""

UNITS = {"slow.service": SLOW, "mail.service": MAIL, "early.service": EARLY, "db.service": DB,
         "docker.service": DOCKER, "robind-boot.service.d/probe.conf": NAMESPACE}
ENABLED = ["mail.service", "early.service", "db.service", "docker.service"]
AFTER_SUB = {"fstab_options": ["x-systemd.requires-mounts-for=/srv/tree/sub"]}
BINDS = [
    listed("/srv/volume", "/srv/ro/none"),
    listed("/srv/volume", "/srv/ro/helper", "robind", options="nosuid"),
    listed("/srv/volume/late", "/srv/ro/late", nofail=True),
    listed("/srv/tree", "/srv/ro/tree", recursive=True, **AFTER_SUB),
    listed("/srv/tree", "/srv/ro/tree2", "robind", recursive=True, **AFTER_SUB),
    listed("/srv/gone/data", "/srv/ro/gone", nofail=True),
    listed("/srv/gone/data", "/srv/ro/gone2", "robind", nofail=True),
]
# The volume comes late, as a disk does. What is needed and never comes is a device, which makes
# a start impossible without any unit that has failed.
VOLUMES = """tmpfs /srv/tree/sub tmpfs mode=755 0 0
tmpfs /srv/gone tmpfs nofail,x-systemd.requires=dev-nowhere.device 0 0
tmpfs /srv/volume tmpfs mode=755,x-systemd.requires=slow.service 0 0
"""

SCENE = """
keep state systemctl is-system-running --wait
keep failed systemctl --failed --no-legend --plain
keep units systemctl list-units --all --no-legend --plain --type=mount 'srv-*'
keep fstab cat /etc/fstab
keep mountinfo cat /proc/self/mountinfo
keep docker cat /docker
keep namespaces cat /namespace
readlink /proc/1/ns/mnt >>/out/namespaces
keep job journalctl -b --no-pager -o cat -u robind-boot -t robind
keep volume stat -c %d /srv/volume /srv/ro/none /srv/ro/helper
mail=$(systemctl show -P MainPID mail)
keep mail cat "/proc/$mail/mountinfo"
keep early cat "/proc/$(systemctl show -P MainPID early)/mountinfo"
for target in none helper; do
	keep write-$target touch /srv/ro/$target/x
	keep mail-write-$target nsenter -m -t "$mail" touch /srv/ro/$target/x
done
keep write-source touch /srv/volume/x

# Reloads are counted in lines of the journal, against a known one.
reloads() {
	journalctl --sync
	journalctl -b --no-pager -o cat _PID=1 | grep -ci ^reloading || true
}
keep reloads-0 reloads
keep reload systemctl daemon-reload
keep reloads-1 reloads
say change apply --json '{"binds": [{"source": "/srv/volume/late", "target": "/srv/ro/new"},
	{"source": "/srv/volume/late", "target": "/srv/ro/new2", "fstab_type": "robind"}]}'
keep reloads-2 reloads
say no-change apply source=/srv/volume/late target=/srv/ro/new
keep reloads-3 reloads
keep changed cat /proc/self/mountinfo
keep kept systemctl is-active srv-ro-none.mount srv-ro-helper.mount srv-ro-new.mount \\
	srv-ro-new2.mount
keep fragments systemctl show -P FragmentPath srv-ro-new.mount srv-ro-new2.mount

ASK="source=/run/db target=/srv/ro/db"
say made apply $ASK
systemctl restart db
say stale check $ASK
say mended apply $ASK
say settled check $ASK
keep db stat -c %d:%i /run/db /srv/ro/db

keep stop systemctl stop srv-volume.mount
keep stopped cat /proc/self/mountinfo
"""


@pytest.fixture(scope="module", name="seen")
def _seen(tmp_path_factory):
    return Guest(tmp_path_factory.mktemp("guest"), SCENE, BINDS, VOLUMES, UNITS,
                 enabled=ENABLED).boot()


TARGETS = ("/srv/ro/none", "/srv/ro/helper", "/srv/ro/late")
TREES = ("/srv/ro/tree", "/srv/ro/tree2", "/srv/ro/tree/sub", "/srv/ro/tree2/sub")


def test_lines(seen):
    """What robind wrote for this boot."""
    lines = {line.split()[1]: line.split() for line in seen.text("fstab").splitlines()}
    assert len(lines) == len(BINDS) + 3
    assert lines["/srv/ro/none"][2:4] == ["none", "bind,ro,private,x-robind"]
    assert lines["/srv/ro/helper"][2] == "robind"
    assert "bind" not in lines["/srv/ro/helper"][3].split(",")


def test_nothing_failed(seen):
    assert seen.text("failed") == ""
    assert seen.text("state") == "running\n"


@pytest.mark.parametrize("target", TARGETS + TREES)
def test_read_only_and_private(seen, target):
    top = seen.top(target)
    assert "ro" in top.options
    assert top.propagation == set()
    assert "shared" in " ".join(seen.top("/").propagation), "or it would say nothing"


def test_options(seen):
    assert "nosuid" in seen.top("/srv/ro/helper").options


def test_after_the_volume(seen):
    """The directory below it has another device."""
    volume, *binds = seen.text("volume").split()
    assert binds == [volume, volume]


def test_nobody_writes(seen):
    for target in ("none", "helper"):
        for who in ("", "mail-"):
            assert "Read-only file system" in seen.text(f"{who}write-{target}.err")
    assert seen.status("write-source") == 0


@pytest.mark.parametrize("target", TARGETS + TREES)
def test_a_service_of_its_own_namespace(seen, target):
    assert "ro" in seen.top(target, "mail").options


@pytest.mark.parametrize("target", TARGETS + TREES)
def test_a_service_that_was_there_before_the_job(seen, target):
    """It keeps what mount(8) left, and that is told; there is none of that with type robind."""
    mode = "rw" if target == "/srv/ro/tree/sub" else "ro"
    assert mode in seen.top(target, "early").options


def test_nofail_without_the_volume(seen):
    """Neither mounted nor failed, and no directory in the place of the missing source."""
    for name in ("gone", "gone2"):
        assert seen.top(f"/srv/ro/{name}") is None
        assert f"srv-ro-{name}.mount loaded inactive dead" in " ".join(seen.text("units").split())


# The unit


def test_job(seen):
    """Type robind leaves it nothing to do. Of a tree of type none mount(8) before 2.39 makes only
    the top read-only."""
    (line,) = [line for line in seen.text("job").splitlines() if line.startswith("{")]
    reply = json.loads(line)
    status = {bind["target"]: bind["status"] for bind in reply["binds"]}
    assert status == {
        "/srv/ro/none": "ok", "/srv/ro/helper": "ok", "/srv/ro/late": "ok",
        "/srv/ro/tree": "changed", "/srv/ro/tree2": "ok",
        "/srv/ro/gone": "skipped", "/srv/ro/gone2": "skipped"}, reply
    (warning,) = reply["warnings"]
    assert (warning["code"], warning["target"]) == ("writable_elsewhere", "/srv/ro/tree")
    assert "early.service" in warning["msg"]


def test_job_runs_in_the_namespace_of_the_host(seen):
    job, first = seen.text("namespaces").split()
    assert job == first


@pytest.mark.parametrize("target", TARGETS + TREES)
def test_before_the_container_engine(seen, target):
    assert "ro" in seen.top(target, "docker").options


# What changes


def test_one_reload_for_one_change(seen):
    counts = [int(seen.text(f"reloads-{i}")) for i in range(4)]
    one = counts[1] - counts[0]
    assert one > 0
    assert counts[2:] == [counts[1] + one, counts[1] + one]
    assert seen.answer("change").reply["daemon_reload"] is True
    assert "daemon_reload" not in seen.answer("no-change").reply


def test_reload_keeps_the_binds(seen):
    for target in TARGETS:
        assert seen.top(target, "changed") == seen.top(target)
    for target in ("/srv/ro/new", "/srv/ro/new2"):
        assert "ro" in seen.top(target, "changed").options
    assert seen.text("kept") == 4 * "active\n"
    assert seen.text("fragments").count("/run/systemd/generator/srv-ro-new") == 2


def test_restarted_service(seen):
    """Its runtime directory is a new one."""
    assert seen.answer("made").status == 0
    assert "volatile_source" in [warning["code"] for warning in
                                 seen.answer("made").reply["warnings"]]
    assert seen.answer("stale", "check").codes == ["stale_source"]
    assert seen.answer("mended").reply["changed"]
    assert seen.answer("settled", "check").status == 0
    source, target = seen.text("db").split()
    assert source == target


def test_stopping_the_volume_stops_its_binds(seen):
    assert seen.status("stop") == 0
    for target in ("/srv/volume", *TARGETS):
        assert seen.top(target, "stopped") is None


# What does not go well

GONE_SCENE = """
keep state systemctl is-system-running %s
keep failed systemctl --failed --no-legend --plain
keep journal journalctl -b --no-pager -u srv-ro-helper.mount -u srv-ro-dir.mount
keep mountinfo cat /proc/self/mountinfo
"""
HELPER = ("/srv/data", "/srv/ro/helper", "robind")
# The program is gone, and so is its unit.
REMOVE = "rm /usr/local/sbin/robind; systemctl disable robind-boot.service"


def failed_units(seen):
    return [line.split()[0] for line in seen.text("failed").splitlines()]


def test_without_the_helper(tmp_path):
    """A line of type robind that is not `nofail`: the machine comes up in emergency mode, as
    with any file system that cannot be mounted. Nothing is mounted in its place."""
    seen = Guest(tmp_path, GONE_SCENE % "", [listed(*HELPER)], after=REMOVE).boot()
    assert seen.text("state") == "maintenance\n"
    assert failed_units(seen) == ["srv-ro-helper.mount"]
    assert "unknown filesystem type 'robind'" in seen.text("journal")
    assert seen.top("/srv/ro/helper") is None


def test_nofail_without_the_helper(tmp_path):
    """It boots, and says what is missing."""
    binds = [listed(*HELPER, nofail=True)]
    seen = Guest(tmp_path, GONE_SCENE % "--wait", binds, after=REMOVE).boot()
    assert seen.text("state") == "degraded\n"
    assert failed_units(seen) == ["srv-ro-helper.mount"]
    assert seen.top("/srv/ro/helper") is None


def test_missing_directory(tmp_path):
    """The source is no volume but a directory that nobody made. With type robind that is an
    error that is told; with type none systemd makes an empty directory, and shares that."""
    binds = [listed(*HELPER, nofail=True), listed("/srv/missing", "/srv/ro/dir", nofail=True)]
    seen = Guest(tmp_path, GONE_SCENE % "--wait", binds).boot()
    assert seen.text("state") == "degraded\n"
    assert failed_units(seen) == ["srv-ro-helper.mount"]
    assert "mount.robind: /srv/ro/helper: '/srv/data' does not exist" in seen.text("journal")
    assert "ro" in seen.top("/srv/ro/dir").options
