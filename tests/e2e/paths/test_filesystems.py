# SPDX-License-Identifier: Apache-2.0
"""The file systems that volumes live on. Each has its own idea of device and inode numbers."""

import shutil

import pytest

from host import DIR, bind

pytestmark = pytest.mark.needs_root

VOLUME, TARGET = f"{DIR}/volume", f"{DIR}/ro"

# What mkfs takes at least, and its name. The image is sparse: only what is written counts.
DISKS = {
    "ext3": ("16M", "mkfs.ext3 -q"),
    "ext4": ("16M", "mkfs.ext4 -q"),
    "xfs": ("320M", "mkfs.xfs -q"),
    "btrfs": ("128M", "mkfs.btrfs -q"),
}


def mount_disk(host, kind):
    size, mkfs = DISKS[kind]
    if not shutil.which(mkfs.split()[0], path="/usr/sbin:/sbin:/usr/bin:/bin"):
        pytest.skip(f"no {mkfs.split()[0]} here")
    host.dir(VOLUME)
    image = f"{DIR}/{kind}.img"
    host.sh(f'truncate -s {size} "$1"; PATH=$PATH:/usr/sbin:/sbin; {mkfs} "$1"', image)
    done = host.run("mount", "-o", "loop", image, VOLUME, check=False)
    if done.returncode:
        pytest.skip(f"cannot mount {kind}: {done.stderr.decode().strip()}")


def mount_overlay(host):
    host.dir("lower/db", "lower")
    for name in ("upper", "work", VOLUME):
        host.dir(name)
    layers = ",".join(f"{layer}dir={DIR}/{layer}" for layer in ("lower", "upper", "work"))
    host.run("mount", "-t", "overlay", "-o", layers, "overlay", VOLUME)


@pytest.fixture(params=[*DISKS, "overlay"])
def volume(host, request):
    if request.param == "overlay":
        mount_overlay(host)
    else:
        mount_disk(host, request.param)
    host.dir(f"{VOLUME}/db", "file")
    return host


@pytest.fixture
def btrfs(host):
    """Two subvolumes, and a snapshot in which they are stubs: directories that share a number."""
    mount_disk(host, "btrfs")
    for name in ("one", "two", "one/within"):
        host.run("btrfs", "subvolume", "create", f"{VOLUME}/{name}")
    host.run("btrfs", "subvolume", "snapshot", VOLUME, f"{VOLUME}/snapshot")
    host.dir(f"{VOLUME}/one/db", "file")
    return host


@pytest.mark.parametrize("below", ["", "/db"])
def test_made_and_mended(volume, below):
    asked = bind(VOLUME + below, TARGET)
    assert volume.apply(asked).status == 0
    volume.assert_read_only_view(VOLUME + below, TARGET)
    volume.assert_settled(asked)

    volume.run("mount", "-o", "remount,bind,rw", TARGET)
    assert volume.apply(asked).codes == ["writable"]
    volume.assert_read_only_view(VOLUME + below, TARGET)
    volume.assert_settled(asked)
    assert volume.apply(bind(VOLUME + below, TARGET, "unmounted")).status == 0


@pytest.mark.parametrize("kind", ["directory", "file"])
def test_source_made_anew(volume, kind):
    """On a disk the new one may well get the old one's inode number."""
    source, other = f"{VOLUME}/anew", f"{VOLUME}/other"
    make = volume.dir if kind == "directory" else volume.file
    asked = bind(make(source), TARGET)
    volume.make(asked)
    for _ in range(3):
        volume.run("rm", "-r", source)
        make(other), make(source)
        assert volume.check(asked).codes == ["stale_source"]
        assert volume.apply(asked).status == 0
        volume.assert_read_only_view(source, TARGET)
        volume.assert_settled(asked)


def test_another_directory_of_the_volume(volume):
    volume.dir(f"{VOLUME}/other")
    volume.run("mount", "--bind", f"{VOLUME}/other", volume.dir(TARGET))
    asked = bind(f"{VOLUME}/db", TARGET)
    assert volume.apply(asked).error["code"] == "wrong_source"
    assert "wrong_source" in volume.apply({**asked, "replace": True}).codes
    volume.assert_settled({**asked, "replace": True})


@pytest.mark.parametrize("source", [
    "one", "one/db", "one/within", "snapshot", "snapshot/one", "snapshot/two",
])
def test_btrfs_subvolumes(btrfs, source):
    asked = bind(f"{VOLUME}/{source}", TARGET)
    assert btrfs.apply(asked).status == 0
    assert not btrfs.is_writable(TARGET)
    btrfs.assert_settled(asked)


@pytest.mark.parametrize("wanted, mounted", [
    ("one", "two"), ("two", "one"), ("one", ""), ("one/within", "one"),
    ("snapshot/one", "snapshot/two"), ("snapshot", "one"),
])
def test_btrfs_subvolumes_are_told_apart(btrfs, wanted, mounted):
    """Every top of a subvolume has the inode number 256, every stub of one 2."""
    btrfs.run("mount", "--bind", f"{VOLUME}/{mounted}", btrfs.dir(TARGET))
    btrfs.run("mount", "-o", "remount,bind,ro", TARGET)
    asked = bind(f"{VOLUME}/{wanted}", TARGET)
    said = btrfs.apply(asked)
    assert said.error["code"] in ("wrong_source", "unexpected_mount"), said.reply
    assert btrfs.apply({**asked, "replace": True}).status == 0
    btrfs.assert_settled(asked)


def test_file_system_of_its_own_turned_read_only(volume):
    """As after a disk error: the view is made, and is not writable when the disk is well again."""
    remount = 'LIBMOUNT_FORCE_MOUNT2=always mount -o "remount,$1" "$2"'  # fsconfig(2) does not do
    volume.sh(remount, "ro", VOLUME)
    asked = bind(f"{VOLUME}/db", TARGET)
    assert volume.apply(asked).status == 0
    volume.sh(remount, "rw", VOLUME)
    volume.assert_read_only_view(f"{VOLUME}/db", TARGET)
    volume.assert_settled(asked)
