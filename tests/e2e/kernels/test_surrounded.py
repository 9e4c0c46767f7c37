# SPDX-License-Identifier: Apache-2.0
"""Where less can be had than on a host, or seen: robind says which way it went, and the binds are
the same. The places are those of tests/surrounded, in which all tests can run as well."""

import json
import pathlib

import pytest

import answer
import kernels
from answer import REPO, ROBIND
from host import DIR, KERNEL

pytestmark = [
    pytest.mark.needs_root,
    pytest.mark.skipif(answer.is_sanitized(), reason="a container may lack the sanitizers"),
    pytest.mark.skipif(bool(KERNEL), reason="an older kernel is another place"),
    pytest.mark.skipif(not kernels.PROGRAM.exists(), reason=f"no {kernels.PROGRAM}"),
]

# By which calls mounts are read, where that is certain; and whether the mount namespace is not
# that of process 1, as far as can be seen.
WAYS = {
    "container": (None, False),
    "new-calls-unknown": ("mountinfo", False),
    "new-calls-refused": ("mountinfo", False),
    "no-ptrace": (None, False),
    "hidepid": (None, True),
    "hidepid-no-ptrace": (None, True),
    "own-init": (None, False),
}

SOURCE, OTHER, TARGET = f"{DIR}/volumes/db", f"{DIR}/volumes/web", f"{DIR}/ro"
FSTAB = f"{DIR}/fstab"
ASKED = {"source": SOURCE, "target": TARGET, "fstab": FSTAB, "namespace": "here"}
REPLACED = {**ASKED, "source": OTHER, "replace": True}
GONE = {**ASKED, "source": OTHER, "state": "absent"}

# What is seen is said by others than robind: what the calls are, and what may be written to.
SCRIPT = r"""
robind=$1 calls=$2 source=$3 other=$4 target=$5 fstab=$6
shift 6
mkdir -p "$source" "$other"
: >"$source/db"
: >"$other/web"
: >"$fstab"
for names in 'open_tree mount_setattr' 'statmount listmount'; do
	python3 -B "$calls" $names && echo true || echo false
done
"$robind" check source="$source" target="$target" state=ephemeral || :
for asked; do
	for command in check apply check apply; do
		"$robind" $command --json "$asked" || :
	done
	if touch "$target/new" 2>/dev/null; then w=true; else w=false; fi
	if touch "$source/new" "$other/new"; then free=true; else free=false; fi
	rm -f "$source/new" "$other/new" "$target/new"
	printf '{"files":"%s","target":%s,"sources":%s,"lines":%s}\n' "$(ls "$target")" $w $free \
		"$(grep -c x-robind "$fstab")"
done
"""


class Seen:
    """What was said and seen in one place."""

    def __init__(self, host, way):
        done = host.run(
            f"{REPO}/tests/surrounded", way, str(pathlib.Path(ROBIND).parent), "sh", "-uc",
            SCRIPT, "sh", ROBIND, f"{REPO}/tests/lib/syscalls.py", SOURCE, OTHER, TARGET, FSTAB,
            *map(json.dumps, (ASKED, REPLACED, GONE)), check=False)
        said = done.stdout.decode()
        if done.returncode == 77:
            pytest.skip(said.strip().removeprefix("skipped: "))
        assert (done.returncode, done.stderr) == (0, b""), done
        rows = [json.loads(line) for line in said.splitlines()]
        self.has_new_api, self.has_views, self.plain = rows[:3]
        self.asked = [rows[at:at + 5] for at in range(3, len(rows), 5)]


def codes(reply):
    return {warning["code"] for warning in reply["warnings"]}


@pytest.fixture(params=WAYS)
def seen(host, request):
    found = Seen(host, request.param)
    found.read_api, found.is_private = WAYS[request.param]
    return found


def test_is_made_and_replaced(seen):
    read_api = "statmount" if seen.has_views else "mountinfo"
    assert seen.read_api in (None, read_api)
    made, replaced, gone = seen.asked
    for *replies, _ in seen.asked:
        first, applied, second, again = replies
        for reply in replies:
            assert not reply["failed"] and codes(reply) <= {"volatile_source"}, reply
            assert reply["robind"]["read_api"] == read_api
            assert reply["robind"]["mount_api"] == (
                "mount_setattr" if seen.has_new_api else "mount")
        assert [reply["changed"] for reply in replies] == [True, True, False, False]
        assert first["binds"][0]["actions"] == applied["binds"][0]["actions"]
        assert first["binds"][0]["after"] == applied["binds"][0]["after"]
    assert made[-1] == {"files": "db", "target": False, "sources": True, "lines": 1}
    assert replaced[-1] == {"files": "web", "target": False, "sources": True, "lines": 1}
    assert gone[-1] == {"files": "", "target": True, "sources": True, "lines": 0}


def test_tells_of_another_namespace(seen):
    """Where nothing is said of it in the request."""
    assert codes(seen.plain) == ({"private_namespace"} if seen.is_private else set())
