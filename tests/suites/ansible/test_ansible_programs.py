# SPDX-License-Identifier: Apache-2.0
"""Which robind runs on which host: pushed over ssh, the host's own, or a sentence that says why
none does."""

import pytest

from answer import REPO, ROBIND
from host import DIR

pytestmark = pytest.mark.needs_root
# A robind of before there was a protocol: what it says of itself is all that anybody asks of it.
OLD = """#!/bin/sh
echo '{"robind": {"version": "0.0.9", "protocol": 0}}'
"""
# A kernel's architecture cannot be had from another; what a host says of it can.
SAYS_ARM = "#!/bin/sh\necho aarch64\n"
SHARE = {"source": f"{DIR}/s", "target": f"{DIR}/t", "state": "ephemeral"}


def task(name, host, **args):
    return {"name": name, "robind.mount.robind": {**SHARE, **args}, "ignore_errors": True,
            "when": f"inventory_hostname == '{host}'"}


TASKS = [
    task("pushed", "plain", install="push"),
    task("not installed", "plain", install="host"),
    task("as a user", "plain"),
    task("as root by sudo", "plain") | {"become": True},
    task("delegated", "i686") | {"delegate_to": "plain", "become": True},
    task("unknown architecture", "i686"),
    task("arm", "arm"),
    task("delegated to arm", "new", install="push") | {"delegate_to": "arm"},
    task("noexec", "noexec", install="push"),
    task("own, where nothing can be pushed", "noexec", robind_path="/opt/robind"),
    task("too old", "old", install="host"),
    task("too old, so pushed", "old"),
    task("new enough", "new"),
    task("new enough, asynchronous", "new") | {"async": 60, "poll": 1},
    task("new enough, with a variable", "new") | {"environment": {"LC_ALL": "C"}},
]


@pytest.fixture(scope="module")
def run(fleet):
    hosts, ansible = fleet("plain", "i686", "noexec", "old", "new", "arm",
                           i686={"personality": "setarch linux32"})
    plain, _, noexec, old, new, arm = hosts
    for host in hosts:
        host.dir("s", "file")
    plain.sh("useradd -p '*' -m -d /run/home op; "
             "echo 'op ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/op; chmod 440 /etc/sudoers.d/op")
    noexec.sh("mkdir -p /run/ansible; mount -t tmpfs -o noexec,mode=700 tmpfs /run/ansible; "
              f"mount -t tmpfs tmpfs /opt; install '{ROBIND}' /opt/robind")
    old.path("/usr/local/sbin/robind").write_text(OLD)
    old.path("/usr/local/sbin/robind").chmod(0o755)
    arm.path("/usr/local/bin/uname").write_text(SAYS_ARM)
    arm.path("/usr/local/bin/uname").chmod(0o755)
    new.sh(f"install '{ROBIND}' /usr/local/sbin/robind")
    user = ansible.hosts.read_text().replace("plain ", "plain ansible_user=op "
                                             "ansible_remote_tmp=/run/home/tmp ")
    ansible.hosts.write_text(user)
    return dict(zip((host.name for host in hosts), hosts)), ansible.play(TASKS)


WORKS = {
    "pushed": ("plain", False), "as root by sudo": ("plain", True), "delegated": ("i686", False),
    "own, where nothing can be pushed": ("noexec", True), "too old, so pushed": ("old", True),
    "new enough": ("new", True), "new enough, asynchronous": ("new", False),
    "new enough, with a variable": ("new", False),
}


@pytest.mark.parametrize("name", [name for name in WORKS if name != "pushed"])
def test_works(run, name):
    host, changed = WORKS[name]
    result = run[1].of(name, host)
    assert not result.get("failed") and result["changed"] == changed, result
    assert result["robind"]["protocol"] == 1


@pytest.mark.parametrize("name", ["plain", "noexec", "old", "new"])
def test_made(run, name):
    run[0][name].assert_read_only_view(f"{DIR}/s", f"{DIR}/t")


REFUSED = {
    "as a user": ("plain", "CAP_SYS_ADMIN"),
    "not installed": ("plain", "robind is not installed on plain as 'robind'"),
    "unknown architecture": ("i686", "no robind for the architecture 'i686' of i686"),
    "noexec": ("noexec", "its temporary folder is probably on a file system that is mounted "
               "noexec"),
    "too old": ("old", "/usr/local/sbin/robind, is too old: it is version 0.0.9"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_in_a_sentence(run, name):
    host, words = REFUSED[name]
    result = run[1].of(name, host)
    assert result["failed"] and not result["changed"]
    assert words in result["msg"] and "\n" not in result["msg"], result["msg"]


@pytest.mark.skipif(not (REPO / "build/portable/aarch64/robind").exists(),
                    reason="no program for aarch64 is built: make portable")
@pytest.mark.parametrize("name, host", [("arm", "arm"), ("delegated to arm", "new")])
def test_architecture_is_asked_of_the_connection(run, name, host):
    """The program for arm arrives there: this processor runs it with an emulator, or says so."""
    result = run[1].of(name, host)
    if "robind" not in result:
        assert result["msg"] == "arm cannot run programs for aarch64, which it says it is"
    else:
        assert result["robind"]["protocol"] == 1
