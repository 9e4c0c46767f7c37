# SPDX-License-Identifier: Apache-2.0
"""The machine of the boot suite on a real kernel: robind writes its lines where systemd runs, the machine
is restarted, and what is seen then is what the scene has kept."""

import os
import pathlib
import shutil
import sys

import machines
from answer import REPO

sys.path.insert(0, str(REPO / "tests/suites/boot"))

import guest  # noqa: E402
import test_boot as boot  # noqa: E402,F401

# What is in the tree goes to the root, once. A job of systemd's is no part of the image here.
SETUP = """
[ ! -e /robind.there ] || exit 0
: >/robind.there
exec >/given/out/setup 2>&1
cp -R /given/tree/. /
systemctl -q --root=/ enable robind-boot.service
"""

# The first time robind writes what is listed; the second time nothing is left but to look.
FIRST = """
[Unit]
ConditionPathExists=!/second
After=multi-user.target
[Service]
Type=exec
ExecStart=/bin/sh -c 'robind apply /request >/given/out/applied; touch /second; sync; systemctl --no-block reboot'
"""
SECOND = """
[Unit]
ConditionPathExists=/second
"""
# Power is turned off by the kernel, for the disks are looked at only then.
OFF = """
[Service]
ExecStopPost=
ExecStopPost=/bin/sh -c 'cp -R /out/. /given/out/; cp /scene.log /given/out/; echo 0 >/given/out/status; sync; echo o >/proc/sysrq-trigger'
"""
EMERGENCY_OFF = """
[Service]
ExecStart=
ExecStart=/bin/sh -c 'systemctl list-units --failed >/given/out/emergency; journalctl -b -p err >>/given/out/emergency; sync; echo o >/proc/sysrq-trigger'
"""


class KernelGuest(guest.Guest):
    """boot() is by a kernel, with a restart."""

    def on(self, suite):
        self.enabled.append("first.service")
        units = "etc/systemd/system"
        self.files |= {
            # Here a device may come; the one that never does is not to be waited for.
            "etc/systemd/system.conf.d/wait.conf": "[Manager]\nDefaultDeviceTimeoutSec=5\n",
            f"{units}/first.service": FIRST, f"{units}/probe.service.d/second.conf": SECOND,
            f"{units}/probe.service.d/off.conf": OFF,
            f"{units}/emergency.service.d/probe.conf": EMERGENCY_OFF,
        }
        given = self.home / "given"
        tree = given / "tree"
        self.write(tree)
        built = os.path.relpath(pathlib.Path(machines.ROBIND).parent, REPO)
        made = machines.run("make", "-s", "-C", REPO, "-o", "all", f"OUT={built}", "install",
                            f"DESTDIR={tree}", "helperdir=/usr/sbin")
        assert made.returncode == 0, made.stdout
        # It may be for another architecture, where none of this machine's can install it.
        shutil.copy(machines.built(suite)[0], tree / "usr/local/sbin/robind")
        (given / "setup").write_text(SETUP, encoding="utf-8")
        return machines.boot(suite, given, self.home / "out", "boot=systemd", REBOOTS=1, TIMEOUT=900)
