# SPDX-License-Identifier: Apache-2.0
"""A source that is missing, and that an earlier bind of the request makes on the way to its target:
check knows it as apply finds it."""

import pytest

from host import DIR, bind

# Of two as deep the first of the request has its turn first.
NEW, T = f"{DIR}/new", f"{DIR}/t/u/v"
MAKER = bind(f"{DIR}/s", f"{NEW}/deep/in")


@pytest.fixture(params=[False, True], ids=["private", "shared"])
def stage(hosts, request):
    host = hosts(shared=request.param)
    host.dir(f"{DIR}/s", "file")
    host.dir(f"{DIR}/t/u")
    return host


def drift(done):
    return [reason["code"] for reason in done.get("drift", [])]


def told(said):
    return [(done["status"], drift(done), done.get("actions"), done.get("before"), done.get("after"),
             done.get("error", {}).get("code")) for done in said.reply["binds"]]


def as_foreseen(host, *binds):
    """Returns what apply says of the last one, which is what check said before."""
    checked = host.check(*binds, fstab=f"{DIR}/fstab")
    said = host.apply(*binds, fstab=f"{DIR}/fstab")
    assert told(checked) == told(said)
    assert checked.reply["warnings"] == said.reply["warnings"]
    assert {0: 0, 1: 1, 2: 0}[checked.status] == said.status
    return said.of(binds[-1]["target"])


@pytest.mark.parametrize("source", [NEW, f"{NEW}/deep"])
@pytest.mark.parametrize("recursive", [False, True])
@pytest.mark.parametrize("state", ["ephemeral", "mounted"])
def test_made_on_the_way(stage, source, recursive, state):
    stage.file(f"{DIR}/fstab")
    done = as_foreseen(stage, MAKER, bind(source, T, state, recursive=recursive))
    assert done["status"] == "changed" and "source_missing" not in drift(done)
    stage.assert_read_only_view(source, T)
    stage.assert_settled(MAKER, bind(source, T, state, recursive=recursive), fstab=f"{DIR}/fstab")


def test_flags_of_the_mount_that_it_is_made_on(stage):
    stage.run("mount", "-t", "tmpfs", "-o", "nosuid,nodev", "tmpfs", stage.dir(NEW))
    done = as_foreseen(stage, MAKER, bind(f"{NEW}/deep", T))
    assert done["after"]["options"] == ["nosuid", "nodev"]


def test_in_the_place_of_one_that_was_deleted(stage):
    stage.make(bind(stage.dir(NEW), T))
    stage.sh(f"rmdir {NEW}")
    assert drift(as_foreseen(stage, MAKER, bind(NEW, T))) == ["stale_source"]


def test_it_is_a_directory(stage):
    stage.file(T, "text")
    assert as_foreseen(stage, MAKER, bind(NEW, T))["error"]["code"] == "type_mismatch"


@pytest.mark.parametrize("maker", [
    {**MAKER, "target": f"{DIR}/newer/in"},
    {**MAKER, "state": "fstab_present"},
    {**MAKER, "source": f"{DIR}/missing"},
    {**MAKER, "create": False},
], ids=["elsewhere", "a line alone", "may not be made itself", "makes nothing"])
def test_nobody_makes_it(stage, maker):
    """Then check knows that it is missing, which is an error for apply."""
    checked = stage.check(maker, bind(NEW, T), fstab=stage.file(f"{DIR}/fstab"))
    assert "source_missing" in drift(checked.of(T))
    said = stage.apply(maker, bind(NEW, T), fstab=f"{DIR}/fstab")
    assert said.of(T)["error"]["code"] == "source_missing"


def test_who_makes_it_comes_later(stage):
    checked = stage.check(bind(NEW, T), MAKER)
    assert drift(checked.of(T))[0] == "source_missing"
    assert stage.apply(bind(NEW, T), MAKER).of(T)["error"]["code"] == "source_missing"
