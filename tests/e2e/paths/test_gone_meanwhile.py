# SPDX-License-Identifier: Apache-2.0
"""Somebody takes a mount off after it was found. Before it is read nothing was done yet: that is
looked at again, and told as a race where it goes on so. Where it goes before it is changed, the
kernel's EINVAL is no word on what was asked."""

import shutil
import subprocess
import time

import pytest

import answer
from answer import ROBIND, is_sanitized
from fault import REPORT, failing
from host import DIR, KERNEL, SECONDS, as_bytes, bind, here

pytestmark = [pytest.mark.needs_root, pytest.mark.new_kernel("statmount")]


def run(host, command, asked, call, nth):
    """The answer, and how many such calls there were."""
    done = host.run(*failing(call, "ENOENT", nth, REPORT), *host.kernel, ROBIND, command,
                    input=as_bytes(asked), check=False)
    return answer.read(command, (), done.returncode, done.stdout), int(host.path(REPORT).read_text())


@pytest.fixture
def asked(host):
    """A bind that is as it should be, and one that is to be made."""
    made, new = (bind(host.dir(f"s/{name}", "data"), host.dir(f"t/{name}"))
                 for name in ("made", "new"))
    host.make(made)
    return here(made, new)


@pytest.mark.parametrize("command", ["apply", "check"])
@pytest.mark.parametrize("call", ["statmount", "listmount"])
def test_gone_once(host, asked, command, call):
    new = asked["binds"][1]["target"]
    nth, count = 1, 1
    while nth <= count:
        said, count = run(host, command, asked, call, nth)
        assert [one["status"] for one in said.reply["binds"]] == ["ok", "changed"], (nth, said.reply)
        if command == "apply":
            host.run("umount", new)
        nth += 1
    assert nth > (2 if call == "statmount" else 1)


@pytest.mark.parametrize("command", ["apply", "check"])
def test_gone_each_time(host, asked, command):
    said, _ = run(host, command, asked, "statmount", "always")
    assert said.reply["failed"]
    assert {one.get("error", {}).get("code") for one in said.reply["binds"]} == {"race"}, said.reply


SOURCE, TARGET = f"{DIR}/s/made", f"{DIR}/t/made"
# What is done to the bind, the call that mends it, and what goes before that call is made.
CHANGED = {
    "writable": ("mount -o remount,bind,rw,noexec {target}", "mount_setattr", TARGET),
    "options": ("mount -o remount,bind,ro,exec {target}", "mount_setattr", TARGET),
    "shared": ("mount --make-shared {target}", "mount_setattr", TARGET),
    "off": ("umount {target}", "open_tree", SOURCE),
}


@pytest.mark.skipif(not shutil.which("strace"), reason="no strace")
@pytest.mark.skipif(is_sanitized(), reason="LeakSanitizer does not work under strace")
@pytest.mark.skipif(bool(KERNEL), reason="who watches the calls cannot be watched")
@pytest.mark.new_kernel("detached_trees")
@pytest.mark.parametrize("change", CHANGED)
def test_gone_before_it_is_mended(host, change):
    command, call, goes = CHANGED[change]
    one = bind(host.dir(SOURCE), host.dir(TARGET), options=["noexec"])
    host.run("mount", "-t", "tmpfs", "volume", SOURCE)
    host.make(one)
    host.sh(command.format(target=TARGET))
    log = host.path(f"{DIR}/log")
    trace = ("strace", "-qq", "-o", f"{DIR}/log", "-e", f"trace={call}")
    host.run(*trace, ROBIND, "--version")
    n = log.read_text().count(f"{call}(") + 1  # those before only ask for what the kernel has
    log.unlink()
    run = host.start(*trace, "-e", f"inject={call}:delay_enter=1500000:when={n}", ROBIND, "apply",
                     stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    run.stdin.write(as_bytes(here(one)))
    run.stdin.close()
    deadline = time.monotonic() + SECONDS
    while not log.is_file() or log.read_text().count(f"{call}(") < n:
        assert time.monotonic() < deadline, "robind does not come so far"
        time.sleep(0.01)
    host.run("umount", "-l", goes)
    said = answer.read("apply", (), run.wait(30), run.stdout.read())
    assert said.error["code"] == "race", said.reply
