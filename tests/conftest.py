# SPDX-License-Identifier: Apache-2.0
"""Fixtures, and the rule about tests that cannot run.

A test that needs the machine's real root is *deselected* elsewhere: there is nothing to repair.
So is one that needs a newer kernel than the one that ROBIND_KERNEL stands for, and, unless
TESTS_LONG=1, one that is marked `long`.
A test that lacks a tool is *skipped* and says which; TESTS_MUST_RUN=1 makes that a failure, so
that nothing falls asleep unnoticed.
"""

import contextlib
import os
import pathlib
import sys

import pytest

# What the tests import, wherever they lie.
sys.path.insert(0, str(pathlib.Path(__file__).with_name("lib")))

import kernels  # noqa: E402
import rotation  # noqa: E402
from host import KERNEL, LONG, Host, is_real_root  # noqa: E402


def pytest_configure(config):
    config.addinivalue_line("markers", "needs_root: needs loop devices, other users and such")
    config.addinivalue_line("markers", "long: varies what others test once")
    config.addinivalue_line("markers", "xdist_group: share what is expensive to make")
    config.addinivalue_line("markers", "new_kernel(ability...): needs what kernels.py says")


def is_beyond(item):
    """Whether this user, or the kernel asked for, can never run it; or it takes too long."""
    if item.get_closest_marker("long") and not LONG:
        return True
    if item.get_closest_marker("needs_root") and not is_real_root():
        return True
    return any(
        kernels.lacks(KERNEL, ability)
        for mark in item.iter_markers("new_kernel")
        for ability in mark.args
    )


def pytest_collection_modifyitems(config, items):
    beyond = [item for item in items if is_beyond(item)]
    items[:] = [item for item in items if item not in beyond]
    config.hook.pytest_deselected(items=beyond)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    report = (yield).get_result()
    if report.skipped and os.environ.get("TESTS_MUST_RUN") == "1":
        report.outcome = "failed"
        report.longrepr = f"TESTS_MUST_RUN=1, but: {report.longrepr[2]}"
    if report.failed and item.module.__dict__.get("rotation"):
        report.sections.append(("again", f"TESTS_OFFSET={rotation.OFFSET}"))


@pytest.fixture
def hosts():
    """Makes hosts, as many as a test needs."""
    with contextlib.ExitStack() as ends:

        def make(**how):
            host = Host(**how)
            ends.callback(host.end)
            return host

        yield make


@pytest.fixture
def host(hosts):
    """A host whose mounts are private."""
    return hosts()


@pytest.fixture
def shared_host(hosts):
    """A host whose mounts are shared, as on every machine that systemd started."""
    return hosts(shared=True)


@pytest.fixture
def slave(shared_host):
    """A namespace beside the shared host that was there before anything was mounted."""
    namespace = shared_host.slave()
    yield namespace
    namespace.end()
