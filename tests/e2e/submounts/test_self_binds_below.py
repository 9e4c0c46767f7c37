# SPDX-License-Identifier: Apache-2.0
"""File systems below a directory that is bound onto itself: those that were there before, and
those that were mounted on the bind and are seen nowhere else."""

import pytest

from self_binds import (  # noqa: F401 (fixtures)
    ASKED, GONE, TREE, D, assert_as_asked, assert_view, legacy, make_and_unmake, place, stage,
)


def mount_below(host, name="sub", options="rw"):
    host.dir(f"{D}/{name}")
    host.run("mount", "-t", "tmpfs", "tmpfs", f"{D}/{name}")
    host.file(f"{D}/{name}/data", "precious")
    host.run("mount", "-o", f"remount,bind,{options}", f"{D}/{name}")


def assert_alive(host, name="sub"):
    assert host.path(f"{D}/{name}/data").read_text() == "precious"


def mounted_on_the_bind(host, name="sub"):
    """Of the mounts with this name, that which is seen."""
    top = host.top(D).id
    return next(m for m in host.mounts() if (m.target, m.parent) == (f"{D}/{name}", top))


def test_plain_hides_nothing(place):
    mount_below(place)
    with place.unchanged():
        said = place.apply(ASKED)
    assert said.error["code"] == "submount_in_the_way" and f"'{D}/sub'" in said.error["msg"]
    assert_alive(place)


def test_tree(place):
    mount_below(place)
    make_and_unmake(place, TREE)
    place.make(TREE)
    assert not place.is_writable(f"{D}/sub")
    assert_alive(place)
    assert mounted_on_the_bind(place).propagation == set()
    # Named or not, the copies go with the bind and the originals come to light.
    assert place.apply(GONE).status == 0
    assert_view(place, 0)
    assert_alive(place)
    assert place.is_writable(f"{D}/sub")


@pytest.mark.parametrize("what", [D, f"{D}/sub"])
def test_tree_is_writable(place, what):
    mount_below(place)
    place.make(TREE)
    place.run("mount", "-o", "remount,bind,rw", what)
    found = place.check(TREE)
    assert found.codes == ["writable" if what == D else "submount_writable"]
    assert place.apply(TREE).status == 0
    assert_as_asked(place, TREE)
    assert not place.is_writable(f"{D}/sub")
    assert_alive(place)
    place.make(GONE)
    assert_alive(place)
    assert place.is_writable(f"{D}/sub")


def test_tree_that_has_a_peer_of_its_own(place):
    """What is mounted at the top comes to the peer in it as well, and to each copy of that."""
    place.run("mount", "-t", "tmpfs", "tmpfs", D)
    place.run("mount", "--make-shared", D)
    place.dir(f"{D}/sub")
    place.run("mount", "--bind", D, f"{D}/sub")
    assert place.check(TREE).error["code"] == "reaches_elsewhere"
    with place.unchanged():
        assert place.apply(TREE).error["code"] == "reaches_elsewhere"


def test_tree_made_by_hand(place):
    mount_below(place)
    place.run("mount", "--rbind", D, D)
    assert place.apply(TREE).status == 0
    assert_as_asked(place, TREE)
    assert not place.is_writable(f"{D}/sub")
    assert_alive(place)
    place.make(GONE)
    assert_alive(place)


def test_tree_that_lacks_a_mount(place):
    """It lies hidden below the bind, where no new one could be made from."""
    mount_below(place)
    legacy(place)
    said = place.apply(TREE)
    assert said.error["code"] == "submount_missing" and f"'{D}/sub'" in said.error["msg"]
    assert place.check(TREE).status == 1
    place.make(GONE)
    place.make(TREE)
    assert_as_asked(place, TREE)
    assert_alive(place)


@pytest.mark.parametrize("options", ["ro", "rw"])
@pytest.mark.parametrize("asked", [ASKED, TREE], ids=["plain", "recursive"])
@pytest.mark.parametrize("top", ["ro", "rw"])
def test_mounted_on_the_bind(place, asked, options, top):
    """Mounted after the bind was made, and so upon it: all there is of that file system."""
    place.make(asked)
    place.run("mount", "-o", f"remount,bind,{top}", D)
    mount_below(place, options=options)
    for _ in range(2):
        said = place.apply(asked)
        assert_view(place)
        assert_alive(place)
    if place.is_writable(f"{D}/sub"):
        assert said.error["code"] in ("submount_writable", "submount_in_the_way")
        assert f"'{D}/sub'" in said.error["msg"]
    else:
        assert (said.status, said.reply["changed"]) == (0, False), said.reply
    assert place.apply(GONE).error["code"] == "submount_in_the_way"
    assert_alive(place)
    place.run("umount", f"{D}/sub")
    place.make(asked)
    assert_as_asked(place, asked)


@pytest.mark.parametrize("asked", [ASKED, TREE], ids=["plain", "recursive"])
@pytest.mark.parametrize("state", ["ephemeral", "unmounted"])
def test_mounted_on_a_legacy_bind(place, asked, state):
    """Where mounts are shared, it is on the bind and on the disk below as well."""
    legacy(place)
    mount_below(place)
    for _ in range(2):
        place.apply({**asked, "state": state})
        assert_alive(place)


@pytest.mark.parametrize("states", [
    ["ephemeral", "unmounted"], ["unmounted", "unmounted", "ephemeral"],
])
def test_hidden_between_two_binds(place, states):
    """Mounted on the lower of two: taking off the upper one brings it to light."""
    legacy(place)
    mount_below(place)
    legacy(place)
    for state in states:
        place.apply({**ASKED, "state": state})
        assert_alive(place)
