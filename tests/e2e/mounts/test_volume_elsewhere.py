# SPDX-License-Identifier: Apache-2.0
"""What looks like a bind of a lost volume, and is not: the volume is mounted elsewhere, or the
source is no mount point that it left. It is told by what it is, and "replace" is heard."""

import pytest

from host import DIR, bind, here
from volumes import VOLUME, Tmpfs

TARGET = f"{DIR}/ro/x"
OTHER = f"{DIR}/volumes/other"
FSTAB = f"{DIR}/fstab"


@pytest.fixture(params=["private", "shared"])
def stage(hosts, request):
    host = hosts(shared=request.param == "shared")
    host.dir(TARGET)
    host.file(FSTAB)
    Tmpfs(host).mount()
    return host


def code_of(source):
    return "unexpected_mount" if source == VOLUME else "wrong_source"


def assert_foreign(host, asked, code, **members):
    """Left alone by apply and by check, until it is to be replaced."""
    with host.unchanged():
        said = host.apply(asked, **members)
    assert (said.status, said.error["code"]) == (1, code), said.reply
    assert host.check(asked, **members).error["code"] == code
    asked = {**asked, "replace": True}
    found, done = host.check(asked, **members), host.apply(asked, **members)
    assert (found.status, done.status) == (2, 0), done.reply
    assert found.codes == done.codes == [code]
    host.assert_read_only_view(asked["source"], TARGET)


def test_source_is_another_one_now(stage):
    """It never was the volume's mount point, but may be made as an empty directory as well."""
    stage.make(bind(VOLUME, TARGET))
    assert_foreign(stage, bind(stage.dir(f"{DIR}/new"), TARGET), "unexpected_mount")


def test_source_is_another_one_now_by_our_line(stage):
    old, new = (bind(path, TARGET, "mounted") for path in (f"{VOLUME}/db", stage.dir("new/db")))
    assert stage.apply(old, fstab=FSTAB).status == 0
    found, done = stage.check(new, fstab=FSTAB), stage.apply(new, fstab=FSTAB)
    assert (found.status, done.status) == (2, 0), done.reply
    assert found.codes == done.codes == ["wrong_source", "fstab_differs"]
    stage.assert_read_only_view(f"{DIR}/new/db", TARGET)


@pytest.mark.parametrize("state", ["ephemeral", "mounted"])
@pytest.mark.parametrize("source", [VOLUME, f"{VOLUME}/db"])
def test_moved(stage, source, state):
    """Also with a line of its own: what the mount point shows now does not take its place."""
    asked = bind(source, TARGET, state)
    assert stage.apply(asked, fstab=FSTAB).status == 0
    stage.run("mount", "--make-private", DIR)
    stage.dir(OTHER)
    stage.run("mount", "--move", VOLUME, OTHER)
    stage.dir(source)
    assert_foreign(stage, asked, code_of(source), fstab=FSTAB)


def test_moved_and_to_be_gone(stage):
    """The line says that it is ours, wherever the volume is."""
    asked = bind(f"{VOLUME}/db", TARGET, "mounted")
    assert stage.apply(asked, fstab=FSTAB).status == 0
    stage.run("mount", "--make-private", DIR)
    stage.dir(OTHER)
    stage.run("mount", "--move", VOLUME, OTHER)
    gone = here({**asked, "state": "absent"}, fstab=FSTAB)
    assert stage.robind("check", request=gone).status == 2
    assert stage.robind("apply", request=gone).status == 0
    assert stage.stack(TARGET) == []


@pytest.mark.parametrize("make", ["empty", "none"])
def test_another_volume_at_the_place(stage, make):
    """That is no bare mount point, whatever its directory holds."""
    asked = bind(f"{VOLUME}/db", TARGET)
    stage.make(asked)
    stage.run("umount", VOLUME)
    stage.run("mount", "-t", "tmpfs", "tmpfs", VOLUME)
    if make == "empty":
        stage.dir(f"{VOLUME}/db")
        assert_foreign(stage, asked, "wrong_source")
        return
    with stage.unchanged():
        assert stage.apply(asked).error["code"] == "source_missing"
    assert stage.check({**asked, "replace": True}).codes[0] == "source_missing"


# ---- what is one all the same ----


def assert_lost(host, asked, **members):
    for replace in (False, True):
        said = host.check({**asked, "replace": replace}, **members)
        assert said.error["code"] == "source_unmounted", said.reply
        with host.unchanged():
            said = host.apply({**asked, "replace": replace}, **members)
        assert said.error["code"] == "source_unmounted", said.reply


def test_two_binds_of_a_lost_volume(stage):
    """Neither of them is the volume."""
    binds = [bind(VOLUME, TARGET), bind(VOLUME, stage.dir("ro/y"))]
    stage.make(*binds)
    stage.run("umount", VOLUME)
    for asked in binds:
        assert_lost(stage, asked)


def test_writable_part_elsewhere(stage):
    """A bind of the source, that somebody else made, is not the volume either."""
    asked = bind(f"{VOLUME}/db", TARGET, "mounted")
    assert stage.apply(asked, fstab=FSTAB).status == 0
    stage.dir(OTHER)
    stage.run("mount", "--bind", f"{VOLUME}/db", OTHER)
    stage.run("umount", VOLUME)
    stage.dir(f"{VOLUME}/db")
    assert_lost(stage, asked, fstab=FSTAB)


def test_listed_mount_above(stage):
    """That one is mounted, but the volume that the source was on is another."""
    lines = f"tmpfs {DIR}/volumes tmpfs defaults 0 0\n"
    stage.run("umount", VOLUME)
    Tmpfs(stage).mount(f"{DIR}/volumes")
    Tmpfs(stage).mount()
    asked = bind(f"{VOLUME}/db", TARGET, "mounted")
    assert stage.apply(asked, fstab=stage.file(FSTAB, lines)).status == 0
    stage.run("umount", VOLUME)
    stage.dir(f"{VOLUME}/db")
    assert_lost(stage, asked, fstab=FSTAB)
