# SPDX-License-Identifier: Apache-2.0
"""The tests of the boot suite, of what a machine with a real kernel has after it was restarted."""

import inspect
import json

import pytest

import booted
import machines
import test_boot as boot
from test_kernels import pytestmark  # noqa: F401


@pytest.fixture(scope="module", name="left", params=machines.each())
def _left(request, guests):
    return guests.left("boot", request.param)


@pytest.fixture(scope="module")
def seen(left):
    print(left.text("scene.log"))
    return booted.guest.Seen(left.out)


def test_kernel(left):
    """Its answers say which way was taken, and it is the one of this kernel."""
    has = machines.expected(left.release)
    for name in ("applied", "made"):
        said = json.loads(left.text(name))
        assert not said["failed"], said
        assert said["robind"]["mount_api"] == (
            "mount_setattr" if "mount_setattr" in has else "mount")
        assert said["robind"]["read_api"] == ("statmount" if "statmount" in has else "mountinfo")


globals().update({
    name: test for name, test in vars(boot).items()
    if name.startswith("test_") and "seen" in inspect.signature(test).parameters})
