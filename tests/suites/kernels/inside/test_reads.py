# SPDX-License-Identifier: Apache-2.0
"""Among many mounts, in a long run 10,000: for 200 binds the table of mounts is read a few times, and
not for each, by whatever way this kernel has. By count, as a guest has no time to go by; and not by strace,
which stops at each call that is younger than itself, of which statmount(2) makes one for each mount."""

import pytest

from answer import ROBIND
from fault import failing
from host import DIR, LONG, as_bytes, bind, here

MOUNTS = 10000 if LONG else 1000
BINDS = 200
MOST = 30  # of what is opened at all, the libraries too
NEVER = 10 ** 6


@pytest.fixture(scope="module", name="crowded")
def _crowded():
    """With its mounts in one directory, made by a few processes: each has two minutes."""
    from host import Host

    host = Host()
    for first in range(0, MOUNTS, 1000):
        host.run("python3", "-c", f"""
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for i in range({first}, {first + 1000}):
    os.makedirs("{DIR}/other/%d" % i)
    name = b"{DIR}/other/%d" % i
    assert libc.mount(b"{DIR}/other", name, None, 4096, None) == 0, ctypes.get_errno()
""")
    yield host
    host.end()


@pytest.mark.parametrize("members", [{}, {"on_error": "stop"}], ids=["all", "stop"])
def test_table_is_read_a_few_times(crowded, members):
    binds = [bind(crowded.dir(f"s/{i}"), crowded.dir(f"t/{i}")) for i in range(BINDS)]
    seen = {}
    for state in ("ephemeral", "unmounted"):
        report = crowded.file("opens", "")
        asked = here(*[{**one, "state": state} for one in binds], timeout=300, **members)
        done = crowded.run(*failing("openat", "EIO", NEVER, report), ROBIND, "apply",
                           input=as_bytes(asked), check=False)
        assert done.returncode == 0, done.stdout
        seen[state] = int(crowded.path(report).read_text())
    assert 0 < max(seen.values()) <= MOST, seen
