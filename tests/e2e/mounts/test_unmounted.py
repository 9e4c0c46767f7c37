# SPDX-License-Identifier: Apache-2.0
"""`unmounted`: the view goes, the directories stay, and what is not ours stays too."""

import shutil

import pytest

from host import DIR, bind

SOURCE, TARGET = f"{DIR}/volumes/db", f"{DIR}/ro"
GONE = bind(SOURCE, TARGET, "unmounted")
GONE_WITHOUT_SOURCE = {"target": TARGET, "state": "unmounted"}


@pytest.fixture
def stage(host):
    host.dir(SOURCE, "file")
    host.dir(TARGET)
    return host


@pytest.mark.parametrize("layers", [1, 2, 5])
def test_every_layer_of_ours(stage, layers):
    stage.make(bind(SOURCE, TARGET))
    for _ in range(layers - 1):
        stage.run("mount", "--bind", SOURCE, TARGET)
    found = stage.check(GONE)
    assert (found.status, found.codes) == (2, ["unexpected_mount"])
    said = stage.apply(GONE)
    assert (said.status, said.codes) == (0, ["unexpected_mount"])
    assert set(said.bind["actions"]) == {"detach"}
    assert (said.bind["before"]["mounted"], said.bind["after"]["mounted"]) == (True, False)
    assert stage.stack(TARGET) == [] and stage.path(TARGET).is_dir()
    stage.assert_settled(GONE)


def writable(host):
    host.run("mount", "-o", "remount,bind,rw", TARGET)


def source_made_anew(host):
    shutil.rmtree(host.path(SOURCE))
    host.dir(SOURCE)



@pytest.mark.parametrize("spoil", [writable, source_made_anew])
def test_in_whatever_form(stage, spoil):
    stage.make(bind(SOURCE, TARGET))
    spoil(stage)
    assert stage.apply(GONE).status == 0
    assert stage.stack(TARGET) == []


def test_in_use(stage):
    """Detached all the same: whoever holds it holds a read-only view."""
    stage.make(bind(SOURCE, TARGET))
    with open(stage.path(f"{TARGET}/file"), encoding="ascii"):
        assert stage.apply(GONE).status == 0
    assert stage.stack(TARGET) == []


@pytest.mark.parametrize("asked", [GONE, GONE_WITHOUT_SOURCE], ids=["source", "no source"])
@pytest.mark.parametrize("target", ["there", "missing", "below a missing one"])
def test_nothing_to_do(stage, asked, target):
    names = {"there": TARGET, "missing": f"{TARGET}/x", "below a missing one": f"{TARGET}/x/y"}
    asked = {**asked, "target": names[target]}
    with stage.unchanged():
        said = stage.apply(asked)
    assert (said.bind["status"], "drift" in said.bind) == ("ok", False)
    assert stage.check(asked).status == 0


def test_source_may_be_gone(stage):
    """What is not there any more cannot be bound, but it can be unbound."""
    stage.make(bind(SOURCE, TARGET))
    stage.run("umount", TARGET)
    shutil.rmtree(stage.path(SOURCE))
    assert stage.apply(GONE).bind["status"] == "ok"


FOREIGN = {
    "a bind": ('mkdir -p "$1"; mount --bind "$1" "$2"', "wrong_source"),
    "a file system": ('mount -t tmpfs tmpfs "$2"', "unexpected_mount"),
}


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("asked", [GONE, GONE_WITHOUT_SOURCE], ids=["source", "no source"])
def test_foreign(stage, name, asked):
    script, code = FOREIGN[name]
    stage.sh(script, f"{DIR}/other", TARGET)
    with stage.unchanged():
        said = stage.apply(asked)
    codes = (code,) if "source" in asked else ("wrong_source", "unexpected_mount")
    assert said.status == 1 and said.error["code"] in codes, f"{name}: {said.error}"
    assert stage.apply({**asked, "replace": True}).status == 0
    assert stage.stack(TARGET) == []


def test_ours_without_source(stage):
    """Without the source nobody can tell that it is ours."""
    stage.make(bind(SOURCE, TARGET))
    with stage.unchanged():
        said = stage.apply(GONE_WITHOUT_SOURCE)
    assert said.error["code"] in ("wrong_source", "unexpected_mount")


def test_layers_of_others_stay(stage):
    stage.run("mount", "-t", "tmpfs", "tmpfs", TARGET)
    (disk,) = stage.stack(TARGET)
    stage.run("mount", "--bind", SOURCE, TARGET)
    said = stage.apply(GONE)
    assert stage.stack(TARGET)[0] == disk, said.reply


def test_foreign_mount_below(stage):
    stage.dir(f"{SOURCE}/sub")
    stage.make(bind(SOURCE, TARGET))
    stage.run("mount", "-t", "tmpfs", "tmpfs", f"{TARGET}/sub")
    with stage.unchanged():
        said = stage.apply(GONE)
    assert said.error["code"] == "submount_in_the_way"
    assert f"{TARGET}/sub" in said.error["msg"]


@pytest.mark.parametrize("state", ["unmounted", "ephemeral"])
def test_foreign_mount_on_a_hidden_layer(stage, state):
    """It comes to light with the layer that holds it, and is not taken away unseen."""
    stage.dir(f"{SOURCE}/sub")
    stage.make(bind(SOURCE, TARGET))
    stage.run("mount", "-t", "tmpfs", "tmpfs", f"{TARGET}/sub")
    foreign = stage.top(f"{TARGET}/sub")
    stage.run("mount", "--bind", SOURCE, TARGET)
    for _ in range(2):
        said = stage.apply(bind(SOURCE, TARGET, state))
        assert said.error["code"] in ("submount_in_the_way", "submount_writable"), said.reply
        assert stage.stack(f"{TARGET}/sub") == [foreign] and len(stage.stack(TARGET)) == 1


def test_gone_everywhere(shared_host, slave):
    shared_host.dir(SOURCE)
    shared_host.make(bind(SOURCE, TARGET))
    assert slave.top(TARGET)
    shared_host.make(GONE)
    assert slave.stack(TARGET) == []


@pytest.mark.parametrize("state", ["unmounted", "absent"])
def test_below_a_file(stage, state):
    """Nothing can be mounted there: a second time as well, when another bind has put a file
    above it."""
    file = stage.file(f"{DIR}/file")
    said = stage.apply({"target": f"{file}/sub", "state": state}, options=("--detailed-exitcode",))
    assert said.status == 0, said.reply
    inner = {"target": f"{DIR}/new/sub", "state": state}
    stage.make(inner, bind(file, f"{DIR}/new"))
    stage.assert_settled(inner, bind(file, f"{DIR}/new"))


def test_a_high_stack_of_shared_mounts(stage):
    """Some go with others, so that there are fewer each time; that is no fight."""
    other = stage.dir(f"{DIR}/other")
    for shown in (TARGET, TARGET, stage.dir(f"{DIR}/third")):
        stage.run("mount", "--bind", other, other)
        stage.run("mount", "--make-shared", other)
        stage.run("mount", "--bind", other, shown)
    stage.run("mount", "-t", "tmpfs", "tmpfs", stage.dir(f"{SOURCE}/below"))
    stage.run("mount", "--rbind", SOURCE, TARGET)
    assert len(stage.stack(TARGET)) > 8
    said = stage.apply({**GONE, "replace": True})
    assert (said.status, said.bind["status"]) == (0, "changed")
    assert stage.stack(TARGET) == []
