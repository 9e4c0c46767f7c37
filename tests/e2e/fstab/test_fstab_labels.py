# SPDX-License-Identifier: Apache-2.0
"""What a security module has written beside fstab is still there when another file has taken its place: on
Fedora and RHEL the label of SELinux, without which systemd's generator may not read it.
"""

import errno
import os

import pytest

from fstab import FSTAB, LINE, Table, mounted
from host import DIR

pytestmark = pytest.mark.needs_root

KEPT = {"security.selinux": b"system_u:object_r:etc_t:s0\0", "security.robind": b"any other",
        "trusted.note": b""}
# Of the content, and wrong for any other.
SIGNATURES = {"security.evm": b"\3signature"}


@pytest.fixture
def table(host):
    table = Table(host)
    for name, value in KEPT.items():
        try:
            os.setxattr(table.host.path(FSTAB), name, value)
        except OSError as error:
            if error.errno not in (errno.EOPNOTSUPP, errno.EPERM):
                raise
            pytest.skip(f"no {name} here")
    return table


def labels(path):
    return {name: os.getxattr(path, name) for name in os.listxattr(path)}


def test_kept_by_each_change(table):
    before = table.host.path(FSTAB).stat().st_ino
    assert table.apply(mounted(), backup=True).status == 0
    assert table.host.path(FSTAB).stat().st_ino != before, "it was written in place"
    assert labels(table.host.path(FSTAB)) == KEPT
    assert table.apply({**mounted(), "state": "absent"}).status == 0
    assert LINE.split()[1] not in table.read()
    assert labels(table.host.path(FSTAB)) == KEPT


def test_of_the_copy_too(table):
    table.apply(mounted(), backup=True)
    (copy,) = table.host.path(f"{DIR}/etc").glob("fstab.*~")
    assert labels(copy) == KEPT


def test_a_signature_is_not_taken_over(table):
    try:
        os.setxattr(table.host.path(FSTAB), *next(iter(SIGNATURES.items())))
    except OSError as error:
        pytest.skip(f"no signatures here: {error.strerror}")
    assert table.apply(mounted()).status == 0
    assert labels(table.host.path(FSTAB)) == KEPT
