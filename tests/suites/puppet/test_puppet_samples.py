# SPDX-License-Identifier: Apache-2.0
"""Every sample of manifests/puppet: with --noop before robind is there, then twice for real.

The first is clean and changes nothing, the second makes what the sample says, the third has
nothing to do.
"""

import pathlib
import re

import pytest

from host import DIR, Namespace
from puppets import MODULES, SAMPLES, PuppetHost, needs_puppet, server
from watcher import Watcher

pytestmark = needs_puppet()

OLD = [str(pathlib.Path(__file__).with_name("modules"))]
RW, RO = f"{DIR}/volumes", f"{DIR}/volumes_ro"
SOCKET = f"{RO}/mysql_socket"
UNIT = "/etc/systemd/system/robind-boot.service"
WANTED = "/etc/systemd/system/multi-user.target.wants/robind-boot.service"


@pytest.fixture
def host():
    host = PuppetHost(installed=False)
    for volume in ("mysql_socket", "www", "keys", "private/keys"):
        host.dir(f"{RW}/{volume}", "file")
    host.dir("/etc/systemd/system")
    yield host
    host.end()


def sample(name):
    (file,) = SAMPLES.glob(f"{name}-*.pp")
    return str(file)


def thrice(host, name, *args):
    """The sample's three runs; returns what the second one said."""
    fstab = host.fstab
    with host.unchanged():
        host.apply(sample(name), "--noop", *args, modules=OLD).assert_clean()
    assert host.fstab == fstab
    host.install()
    first = host.apply(sample(name), *args, modules=OLD)
    first.assert_changed()
    before = host.mountinfo(), host.fstab
    second = host.apply(sample(name), *args, modules=OLD)
    second.assert_clean()
    assert (host.mountinfo(), host.fstab) == before
    return first


def assert_shared(host, *volumes):
    for volume in volumes:
        host.assert_read_only_view(f"{RW}/{volume}", f"{RO}/{volume}")


def said(run):
    """What robind said in the log of an exec, but that the disks here are none that last."""
    told = [text.split("/returns: ")[1] for text in run.of("/returns: ")]
    return [text for text in told if not text.startswith(("executed", "warning"))]


def line(source, target, options="bind,ro,private,x-robind"):
    return f"{source} {target} none {options} 0 0\n"


def test_00_before(host):
    """It does what is said of it: what was made writable by hand stays so, without a word."""
    thrice(host, "00")
    assert not host.is_writable(SOCKET)
    host.sh('mount -o remount,bind,rw "$1"', SOCKET)
    host.apply(sample("00"), modules=OLD).assert_clean()
    assert host.is_writable(SOCKET)


def test_10_one_word(host):
    thrice(host, "10")
    assert_shared(host, "mysql_socket")
    assert line(f"{RW}/mysql_socket", SOCKET) in host.fstab
    host.sh('mount -o remount,bind,rw "$1"', SOCKET)
    run = host.apply(sample("10"))
    run.assert_changed()
    assert "mounted, mended: target is writable (writable)" in run.text
    assert_shared(host, "mysql_socket")


def test_20_keep_both(host):
    """They do not fight: fstab is the one's, the mount is the other's."""
    thrice(host, "20")
    assert_shared(host, "mysql_socket")
    assert f"{RW}/mysql_socket\t{SOCKET}\tnone\tbind,ro\t0\t0\n" in host.fstab
    host.sh('mount -o remount,bind,rw "$1"', SOCKET)
    run = host.apply(sample("20"), modules=OLD)
    run.assert_changed()
    assert said(run) == [f"mended  {SOCKET}  was writable",
                         "1 bind: 0 as asked, 1 changed."], run.text
    assert_shared(host, "mysql_socket")


def test_30_notify(host):
    """Who kept a writable copy is named, once the bind was mended, and asked to restart."""
    host.sh('mount --make-shared "$1"', DIR)
    host.dir(SOCKET)
    host.sh('mount --bind "$1" "$2"', f"{RW}/mysql_socket", SOCKET)
    private = Namespace(*host.enter, "unshare", "-m", "--propagation", "private")
    try:
        host.dir("/usr/local/sbin")
        first = thrice(host, "30")
    finally:
        private.end()
    assert_shared(host, "mysql_socket")
    assert "Triggered 'refresh' from 1 event" in first.text
    assert any("restart process" in text and "writable copy" in text
               for text in first.of("Exec[the socket, read-only]/returns")), first.text


def test_40_all(host):
    thrice(host, "40")
    assert_shared(host, "mysql_socket", "www", "keys")
    host.sh('mount -o remount,bind,rw "$1"; umount "$2"', f"{RO}/www", f"{RO}/keys")
    run = host.apply(sample("40"))
    run.assert_changed()
    assert said(run) == [f"mended  {RO}/www   was writable", f"made    {RO}/keys  new",
                         "3 binds: 1 as asked, 2 changed."], run.text


def test_40_a_failure_is_one_binds(host):
    host.install()
    host.sh('rm -r "$1"', f"{RW}/www")
    run = host.apply(sample("40"))
    assert run.status == 4, run.text
    assert_shared(host, "mysql_socket", "keys")
    assert any(f"FAILED  {RO}/www: " in text for text in run.of("/returns: "))


def test_50_hiera(host):
    """The node's level completes a share, takes one away, and has one of its own."""
    thrice(host, "50", f"--hiera_config={SAMPLES}/hiera/hiera.yaml")
    assert_shared(host, "mysql_socket")
    host.assert_read_only_view(f"{RW}/private/keys", f"{RO}/keys")
    assert host.top(f"{RO}/www") is None
    assert {"nosuid", "noexec"} <= set(host.top(SOCKET).options)
    assert {"nosuid", "nodev"} <= set(host.top(f"{RO}/keys").options)


