# SPDX-License-Identifier: Apache-2.0
"""A guest that does not come to its end is ended, and what its console said last is told."""

import pytest

import machines

pytestmark = [pytest.mark.needs_root, pytest.mark.parametrize("suite", machines.each()[:1])]


def booted(suite, home, start, seconds):
    given = home / "given"
    given.mkdir()
    (given / "start").write_text(f"echo 'here it starts' >/dev/console\n{start}\n", encoding="utf-8")
    return machines.boot(suite, given, home / "out", TIMEOUT=seconds)


def test_panic(suite, tmp_path):
    """Long before time is up."""
    left = booted(suite, tmp_path, "echo c >/proc/sysrq-trigger", 120)
    assert left.done.returncode == 125, left.done.stdout
    assert f"{left.release}: ended too early; the console's last lines:\n" in left.done.stdout
    assert "Kernel panic" in left.done.stdout


@pytest.mark.long
def test_hang(suite, tmp_path):
    left = booted(suite, tmp_path, "sleep 1000", 40)
    assert left.done.returncode == 124, left.done.stdout
    assert (f"{left.release}: not done after 40 seconds; the console's last lines:\n"
            in left.done.stdout)
    assert "here it starts" in left.done.stdout
