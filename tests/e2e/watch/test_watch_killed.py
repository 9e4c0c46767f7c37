# SPDX-License-Identifier: Apache-2.0
"""A watch that is killed at one of its calls, in its first pass or in a mend: it leaves nothing writable
that nobody else made so, nor a mount elsewhere, and the one that comes after it has all in order.

Some each day, and all in long runs: lib/rotation.py.
"""

import json

import pytest

import rotation
from answer import ROBIND, is_sanitized
from fault import REPORT, failing
from host import DIR, KERNEL, bind, here

SOURCE, TARGET = f"{DIR}/volumes/old", f"{DIR}/ro/old"
OTHER_SOURCE, OTHER_TARGET = f"{DIR}/volumes/new", f"{DIR}/ro/new"

# Ready, then one is made writable and one is unmounted, and what comes of it is waited for. $1 is
# the target of the one, $2 of the other; the rest is the watch.
SCENE = """
old=$1 new=$2; shift 2
: >/run/said # there is something to look at before it begins
"$@" >/run/said 2>/run/complained & watch=$!
until_told() { # COUNT TEXT
	for i in $(seq 100); do
		[ "$(grep -c "$2" /run/said)" -lt "$1" ] && kill -0 $watch 2>/dev/null || return 0
		sleep 0.02
	done
}
until_told 1 '"ready"'
if kill -0 $watch 2>/dev/null; then
	had=$(grep -c '"mended"' /run/said) || :
	mount -o remount,bind,rw "$old"
	umount -l "$new"
	until_told $((had + 2)) '"mended"'
	pid=$(sed 's/.*"pid":\\([0-9]*\\).*/\\1/' /run/robind-watch.json) && kill "$pid" || :
fi
wait $watch || :
"""

# What a watch does with the machine, or is told by it; how many of each are tried at most.
CALLS = {"open_tree": 9, "mount_setattr": 9, "move_mount": 9, "umount2": 9, "mkdirat": 9,
         "rename": 9, "flock": 9, "poll": 9, "inotify_add_watch": 15, "statmount": 30,
         "openat2": 30, "read": 30, "write": 30, "statx": 30, "listmount": 15}

pytestmark = [
    pytest.mark.skipif(is_sanitized(), reason="LeakSanitizer does not work under ptrace"),
    pytest.mark.skipif(bool(KERNEL), reason="who watches the calls cannot be watched"),
]


def stage(hosts):
    host = hosts()
    for source in (SOURCE, OTHER_SOURCE):
        host.dir(source, "file")
    host.apply(bind(SOURCE, TARGET))
    return host


def others(host):
    return {mount for mount in host.mounts() if mount.target not in (TARGET, OTHER_TARGET)}


def watch(host, call, n):
    """How many such calls there were."""
    request = host.file("/run/watched.json", json.dumps(
        here(bind(SOURCE, TARGET), bind(OTHER_SOURCE, OTHER_TARGET))))
    host.sh(SCENE, TARGET, OTHER_TARGET, *failing(call, "KILL", n, REPORT), ROBIND, "watch", request)
    return int(host.path(REPORT).read_text())


def try_kill(hosts, call, n):
    host = stage(hosts)
    before = others(host)
    at = f"killed at call {n} of {call}"
    counted = watch(host, call, n)
    assert not host.top(OTHER_TARGET) or not host.is_writable(OTHER_TARGET), at
    assert host.is_writable(SOURCE) and host.is_writable(OTHER_SOURCE), at
    assert others(host) == before, f"{at}: a mount was left elsewhere"
    again = watch(host, call, 1 << 30)
    assert again > 0, at
    host.assert_read_only_view(SOURCE, TARGET)
    host.assert_read_only_view(OTHER_SOURCE, OTHER_TARGET)
    assert len(host.stack(TARGET)) == len(host.stack(OTHER_TARGET)) == 1, at
    host.end()
    return counted >= n


@pytest.mark.parametrize("call", CALLS)
def test_killed(hosts, call):
    host = stage(hosts)
    counted = min(watch(host, call, 1 << 30), CALLS[call])
    said = host.path("/run/said").read_text()
    assert '"ready"' in said and said.count('"mended"') >= 3, said
    host.end()
    for n in rotation.due(range(1, counted + 1), list(CALLS).index(call)):
        try_kill(hosts, call, n)
