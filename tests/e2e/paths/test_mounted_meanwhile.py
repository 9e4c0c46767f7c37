# SPDX-License-Identifier: Apache-2.0
"""Somebody mounts onto the target after it was judged, and before the bind is attached there: a
bind on top of that is not what was judged, and is taken back."""

import re
import shutil
import subprocess
import time

import pytest

import answer
from answer import ROBIND, is_sanitized
from host import DIR, KERNEL, as_bytes, bind, here

pytestmark = [
    pytest.mark.needs_root,
    pytest.mark.new_kernel("statmount", "detached_trees"),
    pytest.mark.skipif(not shutil.which("strace"), reason="no strace"),
    pytest.mark.skipif(is_sanitized(), reason="LeakSanitizer does not work under strace"),
    pytest.mark.skipif(bool(KERNEL), reason="who watches the calls cannot be watched"),
]


def wait_for_copy(log, n):
    """The copy for the nth bind is there, which is not attached yet."""
    ended = re.compile(r"^(open_tree|move_mount)\(.*= \d+$", re.M)
    for _ in range(3000):
        calls = ended.findall(log.read_text()) if log.is_file() else []
        if calls.count("move_mount") == n - 1 and calls[-1:] == ["open_tree"]:
            return
        time.sleep(0.01)
    pytest.fail("robind does not come so far")


# The first ones of a directory are looked at by descriptors, the later ones by their names.
@pytest.mark.parametrize("n", [1, 4])
def test_mounted_between_look_and_attach(host, n):
    binds = [bind(host.dir(f"s/{i}", "data"), host.dir(f"d/{i}")) for i in range(n)]
    log = f"{DIR}/log"
    run = host.start(
        "strace", "-qq", "-o", log, "-e", "trace=open_tree,move_mount",
        "-e", f"inject=move_mount:delay_enter=1500000:when={n}", ROBIND, "apply",
        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    run.stdin.write(as_bytes(here(*binds)))
    run.stdin.close()
    target = binds[-1]["target"]
    wait_for_copy(host.path(log), n)
    host.run("mount", "-t", "tmpfs", "theirs", target)
    said = answer.read("apply", (), run.wait(30), run.stdout.read())
    assert [one["status"] for one in said.reply["binds"]] == ["changed"] * (n - 1) + ["failed"], said.reply
    assert said.reply["binds"][-1]["error"]["code"] == "race"
    assert [mount.root for mount in host.stack(target)] == ["/"], "the bind is still there"
