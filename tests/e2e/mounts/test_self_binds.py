# SPDX-License-Identifier: Apache-2.0
"""A directory that is bound onto itself: the bind and what it shows have one and the same name.

Whatever else is mounted there is the disk's own, below the bind, and never touched."""

import pytest

from host import DIR, bind
from self_binds import (  # noqa: F401 (fixtures)
    ASKED, GONE, TREE, D, assert_as_asked, assert_view, legacy, make_and_unmake, place, stage,
    writable,
)
from volumes import KINDS


@pytest.mark.parametrize("asked", [ASKED, TREE], ids=["plain", "recursive"])
def test_made_and_unmade(place, asked):
    for _ in range(3):
        make_and_unmake(place, asked)


def test_options(place):
    asked = bind(D, D, options=["nosuid", "noexec"])
    place.make(asked)
    assert place.top(D).options >= {"nosuid", "noexec"}
    place.run("mount", "-o", "remount,bind,ro,exec,suid", D)
    assert place.apply(asked).codes == ["options"]
    assert_as_asked(place, asked)


@pytest.mark.parametrize("kind", ["made", "legacy"])
def test_remounted_writable(place, kind):
    if kind == "made":
        place.make(ASKED)
        place.run("mount", "-o", "remount,bind,rw", D)
    else:
        writable(place)
    found = place.check(ASKED)
    assert found.status == 2 and "writable" in found.codes and found.bind["before"]["stacked"] == 1
    said = place.apply(ASKED)
    assert said.status == 0 and said.codes == found.codes, said.reply
    assert said.bind["after"] == found.bind["after"]
    assert_as_asked(place)


def test_held_open_for_writing(place):
    place.file(f"{D}/held")
    writable(place)
    with open(place.path(f"{D}/held"), "w", encoding="ascii"):
        said = place.apply(ASKED)
        assert said.status == 0, said.reply
        assert_view(place)
    assert_as_asked(place)


def test_legacy(place):
    legacy(place)
    is_shared = place.top(D).propagation != set()
    found = place.check(ASKED)
    assert found.codes == (["propagation"] if is_shared else [])
    assert place.apply(ASKED).status == 0
    assert_as_asked(place)


@pytest.mark.parametrize("make", [legacy, writable])
@pytest.mark.parametrize("layers", [2, 3])
def test_stacked(place, make, layers):
    for _ in range(layers):
        make(place)
    found = place.check(ASKED)
    assert "stacked" in found.codes, found.reply
    said = place.apply(ASKED)
    assert said.status == 0, said.reply
    assert_as_asked(place)


@pytest.mark.parametrize("make", [legacy, writable])
@pytest.mark.parametrize("layers", [1, 2, 3])
def test_stacked_and_taken_away(place, make, layers):
    for _ in range(layers):
        make(place)
    said = place.apply(GONE)
    assert said.status == 0, said.reply
    assert_view(place, 0)
    place.assert_settled(GONE)


@pytest.mark.parametrize("replace", [False, True])
def test_disk_stays_in_every_state(place, replace):
    """Nothing of ours is there: then there is nothing to take away, and never the disk."""
    with place.unchanged():
        said = place.apply({**GONE, "replace": replace})
    assert (said.status, said.reply["changed"]) == (0, False), said.reply


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("kind", KINDS)
def test_disk_stays_where_no_source_is_given(stage, kind, layers):
    """The same is seen twice at the place, and nobody said which of the two is the disk's."""
    kind(stage).mount(D)
    for _ in range(layers):
        legacy(stage)
    for replace in (False, True):
        with stage.unchanged():
            said = stage.apply({"target": D, "state": "unmounted", "replace": replace})
        assert (said.status, said.error["code"]) == (1, "wrong_source"), said.reply
        assert "source" in said.error["msg"]


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("is_bound", [False, True])
def test_disk_stays_where_a_line_alone_names_the_source(place, is_bound, replace):
    """Without the line the next run would know nothing of it, or that all there is given up."""
    fstab = f"{DIR}/fstab"
    place.file(fstab, f"{D} {D} none bind,ro,private,x-robind 0 0\n")
    if is_bound:
        legacy(place)
    gone = {"target": D, "state": "absent", "replace": replace}
    if place.disk:
        for call in (place.check, place.apply):
            with place.unchanged():
                said = call(gone, fstab=fstab)
            assert (said.status, said.error["code"]) == (1, "wrong_source"), said.reply
        gone["source"] = D
    assert place.apply(gone, fstab=fstab).status == 0
    assert place.stack(D) == place.disk and not place.path(fstab).read_text()
    place.assert_settled(gone, fstab=fstab)


