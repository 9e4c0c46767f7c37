# SPDX-License-Identifier: Apache-2.0
"""Each allocation fails, once or from then on, while somebody is answered in his dialect: what he
is told is what he would have been told, or that there was no memory, and never a part of it.

Every 7th each day, and all in long runs: lib/rotation.py.
"""

import json

import pytest

import rotation
from answer import ROBIND, is_sanitized
from host import DIR, HELPERS, KERNEL, as_bytes, bind, here

PRELOAD = HELPERS / "preload" / "fail_memory.so"
COUNT = "/run/count"
pytestmark = [
    pytest.mark.skipif(is_sanitized(), reason="its allocator is another one"),
    pytest.mark.skipif(not PRELOAD.exists(), reason="`make tests` builds fail_memory.so"),
]

MADE, NEW, BAD = (bind(f"{DIR}/s/{name}", f"{DIR}/t/{name}") for name in ("made", "new", "bad"))
ASKED = here(MADE, NEW, BAD, holders=True)
OTHERS = {"_ansible_check_mode": True, "_ansible_diff": True, "_ansible_module_name": "robind",
          "_ansible_version": "2.14.18"}
PROMISE = {"operation": "evaluate_promise", "promiser": NEW["target"], "promise_type": "robind",
           "attributes": {"source": NEW["source"], "state": "ephemeral", "namespace": "here",
                          "action_policy": "warn"}}
SAID_TO_AGENT = ("cf-agent 3.21.0 v1\n\n"
                 + "".join(json.dumps(line) + "\n\n" for line in
                           [PROMISE, {"operation": "terminate"}])).encode()

LINES = ["--fstab", f"{DIR}/fstab"]

# The words behind the program's name, and what it reads.
DIALECTS = {
    "json": (["check"], as_bytes(ASKED)),
    "text": (["check", "--format", "text", "--diff"], as_bytes(ASKED)),
    "salt": (["check", "--format", "salt"], as_bytes(ASKED)),
    "dsc": (["check", "--format", "dsc"], as_bytes({**NEW, "namespace": "here"})),
    "ansible": (["/run/args"], None),
    "bolt": ([], as_bytes({**ASKED, "_task": "robind", "_noop": True})),
    "cfengine": (["cfengine"], SAID_TO_AGENT),
    "show": (["show", MADE["target"], NEW["target"]], None),
    "show, as text": (["show", "--format", "text", MADE["target"], NEW["target"]], None),
    "graph": (["graph", "--format", "dot"], None),
    "graph, of targets": (["graph", MADE["target"], NEW["target"]], None),
    "boot": (["boot", "--check", *LINES], None),
    "boot, as text": (["boot", "--check", "--format", "text", "--diff", *LINES], None),
    "next boot": (["check", "--boot", "--diff", *LINES], as_bytes(ASKED)),
    "migrate": (["migrate", "--to", "robind", "--check", "--diff", *LINES], None),
    "migrate, as text": (["migrate", "--to", "robind", "--check", "--format", "text", *LINES], None),
    "helper": (["show", "--helper", *LINES], None),
    "schema": (["schema", "reply"], None),
    "schema of requests": (["schema", "request"], None),
    "version": (["--version"], None),
    "version, as text": (["--version", "--format", "text"], None),
}

TOLD = [b"out of memory", b"robind gave no answer"]  # the latter by one robind of the other


@pytest.fixture
def stage(host):
    for one in (MADE, NEW):
        host.dir(one["source"], "data")
        host.dir(one["target"])
    host.make(MADE)
    host.run("mount", "-o", "remount,bind,rw", MADE["target"])
    host.file("fstab", f"{MADE['source']} {MADE['target']} none bind,ro,x-robind 0 0\n"
                       f"{NEW['source']} {NEW['target']} robind ro 0 0\n")
    host.file("/run/args", json.dumps({**ASKED, **OTHERS}))
    return host


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("mode", ["", "+"], ids=["once", "from-then-on"])
def test_whole_or_not(stage, dialect, mode):
    check(stage, dialect, mode)


@pytest.mark.skipif(bool(KERNEL), reason="it is as on another kernel already")
@pytest.mark.parametrize("dialect", ["json", "show", "graph, of targets"])
def test_whole_table_or_not(stage, dialect):
    """Where libmount reads all mounts as text."""
    check(stage, dialect, "", str(HELPERS / "old_kernel"), "linux-5.10")


def check(stage, dialect, mode, *wrap):
    words, text = DIALECTS[dialect]

    def say(nth):
        return stage.run(*wrap, "env", f"LD_PRELOAD={PRELOAD}", f"FAIL_MEMORY={nth}{mode}",
                         f"FAIL_MEMORY_COUNT={COUNT}", ROBIND, *words, input=text, check=False)

    whole = say(0)
    if not stage.path(COUNT).exists():
        pytest.skip("this program takes no other allocator")
    assert b"out of memory" not in whole.stdout and len(whole.stdout) > 20, whole
    allocations = int(stage.path(COUNT).read_text())
    for nth in range(1, allocations + 1):
        if rotation.is_due(nth, list(DIALECTS).index(dialect)):
            done = say(nth)
            at = f"allocation {nth} of {allocations}"
            assert done.returncode >= 0, f"{at}: {done}"
            is_told = any(words in done.stdout + done.stderr for words in TOLD)
            # An agent that gets no answer goes by the status.
            is_cut = done.returncode == 1 and whole.stdout.startswith(done.stdout)
            if not is_told and not is_cut:
                assert (done.stdout, done.returncode) == (whole.stdout, whole.returncode), (
                    f"{at}: {done}, not {whole}")
