# SPDX-License-Identifier: Apache-2.0
"""`holders`: who else on this host keeps an old or a writable view of a bind."""

import os

import pytest

from holding import (  # noqa: F401 (fixtures)
    ASKED, NOBODY, SOURCE, TARGET, assert_lasts, assert_nobody, beside, bind_and_mount_within,
    bind_as_people_do, held, process, source_anew, stage, warned)
from host import DIR, bind


def test_nobody(stage, slave):
    stage.make(ASKED)
    assert_nobody(stage)


def test_not_looked_for_unless_asked(stage):
    bind_as_people_do(stage)
    with beside(stage):
        said = stage.check(ASKED)
        assert "needs_restart" not in said.reply and "holders" not in said.bind
        stage.run("mount", "--make-private", TARGET)
        stage.run("mount", "-o", "remount,bind,ro", TARGET)
        said = stage.apply(ASKED)
        assert not said.reply["changed"]
        assert "needs_restart" not in said.reply and "holders" not in said.bind


def test_who_it_is(stage):
    bind_as_people_do(stage)
    with beside(stage) as service:
        said = stage.check(ASKED, holders=True)
        (holder,) = said.bind["holders"]
        comm = stage.path(f"/proc/{service.number}/comm")
        assert holder["command"] == comm.read_text().strip()
        assert holder["pid"] == service.number


@pytest.mark.parametrize("private", [False, True])
def test_copies_that_a_mend_reaches(stage, slave, private):
    """The second of the two calls does not reach it; robind's new mount does."""
    bind_as_people_do(stage)
    stage.run("mount", "-o", "remount,bind,ro", TARGET)
    if private:
        stage.run("mount", "--make-private", TARGET)
    expected = {(slave.number, "writable"): TARGET}
    looked = stage.check(ASKED, holders=True)
    assert held(looked) == expected
    assert warned(looked) == ["writable_elsewhere"]
    if not private:
        said = stage.apply(ASKED)
        assert said.reply["changed"] and held(said) == {} and warned(said) == []
        assert not slave.is_writable(TARGET)
        assert_nobody(stage)


def bind_the_tree(host):
    host.run("mount", "-t", "tmpfs", "tmpfs", f"{SOURCE}/sub")
    host.run("mount", "--rbind", SOURCE, TARGET)


@pytest.mark.parametrize("recursive", [False, True], ids=["plain", "recursive"])
@pytest.mark.parametrize("spoil", [bind_and_mount_within, bind_the_tree])
def test_copies_that_hold_mounts(stage, slave, spoil, recursive):
    """What the mend cannot reach is named, in that run and in the next, and nothing else."""
    asked = {**ASKED, "recursive": recursive}
    spoil(stage)
    said = stage.apply(asked)
    assert said.status == 0, said.reply
    left = slave.is_writable(TARGET), slave.is_writable(f"{TARGET}/sub")
    assert ((slave.number, "writable") in held(said)) == any(left)
    assert warned(said) == ["writable_elsewhere"] * any(left)
    if left[0]:
        assert held(said)[slave.number, "writable"] == TARGET
    assert_lasts(stage, held(said), asked)


def test_writable_below_a_good_copy(stage, slave):
    """The copy was made read-only there by hand, but not what is mounted on it."""
    bind_the_tree(stage)
    slave.run("mount", "-o", "remount,bind,ro", TARGET)
    asked = {**ASKED, "recursive": True}
    said = stage.apply(asked)
    assert said.status == 0, said.reply
    if slave.is_writable(f"{TARGET}/sub"):
        assert held(said) == {(slave.number, "writable"): f"{TARGET}/sub"}
    else:
        assert held(said) == {}
    assert_lasts(stage, held(said), asked)


