# SPDX-License-Identifier: Apache-2.0
"""`recursive`: every mount of the tree, each of them read-only, and none besides."""

import shutil

import pytest

from host import DIR, bind

SOURCE, TARGET = f"{DIR}/volume", f"{DIR}/ro"
SUBMOUNTS = ("/one", "/two", "/two/deep")
ASKED = bind(SOURCE, TARGET, recursive=True)


@pytest.fixture
def stage(host):
    """A volume with mounts below it, one of them within another."""
    host.dir(SOURCE, "file", "empty/file")
    for sub in SUBMOUNTS:
        host.dir(SOURCE + sub)
        mount_disk(host, SOURCE + sub)
    return host


def mount_disk(host, name):
    host.run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", name)


def assert_tree(host, submounts=SUBMOUNTS):
    host.assert_read_only_view(SOURCE, TARGET)
    below = {mount.target for mount in host.mounts() if mount.target.startswith(TARGET + "/")}
    assert below == {TARGET + sub for sub in submounts}
    for sub in submounts:
        host.assert_read_only_view(SOURCE + sub, TARGET + sub)


def test_made(stage):
    assert stage.check(ASKED).status == 2
    assert stage.apply(ASKED).bind["after"]["recursive"] is True
    assert_tree(stage)
    stage.assert_settled(ASKED)


def test_not_asked_for(stage):
    """Without it the mounts below the source are not there; their places are read-only too."""
    stage.make(bind(SOURCE, TARGET))
    assert_tree(stage, submounts=())
    for sub in ("/one", "/two"):
        assert not stage.is_writable(TARGET + sub)


def lose_one(host):
    host.run("umount", f"{TARGET}/one")


def lose_all(host):
    for sub in reversed(SUBMOUNTS):
        host.run("umount", TARGET + sub)


def mount_later_below_the_source(host):
    mount_disk(host, f"{SOURCE}/empty")


def unmount_below_the_source(host):
    host.run("umount", f"{SOURCE}/one")


def mount_below_the_target(host):
    mount_disk(host, f"{TARGET}/empty")


def mount_other_below_the_source(host):
    """Another file system at the same place."""
    host.run("umount", f"{SOURCE}/one")
    mount_disk(host, f"{SOURCE}/one")


def make_one_writable(host):
    host.run("mount", "-o", "remount,bind,rw", f"{TARGET}/two/deep")


def make_top_writable(host):
    host.run("mount", "-o", "remount,bind,rw", TARGET)



DRIFTS = {
    "one is missing": (lose_one, "submount_missing", "/one"),
    "all are missing": (lose_all, "submount_missing", None),
    "mounted later": (mount_later_below_the_source, "submount_missing", "/empty"),
    "one too many": (unmount_below_the_source, "submount_extra", "/one"),
    "another file system": (mount_other_below_the_source, None, None),
    "one is writable": (make_one_writable, "submount_writable", "/two/deep"),
    "the top is writable": (make_top_writable, "writable", None),
}


@pytest.mark.parametrize("name", DRIFTS)
def test_drift(stage, name):
    spoil, code, path = DRIFTS[name]
    stage.make(ASKED)
    spoil(stage)

    found = stage.check(ASKED)
    assert found.status == 2, f"{name}: {found.reply}"
    assert code is None or code in found.codes, f"{name}: {found.codes}"
    if path:
        paths = [drift["path"] for drift in found.bind["drift"] if drift["code"] == code]
        assert any(named.endswith(path) for named in paths), f"{name}: {paths}"

    mended = stage.apply(ASKED)
    assert (mended.status, mended.codes) == (0, found.codes), f"{name}: {mended.reply}"
    assert_tree(stage, [mount.target.removeprefix(SOURCE) for mount in stage.mounts()
                        if mount.target.startswith(SOURCE + "/")])
    stage.assert_settled(ASKED)


def test_foreign_mount_below_the_target(stage):
    """Somebody's file system at a place that has none in the source is not thrown away."""
    stage.make(ASKED)
    mount_below_the_target(stage)
    assert stage.check(ASKED).status in (1, 2)
    said = stage.apply(ASKED)
    if said.status == 0:
        assert "submount_extra" in said.codes
        assert_tree(stage)
        stage.assert_settled(ASKED)
    else:
        assert f"{TARGET}/empty" in said.error["msg"]


def test_from_plain_to_recursive_and_back(stage):
    stage.make(bind(SOURCE, TARGET))
    assert "submount_missing" in stage.apply(ASKED).codes
    assert_tree(stage)
    stage.assert_settled(ASKED)


def somebodys(host):
    mount_disk(host, host.dir(TARGET))


def one_that_is_stale(host):
    host.make(bind(host.dir(f"{SOURCE}/empty/gone"), TARGET))
    host.run("rmdir", f"{SOURCE}/empty/gone")


