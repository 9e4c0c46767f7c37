# SPDX-License-Identifier: Apache-2.0
"""In a user namespace the mounts that were there before are locked: nobody in there may detach them,
or clear what restricts them. What robind may do it does; the rest is the error `locked`, and never
something mounted on top."""

import pytest

from host import DIR, bind

SOURCE, TARGET, OTHER = f"{DIR}/volume", f"{DIR}/ro", f"{DIR}/other"
ASKED = bind(SOURCE, TARGET)


@pytest.fixture
def confined(hosts):
    """A host that `make` mounts something on, and then a user namespace within it."""
    ends = []

    def start(make):
        host = hosts()
        for name in (SOURCE, OTHER, TARGET):
            host.dir(name, "file")
        make(host)
        ends.append(host.confined())
        return ends[-1]

    yield start
    for end in ends:
        end.end()


def mount(*args):
    return lambda host: host.run("mount", *args)


def made(host):
    host.make(ASKED)


writable = mount("--bind", SOURCE, TARGET)
foreign = mount("--bind", OTHER, TARGET)


def stacked(host):
    writable(host)
    writable(host)


def stacked_read_only(host):
    made(host)
    host.run("mount", "--bind", SOURCE, TARGET)
    host.run("mount", "-o", "remount,bind,ro", TARGET)


def stale(host):
    writable(host)
    host.sh('rmdir "$1" 2>/dev/null || rm -r "$1"; mkdir "$1"', SOURCE)


def volume_below(host):
    host.run("mount", "-t", "tmpfs", "tmpfs", host.dir(f"{SOURCE}/sub"))


def assert_locked(said, at, path, done=()):
    """The sentence names the place, the fact and the mend."""
    error = said.error
    assert (error["code"], error["at"]) == ("locked", f"/binds/0{at}"), said.reply
    assert f"'{path}' cannot be " in error["msg"], error["msg"]
    assert "inherited from another user namespace" in error["msg"]
    assert "run robind outside" in error["msg"]
    assert said.bind.get("actions", []) == list(done), said.reply


def test_as_asked(confined):
    inner = confined(made)
    inner.assert_settled(ASKED)
    inner.assert_read_only_view(SOURCE, TARGET)


def test_writable(confined):
    """To restrict it is allowed."""
    inner = confined(writable)
    said = inner.apply(ASKED)
    assert (said.status, said.bind["actions"]) == (0, ["set_read_only"]), said.reply
    inner.assert_read_only_view(SOURCE, TARGET)
    inner.assert_settled(ASKED)


def test_made_here(confined):
    """What is not inherited is not locked."""
    inner = confined(lambda host: None)
    inner.make(ASKED)
    inner.run("mount", "--bind", SOURCE, TARGET)
    assert inner.apply(ASKED).bind["actions"] == ["peel"]
    assert inner.apply({**ASKED, "state": "unmounted"}).status == 0
    assert inner.stack(TARGET) == []


# What is inherited, what is asked, and what is done about it all the same.
CANNOT_GO = {
    "wrong source": (foreign, {**ASKED, "replace": True}, []),
    "stale": (stale, ASKED, ["set_read_only"]),
    "stacked": (stacked, ASKED, ["set_read_only"]),
    "stacked, read-only": (stacked_read_only, ASKED, []),
    "unmounted": (writable, {**ASKED, "state": "unmounted"}, []),
    "unmounted, two": (stacked, {**ASKED, "state": "unmounted"}, []),
}


@pytest.mark.parametrize("name", CANNOT_GO)
def test_cannot_go(confined, name):
    make, asked, done = CANNOT_GO[name]
    inner = confined(make)
    places = [(mount.id, mount.target) for mount in inner.mounts()]
    assert_locked(inner.apply(asked), "/target", TARGET, done)
    assert [(mount.id, mount.target) for mount in inner.mounts()] == places
    assert inner.is_writable(TARGET) == ("set_read_only" not in done and make is not
                                         stacked_read_only)
    with inner.unchanged():
        again = inner.apply(asked)
    if name == "stacked":
        # Read-only on top, and what lies hidden is only told.
        assert [warning["code"] for warning in again.reply["warnings"]] == ["covered"]
    else:
        assert_locked(again, "/target", TARGET)


