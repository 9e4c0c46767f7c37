# SPDX-License-Identifier: Apache-2.0
"""The packages of others: RPM, built here and looked at; of Alpine and Nix what can be tried without
them."""

import os
import re
import shutil
import subprocess

import pytest

from answer import REPO

PACKAGE = REPO / "module/package"


def said(*argv):
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module", name="packages")
def _packages():
    if not shutil.which("rpmbuild"):
        pytest.skip("missing: rpmbuild")
    made = subprocess.run(["make", "-C", REPO, "rpm"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)
    assert made.returncode == 0, made.stdout[-4000:]
    found = (REPO / "build/rpm/RPMS").glob("*/*.rpm")
    return {re.sub(r"-[0-9].*", "", rpm.name): rpm for rpm in found}


@pytest.mark.long
def test_rpm_has_what_install_has(packages):
    files = said("rpm", "-qpl", packages["robind"]).splitlines()
    for name in ("/robind", "/mount.robind", "/robind-boot.service"):
        assert any(file.endswith(name) for file in files), files
    assert "libmount.so.1" in said("rpm", "-qp", "--requires", packages["robind"])


# A host that has the package, in namespaces of its own: this machine's files below an overlay.
LIFE = """
mount -t tmpfs tmpfs /mnt && mkdir /mnt/upper /mnt/work /mnt/host
mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/host
mount -t proc proc /mnt/host/proc && mount --rbind /dev /mnt/host/dev
mount -t tmpfs tmpfs /mnt/host/run
rm -rf /mnt/host/var/lib/rpm && : >/mnt/host/etc/fstab
on_host() { command rpm --root /mnt/host "$@" 2>&1; }
on_host --initdb && on_host -i --nodeps "$0" && echo installed
echo '{"binds":[{"source":"/usr","target":"/opt/usr","state":"fstab_present","fstab_type":"robind"}]}' |
    chroot /mnt/host robind apply - >/mnt/said || cat /mnt/said
on_host -e robind || echo refused
[ -e "/mnt/host$1/mount.robind" ] && echo still there
chroot /mnt/host robind migrate --to none >/mnt/said || cat /mnt/said
on_host -e robind && echo gone
[ ! -e "/mnt/host$1/mount.robind" ] && grep '^/usr /opt/usr none' /mnt/host/etc/fstab
"""


@pytest.mark.long
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can have an overlay of this machine")
def test_rpm_is_not_removed_while_lines_need_it(packages):
    sbin = said("rpm", "--eval", "%{_sbindir}").strip()
    text = said("unshare", "-mp", "--fork", "--propagation", "private", "bash", "-c", LIFE,
                packages["robind"], sbin)
    heard = [word for word in ("installed", "robind migrate --to none", "refused", "still there", "gone",
                               "/usr /opt/usr none") if word in text]
    assert heard == ["installed", "robind migrate --to none", "refused", "still there", "gone",
                     "/usr /opt/usr none"], text


@pytest.mark.long
@pytest.mark.skipif(not shutil.which("rpmlint"), reason="missing: rpmlint")
def test_rpmlint(packages):
    done = subprocess.run(["rpmlint", "-r", PACKAGE / "robind.rpmlintrc", *packages.values()],
                          capture_output=True, text=True, check=False)
    assert " 0 errors, 0 warnings" in done.stdout, done.stdout


@pytest.mark.skipif(not shutil.which("nix-instantiate"), reason="missing: nix-instantiate")
@pytest.mark.parametrize("name", ["default.nix", "nixos.nix"])
def test_nix_can_be_read(name):
    assert said("nix-instantiate", "--parse", PACKAGE / name)


def test_apkbuild_packs_what_install_has(tmp_path):
    """Its functions, by a shell, with what abuild would have set."""
    script = '. "$0"; pkgdir=$1; cd "$2"; make() { command make -s -o all "$@"; }; package'
    subprocess.run(["sh", "-ec", script, PACKAGE / "APKBUILD", tmp_path, REPO], check=True)
    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if not path.is_dir()
             or path.is_symlink()}
    assert {"usr/sbin/robind", "sbin/mount.robind"} <= found
    assert not [name for name in found if "systemd" in name]
