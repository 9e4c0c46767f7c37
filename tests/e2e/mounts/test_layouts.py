# SPDX-License-Identifier: Apache-2.0
"""Layouts in which a mount beneath another one is refused, or would take its own source along:
the way with a gap, said so, right here and in a mount namespace beside, without litter there."""

import shutil

import pytest

from host import DIR, bind

VOLUME, OTHER = f"{DIR}/volume", f"{DIR}/other"
INSIDE, DEEP = f"{VOLUME}/ro", f"{VOLUME}/a/b/ro"


@pytest.fixture(params=["shared", "private"])
def stage(hosts, request):
    host = hosts(shared=request.param == "shared")
    host.dir(VOLUME, "file", "ro/.keep", "a/b/ro/.keep")
    host.dir(OTHER, "other")
    return host


@pytest.fixture
def beside(stage):
    namespace = stage.slave()
    yield namespace
    namespace.end()


def legacy(host, source, target):
    """As mount(8) makes it in two steps; or forgets the second."""
    host.run("mount", "--bind", source, target)
    host.run("mount", "-o", "remount,bind,ro", target)


def writable(host, source, target):
    host.run("mount", "--bind", source, target)


def robinds_own_made_writable(host, source, target):
    host.make(bind(source, target))
    host.run("mount", "-o", "remount,bind,rw", target)


def another_source(host, source, target):
    host.run("mount", "--bind", OTHER, target)


SPOILS = [legacy, writable, robinds_own_made_writable, another_source]

TARGETS = {
    "itself": (VOLUME, VOLUME),
    "within": (VOLUME, INSIDE),
    "deep within": (VOLUME, DEEP),
}


def below(namespace):
    """What is mounted below DIR, one name for each mount."""
    return sorted(mount.target for mount in namespace.mounts() if mount.target.startswith(DIR))


def assert_read_only_everywhere(host, beside, target):
    """In the slave namespace there is nothing, or one mount, and that is read-only."""
    for namespace in (host, beside):
        stack = namespace.stack(target)
        assert all("ro" in mount.options for mount in stack), f"writable: {stack}"
    assert not beside.stack(target) or not beside.is_writable(target)


# A foreign mount on a self-bind hides its source: there is nothing to compare it with.
@pytest.mark.parametrize("layout, spoil", [
    (layout, spoil) for layout in TARGETS for spoil in SPOILS
    if (layout, spoil) != ("itself", another_source)
])
def test_mended(stage, beside, layout, spoil):
    source, target = TARGETS[layout]
    empty = below(stage), below(beside)
    spoil(stage, source, target)
    asked = bind(source, target, replace=True)
    changes = stage.check(asked).status
    assert changes == (2 if spoil is not legacy or is_shared(stage) else changes)
    said = stage.apply(asked)
    assert said.status == 0, said.reply
    if "replace" in said.of(target).get("actions", ()) and source != target:
        assert said.of(target)["gap"] is True
    assert stage.top(target).options >= {"ro"} and not stage.is_writable(target)
    assert not stage.top(target).propagation
    assert len(stage.stack(target)) == 1
    assert_read_only_everywhere(stage, beside, target)
    stage.assert_settled(asked)
    # Nothing but the one mount has come, here and beside.
    assert set(below(stage)) - set(empty[0]) <= {target}
    assert len(below(stage)) <= len(empty[0]) + 1
    assert len(below(beside)) <= len(empty[1]) + 1

    assert stage.apply({**asked, "state": "unmounted"}).status == 0
    assert (below(stage), below(beside)) == empty
    assert stage.is_writable(source), "the source is no longer writable"


def is_shared(host):
    return bool(host.top(DIR).propagation)


def test_many_rounds_leave_no_litter(stage, beside):
    """Mended again and again: the tables stay as short as they were."""
    asked = bind(VOLUME, INSIDE)
    stage.make(asked)
    here, there = below(stage), below(beside)
    for _ in range(20):
        stage.run("mount", "-o", "remount,bind,rw", INSIDE)
        stage.make(asked)
        assert (below(stage), below(beside)) == (here, there)


