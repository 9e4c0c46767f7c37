# SPDX-License-Identifier: Apache-2.0
"""The portable program, installed where other distributions have their folders, with the mount(8) of busybox
and no other: what its boot makes of the lines, by the helper. What differs is told in
module/portable/README.md.
"""

import json
import shutil

import pytest

from host import DIR
from portables import NATIVE, REPO

pytestmark = pytest.mark.needs_root

ROOT = f"{DIR}/root"
# Folders that are links, each within the root.
LAYOUTS = {
    "apart, as Alpine and SLE 15 have them": {},
    "one /usr, as RHEL and Tumbleweed have it": {
        "bin": "usr/bin", "sbin": "usr/sbin", "lib": "usr/lib"},
    "one folder for all, as Fedora has it": {
        "usr/sbin": "bin", "bin": "usr/bin", "sbin": "usr/sbin", "lib": "usr/lib"},
}
PATH = "PATH=/sbin:/usr/sbin:/bin:/usr/bin"
PLACES = {
    "as it is": (),
    "in /usr": ("PREFIX=/usr",),
    "as Fedora's rules have it": ("PREFIX=/usr", "sbindir=/usr/bin", "helperdir=/usr/sbin"),
}


class Root:
    def __init__(self, host, layout):
        self.host = host
        self.is_apart = not LAYOUTS[layout]

    def run(self, *argv, status=0, path=PATH):
        done = self.host.run("chroot", ROOT, "/usr/bin/env", "-i", path, *argv, check=False)
        assert done.returncode == status, done
        return (done.stdout + done.stderr).decode()

    def robind(self, *argv, status=0):
        said = self.run("robind", *argv, status=status, path=f"{PATH}:/usr/local/sbin")
        return json.loads(said)


@pytest.fixture(params=LAYOUTS)
def root(request, host):
    host.run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", host.dir(ROOT))
    for folder in ("usr/bin", "dev", "mnt", "proc", "run", "tmp", "etc"):
        host.dir(f"{ROOT}/{folder}")
    for name, to in LAYOUTS[request.param].items():
        host.path(f"{ROOT}/{name}").symlink_to(to)
        host.path(f"{ROOT}/{name}").parent.joinpath(to).mkdir(parents=True, exist_ok=True)
    for folder in ("bin", "sbin", "usr/sbin"):
        host.path(f"{ROOT}/{folder}").mkdir(exist_ok=True)
    host.run("mount", "--bind", "/dev", f"{ROOT}/dev")
    host.run("mount", "-t", "proc", "proc", f"{ROOT}/proc")
    host.run("cp", shutil.which("busybox"), f"{ROOT}/bin/busybox")
    host.run("chroot", ROOT, "/bin/busybox", "--install", "-s", "/usr/bin")
    host.run("chroot", ROOT, "/bin/busybox", "ln", "-sf", "/bin/busybox", "/bin/mount")
    host.dir(f"{ROOT}/mnt/source", "file")
    return Root(host, request.param)


def install(root, *places):
    """By `make install`."""
    root.host.run("make", "-s", "-C", REPO, "-o", "all", f"OUT={NATIVE.parent}", "SCDOC=none", "install",
                  f"DESTDIR={ROOT}", *places)


def is_refused(said):
    return said["binds"][0]["error"]["code"] == "helper_missing"


@pytest.mark.parametrize("places", PLACES)
def test_the_helper_is_found(root, places):
    """By robind, which writes the type only then, and by mount(8) at boot."""
    asked = ("source=/mnt/source", "target=/mnt/ro", "fstab_type=robind", "options=nosuid,noexec",
             "namespace=here")
    install(root, *PLACES[places])
    if root.is_apart and "helperdir=/usr/sbin" in PLACES[places]:
        assert is_refused(root.robind("apply", *asked, status=1))
        return
    said = root.robind("apply", *asked)
    assert (said["failed"], said["changed"]) == (False, True), said
    judged = root.robind("check", "--boot", *asked, status=2)
    assert {warning["code"] for warning in judged["warnings"]} == {"volatile_source"}
    root.run("umount", "/mnt/ro")
    assert root.run("mount", "-a") == ""
    (top,) = root.host.stack(f"{ROOT}/mnt/ro")
    assert {"ro", "nosuid", "noexec"} <= top.options
    assert "Read-only file system" in root.run("touch", "/mnt/ro/new", status=1)


def test_without_the_helper_it_is_refused(root):
    root.host.run("cp", NATIVE, f"{ROOT}/usr/bin/robind")
    said = root.robind("apply", "source=/mnt/source", "target=/mnt/ro", "fstab_type=robind",
                       "namespace=here", status=1)
    assert is_refused(said), said


def test_type_none_is_foretold_writable(root):
    """And is, until robind boot has run."""
    root.host.run("cp", NATIVE, f"{ROOT}/usr/bin/robind")
    asked = ("source=/mnt/source", "target=/mnt/ro", "namespace=here")
    said = root.robind("apply", *asked)
    assert "boot_writable" in {warning["code"] for warning in said["warnings"]}
    root.run("umount", "/mnt/ro")
    root.run("mount", "-a")
    root.run("touch", "/mnt/ro/written")
    assert root.robind("check", *asked, status=2)["binds"][0]["drift"][0]["code"] == "writable"
    root.robind("boot")
    assert "Read-only file system" in root.run("touch", "/mnt/ro/new", status=1)
