# SPDX-License-Identifier: Apache-2.0
"""robind-watch.service on a machine that boots: what systemd stops is left alone until it is back, who
orders itself after it finds its binds, and neither a restart nor a crash unmounts anything."""

import json

import pytest

import guest
from guest import Guest, listed

pytestmark = guest.pytestmark

VOLUME = "/srv/volume"
LINES = "tmpfs /srv/volume tmpfs mode=755 0 0\n"
# A bind of a volume, with a line of its own, and so a unit; one that only the watch knows of, and
# one of a directory that is another one after each start of its service.
BINDS = [
    {"source": VOLUME, "target": "/srv/ro/volume", "state": "mounted"},
    {"source": "/srv/plain", "target": "/srv/ro/plain", "state": "ephemeral"},
    {"source": "/run/db", "target": "/srv/ro/db", "state": "ephemeral"},
]

DB = """
[Service]
Type=exec
RuntimeDirectory=db
ExecStart=/bin/sleep infinity
[Install]
WantedBy=multi-user.target
"""

# Who wants the binds and orders itself so finds them. It is of no other target than the watch, so
# that nothing else makes it wait.
CLIENT = """
[Unit]
After=robind-watch.service
Wants=robind-watch.service
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'cat /proc/self/mountinfo >/client'
"""

# What is left when systemd unmounts, and when it began to.
LAST = """
[Unit]
DefaultDependencies=no
Before=umount.target
Conflicts=umount.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/true
ExecStop=/bin/sh -c 'cat /proc/uptime >/out/down'
"""

QUICK = """
[Service]
WatchdogSec=2s
"""

SCENE = """
keep client cat /client
keep first cat /proc/self/mountinfo
watch() { systemctl show -P "$1" robind-watch; }
pid() { watch MainPID; }
events() { journalctl --sync; journalctl -b --no-pager -o json -u robind-watch ROBIND_EVENT="$1"; }
right() { # TARGET: something is mounted there, and it is read-only
	awk -v target="$1" '$5 == target { found = $6 ~ /^ro/ } END { exit !found }' /proc/self/mountinfo
}
ids() { awk '/ \\/srv\\/ro\\// { print $1, $5 }' /proc/self/mountinfo; }

# Stopped on purpose: it ends, and cleanly, with the bind and with the volume.
keep stop-volume timeout 20 systemctl stop srv-volume.mount
sleep 2
keep stopped cat /proc/self/mountinfo
keep failed-then systemctl --failed --no-legend --plain
keep start-volume systemctl start srv-volume.mount
until_true right /srv/ro/volume
keep back stat -c %d /srv/volume /srv/ro/volume
keep stop-bind timeout 20 systemctl stop srv-ro-volume.mount
keep bind-stopped systemctl show -P Result srv-ro-volume.mount
until_true right /srv/ro/volume

# A service makes its directory anew.
systemctl restart db
until_true sh -c '[ "$(stat -c %i /run/db)" = "$(stat -c %i /srv/ro/db)" ]'
keep db stat -c %d:%i /run/db /srv/ro/db

# A restart, an upgrade, a crash: nothing is unmounted, and it is back.
ids >/out/ids
before=$(pid)
keep restart systemctl restart robind-watch
keep restarted test "$(pid)" != "$before"
ids >/out/ids-restarted
cp /usr/local/sbin/robind /usr/local/sbin/robind.new
mv /usr/local/sbin/robind.new /usr/local/sbin/robind
keep upgrade systemctl try-restart robind-watch
ids >/out/ids-upgraded
before=$(pid)
kill -KILL "$before"
mount -o remount,bind,rw /srv/ro/plain
until_true right /srv/ro/plain
keep killed test "$(pid)" != "$before"
ids >/out/ids-killed

# Signs of life come by themselves; where none does, systemd starts another one.
sleep 5
keep restarts watch NRestarts
before=$(pid)
kill -STOP "$before"
until_true sh -c '[ "$(systemctl show -P MainPID robind-watch)" != '"$before"' ] &&
	[ "$(systemctl is-active robind-watch)" = active ]'
keep hung events ready

keep status robind watch --status
keep mended events mended
keep fighting events fighting
keep failed systemctl --failed --no-legend --plain
cat /proc/uptime >/out/up
"""


@pytest.fixture(scope="module", name="seen")
def _seen(tmp_path_factory):
    made = Guest(
        tmp_path_factory.mktemp("guest"), SCENE, [listed(VOLUME, "/srv/ro/volume")], LINES,
        {"db.service": DB, "client.service": CLIENT, "last.service": LAST,
         "robind-watch.service.d/quick.conf": QUICK},
        enabled=["db.service", "client.service", "last.service"],
        after="mkdir -p /srv/plain /srv/volume; systemctl -q --root=/ enable robind-watch.service")
    made.files["etc/robind/watch.json"] = json.dumps({"binds": BINDS})
    return made.boot()


TARGETS = [bind["target"] for bind in BINDS]


def test_ready_means_there(seen):
    for target in TARGETS:
        assert "ro" in seen.top(target, "client").options, target
        assert "ro" in seen.top(target, "first").options, target


def test_stop_of_a_volume(seen):
    """systemd takes the bind off and then the volume, and nobody puts one back."""
    assert seen.status("stop-volume") == 0, seen.text("stop-volume.err")
    assert seen.top(VOLUME, "stopped") is None and seen.top("/srv/ro/volume", "stopped") is None
    assert seen.text("failed-then") == ""
    volume, view = seen.text("back").split()
    assert seen.status("start-volume") == 0 and volume == view


def test_stop_of_a_bind(seen):
    assert seen.status("stop-bind") == 0, seen.text("stop-bind.err")
    assert seen.text("bind-stopped") == "success\n"


def test_source_made_anew(seen):
    source, view = seen.text("db").split()
    assert source == view


@pytest.mark.parametrize("then", ["restarted", "upgraded", "killed"])
def test_nothing_is_unmounted(seen, then):
    first, after = (set(seen.text(name).splitlines()) for name in ("ids", f"ids-{then}"))
    assert len(first) == len(after) == 3
    # The one that was made writable while nobody watched is another.
    assert len(first & after) == (2 if then == "killed" else 3)
    assert {seen.status(name) for name in ("restart", "restarted", "upgrade", "killed")} == {0}


def test_watchdog(seen):
    """It was started once more after the kill and once after it hung, and never in between."""
    assert seen.text("restarts") == "1\n"
    assert len(seen.text("hung").splitlines()) == 5


def test_events(seen):
    status = json.loads(seen.text("status"))
    assert (status["binds"], status["in_sync"], status["ready"]) == (3, 3, True)
    mended = [json.loads(line) for line in seen.text("mended").splitlines()]
    assert {"not_mounted", "stale_source", "writable"} <= {
        code for event in mended if "ROBIND_CODE" in event
        for code in ([event["ROBIND_CODE"]] if isinstance(event["ROBIND_CODE"], str)
                     else event["ROBIND_CODE"])}
    assert seen.text("fighting") == seen.text("failed") == ""
    assert all(event["MESSAGE_ID"] and event["ROBIND_TARGET"] for event in mended)


def test_shutdown(seen):
    """All services are down within a second or two."""
    up, down = (float(seen.text(name).split()[0]) for name in ("up", "down"))
    assert down - up < 5
