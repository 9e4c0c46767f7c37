# SPDX-License-Identifier: Apache-2.0
"""What systemd makes of our lines in fstab, and of the unit, without a boot."""

import os
import subprocess

import pytest

import guest
from answer import REPO, ROBIND
from guest import GENERATOR

pytestmark = guest.pytestmark

LOCAL, REMOTE = "local-fs.target", "remote-fs.target"
# A line; then the unit's name, the target that needs it (.requires) or would like to have it
# (.wants), and lines that have to be in the unit, or must not be.
LINES = {
    "plain": (
        "/srv/a /ro/a none bind,ro,private,x-robind 0 0",
        "ro-a.mount", f"{LOCAL}.requires",
        ["What=/srv/a", "Where=/ro/a", "Type=none", "Options=bind,ro,private,x-robind",
         f"Before={LOCAL}"], []),
    "helper": (
        "/srv/a /ro/a robind ro,recursive,x-systemd.requires-mounts-for=/srv/a,x-robind 0 0",
        "ro-a.mount", f"{LOCAL}.requires",
        ["Type=robind", "RequiresMountsFor=/srv/a", f"Before={LOCAL}"], []),
    "nofail": (
        "/srv/a /ro/a none bind,ro,private,nofail,x-systemd.before=robind-boot.service 0 0",
        "ro-a.mount", f"{LOCAL}.wants",
        ["Before=robind-boot.service"], [f"Before={LOCAL}"]),
    "network": (
        "/srv/a /ro/a robind ro,_netdev,x-systemd.requires-mounts-for=/srv/a 0 0",
        "ro-a.mount", f"{REMOTE}.requires",
        ["RequiresMountsFor=/srv/a", f"Before={REMOTE}"], [f"Before={LOCAL}"]),
    "noauto": (
        "/srv/a /ro/a none bind,ro,private,noauto,x-robind 0 0",
        "ro-a.mount", None, ["What=/srv/a"], []),
    "blanks": (
        r"/srv/a\040b /ro/a\040b none rbind,ro,private,x-robind 0 0",
        r"ro-a\x20b.mount", f"{LOCAL}.requires", ["What=/srv/a b", "Where=/ro/a b"], []),
    "after a service": (
        "/srv/a /ro/a none bind,ro,private,x-systemd.requires=db.service,x-robind 0 0",
        "ro-a.mount", f"{LOCAL}.requires", ["Requires=db.service", "After=db.service"], []),
}


@pytest.mark.parametrize("name", LINES)
def test_fstab_generator(tmp_path, name):
    line, unit, wanted_by, there, not_there = LINES[name]
    (tmp_path / "fstab").write_text(line + "\n")
    out = tmp_path / "units"
    out.mkdir()
    subprocess.run([GENERATOR, out, out, out], check=True, capture_output=True,
                   env={**os.environ, "SYSTEMD_FSTAB": f"{tmp_path}/fstab"})
    settings = (out / unit).read_text().splitlines()
    assert set(there) <= set(settings)
    assert not set(not_there) & set(settings)
    needed_by = [link.parent.name for link in out.glob("*/*") if link.name == unit]
    assert needed_by == ([wanted_by] if wanted_by else [])


def test_unit_verifies(tmp_path):
    """As it is installed. Anything that systemd does not know would be on standard error."""
    out = os.path.relpath(os.path.dirname(ROBIND), REPO)
    subprocess.run(["make", "-C", REPO, "-o", "all", f"OUT={out}", "install",
                    f"PREFIX={tmp_path}", f"helperdir={tmp_path}/sbin"],
                   check=True, capture_output=True)
    unit = tmp_path / "lib/systemd/system/robind-boot.service"
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit],
                          capture_output=True, check=False, text=True)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "robind" not in done.stderr
    unit.write_text(unit.read_text().replace("RemainAfterExit", "RemainAfterExitt"))
    again = subprocess.run(["systemd-analyze", "verify", "--man=no", unit],
                           capture_output=True, check=False, text=True)
    assert "robind-boot.service" in again.stderr, "the check cannot fail"
