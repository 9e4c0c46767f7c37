# SPDX-License-Identifier: Apache-2.0
"""The same collection under the Ansible of the Debian that comes after this one."""

import json
import re
import shutil

import pytest

import debians
from host import DIR

pytestmark = pytest.mark.needs_root

ROOT = f"{DIR}/root"
GOOD = {"source": "/srv/a", "target": "/srv/b", "namespace": "here"}
MODULE = "robind.mount.robind"
TASKS = [
    {"name": "foretold", MODULE: GOOD, "check_mode": True},
    {"name": "made", MODULE: GOOD},
    {"name": "in the words of ansible.posix", MODULE: {
        "path": "/srv/b", "src": "/srv/a", "opts": "bind,ro", "fstype": "none",
        "state": "mounted", "namespace": "here"}},
    {"name": "templated", MODULE: {
        "binds": "{{ [{'source': '/srv/a', 'target': '/srv/c'}] }}", "namespace": "here"}},
    {"name": "relative", MODULE: {**GOOD, "source": "srv"}, "ignore_errors": True},
    {"name": "shown", "robind.mount.robind_info": {"targets": ["/srv/b"]}},
]


@pytest.fixture
def newer(host, collections):
    """A host with that Ansible, and with the collection."""
    if not shutil.which("debootstrap"):
        pytest.skip("no debootstrap")
    tree = debians.with_packages("trixie", "ansible-core")
    for name in ("layer/upper", "layer/work", "root"):
        host.dir(name)
    host.sh(
        'mount -t overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" overlay "$3"\n'
        'mount -t proc proc "$3/proc"; mount --rbind /dev "$3/dev"\n'
        'mkdir -p "$3/collections" "$3/srv/a"',
        tree, f"{DIR}/layer", ROOT)
    shutil.copytree(collections / "ansible_collections",
                    host.path(f"{ROOT}/collections/ansible_collections"))
    return host


@pytest.mark.long
def test_under_the_next_debians(newer):
    newer.file(f"{ROOT}/play.yml", json.dumps(
        [{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": TASKS}]))
    done = newer.run(
        "chroot", ROOT, "/usr/bin/ansible-playbook", "-i", "localhost,", "/play.yml", check=False,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8",
             "ANSIBLE_COLLECTIONS_PATH": "/collections", "ANSIBLE_NOCOLOR": "1"})
    text = (done.stdout + done.stderr).decode()
    told = re.findall(r"TASK \[(.*?)\].*?^(ok|changed|fatal): ", text, re.DOTALL | re.MULTILINE)
    assert dict(told) == {
        "foretold": "changed", "made": "changed", "in the words of ansible.posix": "ok",
        "templated": "changed", "relative": "fatal", "shown": "ok"}, text
    assert "'srv' must be an absolute path" in text
    newer.assert_read_only_view(f"{ROOT}/srv/a", f"{ROOT}/srv/b")
