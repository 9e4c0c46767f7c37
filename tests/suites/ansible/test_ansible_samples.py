# SPDX-License-Identifier: Apache-2.0
"""manifests/ansible: each play is linted, and run by the real Ansible on a host of its own."""

import pytest

from answer import REPO
from host import DIR
from watcher import Watcher

SAMPLES = REPO / "manifests/ansible"
PLAYS = sorted(SAMPLES.glob("*.yml"))
SOCKET, WWW, KEYS = (f"/mnt/volumes/{name}" for name in ("mysql_socket", "www", "keys"))

pytestmark = [
    pytest.mark.needs_root,
    pytest.mark.skipif(DIR != "/mnt", reason="the samples' paths lie below /mnt"),
]


@pytest.fixture(scope="module")
def volumes(machine):
    """The host of the samples: three volumes, and directories to harden."""
    for volume in (SOCKET, WWW, KEYS):
        machine.dir(volume)
        machine.run("mount", "-t", "tmpfs", "volume", volume)
    machine.sh("mount -t tmpfs srv /srv; cd /srv; mkdir www ftp keys templates tools")
    machine.dir("/mnt/volumes/private/keys")
    return machine


def changes(ansible, name, *options, modes=([], [])):
    """The numbers of changes of a sample in runs in these modes."""
    play = SAMPLES / f"{name}.yml"
    runs = [ansible.run(play, *options, *mode) for mode in modes]
    assert not any(run.status for run in runs), [run.results for run in runs]
    return [run.stats["localhost"]["changed"] for run in runs]


def twice(ansible, name, *options):
    """In earnest, and once more."""
    return changes(ansible, name, *options)


def thrice(ansible, name, *options):
    """In check mode first."""
    return changes(ansible, name, *options, modes=(["--check"], [], []))


def undo(ansible):
    changes(ansible, "90-undo", modes=[[]])


def share_of(machine, volume):
    machine.assert_read_only_view(volume, volume.replace("volumes", "volumes_ro"))


# In order, on one host: each play finds what the one before has left.

def test_before_and_one_word(volumes, ansible):
    """The old way leaves what the new one has to complete, once."""
    assert ansible.run(SAMPLES / "00-before.yml").status == 0
    volumes.run("mount", "-o", "remount,bind,rw", "/mnt/volumes_ro/mysql_socket")
    assert ansible.run(SAMPLES / "00-before.yml").stats["localhost"]["changed"] == 0
    assert thrice(ansible, "10-one-word") == [1, 1, 0]
    share_of(volumes, SOCKET)


def test_undo(volumes, ansible):
    changed = twice(ansible, "90-undo")
    assert changed[0] >= 1 and changed[1] == 0
    assert not volumes.stack("/mnt/volumes_ro/mysql_socket")
    assert "volumes_ro" not in volumes.path("/etc/fstab").read_text()
    assert list(volumes.path("/mnt/volumes_ro").iterdir()) == []


def test_keep_both(volumes, ansible):
    """The two do not fight: fstab has their line, and the mount is ours."""
    assert twice(ansible, "20-keep-both") == [2, 0]
    share_of(volumes, SOCKET)
    volumes.run("mount", "-o", "remount,bind,rw", "/mnt/volumes_ro/mysql_socket")
    assert twice(ansible, "20-keep-both") == [1, 0]
    share_of(volumes, SOCKET)


def test_all(volumes, ansible):
    assert thrice(ansible, "40-all") == [1, 1, 0]
    for volume in (SOCKET, WWW, KEYS):
        share_of(volumes, volume)
    assert volumes.top("/mnt/volumes_ro/keys").options >= {"ro", "nosuid", "nodev", "noexec"}


def test_restarts_only_who_has_an_old_view(volumes, ansible):
    """Nobody has; the loops over who has are empty, and the play goes on after a failure."""
    assert twice(ansible, "30-notify") == [0, 0]


def test_migrate(volumes, ansible):
    """A bind that ansible.posix.mount made: its line is completed once, and keeps its place."""
    volumes.run("umount", "/mnt/volumes_ro/www")
    before = "/mnt/volumes/www /mnt/volumes_ro/www none bind,ro,nofail 0 0\n"
    volumes.path("/etc/fstab").write_text(before + "# the last line\n")
    volumes.sh("cd /mnt/volumes_ro; mount --bind ../volumes/www www")
    assert thrice(ansible, "81-migrate") == [1, 1, 0]
    share_of(volumes, WWW)
    first, last = volumes.path("/etc/fstab").read_text().splitlines()
    assert "bind,ro,nofail" in first and "private" in first and last == "# the last line"


LEFT = [
    "/mnt/volumes/www /mnt/volumes_ro/app none rw,bind 0 0",
    "/mnt/volumes/www /mnt/volumes_ro/later none bind,ro,rw 0 0",
    "/mnt/volumes/www /mnt/volumes_ro/plain none bind,nofail 0 0",
]


def test_migrate_leaves_what_is_writable(volumes, ansible):
    """And says so; one that is mounted by hand stays unmounted."""
    volumes.run("umount", "/mnt/volumes_ro/www")
    by_hand = "/mnt/volumes/www /mnt/volumes_ro/hand none bind,ro,noauto 0 0"
    volumes.path("/etc/fstab").write_text("".join(f"{line}\n" for line in [*LEFT, by_hand]))
    targets = [line.split()[1] for line in LEFT]
    for target in targets:
        volumes.dir(target)
        volumes.run("mount", target)
    status, text = ansible.text(SAMPLES / "81-migrate.yml")
    assert status == 0, text
    for number, target in enumerate(targets, 1):
        assert volumes.is_writable(target), text
        assert f"line {number} of fstab does not say ro: {target}" in text, text
    lines = volumes.path("/etc/fstab").read_text().splitlines()
    assert lines[:3] == LEFT and "private" in lines[3]
    assert not volumes.stack("/mnt/volumes_ro/hand")
    assert changes(ansible, "81-migrate", modes=[[]]) == [0]
    volumes.run("umount", *targets)
    volumes.path("/etc/fstab").write_text("")


