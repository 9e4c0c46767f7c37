# SPDX-License-Identifier: Apache-2.0
"""The table of states: what each makes of the live mount and of the line in fstab."""

import pytest

from fstab import LINE, OTHERS, SOURCE, TARGET, Table
from host import DIR, bind

THERE, GONE, AS_IT_WAS = "there", "gone", "as it was"
STATES = {
    "mounted": (THERE, THERE),
    "ephemeral": (THERE, AS_IT_WAS),
    "unmounted": (GONE, AS_IT_WAS),
    "absent": (GONE, GONE),
    "fstab_present": (AS_IT_WAS, THERE),
    "fstab_absent": (AS_IT_WAS, GONE),
    "fstab_only": (GONE, THERE),
}


@pytest.fixture
def table(host):
    return Table(host)


def after(wanted, was):
    return was if wanted == AS_IT_WAS else wanted == THERE


@pytest.mark.parametrize("is_listed", [False, True])
@pytest.mark.parametrize("is_mounted", [False, True])
@pytest.mark.parametrize("state", STATES)
def test_state(table, state, is_mounted, is_listed):
    live, line = STATES[state]
    if is_mounted:
        table.host.make(bind(SOURCE, TARGET))
    else:
        table.host.dir(TARGET)
    if is_listed:
        table.write(OTHERS + LINE)
    asked = bind(SOURCE, TARGET, state)
    will = (after(live, is_mounted), after(line, is_listed))
    changes = will != (is_mounted, is_listed)

    found = table.check(asked)
    assert found.status == (2 if changes else 0), found.reply
    said = table.apply(asked)
    assert (said.status, said.reply["changed"]) == (0, changes), said.reply
    assert said.codes == found.codes
    assert (len(table.host.stack(TARGET)), table.read()) == (
        int(will[0]), OTHERS + (LINE if will[1] else ""))
    if changes:
        assert (said.bind["before"]["mounted"], said.bind["before"]["in_fstab"]) == (
            is_mounted, is_listed)
        for told in (said.bind["after"], found.bind["after"]):
            assert (told["mounted"], told["in_fstab"]) == will
    if will[0]:
        table.host.assert_read_only_view(SOURCE, TARGET)
    table.settled(asked)


def test_mounted_is_the_default(table):
    said = table.apply({"source": SOURCE, "target": TARGET})
    assert said.bind["state"] == "mounted"
    assert said.codes == ["target_missing", "not_mounted", "fstab_missing"]
    assert said.bind["actions"] == ["create_target", "attach", "add_to_fstab"]
    assert table.read() == OTHERS + LINE


@pytest.mark.parametrize("state", ["absent", "fstab_absent", "unmounted"])
def test_removal_needs_no_source(table, state):
    """What fstab names is what may be taken off."""
    table.apply({"source": SOURCE, "target": TARGET})
    said = table.apply({"target": TARGET, "state": state})
    assert (said.status, said.reply["changed"]) == (0, True), said.reply
    assert (table.host.stack(TARGET) == []) == (state != "fstab_absent")
    assert table.read() == OTHERS + (LINE if state == "unmounted" else "")
    assert table.host.path(TARGET).is_dir()
    table.settled({"target": TARGET, "state": state})


@pytest.mark.parametrize("state", ["mounted", "fstab_present", "fstab_only"])
def test_source_is_needed(table, state):
    said = table.apply({"target": TARGET, "state": state})
    assert (said.error["code"], said.error["at"]) == ("request", "/binds/0/source")


def test_a_line_can_be_made_before_its_source(table):
    missing = bind(f"{SOURCE}/to/come", TARGET, "fstab_present")
    assert table.apply(missing).bind["actions"] == ["add_to_fstab"]
    assert f"{SOURCE}/to/come {TARGET} none bind,ro,private,x-robind 0 0\n" in table.read()
    table.settled(missing)


def test_no_line_where_the_live_mount_failed(table):
    missing = bind(f"{SOURCE}/none", TARGET, "mounted")
    said = table.apply(missing)
    assert (said.error["code"], said.reply["changed"]) == ("source_missing", False)
    assert table.read() == OTHERS


def test_fstab_below_the_target(host):
    """Its own bind would keep it from being written to, now and in every later run."""
    host.dir(f"{DIR}/etc")
    host.path(f"{DIR}/etc/fstab").write_text("# host\n")
    asked = bind(f"{DIR}/etc", f"{DIR}/etc", "mounted")
    with host.unchanged():
        for said in (host.check(asked, fstab=f"{DIR}/etc/fstab"),
                     host.apply(asked, fstab=f"{DIR}/etc/fstab")):
            assert (said.status, said.error["code"]) == (1, "fstab")
            assert "ephemeral" in said.error["msg"]
    assert host.apply(bind(f"{DIR}/etc", f"{DIR}/etc")).status == 0
