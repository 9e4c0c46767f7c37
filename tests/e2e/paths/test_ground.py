# SPDX-License-Identifier: Apache-2.0
"""What apply cannot do for a missing target, or a source, check says already."""

import pytest

from host import DIR, bind

SOURCE = f"{DIR}/volumes/db"
VIEW, OTHER = f"{DIR}/view", f"{DIR}/volumes/other"


@pytest.fixture
def stage(host):
    host.dir(SOURCE, "file")
    host.dir(OTHER)
    return host


def in_a_bind(host):
    """Of an earlier run, that is."""
    host.make(bind(OTHER, VIEW))
    return SOURCE, f"{VIEW}/a/b", "target_missing", f"'{DIR}/view' above it is read-only"


def in_what_was_deleted(host):
    host.make(bind(OTHER, VIEW))
    host.path(OTHER).rmdir()
    host.dir(OTHER)
    return SOURCE, f"{VIEW}/a", "target_missing", "has been deleted"


def on_a_read_only_file_system(host):
    host.dir(f"{DIR}/root")
    host.run("mount", "-t", "tmpfs", "-o", "ro", "root", f"{DIR}/root")
    return SOURCE, f"{DIR}/root/new", "target_missing", "is read-only"


def from_an_unbindable_mount(host):
    host.dir(f"{DIR}/own")
    host.run("mount", "-t", "tmpfs", "own", f"{DIR}/own")
    host.run("mount", "--make-unbindable", f"{DIR}/own")
    host.dir(f"{DIR}/own/db")
    return f"{DIR}/own/db", f"{DIR}/ro", "system", "unbindable"


@pytest.mark.parametrize("lay", [in_a_bind, in_what_was_deleted, on_a_read_only_file_system,
                                 from_an_unbindable_mount])
def test_check_says_what_apply_does(stage, lay):
    source, target, code, why = lay(stage)
    with stage.unchanged():
        for said in stage.check(bind(source, target)), stage.apply(bind(source, target)):
            assert (said.status, said.error["code"]) == (1, code)
            assert why in said.error["msg"]


def test_bind_above_goes_first(stage):
    """What is read-only now, and gone when the target's turn comes."""
    stage.make(bind(OTHER, VIEW))
    asked = bind(OTHER, VIEW, "unmounted"), bind(SOURCE, f"{VIEW}/new")
    assert stage.check(*asked).status == 2
    assert stage.apply(*asked).status == 0
    assert stage.path(f"{VIEW}/new/file").exists()


def test_bind_from_an_unbindable_mount_stays(stage):
    """It was made before, and nothing has to be cloned."""
    host = stage
    host.dir(f"{DIR}/own")
    host.run("mount", "-t", "tmpfs", "own", f"{DIR}/own")
    host.dir(f"{DIR}/own/db")
    host.make(bind(f"{DIR}/own/db", f"{DIR}/ro"))
    host.run("mount", "--make-unbindable", f"{DIR}/own")
    host.assert_settled(bind(f"{DIR}/own/db", f"{DIR}/ro"))
