# SPDX-License-Identifier: Apache-2.0
"""The callers are those of the other suites: their helpers are found from here."""

import pathlib
import sys

import pytest

SUITES = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(SUITES / name) for name in ("ansible", "puppet", "salt")]

import machine as machines  # noqa: E402
import playbook  # noqa: E402


@pytest.fixture(scope="module")
def machine():
    host = machines.Machine()
    yield host
    host.end()


@pytest.fixture(scope="module")
def ansible(machine, tmp_path_factory):
    """Ansible on the machine that it manages, with robind.mount."""
    collections = playbook.install_collection(tmp_path_factory.mktemp("collections"))
    return playbook.Ansible(machine, collections, tmp_path_factory.mktemp("ansible"))
