# SPDX-License-Identifier: Apache-2.0
"""A newcomer's walk: on a fresh Debian with make and the sources, what the README says is typed, word
by word, and nothing else; and what it says that comes of it is looked for."""

import json
import re
import shutil

import pytest

from answer import REPO
from debians import with_packages
from documents import README, blocks
from host import DIR

pytestmark = pytest.mark.needs_root

ROOT = f"{DIR}/root"
RELEASES = ("bookworm", "trixie")
MINUTES = 15


class Newcomer:
    """At the prompt of that host, in the folder of the sources."""

    def __init__(self, host, tree):
        self.host = host
        host.dir("layer/upper")
        host.dir("layer/work")
        host.dir(ROOT)
        host.sh('mount -t overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" overlay "$3"\n'
                'mount -t proc proc "$3/proc"; mount -t tmpfs tmpfs "$3/run"', tree, f"{DIR}/layer",
                ROOT)
        sources = shutil.ignore_patterns("build", ".git", "__pycache__", ".pytest_cache")
        shutil.copytree(REPO, host.path(f"{ROOT}/root/robind"), symlinks=True, ignore=sources)

    def type(self, line, status=0):
        """Returns what is read then."""
        done = self.host.run("timeout", str(60 * MINUTES), "chroot", ROOT, "env", "-i", "HOME=/root",
                             "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                             "TERM=dumb", "sh", "-c", f"cd ~/robind && {line}", check=False)
        said = (done.stdout + done.stderr).decode()
        assert done.returncode == status, f"$ {line}\n{said}"
        return said

    def files(self):
        return set(self.type("find /usr/local /sbin/ -newer ~/robind/../began ! -type d").split())


@pytest.fixture(params=RELEASES)
def newcomer(request, host, monkeypatch):
    if not shutil.which("debootstrap"):
        pytest.skip("no debootstrap")
    # Its commands take minutes; the packages come from the network.
    monkeypatch.setattr("namespace.SECONDS", 60 * MINUTES)
    tree = with_packages(request.param, "make", "systemd", "man-db")
    return Newcomer(host, tree)


def typed(pattern):
    """What the README says to type, in a table or a sentence."""
    (line,) = set(re.findall(rf"`({pattern}[^`]*)`", README))
    return line


def test_walk(newcomer):
    newcomer.type("touch ~/began; sleep 0.1")
    newcomer.type(typed("make deps && "))
    assert "All as expected" in newcomer.type(typed("make demo"))
    by_hand, boot = blocks(README, "sh")
    said = [newcomer.type(line) for line in by_hand.splitlines()]
    assert said[1].startswith("made") and "1 bind: as asked." in said[2]
    assert "read-only" in said[3] and said[4].startswith("removed")

    request, reply = (json.loads(block) for block in blocks(README, "json"))
    newcomer.type(f"cat >~/request.json <<'END'\n{json.dumps(request)}\nEND")
    answered = json.loads(newcomer.type("robind apply ~/request.json"))
    about, told = answered.pop("robind"), reply.pop("robind")
    answered["warnings"] = reply["warnings"]  # what this host's file systems are, is its own
    assert (answered, about.keys()) == (reply, told.keys())
    again = json.loads(newcomer.type("robind apply ~/request.json"))
    assert again["changed"] is False and again["failed"] is False
    newcomer.type("robind check ~/request.json")
    newcomer.type("umount /mnt/volumes_ro/mysql_socket")
    newcomer.type("robind check ~/request.json", status=2)

    newcomer.type(boot)
    assert "robind-boot.service" in newcomer.type("ls /etc/systemd/system/*.wants")
    for page in sorted(set(re.findall(r"\[([\w.-]+)\(\d\)\]", README))):
        assert f"{page}(" in newcomer.type(f"man {page} | cat").splitlines()[0]
    assert "robind graph" in README and newcomer.type("robind graph").startswith("digraph")
    newcomer.type("robind apply target=/mnt/volumes_ro/mysql_socket state=absent")
    brought = newcomer.files()
    assert {"/usr/local/sbin/robind", "/usr/local/share/robind/README.md"} <= brought
    newcomer.type(typed("make uninstall"))
    assert newcomer.files() == set()