def a_stack(host):
    host.make(ASKED)
    host.run("mount", "--rbind", "-o", "ro", SOURCE, TARGET)


@pytest.mark.parametrize("before", [None, somebodys, one_that_is_stale, a_stack])
def test_unbindable_below_the_source(stage, before):
    """It would silently be left out: so it fails, and by name, before anything is taken away."""
    if before:
        before(stage)
    stage.run("mount", "--make-unbindable", f"{SOURCE}/one")
    before = stage.mountinfo()
    asked = {**ASKED, "replace": True}
    for said in (stage.check(asked), stage.apply(asked)):
        assert said.error["code"] == "submount_missing"
        assert f"{SOURCE}/one" in said.error["msg"] or f"{TARGET}/one" in said.error["msg"]
        assert stage.mountinfo() == before


def test_unbindable_below_the_source_of_a_writable_stack(stage):
    """What is not taken off for that is at least made read-only."""
    stage.make(ASKED)
    stage.run("mount", "--rbind", SOURCE, TARGET)
    stage.run("mount", "--make-unbindable", f"{SOURCE}/one")
    for said in (stage.check(ASKED), stage.apply(ASKED)):
        assert (said.error["code"], said.bind["actions"]) == ("submount_missing", ["set_read_only"])
    assert not stage.is_writable(TARGET) and stage.is_writable(SOURCE)


def test_options_reach_every_mount(stage):
    asked = bind(SOURCE, TARGET, recursive=True, options=["nosuid"])
    stage.make(asked)
    for sub in ("", *SUBMOUNTS):
        assert "nosuid" in stage.top(TARGET + sub).options
    stage.run("mount", "-o", "remount,bind,ro,suid", f"{TARGET}/two")
    assert "options" in stage.apply(asked).codes
    assert "nosuid" in stage.top(f"{TARGET}/two").options
    stage.assert_settled(asked)


FSTAB = f"{DIR}/fstab"


@pytest.fixture
def inner(host):
    """A bind of its own in a tree that is as it shall be, with a flag that it shall have."""
    host.dir(f"{SOURCE}/empty")
    asked = bind(host.dir(f"{DIR}/other", "file"), f"{TARGET}/empty", "mounted", options=["nosuid"])
    host.file(FSTAB)
    assert host.apply(ASKED, asked, fstab=FSTAB).status == 0
    return asked


@pytest.mark.parametrize("named", [True, False], ids=["in the request", "in fstab"])
def test_options_of_another_bind_in_it_are_its_own(host, inner, named):
    """Flags of the tree are set in place, and what lies in it by itself keeps those that it has."""
    binds = [{**ASKED, "options": ["suid", "nodev"]}, *([inner] if named else [])]
    host.run("mount", "-o", "remount,bind,ro,nosuid", TARGET)
    checked, said = host.check(*binds, fstab=FSTAB), host.apply(*binds, fstab=FSTAB)
    assert said.of(TARGET)["actions"] == checked.of(TARGET)["actions"] == ["set_options"]
    assert {"nosuid", "nodev"} & host.top(TARGET).options == {"nodev"}
    assert {"nosuid", "nodev"} & host.top(inner["target"]).options == {"nosuid"}
    if named:
        assert checked.of(inner["target"])["status"] == said.of(inner["target"])["status"] == "ok"
    host.assert_settled(*binds, fstab=FSTAB)


def test_propagation_of_another_bind_in_it_is_its_own(host, inner):
    host.sh(f"mount --make-shared {TARGET}; mount --make-shared {inner['target']}")
    assert host.apply(ASKED, fstab=FSTAB).bind["actions"] == ["set_private"]
    assert host.top(inner["target"]).propagation and not host.top(TARGET).propagation


def test_file_system_mounted_later_does_not_come_by_itself(hosts):
    """On a shared host nothing writable appears in the view."""
    host = hosts(shared=True)
    host.dir(SOURCE, "empty/file")
    host.make(ASKED)
    mount_disk(host, f"{SOURCE}/empty")
    assert host.top(f"{TARGET}/empty") is None
    assert not host.is_writable(f"{TARGET}/empty")


def test_stale_tree(stage):
    stage.make(ASKED)
    stage.run("umount", "-R", f"{SOURCE}/one", f"{SOURCE}/two")
    shutil.rmtree(stage.path(SOURCE))
    stage.dir(f"{SOURCE}/one")
    mount_disk(stage, f"{SOURCE}/one")
    assert "stale_source" in stage.apply(ASKED).codes
    assert_tree(stage, ["/one"])
    stage.assert_settled(ASKED)


def test_unmounted(stage):
    stage.make(ASKED)
    gone = bind(SOURCE, TARGET, "unmounted", recursive=True)
    said = stage.apply(gone)
    assert said.status == 0, said.reply
    assert not [mount for mount in stage.mounts() if mount.target.startswith(TARGET)]
    stage.assert_settled(gone)
