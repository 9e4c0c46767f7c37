# SPDX-License-Identifier: Apache-2.0
"""Lines whose targets go through symlinks: a line is for the place that it leads to."""

import os

import pytest

from fstab import LINE, OTHERS, SOURCE, TARGET, Table, mounted
from host import DIR, bind

LINK = f"{DIR}/link"  # to the folder of TARGET
TO_TARGET = f"{DIR}/to-target"
THROUGH = f"{LINK}/{TARGET.rsplit('/', 1)[1]}"
# What leads to TARGET: a folder above it, the target itself, and each with other spellings.
NAMES = [THROUGH, TO_TARGET, f"{LINK}//{TARGET.rsplit('/', 1)[1]}/", f"{DIR}/./to-target"]
ABSENT = bind(SOURCE, TARGET, "absent")
WORDS = "none bind,ro,private,x-robind 0 0\n"


def line(target, options="bind,ro"):
    return f"{SOURCE} {target} none {options} 0 0\n"


@pytest.fixture
def table(host):
    table = Table(host)
    host.dir(TARGET)
    host.dir(f"{DIR}/elsewhere")
    os.symlink(os.path.dirname(TARGET), host.path(LINK))
    os.symlink(TARGET, host.path(TO_TARGET))
    return table


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("asked", [mounted(), bind(SOURCE, THROUGH, "mounted", follow=True)])
def test_one_line_for_one_place(table, name, asked):
    table.write(OTHERS + line(name) + "# the end\n")
    said = table.check(asked)
    assert (said.status, said.codes) == (2, ["not_mounted", "fstab_differs"])
    assert table.apply(asked).status == 0
    assert table.read() == OTHERS + f"{SOURCE} {TARGET} {WORDS}# the end\n"
    table.settled(asked)
    assert table.apply({**asked, "state": "absent"}).status == 0
    assert table.read() == OTHERS + "# the end\n"


@pytest.mark.parametrize("name", [THROUGH, TO_TARGET])
@pytest.mark.parametrize("state", ["mounted", "fstab_present"])
def test_what_a_symlink_names_is_yet_to_be_made(table, name, state):
    """The line is for that place all the same: a second one would be for it, too."""
    table.host.path(TARGET).rmdir()
    table.write(OTHERS + line(name))
    asked = bind(SOURCE, TARGET, state)
    assert "fstab_differs" in table.check(asked).codes
    assert table.apply(asked).status == 0
    assert table.read() == OTHERS + f"{SOURCE} {TARGET} {WORDS}"
    table.settled(asked)


def test_what_a_symlink_names_is_gone(table):
    table.host.path(TARGET).rmdir()
    table.write(OTHERS + line(TO_TARGET))
    assert table.apply(ABSENT).status == 0
    assert table.read() == OTHERS


def test_both_names_are_duplicates(table):
    table.write(LINE + OTHERS + line(THROUGH, "bind,ro,private"))
    table.host.make(bind(SOURCE, TARGET))
    said = table.apply(mounted())
    assert said.codes == ["fstab_duplicate"]
    assert table.read() == LINE + OTHERS


def test_another_mount_by_another_name(table):
    text = OTHERS + f"/dev/sdz9 {THROUGH} ext4 defaults 0 0\n"
    table.write(text)
    assert table.apply(mounted()).error["code"] == "fstab_conflict"
    assert table.apply(ABSENT).status == 0
    assert table.read() == text


def test_lines_of_other_places_stay(table):
    """A neighbour through the same symlink, one that leads nowhere, and one in a circle."""
    os.symlink("circle", table.host.path(f"{DIR}/circle"))
    os.symlink(f"{DIR}/none", table.host.path(f"{DIR}/nowhere"))
    text = OTHERS + line(f"{LINK}/other") + line(f"{DIR}/circle/a") + line(f"{DIR}/nowhere/a")
    table.write(text)
    assert table.apply(mounted()).status == 0
    assert table.read() == text + LINE
    assert table.apply(ABSENT).status == 0
    assert table.read() == text


def test_line_alone_by_its_name(table):
    """Symlinks that are not to be followed name what is written, not where it leads."""
    table.write(LINE + line(THROUGH) + OTHERS + line(THROUGH))
    asked = bind(SOURCE, THROUGH, "fstab_absent")
    assert table.check(asked).status == 2
    assert table.apply(asked).status == 0
    assert table.read() == LINE + OTHERS
    table.settled(asked)


def test_old_name_goes_new_one_stays(table):
    table.host.make(bind(SOURCE, TARGET))
    table.write(OTHERS + line(THROUGH, "bind,ro,private,x-robind"))
    asked = bind(SOURCE, THROUGH, "fstab_absent"), mounted()
    assert table.apply(*asked).status == 0
    assert table.read() == OTHERS + LINE
    table.settled(*asked)


def test_directory_became_a_symlink(table):
    """Of the set, written when all paths were real: kept where asked for, else purged."""
    table.apply(mounted(), bind(SOURCE, f"{DIR}/ro/second", "mounted"), set="mail")
    table.host.sh('mv "$1/ro" "$1/moved" && ln -s moved "$1/ro"', DIR)
    moved = {"set": "mail", "purge": True}
    asked = bind(SOURCE, TARGET, "mounted", follow=True)
    said = table.apply(asked, **moved)
    assert (said.status, said.reply["summary"]["changed"]) == (0, 2), said.reply
    real = TARGET.replace(f"{DIR}/ro", f"{DIR}/moved")
    assert said.reply["binds"][1]["target"] == f"{DIR}/moved/second"
    assert table.read() == OTHERS + LINE.replace(TARGET, real).replace(
        "x-robind", "x-robind.set=mail")
    assert table.host.stack(f"{DIR}/moved/second") == []
    table.settled(asked, **moved)


def test_link_that_changes_in_the_run(table):
    """The first bind hides the symlink: its line leads elsewhere from then on, and stays."""
    source = table.host.dir(f"{DIR}/with-folder/inner")
    table.host.dir(f"{DIR}/covered")
    os.symlink(TARGET, table.host.path(f"{DIR}/covered/inner"))
    hidden = line(f"{DIR}/covered/inner")
    table.write(OTHERS + hidden)
    asked = [bind(os.path.dirname(source), f"{DIR}/covered"), mounted()]
    assert table.apply(*asked).status == 0
    assert table.read() == OTHERS + hidden + LINE
    table.settled(*asked)
