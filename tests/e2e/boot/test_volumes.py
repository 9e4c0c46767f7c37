# SPDX-License-Identifier: Apache-2.0
"""A volume that did not come: the empty directory that it is mounted on is never shared, whoever
asks, and the next run with the volume there mends it."""

import pytest

from fstab import FSTAB, Table
from host import DIR, bind

VOLUME, TARGET = f"{DIR}/volume", f"{DIR}/ro/volume"
LISTED = f"tmpfs {VOLUME} tmpfs {{}},size=1m 0 0\n"
KEPT = {"source_mount": True}, {"source_mount": VOLUME}, {}


@pytest.fixture
def table(host):
    table = Table(host)
    host.dir(VOLUME)
    host.dir(TARGET)
    return table


def mount_volume(table):
    table.host.run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", VOLUME)
    table.host.dir(f"{VOLUME}/sub", "data")


def unmount_all(table, *targets):
    for target in targets:
        table.host.run("umount", "-l", target)
    table.host.run("umount", VOLUME)


def boot(table):
    return table.host.robind("boot", "--fstab", FSTAB)


def assert_not_shared(table, said, target, status):
    assert table.host.top(target) is None, said.reply
    one = next(b for b in said.reply["binds"] if b["target"] == target)
    assert one["status"] == status, one
    if status == "failed":
        assert one["error"]["code"] == "source_unmounted", one
        assert VOLUME in one["error"]["msg"]


@pytest.mark.parametrize("nofail", [True, False])
@pytest.mark.parametrize("source", [VOLUME, f"{VOLUME}/sub"])
@pytest.mark.parametrize("members", KEPT, ids=["true", "path", "fstab"])
def test_boot_without_the_volume(table, members, source, nofail):
    if members.get("source_mount") is True:
        source = VOLUME
    elif not members:
        table.write(LISTED.format("nofail"))
    mount_volume(table)
    asked = bind(source, TARGET, "mounted", nofail=nofail, **members)
    assert table.apply(asked).status == 0
    unmount_all(table, TARGET)
    table.host.dir(f"{VOLUME}/sub")
    said = boot(table)
    assert said.status == (0 if nofail else 1)
    assert_not_shared(table, said, TARGET, "skipped" if nofail else "failed")
    # It comes late: the next boot job and the next apply both make the bind.
    mount_volume(table)
    assert boot(table).bind["status"] == "changed"
    table.host.assert_read_only_view(source, TARGET)
    table.settled(asked)


@pytest.mark.parametrize("options", ["bind,ro", "bind,ro,x-robind", "ro,nofail,x-robind"])
def test_lines_of_any_hand(table, options):
    """Of other people's lines as well, and of type robind."""
    kind = "none" if "bind," in options else "robind"
    table.write(LISTED.format("defaults") + f"{VOLUME} {TARGET} {kind} {options} 0 0\n")
    said = boot(table)
    assert_not_shared(table, said, TARGET, "skipped" if "nofail" in options else "failed")


def test_apply_goes_by_fstab(table):
    table.write(LISTED.format("defaults"))
    asked = bind(VOLUME, TARGET)
    said = table.apply(asked)
    assert said.status == 1
    assert_not_shared(table, said, TARGET, "failed")
    said = table.check(asked)
    assert (said.status, said.codes[0]) == (2, "source_missing")
    # Whoever means the directory below says so, and the line keeps it for the boot.
    asked = bind(VOLUME, TARGET, "mounted", source_mount=False)
    assert table.apply(asked).status == 0
    assert "x-robind.source-mount=any" in table.read()
    table.settled(asked)
    table.host.run("umount", TARGET)
    assert boot(table).bind["status"] == "changed"


@pytest.mark.parametrize("options", ["noauto", "noauto,user"])
def test_what_a_person_mounts_is_not_missing(table, options):
    table.write(LISTED.format(options))
    assert table.apply(bind(VOLUME, TARGET)).status == 0


def test_line_that_the_request_takes_away_is_no_volume(table):
    """The directory below it is what was meant; in the next run that line is not there."""
    table.host.dir(f"{DIR}/real/x")
    table.host.dir(f"{VOLUME}/x")
    shown = bind(f"{DIR}/real", VOLUME, "mounted")
    assert table.apply(shown).status == 0
    asked = bind(f"{VOLUME}/x", f"{VOLUME}/x", "mounted"), {**shown, "state": "absent"}
    found = table.check(*asked)
    said = table.apply(*asked)
    assert (found.status, said.status) == (2, 0), said.reply
    assert said.of(f"{VOLUME}/x")["status"] == found.of(f"{VOLUME}/x")["status"] == "changed"
    table.settled(*asked)


def test_line_that_stays_beside_it_is_a_volume(table):
    """The bind's line goes, and that of the volume stays: which is not mounted."""
    shown = bind(f"{DIR}/real", VOLUME, "mounted")
    table.host.dir(f"{DIR}/real/x")
    table.host.dir(f"{VOLUME}/x")
    assert table.apply(shown).status == 0
    table.write(LISTED.format("nofail") + table.read())
    said = table.apply(bind(f"{VOLUME}/x", f"{DIR}/ro/x", "mounted"), {**shown, "state": "absent"})
    assert said.of(f"{DIR}/ro/x")["error"]["code"] == "source_unmounted", said.reply


def test_word_follows_the_request(table):
    mount_volume(table)
    for members, word in (
        ({"source_mount": True}, "x-robind.source-mount"),
        ({"source_mount": VOLUME}, f"x-robind.source-mount={VOLUME}"),
        ({}, f"x-robind.source-mount={VOLUME}"),  # not said: left as it is
        ({"source_mount": True}, "x-robind.source-mount"),
    ):
        asked = bind(VOLUME, TARGET, "mounted", **members)
        assert table.apply(asked).status == 0
        words = table.read().splitlines()[-1].split()[3].split(",")
        assert [w for w in words if w.startswith("x-robind.source")] == [word]
        table.settled(asked)
    # Another source has nothing to do with the old volume.
    other = table.host.dir("other", "file")
    moved = bind(other, TARGET, "mounted", replace=True)
    assert table.apply(moved).status == 0
    assert "source-mount" not in table.read()
    table.settled(moved)


def test_show_tells_the_mount(table):
    mount_volume(table)
    for value in (True, VOLUME, False):
        table.apply(bind(VOLUME, TARGET, "mounted", source_mount=value))
        said = table.host.robind("show", "--fstab", FSTAB, TARGET)
        assert said.reply["binds"][0]["fstab"]["source_mount"] == value
