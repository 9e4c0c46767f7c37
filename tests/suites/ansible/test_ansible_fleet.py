# SPDX-License-Identifier: Apache-2.0
"""Ten hosts with ten kinds of drift, brought in order by one run over ssh."""

import pytest

from host import DIR

pytestmark = pytest.mark.needs_root
SOURCE, TARGET = f"{DIR}/s", f"{DIR}/t"
LINE = f"{SOURCE} {TARGET} none bind,ro,private,x-robind 0 0\n"


def drifted(host, script):
    """A host on which all was as asked, until somebody came by."""
    host.file("/etc/fstab", LINE)
    host.sh(f"""mkdir {TARGET}; mount --bind {SOURCE} {TARGET}
                mount -o remount,bind,ro {TARGET}; mount --make-private {TARGET}; {script}""")


# What happened on which host, and what robind calls it.
DRIFT = {
    "fresh": (lambda host: None, {"target_missing", "not_mounted", "fstab_missing"}),
    "fine": (lambda host: drifted(host, ":"), set()),
    "writable": (lambda host: drifted(host, f"mount -o remount,bind,rw {TARGET}"), {"writable"}),
    "gone": (lambda host: drifted(host, f"umount {TARGET}"), {"not_mounted"}),
    "stale": (lambda host: drifted(host, f"rm -r {SOURCE}; mkdir {SOURCE}"), {"stale_source"}),
    "stacked": (lambda host: drifted(
        host, f"mount --bind {SOURCE} {TARGET}; mount -o remount,bind,ro {TARGET}; "
        f"mount --make-private {TARGET}"), {"stacked"}),
    "shared": (lambda host: drifted(host, f"mount --make-shared {TARGET}"), {"propagation"}),
    "exec": (lambda host: drifted(host, f"mount -o remount,bind,ro,exec {TARGET}"), {"options"}),
    "noline": (lambda host: drifted(host, ": >/etc/fstab"), {"fstab_missing"}),
    "oldline": (lambda host: drifted(host, f"echo '{SOURCE} {TARGET} none bind' >/etc/fstab"),
                {"fstab_differs"}),
}
TASK = {"name": "share", "robind.mount.robind": {
    "src": SOURCE, "path": TARGET, "state": "mounted",
    "opts": "{{ 'bind,ro,noexec' if inventory_hostname == 'exec' else 'bind,ro' }}"}}


@pytest.fixture(scope="module")
def runs(fleet):
    """The hosts, the run that mends them, and the one after it."""
    hosts, ansible = fleet(*DRIFT)
    for host in hosts:
        host.dir("s", "file")
        DRIFT[host.name][0](host)
    return {host.name: host for host in hosts}, ansible.play([TASK]), ansible.play([TASK])


@pytest.mark.parametrize("name", DRIFT)
def test_mended(runs, name):
    hosts, first, second = runs
    result = first.of("share", name)
    found = {drift["code"] for bind in result["binds"] for drift in bind["drift"]}
    assert found >= DRIFT[name][1] and bool(found) == bool(DRIFT[name][1]), result
    assert result["changed"] == bool(found)
    hosts[name].assert_read_only_view(SOURCE, TARGET)
    assert len(hosts[name].stack(TARGET)) == 1
    assert f"{SOURCE} {TARGET} none bind,ro,private" in hosts[name].path("/etc/fstab").read_text()
    assert second.stats[name]["changed"] == second.stats[name]["failures"] == 0


def test_runs_end_well(runs):
    _, first, second = runs
    assert (first.status, second.status) == (0, 0)
    assert sum(host["changed"] for host in first.stats.values()) == len(DRIFT) - 1
