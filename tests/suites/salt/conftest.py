# SPDX-License-Identifier: Apache-2.0
"""A minion for the tests of this folder; without Salt each of them is skipped."""

import os
import pathlib

import pytest

import minion as minions


@pytest.fixture(scope="session")
def synced(tmp_path_factory):
    """A minion's root that has robind's modules from its file server, as saltutil leaves it."""
    if not minions.TREE:
        pytest.skip("no Salt: SALT_TREE has to name a folder with its source")
    if not pathlib.Path(minions.TREE, "scripts/salt-call").is_file():
        pytest.skip(f"no Salt: SALT_TREE has no scripts/salt-call: {minions.TREE}")
    if os.geteuid() != 0:
        pytest.skip("not root: Salt changes its machine")
    host = minions.Machine()
    minion = minions.Minion(host, tmp_path_factory.mktemp("salt"))
    said = minion.run("saltutil.sync_all")
    host.end()
    assert (said["modules"], said["states"]) == (["modules.robind"], ["states.robind"])
    return minion.root


@pytest.fixture
def machine(synced):
    host = minions.Machine()
    yield host
    host.end()


@pytest.fixture
def minion(machine, synced, tmp_path):
    return minions.Minion(machine, tmp_path, synced)
