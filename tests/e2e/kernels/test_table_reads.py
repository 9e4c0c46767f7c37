# SPDX-License-Identifier: Apache-2.0
"""Where one mount cannot be asked for, the table of mounts is read for many binds at once."""

import shutil

import pytest

from answer import ROBIND, is_sanitized
from host import DIR, KERNEL, as_bytes, bind, here
from in_turn import in_turn

COUNT = 24
# A few more where something is mounted: for what is to be seen afterwards.
MOST = 10
BINDS = pytest.param([bind(f"{DIR}/volumes/{i}", f"{DIR}/ro/{i}") for i in range(COUNT)],
                     id="directories")
FILES = pytest.param([bind(f"{DIR}/volumes/{i}/file", f"{DIR}/ro/{i}.file") for i in range(COUNT)],
                     id="files")

pytestmark = [
    pytest.mark.skipif(not shutil.which("strace"), reason="no strace"),
    pytest.mark.skipif(is_sanitized(), reason="LeakSanitizer does not work under strace"),
    pytest.mark.skipif(bool(KERNEL), reason="who watches the calls cannot be watched"),
]


def reads(host, command, binds, **members):
    log = host.file(f"{DIR}/log", "")
    done = host.run(
        "strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=openat", "-o", log,
        *host.kernel, ROBIND, command,
        input=as_bytes(here(*binds, **members)), check=False)
    assert done.returncode in (0, 2), done.stdout
    return host.path(log).read_text().count("/self/mountinfo")


@pytest.mark.parametrize("kernel, binds, members", in_turn(
    ["linux-4.19", "linux-5.10"], [BINDS, FILES], [{}, {"on_error": "stop"}], every=2))
def test_the_table_is_not_read_for_each_bind(hosts, kernel, binds, members):
    host = hosts(kernel=kernel)
    for i in range(COUNT):
        host.dir(f"{DIR}/volumes/{i}", "file")
        host.dir(f"{DIR}/ro/{i}")
        host.file(f"{DIR}/ro/{i}.file")
    seen = {command: reads(host, command, binds, **members) for command in ("check", "apply")}
    assert len(host.mounts()) > COUNT
    seen["again"] = reads(host, "apply", binds, **members)
    gone = [{**asked, "state": "unmounted"} for asked in binds]
    seen["take away"] = reads(host, "apply", gone, **members)
    assert all(0 < count <= MOST for count in seen.values()), seen
