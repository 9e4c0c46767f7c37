# SPDX-License-Identifier: Apache-2.0
"""A mount below a shared one is seen on all peers and slaves of that one. Where these are in the
same namespace, the bind would come to other directories than its target: to the source, which
would be read-only from then on, or to somebody else's. That is refused before anything is done;
and as all that can be known beforehand may change meanwhile, the source is looked at once more."""

import contextlib
from dataclasses import dataclass

import pytest

from answer import ROBIND
from fault import failing
from host import Host, Served, bind, here
from reaches import (  # noqa: F401 (fixtures)
    D, VIEW, VOL, assert_refused, assert_unharmed, stage, view,
)

TWO_LEVELS = view("slave") + f"mount --make-shared {VIEW};" + view(of=VIEW, at=f"{D}/view2")


@dataclass
class Layout:
    """What mount(8) did before, the bind, and where it would come to as well."""

    name: str
    setup: str
    source: str
    target: str
    place: str
    private: str = VIEW  # makes it right, once it is private
    recursive: bool = False

    @property
    def asked(self):
        return bind(self.source, self.target, recursive=self.recursive)


LAYOUTS = [
    Layout("the source", view(), f"{VOL}/db", f"{VIEW}/db", f"{VOL}/db"),
    Layout("read-only view", view() + f"mount -o remount,bind,ro {VIEW};",
           f"{VOL}/db", f"{VIEW}/db", f"{VOL}/db"),
    Layout("the source, by the view", view(), f"{VIEW}/db", f"{VOL}/db", f"{VIEW}/db"),
    Layout("the source in a slave", view("slave"), f"{VIEW}/db", f"{VOL}/db", f"{VIEW}/db"),
    Layout("above the source", view(), f"{VOL}/db/sub", f"{VIEW}/db", f"{VOL}/db"),
    Layout("somebody's directory", view(), f"{D}/s", f"{VIEW}/in", f"{VOL}/in"),
    Layout("by the real path", view(), f"{D}/s", f"{VOL}/in", f"{VIEW}/in"),
    Layout("of a slave", view("slave"), f"{D}/s", f"{VOL}/in", f"{VIEW}/in"),
    Layout("root of the view", view(of=f"{VOL}/in"), f"{D}/s", f"{VOL}/in", VIEW),
    Layout("below the root of the view", view(of=f"{VOL}/in"), f"{D}/s", f"{VOL}/in/deep",
           f"{VIEW}/deep"),
    Layout("view of all", view(of=D), f"{D}/s", f"{VOL}/in", f"{VIEW}{VOL[len(D):]}/in"),
    Layout("slaves that are peers", TWO_LEVELS, f"{D}/s", f"{VIEW}/in", f"{D}/view2/in"),
    Layout("the source, two levels down", TWO_LEVELS + f"umount {VIEW};",
           f"{D}/view2/db", f"{VOL}/db", f"{D}/view2/db", f"{D}/view2"),
    Layout("slave of a slave", TWO_LEVELS + f"mount --make-slave {D}/view2; umount {VIEW};",
           f"{D}/s", f"{VOL}/in", f"{D}/view2/in", f"{D}/view2"),
    Layout("a file", view(), f"{VOL}/db/file", f"{VIEW}/in/file", f"{VOL}/in/file"),
    Layout("the source itself", view(), f"{VOL}/db/file", f"{VIEW}/db/file", f"{VOL}/db/file"),
    Layout("a tree", view() + f"mount -t tmpfs tmpfs {VOL}/db/sub;", f"{VOL}/db", f"{VIEW}/db",
           f"{VOL}/db", recursive=True),
    Layout("a tree of shared mounts", view(of=f"{VOL}/in") + f"mount -t tmpfs tmpfs {D}/s/sub;"
           f"mount --bind {D}/s/sub {D}/s/sub2;", f"{D}/s", f"{VOL}/in", VIEW, recursive=True),
    Layout("onto itself", view(), f"{VOL}/db", f"{VOL}/db", f"{VIEW}/db"),
    Layout("a name with blanks", f"mkdir -p '{D}/my vol/db' '{D}/my view';"
           f"mount --bind '{D}/my vol' '{D}/my view';", f"{D}/my vol/db", f"{D}/my view/db",
           f"{D}/my vol/db", f"{D}/my view"),
    # A mount that is there already would only cover the copy, until it goes.
    Layout("beneath a volume", f"mount --make-private {D}; mount -t tmpfs tmpfs {VOL}/db;"
           f"mount --make-shared {D};" + view(),
           f"{VOL}/db", f"{VIEW}/db", f"{VOL}/db"),
]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_refused(stage, layout):
    stage.sh(layout.setup)
    is_frozen = not stage.is_writable(layout.source)
    assert_refused(stage, layout.asked, place=layout.place)
    if not is_frozen:
        assert_unharmed(stage, layout.source)

    # The mend that the error names.
    stage.run("mount", "--make-private", layout.private)
    assert stage.check(layout.asked).status == 2
    assert stage.apply(layout.asked).status == 0
    assert stage.top(layout.target).options >= {"ro"}
    stage.assert_settled(layout.asked)
    assert stage.apply({**layout.asked, "state": "unmounted"}).status == 0
    if not is_frozen:
        assert_unharmed(stage, layout.source)


