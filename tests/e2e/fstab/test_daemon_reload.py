# SPDX-License-Identifier: Apache-2.0
"""systemd is told of a changed fstab by the system's own systemctl, in surroundings of its own:
whatever the caller has in its PATH, its environment, and what it ignores, blocks and limits.
"""

import pathlib
import re

import pytest

from answer import ROBIND, is_sanitized, read
from host import DIR, as_bytes, bind, here

pytestmark = pytest.mark.needs_root

SYSTEMCTL = next((p for p in ("/usr/bin/systemctl", "/bin/systemctl") if pathlib.Path(p).exists()),
                 None)
SEEN = f"{DIR}/seen"
# What it is started with, then what was asked.
SAYS = f"""#!/bin/sh
streams=$(readlink /proc/$$/fd/[012])
{{ env; grep -E '^(SigBlk|SigIgn)' /proc/self/status; echo "$streams"; ulimit -n; echo "called as $*"; }} >{SEEN}
sleep 0.05
"""
WORKS, FAILS = "exit 0\n", "exit 3\n"
# The C library has two signals of its own, which it ignores in what it starts.
OF_LIBC = 0b11 << 31
OF_THE_SHELL = {"PWD", "OLDPWD", "_", "SHLVL"}
ASKED = here(bind(f"{DIR}/volume", f"{DIR}/ro", "mounted"))


@pytest.fixture
def booted(host):
    """A host that systemd booted, with an fstab that may be written."""
    if SYSTEMCTL is None:
        pytest.skip("no systemctl here, in whose place another one could be put")
    host.dir("volume")
    host.sh('mkdir -p /run/systemd/system; cp /etc/passwd /etc/group "$1"; mount -t tmpfs t /etc;'
            ' cp "$1/passwd" "$1/group" /etc; : >/etc/fstab', DIR)
    return host


def codes(reply):
    """What is warned of besides the sources, which lie on a tmpfs here."""
    return [warning["code"] for warning in reply["warnings"]
            if warning["code"] != "volatile_source"]


def put_systemctl(host, end):
    """In the place of the system's own."""
    name = host.file(f"{DIR}/systemctl", SAYS + end)
    host.path(name).chmod(0o755)
    host.run("mount", "--bind", name, SYSTEMCTL)


def reload(host, script='exec "$@"'):
    done = host.sh(script, *host.kernel, ROBIND, "apply", input=as_bytes(ASKED), check=False)
    assert done.stderr == b""
    said = read("apply", (), done.returncode, done.stdout)
    assert said.status == 0, said.error
    return said.reply


SURROUNDINGS = {
    "as ever": 'exec "$@"',
    "children are not waited for": 'exec env --ignore-signal=CHLD "$@"',
    "signals ignored": 'exec env --ignore-signal=CHLD,PIPE,HUP,INT,TERM,XFSZ,USR1 "$@"',
    "signals blocked": 'exec env --block-signal "$@"',
    "nothing in the environment": 'exec env -i "$@"',
    "no PATH": 'PATH=/nowhere exec "$@"',
    "another environment": 'LD_LIBRARY_PATH=/ SYSTEMD_LOG_LEVEL=debug SYSTEMD_PAGER=/bin/false'
                           ' DBUS_SYSTEM_BUS_ADDRESS=x exec "$@"',
    "no files may be made": 'umask 777; exec "$@"',
    "no working directory": f'mkdir {DIR}/gone; cd {DIR}/gone; rmdir {DIR}/gone; exec "$@"',
    "no streams but the output": 'exec "$@" 2>&-',
    "low limits": 'exec prlimit --nofile=6: --fsize=0: --data=1000000: --stack=65536: "$@"',
}


@pytest.mark.parametrize("script", SURROUNDINGS.values(), ids=SURROUNDINGS)
def test_started_alike(booted, script):
    if "--data" in script and is_sanitized():
        pytest.skip("a sanitizer cannot be given a limit")
    put_systemctl(booted, WORKS)
    reply = reload(booted, script)
    assert reply["daemon_reload"] is True and codes(reply) == [], reply
    seen = booted.path(SEEN).read_text()
    said = dict(re.findall(r"^(\w+)[=:][ \t]*(.*)$", seen, re.M))
    assert (said["LC_ALL"], said["PATH"]) == ("C", "/usr/sbin:/usr/bin:/sbin:/bin")
    assert said.keys() <= {"LC_ALL", "PATH", "SigBlk", "SigIgn", *OF_THE_SHELL}, said
    assert (int(said["SigBlk"], 16), int(said["SigIgn"], 16) & ~OF_LIBC) == (0, 0)
    *streams, descriptors, asked = seen.splitlines()[-5:]
    assert streams == ["/dev/null", "/dev/null", "/dev/null"]
    assert int(descriptors) >= 1024 and asked == "called as daemon-reload"


def test_not_that_of_the_path(booted):
    put_systemctl(booted, WORKS)
    mine = booted.file(f"{DIR}/bin/systemctl", f"#!/bin/sh\ntouch {DIR}/fooled\n")
    booted.path(mine).chmod(0o755)
    assert reload(booted, f'PATH={DIR}/bin:$PATH; exec "$@"')["daemon_reload"] is True
    assert not booted.path(f"{DIR}/fooled").exists() and booted.path(SEEN).exists()


@pytest.mark.parametrize("end", [FAILS, "kill -9 $$\n"], ids=["status", "signal"])
def test_failure_is_told(booted, end):
    put_systemctl(booted, end)
    reply = reload(booted, 'exec env --ignore-signal=CHLD "$@"')
    assert reply["daemon_reload"] is False
    assert codes(reply) == ["daemon_reload"]
