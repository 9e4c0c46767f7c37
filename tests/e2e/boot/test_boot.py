"""fstab with our lines, on a machine that boots: who is there, in which order, and who sees what."""

import pytest

import guest
from guest import Guest

pytestmark = guest.pytestmark

SLOW = """
[Unit]
DefaultDependencies=no
[Service]
Type=oneshot
ExecStart=/bin/sleep 1
"""

MAIL = """
[Service]
Type=exec
PrivateTmp=true
ProtectSystem=full
ExecStart=/bin/sleep infinity
"""

# A directory that is another one after each start.
DB = """
[Service]
Type=exec
RuntimeDirectory=db
ExecStart=/bin/sleep infinity
"""

# The volume comes late, as a disk does, and its line stands last. What is needed and never
# comes is a device, which makes a start impossible without any unit that failed.
FSTAB = """
/srv/volume /srv/ro/none none bind,ro,private,x-robind 0 0
/srv/volume /srv/ro/helper robind ro,private,nosuid,x-robind,x-systemd.requires-mounts-for=/srv/volume 0 0
/srv/volume/late /srv/ro/late none bind,ro,private,nofail,x-systemd.before=robind-boot.service,x-robind 0 0
/srv/gone/data /srv/ro/gone none bind,ro,private,nofail,x-systemd.before=robind-boot.service,x-robind 0 0
/srv/gone/data /srv/ro/gone2 robind ro,private,nofail,x-systemd.before=robind-boot.service,x-robind,\
x-systemd.requires-mounts-for=/srv/gone/data 0 0
/srv/tree /srv/ro/tree none rbind,ro,private,x-systemd.requires-mounts-for=/srv/tree/sub 0 0
/srv/tree /srv/ro/tree2 robind ro,recursive,private,x-systemd.requires-mounts-for=/srv/tree/sub 0 0
tmpfs /srv/tree/sub tmpfs mode=755 0 0
tmpfs /srv/gone tmpfs nofail,x-systemd.requires=dev-nowhere.device 0 0
tmpfs /srv/volume tmpfs mode=755,x-systemd.requires=slow.service 0 0
"""

SCENE = """
keep state systemctl is-system-running --wait
keep failed systemctl --failed --no-legend --plain
keep units systemctl list-units --all --no-legend --plain --type=mount 'srv-*'
keep mountinfo cat /proc/self/mountinfo
keep volume stat -c %d /srv/volume /srv/ro/none /srv/ro/helper
keep mail cat "/proc/$(systemctl show -P MainPID mail)/mountinfo"
for target in none helper; do
	keep write-$target touch /srv/ro/$target/x
	keep mail-write-$target nsenter -m -t "$(systemctl show -P MainPID mail)" touch /srv/ro/$target/x
done
keep write-source touch /srv/volume/x

ASK="source=/run/db target=/srv/ro/db state=ephemeral"
say made apply $ASK
systemctl restart db
say stale check $ASK
say mended apply $ASK
say settled check $ASK
keep db stat -c %d:%i /run/db /srv/ro/db

keep reload systemctl daemon-reload
keep after-reload cat /proc/self/mountinfo
keep kept systemctl is-active srv-ro-none.mount srv-ro-helper.mount
keep stop systemctl stop srv-volume.mount
keep stopped cat /proc/self/mountinfo
"""


@pytest.fixture(scope="module", name="seen")
def _seen(tmp_path_factory):
    units = {"slow.service": SLOW, "mail.service": MAIL, "db.service": DB}
    return Guest(tmp_path_factory.mktemp("guest"), FSTAB, SCENE, units,
                 enabled=["mail.service", "db.service"]).boot()


TARGETS = ("/srv/ro/none", "/srv/ro/helper", "/srv/ro/late")


def test_nothing_failed(seen):
    assert seen.text("failed") == ""
    assert seen.text("state") == "running\n"


@pytest.mark.parametrize("target", TARGETS)
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