@pytest.mark.needs_root
@pytest.mark.parametrize("spoil", [legacy, writable, robinds_own_made_writable, another_source])
def test_root_of_the_namespace_is_the_parent(stage, spoil):
    """As in a container: / is the first mount of the namespace, with nothing above it."""
    if not shutil.which("pivot_root", path="/usr/sbin:/sbin:/usr/bin:/bin"):
        pytest.skip("no pivot_root")
    is_to_be = "shared" if is_shared(stage) else "private"
    stage.sh(f"mkdir -p {DIR}/new/old; mount --make-private {DIR}; mount --rbind / {DIR}/new;"
             f" cd {DIR}/new; pivot_root . {DIR.lstrip('/')}/new/old; cd /;"
             f" umount -l {DIR}/new/old; mount --make-{is_to_be} /; mount --make-{is_to_be} {DIR}")
    assert stage.top("/").parent not in {mount.id for mount in stage.mounts()} - {stage.top("/").id}
    stage.sh(f"mkdir -p {VOLUME} {OTHER} {DIR}/target && touch {VOLUME}/file")
    spoil(stage, VOLUME, f"{DIR}/target")
    asked = bind(VOLUME, f"{DIR}/target", replace=True)
    assert stage.apply(asked).status == 0
    stage.assert_read_only_view(VOLUME, f"{DIR}/target")
    assert len(stage.stack(f"{DIR}/target")) == 1
    stage.assert_settled(asked)


def test_foreign_mount_below_the_target(stage):
    """Not ours to unmount, whatever the layout: alive with its data afterwards."""
    stage.run("mount", "--bind", VOLUME, INSIDE)
    stage.run("mount", "--make-private", INSIDE)
    stage.run("mount", "-t", "tmpfs", "tmpfs", f"{INSIDE}/a")
    stage.file(f"{INSIDE}/a/data", "kept")
    said = stage.apply(bind(VOLUME, INSIDE))
    assert said.status == 1 and said.error["code"] in ("submount_in_the_way", "submount_writable")
    assert stage.path(f"{INSIDE}/a/data").read_text() == "kept"


@pytest.mark.parametrize("layout", ["beside", "within"])
def test_a_writer_does_not_cost_what_is_mounted_below(stage, layout):
    """Held open for writing it can only be replaced; then the foreign mount stands in the way."""
    target = {"beside": stage.dir("ro"), "within": INSIDE}[layout]
    stage.run("mount", "--bind", VOLUME, target)
    stage.run("mount", "--make-private", target)
    stage.run("mount", "-t", "tmpfs", "-o", "ro", "foreign", f"{target}/a")
    with open(stage.path(f"{target}/file"), "r+"):
        said = stage.apply(bind(VOLUME, target))
        assert said.status == 1, said.reply
        assert stage.top(f"{target}/a").fs_type == "tmpfs", "the foreign mount is gone"
        # Either is why: it is held, and it cannot be replaced.
        assert said.error["code"] == "submount_in_the_way" or said.error["errno"] == "EBUSY"
    # Below a shared mount the first run only protects: others may hold a writable copy.
    said = stage.apply(bind(VOLUME, target))
    assert said.status == (1 if is_shared(stage) else 0), said.reply
    assert not stage.is_writable(target)
    assert stage.apply(bind(VOLUME, target)).status == 0
    assert stage.top(f"{target}/a").fs_type == "tmpfs"


def test_foreign_mount_below_a_tree_keeps_its_flags(stage):
    """The tree around it is protected, it is named, and stays as its owner has it."""
    target = stage.dir("ro")
    stage.run("mount", "-t", "tmpfs", "tmpfs", f"{VOLUME}/a")
    stage.run("mount", "--rbind", VOLUME, target)
    stage.run("mount", "--make-rprivate", target)
    stage.run("mount", "-t", "tmpfs", "foreign", f"{target}/ro")
    asked = bind(VOLUME, target, recursive=True)
    for _ in range(2):
        said = stage.apply(asked)
        assert said.error["code"] in ("submount_writable", "submount_in_the_way"), said.reply
        assert not stage.is_writable(target) and not stage.is_writable(f"{target}/a")
        assert stage.is_writable(f"{target}/ro"), "a foreign mount was made read-only"