def test_the_source_is_named_among_many(stage):
    views = [f"{D}/views/{n:02}" for n in range(20)]
    stage.sh("".join(view(at=at) for at in views) + view())
    assert_refused(stage, bind(f"{views[7]}/db", f"{VIEW}/db"), place=f"{views[7]}/db")


def test_missing_target_is_not_made(stage):
    stage.sh(view())
    assert_refused(stage, bind(f"{D}/s", f"{VIEW}/not/yet"), place=f"{VOL}/not/yet")
    assert not stage.path(f"{VOL}/not").exists()


def test_beneath_a_copy_of_what_is_replaced(stage):
    """It hides the root of the view until it goes, with the old mount."""
    stage.sh(view(of=f"{VOL}/in") + f"mount --bind {D}/s {VOL}/in")
    assert_refused(stage, bind(f"{VOL}/db", f"{VOL}/in", replace=True), place=VIEW)


def test_old_kernels_see_it_too(hosts):
    """Those that have nothing but the text of the mount table."""
    host = hosts(shared=True, kernel="no-statmount")
    host.dir(f"{VOL}/db", "file")
    host.sh(view())
    assert_refused(host, bind(f"{VOL}/db", f"{VIEW}/db"), place=f"{VOL}/db")
    assert_unharmed(host, f"{VOL}/db")


# ---- other binds ----


def test_source_of_another_bind(stage):
    """Whose own target lies where nothing is shared."""
    stage.sh(view() + f"mkdir {D}/ro; mount -t tmpfs tmpfs {D}/ro;"
             f"mount --make-private {D}/ro")
    other, asked = bind(f"{VOL}/db", f"{D}/ro/db"), bind(f"{D}/s", f"{VIEW}/db")
    said = stage.apply(other, asked)
    assert said.of(other["target"])["status"] == "changed"
    assert said.of(asked["target"])["error"]["code"] == "reaches_elsewhere"
    stage.assert_read_only_view(other["source"], other["target"])
    assert_refused(stage, asked, place=f"{VOL}/db")


@pytest.mark.parametrize("known", ["request", "run before", "fstab"])
def test_target_of_another_bind(stage, known):
    """Both have one source, so the copy would even be right; but it would be one too many."""
    stage.sh(view())
    other, asked = bind(f"{D}/s", f"{VOL}/in"), bind(f"{D}/s", f"{VIEW}/in")
    fstab = stage.file(f"{D}/fstab", f"{D}/s {VOL}/in none bind,ro,private,x-robind 0 0\n")
    if known == "request":
        # Neither can be there without coming to the other one's place.
        for target, place in ((VIEW, VOL), (VOL, VIEW)):
            assert_refused(stage, other, asked, target=f"{target}/in", place=f"{place}/in")
        return
    if known == "run before":
        stage.run("mount", "--make-private", VIEW)
        stage.make(other)
        stage.run("umount", VIEW)
        stage.sh(view())
    assert_refused(stage, asked, place=f"{VOL}/in", fstab=fstab)
    if known == "run before":
        stage.assert_settled(other)


@pytest.mark.parametrize("setup", [
    view(), view() + view(at=f"{D}/view2") + f"mount --make-private {D}",
], ids=["replaced", "mended in place"])
def test_view_that_is_a_bind_of_the_request(stage, setup):
    """It is made private before it is the turn of what lies below it; check knows that."""
    stage.sh(setup)
    outer, inner = bind(VOL, VIEW), bind(f"{VOL}/db", f"{VIEW}/db")
    assert stage.check(outer, inner).status == 2
    said = stage.apply(outer, inner)
    assert said.status == 0, said.reply
    stage.assert_read_only_view(f"{VOL}/db", f"{VIEW}/db")
    stage.assert_settled(outer, inner)