def test_private_namespace(stage):
    """Nothing gets through to it: it has to be restarted, and then it is gone."""
    bind_as_people_do(stage)
    with beside(stage) as service:
        said = stage.apply(ASKED)
        assert said.status == 0, said.reply
        expected = {(service.number, "writable"): TARGET}
        assert held(said) == expected
        assert warned(said) == ["writable_elsewhere"]
        assert str(service.number) in said.reply["warnings"][0]["msg"]
        assert service.is_writable(TARGET)
        if os.geteuid() != 0 or not said.bind["holders"][0]["unit"]:
            assert said.reply["needs_restart"] == {**NOBODY, "processes": [service.number]}
        assert_lasts(stage, expected)
    with beside(stage) as service:
        assert not service.is_writable(TARGET)
        assert_nobody(stage)


def test_private_namespace_where_nothing_is_shared(host):
    """There it is mended in place, which reaches nobody."""
    host.dir(SOURCE, "file")
    host.dir(TARGET)
    bind_as_people_do(host)
    with beside(host) as service:
        said = host.apply(ASKED)
        assert "replace" not in said.bind["actions"]
        assert held(said) == {(service.number, "writable"): TARGET}


def test_one_of_each_namespace(stage):
    """The process that was there first stands for all of a namespace."""
    bind_as_people_do(stage)
    with beside(stage) as one, beside(stage) as two:
        with process(one, "sh", "-c", "echo ready; exec cat"):
            said = stage.apply(ASKED)
            assert held(said) == {(one.number, "writable"): TARGET, (two.number, "writable"): TARGET}


def test_parent_at_another_path(stage):
    """A container that has the folder of the targets, and gets nothing new."""
    bind_as_people_do(stage)
    with beside(stage) as service:
        service.sh('mkdir "$1"; mount --rbind "$2" "$1"; mount --make-rprivate "$1"; umount "$3"',
                   f"{DIR}/data", f"{DIR}/ro", TARGET)
        said = stage.apply(ASKED)
        assert held(said) == {(service.number, "writable"): f"{DIR}/data/db"}


def test_parent_that_receives(stage):
    """The same as `:ro,rslave`: it sees the mend, and need not be restarted."""
    bind_as_people_do(stage)
    with beside(stage, "slave") as service:
        service.sh('mkdir "$1"; mount --rbind "$2" "$1"; mount --make-rslave "$1"',
                   f"{DIR}/data", f"{DIR}/ro")
        assert held(stage.check(ASKED, holders=True))
        assert held(stage.apply(ASKED)) == {}
        assert not service.is_writable(f"{DIR}/data/db")


def test_source_given_away(stage):
    """A database has the source itself, writable: that is as it should be."""
    bind_as_people_do(stage)
    with beside(stage, "slave") as database:
        database.sh('mkdir "$1"; mount --bind "$2" "$1"; umount "$3"',
                    f"{DIR}/data", SOURCE, TARGET)
        assert held(stage.apply(ASKED)) == {}
        assert database.is_writable(f"{DIR}/data")
        assert_nobody(stage)


def test_source_mounted_on_itself(stage):
    """Nothing is hidden below such a mount, so nobody has an older view."""
    stage.run("mount", "--bind", SOURCE, SOURCE)
    stage.make(ASKED)
    with beside(stage) as database:
        database.sh('mkdir "$1"; mount --bind "$2" "$1"', f"{DIR}/data", SOURCE)
        assert_nobody(stage)


def test_stacked_there(stage):
    """The top one is what a namespace sees."""
    bind_as_people_do(stage)
    with beside(stage) as service:
        service.sh('mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"', TARGET)
        assert held(stage.apply(ASKED)) == {}
        service.run("mount", "--bind", SOURCE, TARGET)
        assert held(stage.check(ASKED, holders=True)) == {(service.number, "writable"): TARGET}


@pytest.mark.parametrize("mask", ["tmpfs", "inaccessible"])
def test_hidden_there(stage, mask):
    """Services are given other things in the place of what they shall not see."""
    stage.make(ASKED)
    with beside(stage) as service:
        if mask == "tmpfs":
            service.run("mount", "-t", "tmpfs", "tmpfs", TARGET)
        else:
            service.sh('mkdir -p "$1/inaccessible/dir"; mount --bind "$1/inaccessible/dir" "$2"',
                       service_dir(service), TARGET)
        assert_nobody(stage)