def test_half_of_a_stack(confined):
    """Ours on top of what is locked: the upper one goes, and that is told."""
    inner = confined(foreign)
    inner.run("mount", "--bind", SOURCE, TARGET)
    said = inner.apply({**ASKED, "state": "unmounted", "replace": True})
    assert_locked(said, "/target", TARGET, ["detach"])
    assert len(inner.stack(TARGET)) == 1


def test_below_a_shared_mount(confined):
    """A new mount, which alone reaches copies elsewhere, cannot be; read-only it becomes."""
    inner = confined(writable)
    inner.run("mount", "--make-shared", DIR)
    assert_locked(inner.apply(ASKED), "/target", TARGET, ["set_read_only"])
    assert not inner.is_writable(TARGET)
    assert len(inner.stack(TARGET)) == 1


def test_read_only_source(confined):
    inner = confined(lambda host: host.sh(
        'mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"', SOURCE))
    said = inner.apply(ASKED)
    assert said.status == 0, said.reply
    assert not inner.is_writable(TARGET)
    inner.assert_settled(ASKED)


NOEXEC = mount("-t", "tmpfs", "-o", "noexec,nosuid,noatime", "tmpfs", SOURCE)


@pytest.mark.parametrize("option", ["exec", "suid", "relatime"])
def test_flags_of_the_source(confined, option):
    """Nothing of a new target is left."""
    inner = confined(NOEXEC)
    asked = bind(SOURCE, f"{DIR}/new/target", options=[option])
    with inner.unchanged():
        assert_locked(inner.apply(asked), "/options", SOURCE)


def test_flags_that_are_not_in_the_way(confined):
    inner = confined(NOEXEC)
    asked = bind(SOURCE, TARGET, options=["noexec", "nodev"])
    assert inner.apply(asked).status == 0
    inner.assert_settled(asked)


def test_flags_of_the_bind(confined):
    inner = confined(lambda host: host.make({**ASKED, "options": ["noexec"]}))
    with inner.unchanged():
        assert_locked(inner.apply({**ASKED, "options": ["exec"]}), "/options", TARGET)


def test_flags_of_a_replaced_source(confined):
    """The old mount stays until the new one is complete."""
    inner = confined(NOEXEC)
    inner.make(bind(OTHER, TARGET))
    asked = bind(SOURCE, TARGET, replace=True, options=["exec"])
    with inner.unchanged():
        assert_locked(inner.apply(asked), "/options", SOURCE)


def test_source_with_mounts_below(confined):
    """Alone it would show what they hide, so only the whole can be had."""
    inner = confined(volume_below)
    with inner.unchanged():
        said = inner.apply(ASKED)
    assert_locked(said, "/source", SOURCE)
    assert '"recursive": true' in said.error["msg"]
    assert inner.apply({**ASKED, "recursive": True}).status == 0
    inner.assert_settled({**ASKED, "recursive": True})
    # The whole of it is one: the part below cannot be taken off alone, but all can go.
    assert inner.apply({**ASKED, "recursive": True, "state": "unmounted"}).status == 0
    assert inner.stack(TARGET) == []


def test_not_our_namespace(host):
    """Root of a user namespace that the mounts do not belong to has no say at all."""
    host.dir(SOURCE)
    alone = ("unshare", "-Ur")
    with host.unchanged():
        said = host.apply(ASKED, wrap=alone)
    assert (said.status, said.error["code"]) == (1, "permission"), said.reply
    assert host.check(ASKED, wrap=alone).status == 2
    host.make({**ASKED, "options": ["noexec"]})
    with host.unchanged():
        said = host.apply({**ASKED, "options": ["exec"]}, wrap=alone)
    assert (said.status, said.error["code"]) == (1, "permission"), said.reply
    assert host.apply(ASKED, wrap=alone).bind["status"] == "ok"