@pytest.mark.parametrize("target", TARGETS)
def test_a_service_of_its_own_namespace(seen, target):
    assert "ro" in seen.top(target, "mail").options


def test_nofail_without_the_volume(seen):
    """Neither mounted nor failed, and no directory in the place of the missing source."""
    for name in ("gone", "gone2"):
        assert seen.top(f"/srv/ro/{name}") is None
        assert f"srv-ro-{name}.mount loaded inactive dead" in " ".join(seen.text("units").split())


def test_restarted_service(seen):
    """Its runtime directory is a new one."""
    assert seen.answer("made").status == 0
    assert seen.answer("stale", "check").codes == ["stale_source"]
    assert seen.answer("mended").reply["changed"]
    assert seen.answer("settled", "check").status == 0
    source, target = seen.text("db").split()
    assert source == target


def test_daemon_reload_keeps_the_binds(seen):
    for target in TARGETS:
        assert seen.top(target, "after-reload") == seen.top(target)
    assert seen.text("kept") == "active\nactive\n"


def test_recursive(seen):
    """mount(8) makes the top read-only and leaves the rest, whatever the type says helpers do."""
    assert "ro" in seen.top("/srv/ro/tree").options
    assert "rw" in seen.top("/srv/ro/tree/sub").options
    for target in ("/srv/ro/tree2", "/srv/ro/tree2/sub"):
        assert "ro" in seen.top(target).options
        assert seen.top(target).propagation == set()


def test_stopping_the_volume_stops_its_binds(seen):
    assert seen.status("stop") == 0
    for target in ("/srv/volume", *TARGETS):
        assert seen.top(target, "stopped") is None


# What does not go well

GONE_SCENE = """
keep state systemctl is-system-running
keep failed systemctl --failed --no-legend --plain
keep journal journalctl -b --no-pager -u srv-ro-helper.mount -u srv-ro-dir.mount
keep mountinfo cat /proc/self/mountinfo
"""
HELPER_LINE = "/srv/data /srv/ro/helper robind ro,private,x-robind 0 0\n"


def failed_units(seen):
    return [line.split()[0] for line in seen.text("failed").splitlines()]


def test_without_the_helper(tmp_path):
    """A line of type robind that is not `nofail`: the machine comes up in emergency mode, as
    with any file system that cannot be mounted. Nothing is mounted in its place."""
    seen = Guest(tmp_path, HELPER_LINE, GONE_SCENE, before="rm usr/local/sbin/robind").boot()
    assert seen.text("state") == "maintenance\n"
    assert failed_units(seen) == ["srv-ro-helper.mount"]
    assert "unknown filesystem type 'robind'" in seen.text("journal")
    assert seen.top("/srv/ro/helper") is None


def test_nofail_without_the_helper(tmp_path):
    """It boots, and says what is missing."""
    line = HELPER_LINE.replace("private", "private,nofail")
    scene = GONE_SCENE.replace("is-system-running", "is-system-running --wait")
    seen = Guest(tmp_path, line, scene, before="rm usr/local/sbin/robind").boot()
    assert seen.text("state") == "degraded\n"
    assert failed_units(seen) == ["srv-ro-helper.mount"]
    assert seen.top("/srv/ro/helper") is None


def test_missing_directory(tmp_path):
    """The source is no volume but a directory that nobody made. With type robind that is an
    error that is told; with type none systemd makes an empty directory, and shares that."""
    fstab = HELPER_LINE.replace("private", "private,nofail")
    fstab += "/srv/missing /srv/ro/dir none bind,ro,private,nofail,x-robind 0 0\n"
    scene = GONE_SCENE.replace("is-system-running", "is-system-running --wait")
    seen = Guest(tmp_path, fstab, scene).boot()
    assert failed_units(seen) == ["srv-ro-helper.mount"]
    assert "mount.robind: /srv/ro/helper: '/srv/data' does not exist" in seen.text("journal")
    assert "ro" in seen.top("/srv/ro/dir").options
