# SPDX-License-Identifier: Apache-2.0
"""The boot job on lines whose paths go through symlinks, which earlier lines may bring."""

import os

import pytest

from fstab import FSTAB, OTHERS, Table
from host import DIR

REAL, LINK = f"{DIR}/real", f"{DIR}/link"


def line(source, target, options="bind,ro"):
    return f"{source} {target} none {options} 0 0\n"


@pytest.fixture
def table(host):
    table = Table(host)
    host.dir(REAL)
    os.symlink("real", host.path(LINK))
    return table


def boot(table, *options):
    return table.host.robind("boot", "--fstab", FSTAB, *options)


def statuses(said):
    return [done["status"] for done in said.reply["binds"]]


def assert_settled(table):
    said = boot(table)
    assert (said.status, said.reply["changed"]) == (0, False), said.reply


def test_one_below_the_other(table):
    outer, inner = table.host.dir(f"{DIR}/outer/in"), table.host.dir(f"{DIR}/inner", "file")
    table.write(OTHERS + line(os.path.dirname(outer), f"{LINK}/a") + line(inner, f"{LINK}/a/in"))
    said = boot(table, "--check")
    assert (said.status, statuses(said)) == (0, ["changed", "changed"]), said
    said = boot(table)
    assert [done["resolved"]["target"] for done in said.reply["binds"]] == [
        f"{REAL}/a", f"{REAL}/a/in"]
    assert table.host.path(f"{REAL}/a/in/file").exists()
    assert_settled(table)


def test_outer_one_that_fails(table):
    inner = table.host.dir(f"{DIR}/inner")
    table.write(OTHERS + line(f"{DIR}/none", f"{REAL}/a") + line(inner, f"{LINK}/a/in"))
    said = boot(table)
    assert [done["error"]["code"] for done in said.reply["binds"]] == [
        "source_missing", "outer_failed"]


def test_link_that_an_earlier_line_brings(table):
    """To where a third line mounts already: of several lines for one place the first counts."""
    first, second = table.host.dir(f"{DIR}/first"), table.host.dir(f"{DIR}/second", "file")
    os.symlink(REAL, table.host.path(f"{first}/door"))
    table.write(OTHERS + line(first, f"{DIR}/view") + line(second, f"{DIR}/view/door/a") +
                line(first, f"{REAL}/b") + line(second, f"{DIR}/view/door/b"))
    said = boot(table)
    assert (said.status, statuses(said)) == (0, ["changed", "changed", "changed", "skipped"])
    assert said.reply["binds"][1]["resolved"]["target"] == f"{REAL}/a"
    assert table.host.path(f"{REAL}/a/file").exists()
    assert len(table.host.stack(f"{REAL}/b")) == 1
    assert_settled(table)


def test_two_names_of_one_target(table):
    source = table.host.dir(f"{DIR}/source")
    table.host.dir(f"{REAL}/a")
    table.write(OTHERS + line(source, f"{REAL}/a") + line(f"{DIR}/none", f"{LINK}/a"))
    assert boot(table).bind["target"] == f"{REAL}/a"
    assert_settled(table)


# ---- what fstab said before a directory became a symlink ----

OURS = "bind,ro,private,x-robind"
VOLUME = f"{LINK}/volume"


@pytest.fixture
def moved(table):
    """A source, a target and a volume that is not mounted, all behind the symlink."""
    table.host.dir(f"{REAL}/source", "file")
    table.host.dir(f"{REAL}/ro")
    table.host.dir(f"{REAL}/volume/db")
    return table


def test_ours(moved):
    moved.write(OTHERS + line(f"{LINK}/source", f"{LINK}/ro", OURS))
    moved.host.run("mount", "--bind", f"{REAL}/source", f"{REAL}/ro")
    said = boot(moved, "--ours")
    assert (said.status, said.bind["resolved"]["target"]) == (0, f"{REAL}/ro"), said
    moved.host.assert_read_only_view(f"{REAL}/source", f"{REAL}/ro")
    assert_settled(moved)


@pytest.mark.parametrize("source, options", [
    (VOLUME, f"{OURS},x-robind.source-mount"),
    (f"{VOLUME}/db", f"{OURS},x-robind.source-mount={VOLUME}"),
    (f"{REAL}/volume/db/", f"{OURS},x-robind.source-mount={REAL}/volume"),
])
def test_volume_that_the_line_asks_for(moved, source, options):
    moved.write(OTHERS + line(source, f"{LINK}/ro", options))
    assert boot(moved).status == 1
    assert moved.host.stack(f"{REAL}/ro") == []
    moved.host.run("mount", "-t", "tmpfs", "tmpfs", f"{REAL}/volume")
    moved.host.dir(f"{REAL}/volume/db")
    assert boot(moved).status == 0
    assert_settled(moved)


def test_volume_that_another_line_mounts(moved):
    moved.write(OTHERS + f"tmpfs {VOLUME} tmpfs defaults 0 0\n" +
                line(f"{REAL}/volume/db", f"{REAL}/ro", OURS))
    assert boot(moved).error["code"] == "source_unmounted"
    assert moved.host.stack(f"{REAL}/ro") == []