def service_dir(service):
    service.sh('mkdir -p "$1"; mount -t tmpfs tmpfs "$1"', f"{DIR}/run")
    return f"{DIR}/run"


def test_target_given_away_and_source_made_anew(stage):
    """A container keeps the clone that it made at its start."""
    stage.make(ASKED)
    with beside(stage) as service:
        service.sh('mkdir "$1"; mount --bind "$2" "$1"; umount "$2"', f"{DIR}/socket", TARGET)
        assert_nobody(stage)
        source_anew(stage)
        expected = {(service.number, "stale"): f"{DIR}/socket"}
        assert held(stage.check(ASKED, holders=True)) == expected
        said = stage.apply(ASKED)
        assert "stale_source" in said.codes
        assert held(said) == expected
        assert warned(said) == []
        assert_lasts(stage, expected)


def test_part_given_away_and_made_anew(stage):
    """The bind is right, and the container still holds a directory that is gone."""
    stage.dir(f"{SOURCE}/sub/part")
    stage.make(ASKED)
    with beside(stage) as service:
        service.sh('mkdir "$1"; mount --bind "$2/sub/part" "$1"; umount "$2"', f"{DIR}/socket",
                   TARGET)
        assert_nobody(stage)
        stage.sh('rmdir "$1"; mkdir "$1"', f"{SOURCE}/sub/part")
        said = stage.check(ASKED, holders=True)
        assert (said.status, held(said)) == (0, {(service.number, "stale"): f"{DIR}/socket"})


def test_copy_and_source_made_anew(stage):
    stage.make(ASKED)
    with beside(stage) as service:
        source_anew(stage)
        expected = {(service.number, "stale"): TARGET}
        assert held(stage.apply(ASKED)) == expected
        assert_lasts(stage, expected)


def test_volume_mounted_later(stage):
    """The source is a mount point now; who came before sees what lies below it."""
    stage.make(ASKED)
    with beside(stage) as service:
        stage.run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", SOURCE)
        said = stage.apply(ASKED)
        assert "source_covered" in said.codes
        assert held(said) == {(service.number, "stale"): TARGET}
        service.sh('mkdir "$1"; mount --bind "$2" "$1"; umount "$2"', f"{DIR}/socket", TARGET)
        assert held(stage.check(ASKED, holders=True)) == {
            (service.number, "stale"): f"{DIR}/socket"}


def test_another_source_before(stage):
    stage.make(bind(stage.dir("volumes/old"), TARGET))
    with beside(stage) as service:
        stage.make({**ASKED, "replace": True})
        assert held(stage.check(ASKED, holders=True)) == {(service.number, "stale"): TARGET}


def test_taken_away(stage):
    """Detaching cannot reach a private namespace: its copy is left."""
    stage.make(ASKED)
    gone = {**ASKED, "state": "unmounted"}
    with beside(stage) as service:
        said = stage.apply(gone, holders=True)
        assert held(said) == {(service.number, "stale"): TARGET}
        assert warned(said) == []
    assert_nobody(stage, gone)


def test_of_each_bind(stage):
    """One pass for all, and each has its own."""
    other = bind(stage.dir("volumes/other"), f"{DIR}/ro/other")
    bind_as_people_do(stage)
    with beside(stage) as first:
        stage.run("mount", "--bind", other["source"], stage.dir("ro/other"))
        with beside(stage) as second:
            stage.apply(ASKED, other)
            said = stage.check(ASKED, other, bind(SOURCE, f"{DIR}/none"), holders=True)
            pids = [{h["pid"] for h in bind.get("holders", [])} for bind in said.reply["binds"]]
            assert pids == [{first.number, second.number}, {second.number}, set()]
