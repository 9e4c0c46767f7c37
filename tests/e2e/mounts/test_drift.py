# SPDX-License-Identifier: Apache-2.0
"""What changes under robind's feet is named by check, mended by apply, and then forgotten.

Each row of DRIFTS spoils a bind that was made a moment ago, by hand, as a person or a service
would."""

import shutil

import pytest

from host import DIR, bind

SOURCE, TARGET, OTHER = f"{DIR}/volumes/db", f"{DIR}/ro/db", f"{DIR}/volumes/other"


@pytest.fixture
def stage(host):
    host.dir(SOURCE, "file", "sub/file")
    host.dir(OTHER, "other")
    return host


def unmount(host):
    host.run("umount", TARGET)


def unmount_and_remove(host):
    unmount(host)
    host.path(TARGET).rmdir()


def remount_writable(host):
    host.run("mount", "-o", "remount,bind,rw", TARGET)


def bind_as_people_do(host):
    """The first of the two calls of `mount -o bind,ro`, and then nothing."""
    unmount(host)
    host.run("mount", "--bind", SOURCE, TARGET)


def bind_other(host):
    unmount(host)
    host.run("mount", "--bind", OTHER, TARGET)
    host.run("mount", "-o", "remount,bind,ro", TARGET)


def bind_other_on_top(host):
    host.run("mount", "--bind", OTHER, TARGET)


def bind_below_source(host):
    """On the very file system, and yet another directory."""
    unmount(host)
    host.run("mount", "--bind", f"{SOURCE}/sub", TARGET)


def make_source_anew(host):
    """What a restart of a service with a RuntimeDirectory= does."""
    shutil.rmtree(host.path(SOURCE))
    host.dir(SOURCE, "new")


def move_source_away(host):
    """The old one lives on under another name: nothing was deleted."""
    host.path(SOURCE).rename(host.path(f"{SOURCE}.old"))
    host.dir(SOURCE, "new")


def lose_options(host):
    host.run("mount", "-o", "remount,bind,ro,suid,exec", TARGET)


def make_shared(host):
    host.run("mount", "--make-shared", TARGET)


def make_unbindable(host):
    host.run("mount", "--make-unbindable", TARGET)


def mount_twice(host):
    host.run("mount", "--bind", TARGET, TARGET)


def mount_writable_on_top(host):
    host.run("mount", "--bind", SOURCE, TARGET)


def mount_many_times(host):
    for _ in range(5):
        host.run("mount", "--bind", SOURCE, TARGET)


def mount_disk_on_top(host):
    host.run("mount", "-t", "tmpfs", "tmpfs", TARGET)


def everything(host):
    bind_as_people_do(host)
    make_shared(host)
    mount_writable_on_top(host)


# name -> how it comes about, members of the bind, codes. An Ellipsis allows more codes.
DRIFTS = {
    "not mounted": (unmount, {}, ["not_mounted"]),
    "target removed": (unmount_and_remove, {}, ["not_mounted", "target_missing"]),
    "writable": (remount_writable, {}, ["writable"]),
    "writable from the start": (bind_as_people_do, {}, ["writable"]),
    "wrong source": (bind_other, {"replace": True}, ["wrong_source", ...]),
    "wrong source on top": (bind_other_on_top, {"replace": True}, ["wrong_source", ...]),
    "a part of the source": (bind_below_source, {"replace": True}, ["wrong_source", ...]),
    "source made anew": (make_source_anew, {}, ["stale_source"]),
    "source moved": (move_source_away, {"replace": True}, ["wrong_source"]),
    "options": (lose_options, {"options": ["nosuid", "noexec"]}, ["options"]),
    "shared": (make_shared, {}, ["propagation"]),
    "unbindable": (make_unbindable, {}, ["propagation"]),
    "stacked": (mount_twice, {}, ["stacked"]),
    "stacked and writable": (mount_writable_on_top, {}, ["stacked", ...]),
    "stacked many times": (mount_many_times, {}, ["stacked", ...]),
    "a disk on top": (mount_disk_on_top, {"replace": True}, ["unexpected_mount", ...]),
    "everything": (everything, {}, ["writable", "stacked", ...]),
}


def assert_codes(name, codes, expected):
    named = {code for code in expected if code is not ...}
    if ... in expected:
        assert named <= set(codes), f"{name}: {codes}"
    else:
        assert named == set(codes), f"{name}: {codes}"