@pytest.mark.parametrize("state", ["ephemeral", "unmounted"])
def test_view_that_is_mended_or_goes_first(stage, state):
    """Of the peer of what carries the target the same is true."""
    stage.sh(view())
    first, asked = bind(VOL, VIEW, state), bind(f"{D}/s", f"{VOL}/in")
    assert stage.check(first, asked).status == 2
    said = stage.apply(first, asked)
    assert said.status == 0, said.reply
    stage.assert_read_only_view(f"{D}/s", f"{VOL}/in")
    assert len(stage.stack(VIEW)) == (state == "ephemeral")
    stage.assert_settled(first, asked)


def test_target_below_a_view_that_goes(stage):
    """It lies in the view as long as that is there, and in DIR when it is the target's turn."""
    stage.sh(view())
    stage.sh(f"mkdir -p {D}/under; mount --bind {D} {D}/under; mkdir -p {D}/under/view/db;"
             f"umount {D}/under")
    first, asked = bind(VOL, VIEW, "unmounted"), bind(f"{VOL}/db", f"{VIEW}/db")
    assert stage.check(first, asked).status == 2
    said = stage.apply(first, asked)
    assert said.status == 0, said.reply
    stage.assert_read_only_view(f"{VOL}/db", f"{VIEW}/db")


# ---- what stays as harmless as it is ----


HARMLESS = {
    "no peer": "",
    "peer of another directory": view(of=f"{D}/s"),
    "private view": view("private"),
    "slave that carries it": view("slave"),
    "onto itself": view(of=VOL, at=VOL),
    "twice onto itself": 2 * view(of=VOL, at=VOL),
    "hidden in a slave": view("slave", of=D) + f"mount -t tmpfs tmpfs {VIEW}{VOL[len(D):]};",
    "hidden slave": view("slave", of=D) + f"mount -t tmpfs tmpfs {VIEW};",
}


@pytest.mark.parametrize("setup", HARMLESS.values(), ids=HARMLESS)
def test_harmless(stage, setup):
    stage.sh(setup)
    target = f"{VIEW}/in" if "make-slave" in setup and "tmpfs" not in setup else f"{VOL}/in"
    asked = bind(f"{D}/s", target)
    assert stage.check(asked).status == 2
    said = stage.apply(asked)
    codes = {warning["code"] for warning in said.reply["warnings"]}
    assert said.status == 0 and codes <= {"target_not_empty"}, said.reply
    stage.assert_read_only_view(f"{D}/s", target)
    stage.assert_settled(asked)
    assert stage.apply({**asked, "state": "unmounted"}).status == 0
    assert stage.stack(target) == [] and stage.is_writable(f"{D}/s")


def test_harmless_with_a_namespace_beside(stage, slave):
    """As every host with a service that has a mount namespace of its own."""
    asked = bind(f"{VOL}/db", f"{D}/ro/db")
    stage.make(asked)
    stage.assert_read_only_view(f"{VOL}/db", f"{D}/ro/db")
    assert not slave.is_writable(f"{D}/ro/db") and slave.is_writable(f"{VOL}/db")


class Copy(Host):
    """A namespace with the mounts of a host, each a peer of the one that it is a copy of."""

    def __init__(self, host):
        self.kernel = host.kernel
        Served.__init__(self, host.commands, ["beside", "unchanged"], host.user)


def test_slave_by_way_of_another_namespace(stage):
    """The master of the view has no mount here, but gets from one that has."""
    stage.sh(view("slave") + f"mount --make-shared {VIEW}")
    with contextlib.ExitStack() as ends:
        copy = Copy(stage)
        ends.callback(copy.end)
        copy.run("mount", "--make-slave", VIEW)
        assert_refused(copy, bind(f"{D}/s", f"{VOL}/in"), place=f"{VIEW}/in")
        copy.run("mount", "--make-private", VIEW)
        copy.make(bind(f"{D}/s", f"{VOL}/in"))


# ---- what could not be foreseen ----

# Robind stands still with the copy that it is about to attach, until $1 was done.
MEANWHILE = """(
    until pid=$(cat /run/robind.lock) && grep -q "^State:.T" /proc/$pid/status; do sleep 0.01; done
    eval "$1"
    kill -s CONT $pid
) >/dev/null 2>&1 & shift; exec "$@"
"""


def apply_meanwhile(host, asked, commands):
    if host.kernel:
        pytest.skip("an older kernel makes its copies by other calls")
    # The first two only try what there is.
    wrap = ("sh", "-c", MEANWHILE, "sh", commands, *failing("mount_setattr", "STOP", 3))
    return host.robind("apply", request=here(asked), wrap=wrap)


