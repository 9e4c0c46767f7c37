# SPDX-License-Identifier: Apache-2.0
"""A guest that does not come to its end is ended, and what its console said last is told."""

import pytest

import machines
from test_kernels import pytestmark  # noqa: F401


def booted(home, start, seconds):
    given = home / "given"
    given.mkdir()
    (given / "start").write_text(f"echo 'here it starts' >/dev/console\n{start}\n", encoding="utf-8")
    return machines.boot(machines.wanted()[0], given, home / "out", TIMEOUT=seconds)


def test_panic(tmp_path):
    """Long before time is up."""
    left = booted(tmp_path, "echo c >/proc/sysrq-trigger", 120)
    assert left.done.returncode == 125, left.done.stdout
    assert f"{left.release}: ended too early; the console's last lines:\n" in left.done.stdout
    assert "Kernel panic" in left.done.stdout


@pytest.mark.long
def test_hang(tmp_path):
    left = booted(tmp_path, "sleep 1000", 40)
    assert left.done.returncode == 124, left.done.stdout
    assert (f"{left.release}: not done after 40 seconds; the console's last lines:\n"
            in left.done.stdout)
    assert "here it starts" in left.done.stdout
