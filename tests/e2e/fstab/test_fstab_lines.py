# SPDX-License-Identifier: Apache-2.0
"""Lines in fstab: found, judged, corrected, and nothing else touched."""

import pytest

from fstab import FSTAB, LINE, OTHERS, SOURCE, TARGET, Table, mounted
from host import DIR, bind


@pytest.fixture
def table(host):
    table = Table(host)
    host.make(bind(SOURCE, TARGET))
    return table


# What the line says, what is asked beside the bind, and what it has to say then.
CORRECTED = {
    "ro": ("bind", {}, "bind,ro,private,x-robind"),
    "rw goes": ("bind,rw,private", {}, "bind,private,ro,x-robind"),
    "private": ("bind,ro", {}, "bind,ro,private,x-robind"),
    "unknown ones stay": ("nofail,x-a=1,bind", {}, "nofail,x-a=1,bind,ro,private,x-robind"),
    "a flag": ("bind,ro,private", {"options": ["nosuid"]}, "bind,ro,private,nosuid,x-robind"),
}


@pytest.mark.parametrize("name", CORRECTED)
def test_corrected(table, name):
    was, members, becomes = CORRECTED[name]
    columns = "{}\t  {}   none\t{}  0   0"
    table.write(OTHERS + columns.format(SOURCE, TARGET, was) + "\n# the end\n")
    found = table.check(mounted(**members))
    assert (found.status, "fstab_differs" in found.codes) == (2, True), found.reply
    said = table.apply(mounted(**members))
    assert said.status == 0 and "correct_fstab" in said.bind["actions"], said.reply
    wrote = table.read()
    assert wrote == OTHERS + columns.format(
        SOURCE, TARGET, wrote.split(TARGET)[1].split()[1]) + "\n# the end\n"
    assert sorted(wrote.split(TARGET)[1].split()[1].split(",")) == sorted(becomes.split(","))
    table.settled(mounted(**members))


RIGHT = [
    "bind,ro,private", "ro,private,bind", "x-robind,private,nosuid,bind,ro",
    "defaults,bind,ro,private,noauto", "bind,ro,rprivate",
]


@pytest.mark.parametrize("options", RIGHT)
def test_right_in_any_order(table, options):
    table.write(f"{OTHERS}{SOURCE}/ {TARGET}  none {options}")
    assert table.check(mounted()).status == 0
    table.settled(mounted())


def test_another_source(table):
    other = table.host.dir(f"{DIR}/volumes/other")
    table.write(OTHERS + f"{other} {TARGET} none bind,ro,private 0 0\n")
    said = table.apply(mounted())
    assert said.codes == ["fstab_differs"]
    assert table.read() == OTHERS + LINE


def test_duplicates_go(table):
    table.write(LINE + OTHERS + LINE + LINE)
    said = table.apply(mounted())
    assert said.codes == ["fstab_duplicate"]
    assert table.read() == LINE + OTHERS
    table.write(LINE + OTHERS + LINE)
    assert table.apply(bind(SOURCE, TARGET, "absent")).status == 0
    assert table.read() == OTHERS


DISK = f"/dev/sdz1 {TARGET} ext4 defaults 0 2\n"


@pytest.mark.parametrize("lines", [DISK, LINE + DISK, DISK + LINE, f"tmpfs {TARGET} tmpfs\n"])
def test_conflict(table, lines):
    table.write(OTHERS + lines)
    table.host.run("umount", TARGET)
    with table.host.unchanged():
        said = table.apply(mounted())
    assert (said.error["code"], said.error["at"]) == ("fstab_conflict", "/binds/0/target")
    assert FSTAB in said.error["msg"]
    assert table.read() == OTHERS + lines
    assert table.apply(bind(SOURCE, TARGET, "ephemeral")).status == 0
    assert table.apply(bind(SOURCE, TARGET, "absent")).status == 0
    assert table.read() == OTHERS + lines.replace(LINE, "")


def test_self_bind_over_a_mount_point(table):
    disk = table.host.dir(f"{DIR}/disk")
    table.host.run("mount", "-t", "tmpfs", "tmpfs", disk)
    assert table.apply(bind(disk, disk, "mounted")).status in (0, 1)
    said = table.apply(bind(disk, disk, "mounted"))
    assert said.error["code"] == "fstab_conflict"
    assert disk not in table.read()


BYTES = {
    "no newline": (OTHERS + "# end", "\n" + LINE),
    "crlf": (OTHERS.replace("\n", "\r\n"), LINE.replace("\n", "\r\n")),
    "empty": ("", LINE),
    "a long line": (OTHERS + "#" + 100000 * "x" + "\n", LINE),
    "no utf-8": (OTHERS.encode() + b"# caf\xe9\n", LINE),
    "unparsed": (OTHERS + "broken\n", LINE),
}


@pytest.mark.parametrize("name", BYTES)
def test_other_bytes_stay(table, name):
    before, added = BYTES[name]
    table.write(before)
    said = table.apply(mounted())
    assert (said.status, said.bind["actions"]) == (0, ["add_to_fstab"])
    before = before if isinstance(before, bytes) else before.encode()
    assert table.host.path(FSTAB).read_bytes() == before + added.encode()
    assert table.apply(bind(SOURCE, TARGET, "fstab_absent")).status == 0
    ended = before if before.endswith(b"\n") or not before else before + b"\n"
    assert table.host.path(FSTAB).read_bytes() == ended