def test_disk_mounted_over_a_self_bind(stage):
    """The bind is hidden, and the disk on top is not ours: it gets a bind of its own."""
    stage.make(ASKED)
    stage.run("mount", "-t", "tmpfs", "tmpfs", D)
    before = stage.stack(D)
    assert stage.apply(ASKED).bind["actions"] == ["attach"]
    assert stage.stack(D)[:2] == before and not stage.is_writable(D)
    stage.assert_settled(ASKED)
    assert stage.apply(GONE).status == 0
    assert stage.stack(D) == before
    stage.assert_settled(GONE)


# ---- files ----


def test_file(stage):
    name = f"{D}/file"
    asked, gone = bind(name, name), bind(name, name, "unmounted")
    stage.make(asked)
    assert not stage.is_writable(name) and stage.is_writable(D)
    stage.assert_settled(asked)
    stage.run("mount", "-o", "remount,bind,rw", name)
    assert stage.apply(asked).codes == ["writable"]
    assert not stage.is_writable(name) and len(stage.stack(name)) == 1
    stage.assert_settled(asked)
    stage.run("mount", "--bind", name, name)
    assert "stacked" in stage.apply(asked).codes
    assert not stage.is_writable(name) and len(stage.stack(name)) == 1
    assert stage.apply(gone).status == 0
    assert stage.stack(name) == [] and stage.is_writable(name)


def test_file_over_a_mount_of_its_own(stage):
    name = f"{D}/file"
    stage.run("mount", "--bind", stage.file("other", "other"), name)
    stage.run("mount", "--make-private", name)  # or `other` would be covered as well
    own = stage.stack(name)
    stage.make(bind(name, name))
    stage.assert_settled(bind(name, name))
    stage.make(bind(name, name, "unmounted"))
    assert stage.stack(name) == own and stage.path(name).read_text() == "other"


# ---- with source_mount ----


@pytest.mark.parametrize("where", [True, D])
def test_source_mount_is_not_the_bind_itself(stage, where):
    asked = {**ASKED, "source_mount": where}
    assert stage.apply(asked).error["code"] == "source_missing"
    stage.make(ASKED)
    with stage.unchanged():
        assert stage.apply(asked).error["code"] == "source_missing"
    stage.make(GONE)
    stage.run("mount", "-t", "tmpfs", "tmpfs", D)
    stage.make(asked)
    stage.assert_settled(asked)


def test_source_mount_above(stage):
    for mount, status in ((DIR, 0), ("/", 1)):
        asked = {**ASKED, "source_mount": mount}
        for _ in range(2):
            assert stage.apply(asked).status == status


# ---- other namespaces ----


@pytest.mark.parametrize("make", [legacy, writable])
def test_mended_everywhere(shared_host, slave, make):
    shared_host.dir(D, "file")
    make(shared_host)
    assert slave.is_writable(D), "the scene is not what it should be"
    assert shared_host.apply(ASKED).status == 0
    assert_as_asked(shared_host)
    assert not slave.is_writable(D) and len(slave.stack(D)) == 1
    shared_host.make(GONE)
    assert slave.stack(D) == []
