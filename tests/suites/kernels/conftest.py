# SPDX-License-Identifier: Apache-2.0
"""The guests, once for all tests."""

import pytest

import booted
import machines


def run_boot(suite, home):
    boot = booted.boot
    return booted.KernelGuest(home, boot.SCENE, boot.BINDS, boot.VOLUMES, boot.UNITS,
                              enabled=boot.ENABLED).on(suite)


@pytest.fixture(scope="session")
def guests(tmp_path_factory):
    return machines.Guests(tmp_path_factory.mktemp("guests"),
                           {"core": machines.run_core, "boot": run_boot})


def pytest_terminal_summary(terminalreporter):
    """What each part took and what robind costs, which `-q` has no place for."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, value in report.user_properties:
                if name in ("seconds", "cost"):
                    terminalreporter.write_line(value)