def test_unparsed_is_told(table):
    table.write(OTHERS + "broken\n")
    said = table.apply(mounted())
    assert [warning["code"] for warning in said.reply["warnings"]].count("fstab_unparsed") == 1
    assert "line 5" in said.reply["warnings"][0]["msg"]


def test_unread_is_told(table):
    """Nobody takes "not in fstab" for a fact that nobody has looked at; no file has no lines."""
    table.host.path(FSTAB).unlink()
    assert table.host.apply(bind(SOURCE, TARGET), fstab=FSTAB).reply["warnings"] == []
    table.host.dir(FSTAB)
    for said in (table.host.check(bind(SOURCE, TARGET), fstab=FSTAB),
                 table.host.robind("show", "--fstab", FSTAB, TARGET)):
        warning, = said.reply["warnings"]
        assert said.status == 0 and warning["code"] == "fstab_unread", said.reply
        assert f"'{FSTAB}' cannot be read: it is a directory" in warning["msg"]
    shown = table.host.raw("show", "--format", "text", "--fstab", FSTAB, TARGET).stdout.decode()
    assert "unread" in shown and "no line" not in shown
    assert table.host.check(mounted(), fstab=FSTAB).error["code"] == "fstab"


def test_blanks_are_escaped(table):
    source, target = table.host.dir(f"{DIR}/a b\\c"), f"{DIR}/ro/t\tx"
    asked = bind(source, target, "mounted")
    assert table.apply(asked).status == 0
    assert table.read() == OTHERS + (
        f"{DIR}/a\\040b\\134c {DIR}/ro/t\\011x none bind,ro,private,x-robind 0 0\n")
    table.settled(asked)


def test_what_the_source_has_is_kept(table):
    table.host.run("mount", "-t", "tmpfs", "-o", "nosuid,nodev,mode=755", "tmpfs",
                   table.host.dir(f"{DIR}/nosuid"))
    asked = bind(f"{DIR}/nosuid", f"{DIR}/ro/nosuid", "mounted")
    assert table.apply(asked).status == 0
    assert " none bind,ro,private,nosuid,nodev,x-robind 0 0\n" in table.read()
    table.settled(asked)


MEMBERS = {
    "recursive": ({"recursive": True}, "rbind,ro,private,x-robind"),
    "nofail": ({"nofail": True},
               "bind,ro,private,nofail,x-systemd.before=robind-boot.service,x-robind"),
    "more": ({"fstab_options": ["_netdev", "x-systemd.requires=a.mount"]},
             "bind,ro,private,_netdev,x-systemd.requires=a.mount,x-robind"),
}


@pytest.mark.parametrize("name", MEMBERS)
def test_members(table, name):
    members, options = MEMBERS[name]
    assert table.apply(mounted(**members)).status == 0
    assert table.read() == OTHERS + f"{SOURCE} {TARGET} none {options} 0 0\n"
    table.settled(mounted(**members))


@pytest.mark.parametrize("option", ["rw", "bind", "ro", "rbind", "a b", "x-robind", ""])
def test_options_that_are_not_the_users(table, option):
    said = table.apply(mounted(fstab_options=[option]))
    assert said.error["code"] == "request"
    assert said.error["at"].startswith("/binds/0/fstab_options")


def test_type_robind_is_refused_without_a_helper(table):
    if table.host.run("test", "-x", "/sbin/mount.robind", check=False).returncode == 0:
        pytest.skip("mount.robind is installed here")
    said = table.apply(mounted(fstab_type="robind"))
    assert (said.error["code"], said.error["at"]) == (
        "helper_missing", "/binds/0/fstab_type")
    assert table.read() == OTHERS


def test_many_lines(table):
    """One look and one write, however many there are."""
    table.write("".join(f"/dev/disk{n} /disk/{n} ext4 defaults 0 2\n" for n in range(10000)))
    asked = [bind(table.host.dir(f"{DIR}/many/{n}"), f"{DIR}/ro/{n}", "mounted")
             for n in range(200)]
    assert table.apply(*asked).reply["summary"]["changed"] == 200
    assert table.read().count("x-robind") == 200
    table.settled(*asked)


def test_diff(table):
    said = table.apply(mounted(), bind(SOURCE, f"{DIR}/ro/new", "mounted"), diff=True)
    headers = [diff["after_header"] for diff in said.reply["diff"]]
    assert headers == [f"{DIR}/ro/new (live)", FSTAB], "of the first one only the line is new"
    last = said.reply["diff"][-1]
    assert (last["before_header"], last["before"]) == (FSTAB, "")
    assert last["after"] == LINE + LINE.replace("ro/db", "ro/new")


def test_backup(table):
    said = table.apply(mounted(), backup=True)
    backup = said.reply["backup_file"]
    assert table.host.path(backup).read_text() == OTHERS
    table.assert_no_litter(backup.rsplit("/", 1)[1])
    assert "backup_file" not in table.apply(mounted(), backup=True).reply
