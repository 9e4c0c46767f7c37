# SPDX-License-Identifier: Apache-2.0
"""What is left of a bind that came to other directories than its target as well, see
test_reaches.py: other tools make such binds. They are told of, mended, and taken away, without
harm to what is at the other place."""

import pytest

from host import bind
from reaches import (  # noqa: F401 (fixtures)
    D, VIEW, VOL, assert_refused, assert_unharmed, stage, view,
)


def bound_by_mount(host, options="ro", source=f"{VOL}/db", target=f"{VIEW}/db"):
    """By mount(8), which takes no care: the bind comes to the source as well."""
    host.sh(view())
    host.run("mount", "--bind", source, target)
    for name in (source, target):
        assert host.stack(name), "the scene is not what it should be"
        host.run("mount", "-o", f"remount,bind,{options}", name)


def warned(said):
    return [warning["code"] for warning in said.reply["warnings"]]


def test_source_covered_by_an_earlier_tool(stage):
    """The bind is as asked, but what it did to its source is told by every run."""
    bound_by_mount(stage)
    asked = bind(f"{VOL}/db", f"{VIEW}/db")
    found = stage.check(asked)
    # Private, in place: a new mount would only come to the source again.
    assert (found.status, found.codes, warned(found)) == (2, ["propagation"], ["source_read_only"])
    said = stage.apply(asked)
    assert (said.status, said.bind["actions"]) == (0, ["set_private"]), said.reply
    assert warned(said) == ["source_read_only"]
    assert f"'{VOL}/db'" in said.reply["warnings"][0]["msg"]
    stage.assert_settled(asked)
    assert warned(stage.apply(asked)) == ["source_read_only"]

    below = bind(f"{VOL}/db/sub", f"{D}/sub")
    assert warned(stage.apply(below)) == ["source_read_only"]

    stage.run("mount", "--make-private", VIEW)
    stage.run("umount", f"{VOL}/db")
    assert warned(stage.apply(asked)) == warned(stage.apply(below)) == []
    stage.assert_read_only_view(f"{VOL}/db", f"{VIEW}/db")


@pytest.mark.parametrize("cover", [VOL, f"{D}/s"], ids=["itself", "another"])
def test_view_that_is_uncovered_by_a_removal(stage, cover):
    """What hid it at the other place goes along, before it is the turn of the bind below it."""
    stage.sh(view(at=VOL) + view() + f"mount --bind {cover} {VOL}")
    assert len(stage.stack(VIEW)) == 2, "the scene is not what it should be"
    removed = bind(f"{D}/s", VOL, "unmounted", replace=True)
    asked = bind(f"{D}/s/sub", f"{VOL}/in")
    checked, said = stage.check(removed, asked), stage.apply(removed, asked)
    assert said.of(VOL)["status"] == "changed" and stage.stack(VOL) == [], said.reply
    for answer in checked, said:
        assert answer.of(asked["target"])["error"]["code"] == "reaches_elsewhere", answer.reply
    assert_unharmed(stage, f"{VIEW}/in", f"{VOL}/in")


def test_source_that_is_asked_to_be_read_only(stage):
    """A bind of the source onto itself, by this request or by an earlier one's line in fstab."""
    fstab = stage.file(f"{D}/fstab")
    itself, asked = bind(f"{VOL}/db", f"{VOL}/db"), bind(f"{VOL}/db/sub", f"{D}/sub")
    stage.make(itself)
    assert warned(stage.apply(asked, fstab=fstab)) == ["source_read_only"]
    stage.file(f"{D}/fstab", f"{VOL}/db {VOL}/db none bind,ro,private,x-robind 0 0\n")
    assert warned(stage.apply(asked, fstab=fstab)) == []


def test_source_on_a_read_only_disk(stage):
    """Nothing covers it, and nobody froze it."""
    stage.sh(f"mount -t tmpfs tmpfs {VOL}/in; mkdir {VOL}/in/sub; mount -o remount,ro {VOL}/in")
    said = stage.apply(bind(f"{VOL}/in/sub", f"{D}/ro"))
    assert said.status == 0 and warned(said) == [], said.reply


def test_writable_bind(stage):
    """Made read-only in place. A new mount, for the sake of copies elsewhere, would freeze the
    source, which is covered as well, but takes writes."""
    bound_by_mount(stage, "rw")
    asked = bind(f"{VOL}/db", f"{VIEW}/db")
    assert stage.check(asked).status == 2
    said = stage.apply(asked)
    assert said.status == 0, said.reply
    assert said.bind["actions"] == ["set_read_only", "set_private"]
    assert not stage.is_writable(f"{VIEW}/db") and stage.is_writable(f"{VOL}/db")
    stage.assert_settled(asked)


def test_held_open_for_writing(stage):
    """It cannot be made read-only in place, nor replaced."""
    bound_by_mount(stage, "rw")
    asked = bind(f"{VOL}/db", f"{VIEW}/db")
    with open(stage.path(f"{VIEW}/db/file"), "w", encoding="ascii"), stage.unchanged():
        said = stage.apply(asked)
        assert said.status == 1 and said.error["code"] == "reaches_elsewhere", said.reply
        assert not said.reply["changed"]
    stage.make(asked)
    assert stage.is_writable(f"{VOL}/db")


