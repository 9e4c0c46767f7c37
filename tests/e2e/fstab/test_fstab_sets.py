# SPDX-License-Identifier: Apache-2.0
"""Sets: what belongs together, and goes when it is no longer named."""

import pytest

from fstab import LINE, OTHERS, SOURCE, TARGET, Table, mounted
from host import DIR, bind

OTHER = bind(SOURCE, f"{DIR}/ro/other", "mounted")
ELSE = bind(SOURCE, f"{DIR}/ro/else", "mounted")


@pytest.fixture
def table(host):
    return Table(host)


def targets(said):
    return [done["target"] for done in said.reply["binds"]]


def test_name_is_kept(table):
    assert table.apply(mounted(), set="mail").status == 0
    assert table.read() == OTHERS + LINE.replace("x-robind", "x-robind.set=mail")
    table.settled(mounted(), set="mail")
    assert table.check(mounted()).status == 0, "the set is of no interest without one"
    assert table.check(mounted(), set="web").codes == ["fstab_differs"]


def test_purged(table):
    table.apply(mounted(), OTHER, set="mail")
    table.apply(ELSE, set="web")
    asked = {"set": "mail", "purge": True}
    found = table.check(mounted(), **asked)
    assert (found.status, targets(found)) == (2, [TARGET, OTHER["target"]])
    said = table.apply(mounted(), **asked)
    assert (said.status, targets(said)) == (0, [TARGET, OTHER["target"]])
    purged = said.of(OTHER["target"])
    assert (purged["state"], purged["status"]) == ("absent", "changed")
    assert table.host.stack(OTHER["target"]) == []
    assert OTHER["target"] not in table.read() and ELSE["target"] in table.read()
    table.settled(mounted(), **asked)


def test_not_after_a_failure(table):
    table.apply(mounted(), OTHER, set="mail")
    failing = bind(f"{SOURCE}/none", TARGET, "mounted")
    said = table.apply(failing, set="mail", purge=True)
    assert [done["status"] for done in said.reply["binds"]] == ["failed", "skipped"]
    assert len(table.host.stack(OTHER["target"])) == 1


@pytest.mark.parametrize("below", ["", "/deep"])
def test_no_source_in_what_is_purged(table, below):
    """It would be read before that goes, and lead elsewhere after."""
    table.host.dir(f"{SOURCE}/deep")
    table.apply(OTHER, set="mail")
    before = table.read()
    through = bind(OTHER["target"] + below, TARGET, "mounted")
    for ask in (table.check, table.apply):
        said = ask(through, set="mail", purge=True)
        assert (said.status, said.error["code"], said.error["at"]) == (1, "request", "/binds/0/source")
        assert f"'{OTHER['target']}', which is purged after it" in said.error["msg"], said.error
    assert (table.read(), table.host.stack(TARGET)) == (before, [])
    assert table.apply(bind(SOURCE + below, TARGET, "mounted"), set="mail", purge=True).status == 0


def test_empty(table):
    table.apply(mounted(), set="mail")
    said = table.apply(set="mail", purge=True)
    assert (said.error["code"], said.error["at"]) == ("request", "/purge")
    assert table.apply(set="mail", purge="all").reply["summary"]["changed"] == 1
    assert table.read() == OTHERS
    table.settled(set="mail", purge="all")


def test_needs_a_set(table):
    said = table.apply(mounted(), purge=True)
    assert (said.error["code"], said.error["at"]) == ("request", "/purge")


@pytest.mark.parametrize("name", ["", "a b", "a,b", "a/b", 65 * "x"])
def test_bad_names(table, name):
    assert table.apply(mounted(), set=name).error["at"] == "/set"