def test_60_scene(host):
    """Volumes, their mounts, the share and the units; the containers themselves are started
    elsewhere. In place of LVM there are disks that were made already."""
    host.sh('rm -r "$1"', RW)
    host.sh(
        "mkdir /run/dev; mount --bind /dev /run/dev; mount -t tmpfs -o mode=755 tmpfs /dev\n"
        "cp -a /run/dev/null /run/dev/zero /run/dev/loop* /run/dev/urandom /dev; mkdir /dev/vg0\n"
        "for volume in mysql mysql_socket vmail; do truncate -s 4M /run/$volume\n"
        "/sbin/mkfs.ext3 -q /run/$volume; done"
    )
    disks = []
    try:
        for volume in ("mysql", "mysql_socket", "vmail"):
            disk = host.run("losetup", "-f", "--show", f"/run/{volume}").stdout.decode().strip()
            disks.append(disk)
            host.sh('[ -e "$1" ] || cp -a "/run$1" "$1"; ln -s "$1" "$2"', disk, f"/dev/vg0/{volume}")
        args = ["--skip_tags", "service"]
        first = thrice(host, "60", *args)
        assert_shared(host, "mysql_socket")
        check_scene(host, first)
    finally:
        host.sh('umount -l "$1"/* "$2"/* || true', RO, RW)
        for disk in disks:
            host.run("losetup", "-d", disk)


def check_scene(host, first):
    assert first.of("Robind_bind[/mnt/volumes_ro/mysql_socket]/ensure"), first.text
    assert {"rw", "noatime"} <= set(host.top(f"{RW}/mysql_socket").options)
    # Its source is a volume that has to be there: without it nothing empty is shared.
    host.sh('umount -l "$1" "$2"', SOCKET, f"{RW}/mysql_socket")
    run = host.apply(sample("60"), "--tags", "robind_bind")
    assert run.status == 4 and "Robind_bind" in run.text, run.text
    assert host.top(SOCKET) is None
    unit = host.path("/etc/systemd/system/dovecot.service").read_text()
    assert "-v /mnt/volumes_ro/mysql_socket/run:/socket/mysql:ro dovecot/" in unit
    unit = host.path("/etc/systemd/system/postfixadmin.service").read_text()
    assert "-v /mnt/volumes_ro:/socket:ro,rslave" in unit


def test_70_boot(host):
    """The unit starts what boots, and systemd finds no fault with it."""
    host.file("/etc/init/remount-ro-bind-mounts.conf")
    thrice(host, "70")
    assert not host.path("/etc/init/remount-ro-bind-mounts.conf").exists()
    assert "ExecStart=/usr/local/sbin/robind boot\n" in host.path(UNIT).read_text()
    done = host.run("systemd-analyze", "verify", "--man=no", UNIT, check=False)
    assert host.path(WANTED).is_symlink()
    assert (done.returncode, done.stdout + done.stderr) == (0, b"")


def test_75_watch(host):
    """The one that runs is told before the shares are made, and keeps them from then on."""
    host.dir("/usr/local/sbin")
    host.install()
    watcher = Watcher(host, "/etc/robind/watch.json", "/etc/robind/watch.d")
    host.apply(sample("75")).assert_changed()
    watcher.wait_for("loaded")
    watcher.wait_for_quiet()
    host.apply(sample("75")).assert_clean()
    assert_shared(host, "mysql_socket", "www")
    host.sh('mount -o remount,bind,rw "$1"', SOCKET)
    watcher.wait_for("mended", target=SOCKET, drift=["writable"])
    host.apply(sample("75")).assert_clean()
    # What is no longer named is let go before Puppet takes it away.
    less = pathlib.Path(sample("75")).read_text().replace("'recursive' => true", "'ensure' => 'absent'")
    host.apply(less).assert_changed()
    watcher.wait_for("loaded", 2)
    watcher.wait_for_quiet(1)
    assert host.top(f"{RO}/www") is None and f"{RO}/www" not in host.fstab
    assert not watcher.events("fighting")
    assert watcher.end() == 0


def test_75_watch_alone(host):
    """A watch that starts after the run, as at the first time, has nothing to mend."""
    thrice(host, "75")
    watcher = Watcher(host, "/etc/robind/watch.d")
    assert [event["event"] for event in watcher.events()] == ["ready"], watcher.events()
    watcher.end()


def test_90_undo(host):
    """Mounts and lines are gone, and what was there before is as it was."""
    fstab = host.fstab
    host.install()
    for name in ("40", "70"):
        host.apply(sample(name)).assert_changed()
    host.uninstall()
    thrice(host, "90")
    assert host.fstab == fstab
    assert not host.path(WANTED).is_symlink()
    for volume in ("mysql_socket", "www", "keys"):
        assert host.top(f"{RO}/{volume}") is None
        assert host.path(f"{RW}/{volume}/file").exists()
        assert not host.path(f"{RO}/{volume}").exists()
    assert host.path(RO).is_dir()


def test_every_fact_of_the_module_is_there():
    """In each run of a sample here: a fact hides a variable of its name."""
    declared = re.findall(r"^Facter.add\(:(\w+)\)", "".join(
        file.read_text() for file in pathlib.Path(MODULES[0]).glob("*/lib/facter/*.rb")), re.M)
    assert declared == ["robind_host"] and "robind_host:" in server().facts


def test_every_sample_is_tested():
    """A sample has a test of its number, and says why it is one."""
    for file in SAMPLES.glob("*.pp"):
        assert any(name.startswith(f"test_{file.name[:2]}_") for name in globals()), file.name
        assert "\n# Why" in file.read_text(), file.name
