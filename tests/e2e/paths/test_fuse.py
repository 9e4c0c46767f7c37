# SPDX-License-Identifier: Apache-2.0
"""A file system with a server of its own, which gives inode numbers away again."""

import pytest

from host import DIR, bind, here
from servers import PassedOn
from test_filesystems import mount_disk

pytestmark = pytest.mark.needs_root

FUSE, TARGET = f"{DIR}/fuse", f"{DIR}/ro"
SOURCE = f"{FUSE}/db"


@pytest.fixture
def fuse(host):
    mount_disk(host, "ext4")
    server = PassedOn(host, f"{DIR}/volume", host.dir(FUSE))
    host.dir(SOURCE)
    yield host
    server.end()


def make_source_anew(host):
    """With the number that it had: what is deleted on ext4 is given away again at once."""
    before = host.path(SOURCE).stat().st_ino
    host.path(SOURCE).rmdir()
    host.dir(SOURCE)
    if host.path(SOURCE).stat().st_ino != before:
        pytest.skip("another inode number this time")
    host.file(f"{SOURCE}/new")
    assert host.top(TARGET).root == "/db//deleted"


def test_number_in_use_again(fuse):
    asked = bind(SOURCE, TARGET)
    fuse.make(asked)
    make_source_anew(fuse)
    found, done = (fuse.robind(c, request=here(asked)) for c in ("check", "apply"))
    assert (found.status, found.codes) == (2, ["stale_source"]), found.reply
    assert (done.status, done.codes) == (0, ["stale_source"]), done.reply
    assert fuse.path(f"{TARGET}/new").exists()
    fuse.assert_settled(asked)


def test_number_in_use_again_at_boot(fuse):
    fstab = fuse.file("fstab")
    asked = here(bind(SOURCE, TARGET, "mounted"), fstab=fstab)
    assert fuse.robind("apply", request=asked).status == 0
    make_source_anew(fuse)
    assert fuse.robind("boot", "--fstab", fstab).codes == ["stale_source"]
    assert fuse.path(f"{TARGET}/new").exists()


def test_removed_all_the_same(fuse):
    """It is the source as it was once."""
    fuse.make(bind(SOURCE, TARGET))
    make_source_anew(fuse)
    assert fuse.apply(bind(SOURCE, TARGET, "unmounted")).status == 0
    assert fuse.stack(TARGET) == []