def test_vars_and_audit(volumes, ansible):
    """The set is what the inventory says; drift is told in a line, and left alone."""
    undo(ansible)
    assert thrice(ansible, "50-vars") == [1, 1, 0]
    share_of(volumes, SOCKET)
    share_of(volumes, WWW)
    less = ("-e", '{"robind_host_shares": {"www": null}}')
    assert twice(ansible, "50-vars", *less) == [1, 0]
    assert not volumes.stack("/mnt/volumes_ro/www")
    volumes.run("mount", "-o", "remount,bind,rw", "/mnt/volumes_ro/mysql_socket")
    status, text = ansible.text(SAMPLES / "82-audit.yml", *less)
    assert status == 0
    assert "localhost: /mnt/volumes_ro/mysql_socket: writable: target is writable" in text, text
    assert volumes.is_writable("/mnt/volumes_ro/mysql_socket")


def test_harden(volumes, ansible):
    assert twice(ansible, "80-harden") == [2, 0]
    for name in ("www", "ftp", "keys", "templates"):
        assert volumes.top(f"/srv/{name}").options >= {"ro", "nosuid", "nodev", "noexec"}
        assert not volumes.is_writable(f"/srv/{name}")
    assert "noexec" not in volumes.top("/srv/tools").options


def test_scene(volumes, ansible):
    """What of the mail host needs neither disks nor images; these are the scene's own tests."""
    undo(ansible)
    assert twice(ansible, "60-scene", "--tags", "share") == [2, 0]
    share_of(volumes, SOCKET)
    assert not volumes.is_writable("/mnt/volumes_ro/mysql_socket/run")


def test_boot(volumes, ansible):
    """The role installs what the other plays then use, instead of pushing it."""
    check, first, second = thrice(ansible, "70-boot")
    assert check == first >= 3 and second == 0
    assert volumes.run("/usr/local/sbin/robind", "--version").stdout
    assert volumes.path("/etc/systemd/system/robind-boot.service").exists()
    assert volumes.path("/usr/sbin/mount.robind").is_symlink()
    fstab = volumes.path("/etc/fstab")
    before = fstab.read_text()
    fstab.write_text(before + "/mnt/a /mnt/b robind ro,x-robind 0 0\n")
    status, text = ansible.text(SAMPLES / "90-undo.yml")
    assert status and "which need mount.robind at the next boot: /mnt/b; make" in text, text
    assert volumes.path("/usr/sbin/mount.robind").is_symlink()
    fstab.write_text(before)
    used = ansible.play([{"name": "used", "robind.mount.robind": {
        "source": SOCKET, "target": "/mnt/installed", "install": "host"}}])
    assert used.of("used")["changed"]


def test_watch(volumes, ansible):
    """What the role has left is what a watch keeps; where the role goes, its file goes."""
    undo(ansible)
    check, first, second = thrice(ansible, "75-watch")
    assert check == first >= 5 and second == 0
    share_of(volumes, SOCKET)
    assert "ExecStart=/usr/local/sbin/robind watch /etc/robind/watch.json /etc/robind/watch.d\n" in \
        volumes.path("/etc/systemd/system/robind-watch.service").read_text()
    watcher = Watcher(volumes, "/etc/robind/watch.d")
    assert [event["event"] for event in watcher.events()] == ["ready"], watcher.events()
    volumes.run("mount", "-o", "remount,bind,rw", "/mnt/volumes_ro/mysql_socket")
    watcher.wait_for("mended")
    watcher.end()
    undo(ansible)
    assert not volumes.path("/etc/robind/watch.d/ansible.json").exists()
    assert not volumes.path("/etc/systemd/system/robind-watch.service").exists()


# Linting

def lint(ansible, collections, config, *files):
    """ansible-lint of Debian looks for collections in the folder above the first one named."""
    return ansible.call("ansible-lint", "--offline", "--nocolor", "-p", "-c", str(config),
                        *map(str, files),
                        ANSIBLE_COLLECTIONS_PATH=f"{collections}/ansible_collections")


def test_ansible_lint(ansible, collections):
    done = lint(ansible, collections, REPO / ".ansible-lint", *PLAYS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in done.stderr, done.stderr


def test_yamllint(ansible):
    done = ansible.call("yamllint", "-s", "-c", str(REPO / ".yamllint"), str(SAMPLES),
                        str(REPO / "module/ansible"))
    assert done.returncode == 0, done.stdout


def test_ansible_lint_catches_what_is_misspelt(ansible, collections):
    play = ansible.write([
        {"name": "Misspelt", "robind.mount.robind": {"sorce": "/a", "target": "/b"}},
        {"name": "Misspelt in a list", "robind.mount.robind": {
            "binds": [{"source": "/a", "target": "/b", "recursiv": True}]}},
    ], "misspelt.yml", name="Misspelt")
    config = ansible.work / "args.yml"
    config.write_text("enable_list: [args]\n")
    done = lint(ansible, collections, config, play)
    for word in ("module: sorce.", "module: binds.recursiv."):
        assert f"Unsupported parameters for robind.mount.robind {word}" in done.stdout, done.stdout