@pytest.mark.parametrize("kind", ["wrong", "stale"])
def test_replaced(stage, kind):
    """A new mount has to come, and would come elsewhere too."""
    target, place = f"{VIEW}/in", f"{VOL}/in"
    asked = bind(f"{D}/s", target, replace=True)
    stage.sh(view())
    stage.run("mount", "--make-private", VIEW)
    if kind == "wrong":
        stage.make(bind(f"{VOL}/db", target))
    else:
        stage.make(bind(f"{D}/s", target))
        stage.sh(f"rm -r {D}/s; mkdir {D}/s")
    # Shared again, with a group that has a peer; what is at the target stays where it is.
    stage.sh(f"mount --make-shared {VIEW}; mkdir {D}/other; mount --bind {VIEW} {D}/other")
    assert_refused(stage, asked, place=f"{D}/other/in")
    stage.run("mount", "--make-private", VIEW)
    stage.make(asked)
    stage.assert_read_only_view(f"{D}/s", target)
    assert_unharmed(stage, place, f"{D}/other/in")


def test_options_alone_are_mended_in_place(stage):
    bound_by_mount(stage)
    stage.run("mount", "--make-private", f"{VIEW}/db")
    asked = bind(f"{VOL}/db", f"{VIEW}/db", options="noexec")
    said = stage.apply(asked)
    assert (said.status, said.bind["actions"]) == (0, ["set_options"]), said.reply
    stage.assert_settled(asked)


# ---- taking away ----


def test_removal_heals_the_source(stage):
    """The copy that came with the bind goes with it."""
    bound_by_mount(stage)
    gone = bind(f"{VOL}/db", f"{VIEW}/db", "unmounted")
    assert stage.check(gone).status == 2
    assert stage.apply(gone).status == 0
    assert stage.stack(f"{VIEW}/db") == stage.stack(f"{VOL}/db") == []
    assert stage.is_writable(f"{VOL}/db")
    stage.assert_settled(gone)


def foreign_in_a_slave(host, source=f"{VOL}/db"):
    """VOL/in has a bind, and the same place of the view a mount that did not come from there."""
    host.run("mount", "--make-private", D)
    host.make(bind(f"{D}/s", f"{VOL}/in"))
    host.run("mount", "--make-shared", D)
    host.sh(view("slave") + f"mount --bind {source} {VIEW}/in; mount --make-private {VIEW}/in")


@pytest.mark.parametrize("state", ["unmounted", "absent"])
def test_removal_would_take_a_foreign_mount(stage, state):
    """Detaching goes by the place alone: whatever is mounted there on a slave goes as well."""
    fstab = stage.file(f"{D}/fstab")
    foreign_in_a_slave(stage)
    gone = bind(f"{D}/s", f"{VOL}/in", state)
    assert_refused(stage, gone, place=f"{VIEW}/in", fstab=fstab)
    foreign = stage.stack(f"{VIEW}/in")
    stage.run("mount", "--make-private", D)
    assert stage.apply(gone, fstab=fstab).status == 0
    assert stage.stack(f"{VIEW}/in") == foreign != []


def test_replacing_would_take_a_foreign_mount(stage):
    """Even though the new one would lie hidden beneath it, for a while."""
    foreign_in_a_slave(stage)
    stage.run("mount", "-o", "remount,bind,rw", f"{VOL}/in")
    asked = bind(f"{D}/s", f"{VOL}/in")
    foreign = stage.stack(f"{VIEW}/in")
    # For copies elsewhere alone it is not replaced,
    stage.make(asked)
    assert stage.stack(f"{VIEW}/in") == foreign != []
    # but it would have to be, to show something else.
    assert_refused(stage, bind(f"{VOL}/db/sub", f"{VOL}/in", replace=True), place=f"{VIEW}/in")


def test_removal_would_take_another_bind(stage):
    """It shows the same, as a copy does, but is asked for in its own right."""
    foreign_in_a_slave(stage, f"{D}/s")
    gone, kept = bind(f"{D}/s", f"{VOL}/in", "unmounted"), bind(f"{D}/s", f"{VIEW}/in")
    stage.make(kept)
    mount = stage.stack(f"{VIEW}/in")
    said = stage.apply(gone, kept)
    assert said.of(f"{VOL}/in")["error"]["code"] == "reaches_elsewhere", said.reply
    assert said.of(f"{VIEW}/in")["status"] == "ok"
    assert stage.stack(f"{VIEW}/in") == mount
    stage.file(f"{D}/fstab", f"{D}/s {VIEW}/in none bind,ro,private,x-robind 0 0\n")
    assert_refused(stage, gone, place=f"{VIEW}/in", fstab=f"{D}/fstab")


def test_boot_leaves_the_propagation_of_others(stage):
    """mount(8) has brought what their lines say to both places. Only the flag is ours."""
    bound_by_mount(stage, "rw")
    fstab = stage.file(f"{D}/fstab", f"{VOL}/db {VIEW}/db none bind,ro 0 0\n")
    said = stage.robind("boot", "--fstab", fstab)
    assert (said.status, said.bind["actions"]) == (0, ["set_read_only"]), said.reply
    assert not stage.is_writable(f"{VIEW}/db") and stage.is_writable(f"{VOL}/db")
    again = stage.robind("boot", "--fstab", fstab)
    assert (again.status, again.reply["changed"]) == (0, False)
