# SPDX-License-Identifier: Apache-2.0
"""`robind migrate` and `robind show --helper`: the lines that need mount.robind are listed, and all of
them do without it after one write, so that the program can be taken from a host whose next boot has to
succeed; and the way back."""

import json

import pytest

from fstab import FSTAB, LINE, OTHERS, SOURCE, TARGET, Table
from host import DIR
from mount_helper import install

A, B = f"{DIR}/ro/a", f"{DIR}/ro/b"
# Type, options, and what they are with the other type.
ROWS = [
    ("ro,x-robind", "ro,x-robind,bind,private"),
    ("ro,nosuid,nofail,x-robind.set=s", "ro,nosuid,nofail,x-robind.set=s,bind,private"),
    ("ro,recursive,x-robind", "ro,x-robind,rbind,private"),
    ("ro,noauto,x-robind", "ro,noauto,x-robind,bind,private"),
    (f"ro,x-robind.source-mount={DIR},x-robind",
     f"ro,x-robind.source-mount={DIR},x-robind,bind,private"),
    ("ro,_netdev,x-systemd.requires-mounts-for=/srv", None),
]


@pytest.fixture
def table(host):
    return Table(host)


def line(target, options, type_="robind", source=SOURCE):
    return f"{source} {target} {type_} {options} 0 0\n"


def migrate(table, to, *options):
    return table.host.robind("migrate", "--to", to, "--fstab", FSTAB, *options)


def listed(table, *options):
    return table.host.robind("show", "--helper", "--fstab", FSTAB, *options)


def words(text, target):
    """The type of the target's line, and its options, sorted."""
    (fields,) = [row.split() for row in text.splitlines() if row.split()[1:2] == [target]]
    return fields[2], sorted(fields[3].split(","))


@pytest.mark.parametrize("options, without", ROWS)
def test_without_the_helper(table, options, without):
    without = without or options + ",x-robind,bind,private"
    table.write(OTHERS + line(TARGET, options))
    said = migrate(table, "none")
    assert (said.status, said.bind["status"], said.bind["actions"]) == (0, "changed", ["correct_fstab"])
    assert table.read().startswith(OTHERS)
    assert words(table.read(), TARGET) == ("none", sorted(without.split(",")))
    assert listed(table).reply["binds"] == []
    again = migrate(table, "none")
    assert (again.status, again.reply["changed"], again.reply["binds"]) == (0, False, [])


def test_all_in_one_write(table):
    """Whatever is mounted, and whether the sources are there; the others stay byte for byte."""
    gone = line(B, "ro,x-robind", source=f"{DIR}/gone")
    before = OTHERS + line(A, "ro,x-robind") + LINE + "# end\n" + gone
    table.write(before)
    with table.host.unchanged():
        said = migrate(table, "none", "--check", "--diff")
    assert (said.status, said.reply["changed"], table.read()) == (0, True, before)
    (diff,) = said.reply["diff"]
    assert diff["before"] == line(A, "ro,x-robind") + gone
    done = migrate(table, "none", "--diff", "--detailed-exitcode")
    assert (done.status, done.reply["diff"]) == (2, said.reply["diff"])
    after = diff["after"].splitlines(keepends=True)
    assert table.read() == OTHERS + after[0] + LINE + "# end\n" + after[1]
    table.assert_no_litter()


def test_what_is_not_ours_to_hand_over(table):
    """To the helper go robind's own read-only lines alone."""
    others = line(A, "bind,ro", "none") + line(B, "bind,x-robind", "none")
    table.write(OTHERS + others + LINE)
    install(table.host)
    said = migrate(table, "robind")
    assert (said.status, said.bind["target"]) == (0, TARGET), said.reply
    assert table.read().startswith(OTHERS + others)
    assert words(table.read(), TARGET)[0] == "robind"
    assert [bind["target"] for bind in listed(table).reply["binds"]] == [TARGET]
    assert migrate(table, "robind").reply["binds"] == []


def test_no_helper_no_line(table):
    table.write(OTHERS + LINE)
    said = migrate(table, "robind")
    assert (said.status, said.error["code"]) == (1, "helper_missing"), said.reply
    assert table.read() == OTHERS + LINE


def test_symlinks_are_followed(table):
    table.host.run("ln", "-s", f"{DIR}/ro", f"{DIR}/way")
    table.write(line(f"{DIR}/way/a", "ro,x-robind"))
    assert migrate(table, "none").status == 0
    assert words(table.read(), A)[0] == "none"


def test_a_second_line_is_seen(table):
    """Of two lines for one target the first counts, and mount -a stumbles over the other."""
    table.write(LINE + line(TARGET, "ro", source=f"{DIR}/other"))
    (bind,) = listed(table).reply["binds"]
    assert (bind["fstab"]["line"], bind["fstab"]["source"]) == (2, f"{DIR}/other")
    assert migrate(table, "none").status == 0
    assert table.read() == LINE


@pytest.mark.parametrize("source, target", [("LABEL=x", TARGET), (SOURCE, "relative")])
def test_what_cannot_be_changed_is_told(table, source, target):
    text = line(target, "ro,noauto", source=source)
    table.write(text)
    said = migrate(table, "none")
    assert (said.status, table.read()) == (0, text)
    (warning,) = said.reply["warnings"]
    assert (warning["code"], warning["target"]) == ("fstab_passed_over", target)
    (bind,) = listed(table).reply["binds"]
    assert (bind["target"], bind["fstab"]["type"]) == (target, "robind")


def test_for_scripts(table):
    """One look is enough: the exit status, and each line by its target."""
    table.write(OTHERS + LINE)
    assert table.host.raw("show", "--helper", "--fstab", FSTAB, "--detailed-exitcode").returncode == 0
    table.write(OTHERS + line(A, "ro") + line(B, "ro"))
    done = table.host.raw("show", "--helper", "--fstab", FSTAB, "--detailed-exitcode")
    assert done.returncode == 2
    assert [bind["target"] for bind in json.loads(done.stdout)["binds"]] == [A, B]
    text = table.host.raw("show", "--helper", "--fstab", FSTAB, "-t")
    assert (text.returncode, A in text.stdout.decode(), B in text.stdout.decode()) == (0, True, True)


def test_no_fstab(table):
    """None is an empty one; one that cannot be read may have any line."""
    table.host.path(FSTAB).unlink()
    assert (migrate(table, "none").status, listed(table).reply["binds"]) == (0, [])
    table.host.path(FSTAB).mkdir()
    assert migrate(table, "none").error["code"] == "fstab"
    assert listed(table).error["code"] == "fstab"
