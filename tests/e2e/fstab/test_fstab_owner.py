# SPDX-License-Identifier: Apache-2.0
"""Whose mount it is: what fstab lists for a target may be replaced, and is carried over."""

import pytest

from fstab import OTHERS, SOURCE, TARGET, Table, mounted
from host import DIR, bind

OLD = f"{DIR}/volumes/old"


@pytest.fixture
def table(host):
    table = Table(host)
    host.dir(OLD, "file")
    return table


def test_another_source_is_asked_for(table):
    """fstab knows that the old one was meant: no `replace` is needed."""
    assert table.apply(bind(OLD, TARGET, "mounted")).status == 0
    said = table.apply(mounted())
    assert (said.status, said.codes) == (0, ["wrong_source", "fstab_differs"]), said.reply
    assert said.bind["actions"] == ["replace", "correct_fstab"]
    table.host.assert_read_only_view(SOURCE, TARGET)
    table.settled(mounted())


def test_by_a_line_of_somebody_else(table):
    table.write(OTHERS + f"{OLD} {TARGET} none bind 0 0\n")
    table.host.run("mount", "--bind", OLD, table.host.dir(TARGET))
    assert table.apply(bind(SOURCE, TARGET, "ephemeral")).bind["actions"] == ["replace"]


def test_not_what_nobody_listed(table):
    table.write(OTHERS + f"{DIR}/volumes/third {TARGET} none bind 0 0\n")
    table.host.run("mount", "--bind", OLD, table.host.dir(TARGET))
    with table.host.unchanged():
        assert table.apply(mounted()).error["code"] == "wrong_source"


def test_not_a_whole_file_system(table):
    table.write(OTHERS + f"{OLD} {TARGET} none bind,x-robind 0 0\n")
    table.host.run("mount", "-t", "tmpfs", "tmpfs", table.host.dir(TARGET))
    with table.host.unchanged():
        assert table.apply(mounted()).error["code"] == "unexpected_mount"


@pytest.mark.new_kernel("detached_trees")
def test_a_listed_bind_within_comes_along(table):
    outer = bind(SOURCE, TARGET, "mounted")
    inner = bind(OLD, f"{TARGET}/in", "mounted")
    table.host.dir(f"{SOURCE}/in")
    table.host.dir(f"{DIR}/volumes/new/in", "file")
    assert table.apply(outer, inner).status == 0
    said = table.apply(bind(f"{DIR}/volumes/new", TARGET, "mounted"))
    assert (said.status, "gap" in said.bind) == (0, False), said.reply
    table.host.assert_read_only_view(OLD, f"{TARGET}/in")
    assert table.check(inner).status == 0


def test_a_listed_bind_within_is_not_lost(table):
    """The new source has no place for it."""
    outer = bind(SOURCE, TARGET, "mounted")
    inner = bind(OLD, f"{TARGET}/in", "mounted")
    table.host.dir(f"{SOURCE}/in")
    table.host.dir(f"{DIR}/volumes/new", "file")
    assert table.apply(outer, inner).status == 0
    with table.host.unchanged():
        said = table.apply(bind(f"{DIR}/volumes/new", TARGET, "mounted"))
    assert said.error["code"] == "submount_in_the_way", said.reply
    table.host.assert_read_only_view(OLD, f"{TARGET}/in")