@pytest.mark.parametrize("name", DRIFTS)
def test_named_mended_forgotten(stage, name):
    spoil, members, expected = DRIFTS[name]
    asked = bind(SOURCE, TARGET, **members)
    stage.make(asked)
    spoil(stage)

    found = stage.check(asked)
    assert found.status == 2, f"{name}: {found.reply}"
    assert_codes(name, found.codes, expected)
    assert stage.check(asked).codes == found.codes

    mended = stage.apply(asked)
    assert (mended.status, mended.bind["status"]) == (0, "changed"), f"{name}: {mended.reply}"
    assert mended.codes == found.codes and mended.bind["actions"], name
    assert mended.bind["after"]["read_only"] and mended.bind["after"]["mounted"], name
    assert len(stage.stack(TARGET)) == 1, f"{name}: layers are left"
    stage.assert_read_only_view(SOURCE, TARGET)
    stage.assert_settled(asked)


@pytest.mark.parametrize("name", DRIFTS)
def test_says_what_was_wanted_and_what_is(stage, name):
    spoil, members, _ = DRIFTS[name]
    asked = bind(SOURCE, TARGET, **members)
    stage.make(asked)
    spoil(stage)
    for drift in stage.check(asked).bind["drift"]:
        assert {"code", "want", "have", "msg"} <= drift.keys(), f"{name}: {drift}"
        assert drift["msg"], f"{name}: {drift}"


@pytest.mark.parametrize("name", DRIFTS)
def test_check_foretells_apply(stage, name):
    """One plan for both: only the deed is missing."""
    spoil, members, _ = DRIFTS[name]
    asked = bind(SOURCE, TARGET, **members)
    stage.make(asked)
    spoil(stage)
    foretold, done = stage.check(asked).bind, stage.apply(asked).bind
    for member in ("status", "changed", "drift", "before", "after"):
        assert foretold.get(member) == done.get(member), f"{name}: {member}"


def test_options_are_mended_in_place(stage):
    """The mount stays the same, and so does who holds it."""
    asked = bind(SOURCE, TARGET, options=["nosuid"])
    stage.make(asked)
    before = stage.top(TARGET).id
    stage.run("mount", "-o", "remount,bind,ro,suid", TARGET)
    assert stage.apply(asked).bind["actions"] == ["set_options"]
    assert stage.top(TARGET).id == before


def test_options_that_are_not_named_stay(stage):
    stage.make(bind(SOURCE, TARGET))
    stage.run("mount", "-o", "remount,bind,ro,noexec,noatime", TARGET)
    stage.assert_settled(bind(SOURCE, TARGET))
    assert stage.top(TARGET).options >= {"noexec", "noatime"}
    assert stage.apply(bind(SOURCE, TARGET, options=["exec"])).codes == ["options"]
    assert "noatime" in stage.top(TARGET).options


def test_stale_file(host):
    """A socket that its server made anew: the view would refuse every client."""
    source, target = host.file("db.sock"), f"{DIR}/ro.sock"
    asked = bind(source, target)
    host.make(asked)
    host.path(source).unlink()
    host.file("placeholder")  # takes the old inode's number where numbers are used again
    host.file(source)
    assert host.check(asked).codes == ["stale_source"]
    assert host.apply(asked).status == 0
    host.assert_read_only_view(source, target)
    host.assert_settled(asked)


@pytest.mark.parametrize("spoil", [unmount, remount_writable, None])
def test_source_is_missing(stage, spoil):
    """An earlier step of the same run may make it, so check calls it drift; apply cannot."""
    asked = bind(SOURCE, TARGET)
    stage.make(asked)
    if spoil:
        spoil(stage)
    shutil.rmtree(stage.path(SOURCE))
    assert "source_missing" in stage.check(asked).codes
    with stage.unchanged():
        said = stage.apply(asked)
    assert (said.status, said.error["code"]) == (1, "source_missing")


def test_source_never_was(host):
    asked = bind(f"{DIR}/none/db", f"{DIR}/ro")
    found = host.check(asked)
    assert found.status == 2 and {"source_missing", "not_mounted"} <= set(found.codes)


def remount_file_system(host, name, how):
    """Not the mount: the file system itself. With no option besides, as mount(8) would add an
    owner that means nothing in a user namespace."""
    host.run("mount", "--options-mode=ignore", "-o", f"remount,{how}", name)


def test_read_only_file_system_is_not_a_read_only_mount(host):
    """The source's own read-only state may end at any time: the view has to be read-only by
    itself."""
    source = host.dir("volume")
    host.run("mount", "-t", "tmpfs", "tmpfs", source)
    target = host.dir("target")
    host.run("mount", "--bind", source, target)
    host.run("mount", "--make-private", target)
    remount_file_system(host, source, "ro")
    assert "writable" in host.check(bind(source, target)).codes
    assert host.apply(bind(source, target)).status == 0
    remount_file_system(host, source, "rw")
    host.assert_read_only_view(source, target)