def test_source_is_reached_after_it_was_judged(stage):
    """By a view that came over the private one that the source was on."""
    stage.sh(view("private"))
    said = apply_meanwhile(stage, bind(f"{VIEW}/db", f"{VOL}/db"), view())
    assert (said.status, said.error.get("code")) == (1, "reaches_elsewhere"), said.reply
    assert f"'{VIEW}/db'" in said.error["msg"] and not said.reply["changed"]
    assert len(stage.stack(VIEW)) == 2
    assert_unharmed(stage, f"{VOL}/db", f"{VIEW}/db")


@pytest.mark.parametrize("same_name", [False, True], ids=["", "same name"])
@pytest.mark.parametrize("beneath", ["", "/deep/er"], ids=["child", "deeper"])
def test_what_is_above_the_source_is_reached(stage, beneath, same_name):
    """The copy hides the directory that the source is in, and does not show its name; or shows
    another directory there."""
    source = stage.dir(f"{VOL}/db/sub{beneath}", "file")
    if same_name:
        stage.dir(f"{source}/sub{beneath}")
    stage.sh(view("private"))
    asked = bind(f"{VIEW}/db/sub{beneath}", f"{VOL}/db")
    said = apply_meanwhile(stage, asked, view())
    assert (said.status, said.error.get("code")) == (1, "reaches_elsewhere"), said.reply
    assert f"'{asked['source']}'" in said.error["msg"] and not said.reply["changed"]
    assert stage.stack(f"{VIEW}/db") == [] == stage.stack(f"{VOL}/db")
    assert_unharmed(stage, f"{VOL}/db", asked["source"])


@pytest.mark.parametrize("beneath", ["", "/sub"], ids=["the source", "above it"])
def test_a_tree_is_taken_back_whole(stage, beneath):
    """With the mounts in it, which came along and are nobody else's."""
    stage.dir(f"{VOL}/db{beneath}/inner")
    stage.sh(view("private"))
    asked = bind(f"{VIEW}/db{beneath}", f"{VOL}/db", recursive=True)
    stage.run("mount", "-t", "tmpfs", "tmpfs", f"{asked['source']}/inner")
    said = apply_meanwhile(stage, asked, f"mount --rbind {VOL} {VIEW}")
    assert (said.status, said.error.get("code")) == (1, "reaches_elsewhere"), said.reply
    assert not said.reply["changed"] and "taken back" in said.error["msg"]
    assert stage.stack(f"{VIEW}/db") == [] == stage.stack(f"{VOL}/db")
    assert_unharmed(stage, f"{VOL}/db", asked["source"])


def test_source_is_removed_meanwhile(stage):
    """It was moved away, and nothing covers what is above it."""
    stage.sh(view("private"))
    said = apply_meanwhile(stage, bind(stage.dir(f"{VIEW}/in/new"), f"{VOL}/db"),
                           f"rmdir {VIEW}/in/new")
    assert said.error.get("code") != "reaches_elsewhere", said.reply


def test_source_on_another_mount_is_not_reached(stage):
    """What came over the view meanwhile shares nothing."""
    stage.sh(view("private"))
    said = apply_meanwhile(stage, bind(f"{VIEW}/db", f"{VOL}/db"), view("private"))
    assert said.status == 0 and len(stage.stack(VIEW)) == 2, said.reply
    stage.assert_read_only_view(f"{VIEW}/db", f"{VOL}/db")


# ---- other ways in ----


def test_boot(stage):
    """Each line for itself: what comes elsewhere fails, all else is made."""
    stage.sh(view())
    lines = [f"{VOL}/db {VIEW}/db none bind,ro,private,x-robind 0 0\n",
             f"{VOL}/db {D}/ro/db none bind,ro,private,x-robind 0 0\n"]
    said = stage.robind("boot", "--fstab", stage.file(f"{D}/fstab", "".join(lines)))
    assert said.status == 1
    assert said.of(f"{VIEW}/db")["error"]["code"] == "reaches_elsewhere", said.reply
    assert said.of(f"{D}/ro/db")["status"] == "changed"
    stage.assert_read_only_view(f"{VOL}/db", f"{D}/ro/db")
    assert stage.stack(f"{VIEW}/db") == []


def test_mount_helper(stage):
    stage.sh(view() + f"ln -s {ROBIND} {D}/mount.robind")
    with stage.unchanged():
        done = stage.run(f"{D}/mount.robind", f"{VOL}/db", f"{VIEW}/db", check=False)
        assert done.returncode == 32 and f"'{VOL}/db'" in done.stderr.decode(), done
    assert_unharmed(stage, f"{VOL}/db")
