# SPDX-License-Identifier: Apache-2.0
"""Mounts that lie one upon the other: check knows what comes to light, and what goes along."""

import pytest

from host import DIR, bind

SOURCE, TARGET, OTHER = f"{DIR}/volume", f"{DIR}/ro", f"{DIR}/other"
PLAIN, TREE = bind(SOURCE, TARGET), bind(SOURCE, TARGET, recursive=True, replace=True)
GONE = {"target": TARGET, "state": "absent", "replace": True}


@pytest.fixture(params=[False, True], ids=["private", "shared"])
def stage(hosts, request):
    host = hosts(shared=request.param)
    host.dir(SOURCE, "one/file", "two/file")
    for name in (TARGET, OTHER, f"{DIR}/third"):
        host.dir(name, "file")
    return host


def disk(host, name):
    host.run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", host.dir(name))


def told(said):
    return {name: said.bind.get(name) for name in ("status", "error", "drift", "actions", "before", "after")}


def as_foreseen(host, asked):
    checked, said = host.check(asked), host.apply(asked)
    for done in (checked, said):
        for error in filter(None, [done.bind.get("error"), *done.bind.get("drift", [])]):
            error.pop("msg")
    assert told(checked) == told(said)
    if said.status == 0:
        host.assert_settled(asked)
    return said


# ---- what goes along ----


def a_disk_on_itself(host):
    """The bind is a peer of what carries it, so that the disk comes below it as well."""
    host.run("mount", "--bind", TARGET, TARGET)
    disk(host, TARGET)


def a_bind_on_itself(host):
    host.run("mount", "--bind", TARGET, TARGET)
    host.run("mount", "--bind", OTHER, TARGET)


def itself_again_and_again(host):
    for _ in range(3):
        host.run("mount", "--bind", TARGET, TARGET)


def a_tree_on_itself(host):
    disk(host, f"{SOURCE}/one")
    host.run("mount", "--rbind", TARGET, TARGET)
    host.run("mount", "--rbind", SOURCE, TARGET)


def high(host):
    for shown in (TARGET, TARGET, f"{DIR}/third"):
        host.run("mount", "--bind", OTHER, OTHER)
        host.run("mount", "--make-shared", OTHER)
        host.run("mount", "--bind", OTHER, shown)
    disk(host, f"{SOURCE}/below")
    host.run("mount", "--rbind", SOURCE, TARGET)


@pytest.mark.parametrize("make", [a_disk_on_itself, a_bind_on_itself, itself_again_and_again,
                                  a_tree_on_itself, high])
def test_taken_away(stage, make):
    make(stage)
    assert as_foreseen(stage, {**GONE, "source": SOURCE}).status == 0
    assert not stage.stack(TARGET)


# ---- what comes to light ----


def lacking_one(host):
    host.make(PLAIN)
    disk(host, f"{SOURCE}/one")


def with_all(host):
    disk(host, f"{SOURCE}/one")
    host.make(TREE)


def with_one_too_many(host):
    with_all(host)
    host.run("umount", f"{SOURCE}/one")


def with_a_writable_one(host):
    with_all(host)
    host.run("mount", "-o", "remount,bind,rw", f"{TARGET}/one")


def with_somebodys(host):
    host.make(PLAIN)
    disk(host, f"{TARGET}/one")


@pytest.mark.parametrize("upper", ["disk", "same", "writable"])
@pytest.mark.parametrize("lower", [lacking_one, with_all, with_one_too_many, with_a_writable_one,
                                   with_somebodys])
@pytest.mark.parametrize("asked", [TREE, {**PLAIN, "replace": True}, PLAIN], ids=["tree", "plain", "no more"])
def test_uncovered(stage, asked, lower, upper):
    lower(stage)
    if upper == "disk":
        disk(stage, TARGET)
    else:
        stage.run("mount", "--bind", *(["-o", "ro"] if upper == "same" else []), SOURCE, TARGET)
    said = as_foreseen(stage, {**asked, "options": ["nosuid"]})
    assert said.status == 1 or len(stage.stack(TARGET)) == 1
