# SPDX-License-Identifier: Apache-2.0
"""With a mount that is taken off go its copies at other places, where what carries both shares: check
knows what the other binds of the request find there then."""

import pytest

from host import bind
from reaches import D, VIEW, VOL, stage, view  # noqa: F401 (fixtures)

T = f"{D}/t"
COVERS = {"a volume": f"mount -t tmpfs tmpfs {VOL}; mkdir {VOL}/db; touch {VOL}/db/upon",
          "a bind": f"mount --bind {D}/s {VOL}",
          "two": f"mount --bind {D}/s {VOL}; mount -t tmpfs tmpfs {VOL}; mkdir {VOL}/db",
          "itself": f"mount --bind {VOL} {VOL}"}
CLEARED = bind(f"{D}/s", VOL, "unmounted", replace=True)


def told(said):
    return [(done["status"], [drift["code"] for drift in done.get("drift", [])], done.get("actions"),
             done.get("before"), done.get("after"), done.get("error", {}).get("code"))
            for done in said.reply["binds"]]


def as_foreseen(host, *binds, **members):
    """Returns what apply says of the last one, which is what check said before."""
    checked, said = host.check(*binds, **members), host.apply(*binds, **members)
    assert told(checked) == told(said)
    assert checked.reply["warnings"] == said.reply["warnings"]
    assert said.of(VOL)["status"] == "changed" and not host.stack(VOL)
    return said.of(binds[-1]["target"])


@pytest.fixture(params=COVERS)
def covered(stage, request):  # noqa: F811
    stage.sh(view(of=VOL) + COVERS[request.param])
    assert len(stage.stack(VIEW)) > 1, "the scene is not what it should be"
    return stage


@pytest.mark.parametrize("source", [VIEW, f"{VIEW}/db"])
@pytest.mark.parametrize("state", ["ephemeral", "mounted"])
def test_source_that_is_uncovered(covered, source, state):
    members = {"fstab": covered.file(f"{D}/fstab")}
    done = as_foreseen(covered, CLEARED, bind(source, T, state), **members)
    assert done["status"] == "changed" and len(covered.stack(VIEW)) == 1
    covered.assert_read_only_view(source, T)
    covered.assert_settled(CLEARED, bind(source, T, state), **members)


def test_source_that_was_covered_when_it_was_bound(covered):
    covered.make(bind(VIEW, T))
    done = as_foreseen(covered, CLEARED, bind(VIEW, T, replace=True))
    covered.assert_read_only_view(VIEW, T)
    assert done["status"] in ("ok", "changed")


def test_source_that_was_bound_before_it_was_covered(stage):  # noqa: F811
    stage.sh(view(of=VOL))
    stage.make(bind(VIEW, T))
    stage.sh(COVERS["a bind"])
    assert as_foreseen(stage, CLEARED, bind(VIEW, T))["status"] == "ok"


@pytest.mark.parametrize("state", ["unmounted", "absent"])
def test_target_that_goes_along(stage, state):  # noqa: F811
    """The bind at the view is a copy of the one that goes first, and is to be gone itself."""
    stage.sh(view(of=D) + f"mount --bind {D}/s {VOL}/in")
    place = f"{VIEW}{VOL[len(D):]}/in"
    assert stage.stack(place), "the scene is not what it should be"
    deeper = bind(f"{D}/s", place, "unmounted")
    other = {"target": f"{VOL}/in", "state": state}
    checked, said = stage.check(deeper, other), stage.apply(deeper, other)
    assert told(checked) == told(said)
    assert said.of(f"{VOL}/in")["status"] == "ok" and not stage.stack(f"{VOL}/in")


def test_a_copy_that_holds_a_mount_stays(stage):  # noqa: F811
    stage.sh(view(of=VOL) + COVERS["a volume"] +
             f"; mount --make-private {VIEW}; mkdir {VIEW}/own; mount -t tmpfs tmpfs {VIEW}/own")
    done = as_foreseen(stage, CLEARED, bind(VIEW, T))
    assert done["status"] == "changed" and len(stage.stack(VIEW)) == 2
    assert stage.path(f"{T}/db/upon").exists()


def test_what_goes_along_with_the_one_replaced(stage):  # noqa: F811
    """A mount upon itself where that is shared comes along below itself, and goes with it."""
    stage.sh(f"mount --bind {VOL} {VOL}; mount --bind {VOL} {VOL}")
    assert len(stage.stack(VOL)) == 3, "the scene is not what it should be"
    asked = bind(f"{D}/s", VOL, replace=True)
    checked, said = stage.check(asked), stage.apply(asked)
    assert told(checked) == told(said) and len(stage.stack(VOL)) == 1
    assert checked.reply["warnings"] == said.reply["warnings"]


@pytest.mark.parametrize("cover", ["mount -t tmpfs tmpfs", f"mount --bind {D}/s"])
@pytest.mark.parametrize("below", ["", "/in"])
@pytest.mark.parametrize("state", ["unmounted", "absent"])
def test_source_that_is_covered_at_the_target(stage, cover, below, state):  # noqa: F811
    """No copy, but the very mount that covers the source."""
    source = stage.dir(f"{VOL}{below}")
    stage.make(bind(source, T))
    stage.sh(f"{cover} {VOL}")
    covers = {"target": VOL, "state": state, "replace": True}
    checked, said = stage.check(bind(source, T), covers), stage.apply(bind(source, T), covers)
    assert told(checked) == told(said)
    assert said.of(T)["status"] == "ok" and not stage.stack(VOL)
    stage.assert_read_only_view(source, T)
