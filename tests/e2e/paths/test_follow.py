# SPDX-License-Identifier: Apache-2.0
"""Symlinks are resolved before anything else: what binds are to each other goes by real paths."""

import os

import pytest

from host import DIR, bind

REAL, LINK = f"{DIR}/run", f"{DIR}/var-run"
APP, EXTRA = f"{DIR}/volumes/app", f"{DIR}/volumes/extra"


@pytest.fixture
def stage(host):
    host.dir(REAL)
    host.dir(f"{APP}/conf.d", "file")
    host.dir(EXTRA, "file")
    os.symlink(REAL, host.path(LINK))
    return host


def through(source, target, state="ephemeral"):
    return bind(source, target, state) | {"follow": True}


def test_one_below_the_other(stage):
    asked = through(EXTRA, f"{LINK}/app/conf.d"), through(APP, f"{LINK}/app")
    assert stage.check(*asked).status == 2
    said = stage.apply(*asked)
    assert said.status == 0
    assert [done["resolved"]["target"] for done in said.reply["binds"]] == [
        f"{REAL}/app/conf.d", f"{REAL}/app"]
    assert stage.path(f"{REAL}/app/conf.d/file").exists()
    stage.assert_settled(*asked)


def test_place_that_the_upper_one_lacks(stage):
    asked = through(APP, f"{LINK}/app"), bind(EXTRA, f"{REAL}/app/none")
    for said in stage.check(*asked), stage.apply(*asked):
        assert said.status == 1
        assert said.reply["binds"][1]["error"]["code"] == "target_missing"


@pytest.mark.parametrize("first, second", [
    (through(APP, f"{LINK}/app"), bind(EXTRA, f"{REAL}/app")),
    (bind(EXTRA, f"{REAL}/app"), through(APP, f"{LINK}/app")),
    (through(APP, f"{LINK}/app"), through(EXTRA, f"{DIR}/./var-run/app")),
])
def test_two_names_of_one_target(stage, first, second):
    with stage.unchanged():
        for said in stage.check(first, second), stage.apply(first, second):
            assert (said.status, said.reply["error"]["code"]) == (1, "request")
            assert said.reply["error"]["at"] == "/binds/1/target"
            assert said.reply["binds"] == []


def test_source_in_the_view_of_another(stage):
    os.symlink(f"{DIR}/view", stage.path(f"{DIR}/alias"))
    asked = bind(APP, f"{DIR}/view"), through(f"{DIR}/alias/conf.d", f"{DIR}/second")
    stage.dir(f"{DIR}/view/conf.d")
    with stage.unchanged():
        said = stage.apply(*asked)
    assert (said.status, said.reply["error"]["at"]) == (1, "/binds/1/source")


def test_one_that_leads_nowhere_fails_alone(stage):
    os.symlink("circle", stage.path(f"{DIR}/circle"))
    said = stage.apply(through(APP, f"{DIR}/circle/app"), through(EXTRA, f"{LINK}/extra"))
    assert [done["status"] for done in said.reply["binds"]] == ["failed", "changed"]
    assert said.reply["binds"][0]["error"]["code"] == "symlink"
    assert said.reply["binds"][0]["error"]["at"] == "/binds/0/target"
    assert "resolved" not in said.reply["binds"][0]


def test_set_is_not_purged_of_itself(stage):
    asked = through(APP, f"{LINK}/app", "mounted")
    options = {"set": "web", "purge": True}
    assert stage.apply(asked, **options).reply["summary"]["changed"] == 1
    for _ in range(2):
        said = stage.apply(asked, **options)
        assert said.reply["summary"] == {"ok": 1, "changed": 0, "failed": 0, "skipped": 0}
    assert stage.check(asked, **options).status == 0
    assert len(stage.stack(f"{REAL}/app")) == 1


def test_link_that_was_a_directory(stage):
    """The line and the mount of before have the real path, and are found by it."""
    stage.make(bind(APP, f"{REAL}/app", "mounted"))
    assert stage.check(through(APP, f"{LINK}/app", "mounted")).status == 0
    assert stage.apply(through(APP, f"{LINK}/app", "absent")).status == 0
    assert stage.stack(f"{REAL}/app") == []


@pytest.mark.parametrize("state", ["unmounted", "absent", "fstab_absent"])
@pytest.mark.parametrize("target", [f"{DIR}/file/in", f"{LINK}/in"])
def test_source_below_a_file_of_what_shall_be_gone(stage, state, target):
    """There is none, and none is needed."""
    stage.file(f"{DIR}/file", "text")
    asked = through(f"{DIR}/file/in", target, state)
    fstab = stage.file(f"{DIR}/fstab")
    for said in stage.check(asked, fstab=fstab), stage.apply(asked, fstab=fstab):
        assert said.status == 0 and said.reply["summary"]["ok"] == 1, said.reply


def test_source_below_a_file_of_what_shall_be_there(stage):
    stage.file(f"{DIR}/file", "text")
    assert stage.apply(through(f"{DIR}/file/in", f"{LINK}/in")).error["code"] == "type_mismatch"
