# SPDX-License-Identifier: Apache-2.0
"""A play and a robind watch of the same binds, on one host: whoever is first, they do not fight."""

import pytest

from host import DIR
from watcher import Watcher

pytestmark = pytest.mark.needs_root
ONE, TWO = ((f"{DIR}/volumes/{name}", f"{DIR}/volumes_ro/{name}") for name in ("one", "two"))


@pytest.fixture
def host(machine):
    for source, _ in (ONE, TWO):
        machine.dir(source)
    watcher = Watcher(machine, "/etc/robind/watch.json", "/etc/robind/watch.d")
    machine.watcher = watcher
    yield machine
    watcher.end()
    machine.sh('umount -q "$1" "$2" || :; : >/etc/fstab; rm -r /etc/robind', ONE[1], TWO[1])


def play(ansible, order, *binds):
    """The role tells the watch, the task makes it so; in one order or the other."""
    request = {"set": "mail", "purge": True, "binds": [
        {"source": source, "target": target, "state": "mounted"} for source, target in binds]}
    told = {"name": "tell", "ansible.builtin.include_role": {"name": "robind.mount.host"},
            "vars": {"host_robind_watch": True, "host_robind_watch_request": request}}
    done = {"name": "share", "robind.mount.robind": request}
    run = ansible.play([told, done] if order == "told first" else [done, told])
    assert run.status == 0, run.text or run.results
    return run.stats["localhost"]["changed"]


@pytest.mark.parametrize("order", ["told first", pytest.param("shared first", marks=pytest.mark.long)])
def test_both(host, ansible, order):
    """What the play shares is watched, what it no longer names is gone and stays so."""
    play(ansible, order, ONE, TWO)
    host.watcher.wait_for("loaded")
    host.watcher.wait_for_quiet()
    for target in (ONE[1], TWO[1]):
        host.run("umount", target)
    host.watcher.wait_for("mended", target=ONE[1], drift=["not_mounted"])
    host.watcher.wait_for("mended", target=TWO[1], drift=["not_mounted"])
    assert play(ansible, order, ONE, TWO) == 0
    assert play(ansible, order, ONE) > 0
    host.watcher.wait_for("loaded", 2)
    host.watcher.wait_for_quiet(1)
    host.assert_read_only_view(*ONE)
    assert host.top(TWO[1]) is None and TWO[1] not in host.path("/etc/fstab").read_text()
    assert play(ansible, order, ONE) == 0
    assert not host.watcher.events("fighting")


def test_a_mend_that_the_play_meets(host, ansible):
    """It finds what the watch has mended, and has nothing to do."""
    play(ansible, "told first", ONE)
    host.watcher.wait_for("loaded")
    host.run("mount", "-o", "remount,bind,rw", ONE[1])
    host.watcher.wait_for("mended", drift=["writable"])
    assert play(ansible, "told first", ONE) == 0
