# SPDX-License-Identifier: Apache-2.0
"""The program by itself in cmd.run with `stateful` and `test_name`, through the real Salt."""

import json

import pytest

from host import DIR, bind, here

APPLY = "robind apply --format salt"


def stateful(request):
    return {"binds": {"cmd.run": [
        {"name": APPLY}, {"stdin": json.dumps(request)},
        {"stateful": [{"test_name": f"{APPLY} --check"}]}]}}


@pytest.fixture
def hundred(machine):
    machine.dir("a", "file")
    return [bind(f"{DIR}/a", f"{DIR}/t/{i}") for i in range(100)]


def test_a_hundred_binds_are_one_state(minion, machine, hundred):
    sls = minion.write("binds", stateful(here(*hundred)))
    with machine.unchanged():
        foretold = minion.apply(sls, test=True)["binds"]
    assert foretold.result is None and foretold.comment == "100 of 100 binds would change"
    made = minion.apply(sls)["binds"]
    assert made.result is True and made.comment == "100 of 100 binds changed"
    for asked in hundred:
        machine.assert_read_only_view(asked["source"], asked["target"])
    with machine.unchanged():
        again, foretold = minion.apply(sls)["binds"], minion.apply(sls, test=True)["binds"]
    assert again.result is foretold.result is True and not again.changes and not foretold.changes


def test_drift_is_told_with_its_reason(minion, machine, hundred):
    machine.make(*hundred)
    drifted = hundred[41]["target"]
    machine.run("mount", "-o", "remount,bind,rw", drifted)
    sls = minion.write("binds", stateful(here(*hundred)))
    with machine.unchanged():
        foretold = minion.apply(sls, test=True)["binds"]
    mended = minion.apply(sls)["binds"]
    machine.assert_read_only_view(hundred[41]["source"], drifted)
    assert (foretold.result, mended.result) == (None, True)
    for said in (foretold, mended):
        assert [target for target in said.changes if target.startswith("/")] == [drifted]
        assert said.changes[drifted] == {"old": "writable, private", "new": "read-only, private",
                                         "reason": ["writable"]}


def test_highstate_stays_short(minion, machine, hundred):
    """What a person sees of the first run: the same for a hundred and for ten thousand binds."""
    sls = minion.write("binds", stateful(here(*hundred)))
    shown = minion.call("state.apply", sls, out="highstate").stdout.splitlines()
    assert any("100 of 100 binds changed" in line for line in shown)
    assert len(shown) < 140, "\n".join(shown)
    machine.run("umount", hundred[0]["target"])
    shown = minion.call("state.apply", sls, out="highstate").stdout.splitlines()
    assert any(hundred[0]["target"] in line for line in shown)
    assert len(shown) < 40, "\n".join(shown)


def test_a_failure_fails_the_state_and_says_why(minion, machine, hundred):
    lost = bind(f"{DIR}/none", f"{DIR}/lost")
    sls = minion.write("binds", {
        **stateful(here(hundred[0], lost)),
        "after": {"test.nop": [{"require": [{"cmd": "binds"}]}]},
        "bad": stateful(here(bind("a", f"{DIR}/t")))["binds"]})
    said = minion.apply(sls)
    assert said["binds"].result is False and said["after"].result is False
    assert f"{DIR}/lost: '{DIR}/none' does not exist" in said["binds"].comment
    assert hundred[0]["target"] in said["binds"].changes
    assert said["bad"].result is False and said["bad"].comment.startswith("/binds/0/source: ")
    machine.assert_read_only_view(hundred[0]["source"], hundred[0]["target"])
    with machine.unchanged():
        assert minion.apply(sls, test=True)["bad"].result is False
