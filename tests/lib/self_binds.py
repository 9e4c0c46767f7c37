# SPDX-License-Identifier: Apache-2.0
"""A directory to be bound onto itself, and how that has to look."""

import pytest

from host import DIR, bind
from volumes import Ext4, Tmpfs

D = f"{DIR}/volumes/d"
ASKED = bind(D, D)
TREE = bind(D, D, recursive=True)
GONE = bind(D, D, "unmounted")
WAYS = ("private", "shared")


def make_stage(hosts, way):
    host = hosts(shared=way == "shared")
    host.dir(D, "file", "sub/hidden")
    return host


@pytest.fixture(params=WAYS)
def stage(hosts, request):
    return make_stage(hosts, request.param)


def places():
    """Every kind of place in both ways; one of the two, in turn, is for long runs."""
    for i, kind in enumerate(("directory", Tmpfs, Ext4)):
        for j, way in enumerate(WAYS):
            marks = [pytest.mark.long] * ((i + j) % 2) + [pytest.mark.needs_root] * (kind is Ext4)
            yield pytest.param((kind, way), id=f"{getattr(kind, '__name__', kind)}-{way}",
                               marks=marks)


@pytest.fixture(params=places())
def place(hosts, request):
    """A plain directory, or one on which a disk is mounted; `stage.disk` is that mount."""
    kind, way = request.param
    stage = make_stage(hosts, way)
    if kind == "directory":
        stage.disk = []
    else:
        kind(stage).mount(D)
        stage.disk = stage.stack(D)
        assert len(stage.disk) == 1
    stage.dir(f"{D}/sub")
    return stage


def legacy(host):
    """Two calls, and shared where the mount above is."""
    host.run("mount", "--bind", D, D)
    host.run("mount", "-o", "remount,bind,ro", D)


def writable(host):
    host.run("mount", "--bind", D, D)


def assert_view(host, n=1):
    """One bind of ours upon what was there before."""
    stack = host.stack(D)
    disk = getattr(host, "disk", [])
    assert [mount.id for mount in stack[:len(disk)]] == [mount.id for mount in disk]
    assert len(stack) == len(disk) + n, stack
    if disk:
        assert stack[0].options == disk[0].options, "the disk's own mount was changed"
        assert bool(stack[0].propagation) == bool(disk[0].propagation)
    if n:
        assert "ro" in stack[-1].options and stack[-1].propagation == set()
        assert not host.is_writable(D)
    else:
        assert host.is_writable(D)


def assert_as_asked(host, asked=ASKED):
    assert_view(host)
    host.assert_settled(asked)
    assert_view(host)


def make_and_unmake(host, asked):
    assert host.check(asked).codes == ["not_mounted"]
    said = host.apply(asked)
    assert (said.status, said.bind["actions"]) == (0, ["attach"]), said.reply
    assert (said.bind["before"]["stacked"], said.bind["after"]["stacked"]) == (0, 1)
    assert_as_asked(host, asked)
    said = host.apply({**asked, "state": "unmounted"})
    assert (said.status, said.bind["actions"]) == (0, ["detach"]), said.reply
    assert (said.bind["before"]["stacked"], said.bind["after"]["stacked"]) == (1, 0)
    assert_view(host, 0)
    host.assert_settled({**asked, "state": "unmounted"})
