# SPDX-License-Identifier: Apache-2.0
"""Somebody takes the mount off, or another one, after it was found and before it is read. Nothing
was done yet: that is looked at again, and told as a race where it goes on so."""

import pytest

import answer
from answer import ROBIND
from fault import REPORT, failing
from host import as_bytes, bind, here

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
