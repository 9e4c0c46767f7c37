# SPDX-License-Identifier: Apache-2.0
"""The packages of others: RPM, built here and looked at; of Alpine and Nix what can be tried without
them."""

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


@pytest.mark.long
def test_rpm_scripts_refuse_to_go(packages):
    assert "robind migrate --to none" in said("rpm", "-qp", "--scripts", packages["robind"])


@pytest.mark.long
@pytest.mark.skipif(not shutil.which("rpmlint"), reason="missing: rpmlint")
def test_rpmlint(packages):
    done = subprocess.run(["rpmlint", *packages.values()], capture_output=True, text=True, check=False)
    assert " 0 errors" in done.stdout, done.stdout


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
