# SPDX-License-Identifier: Apache-2.0
import contextlib

import pytest

import playbook
from machine import NETWORK, Controller, Keys, Machine


@pytest.fixture(scope="session")
def collections(tmp_path_factory):
    """Where robind.mount is installed."""
    return playbook.install_collection(tmp_path_factory.mktemp("collections"))


@pytest.fixture(scope="module")
def machines():
    """Makes machines, as many as a module needs."""
    with contextlib.ExitStack() as ends:

        def make(*args, kind=Machine, **how):
            machine = kind(*args, **how)
            ends.callback(machine.end)
            return machine

        yield make


@pytest.fixture(scope="module")
def machine(machines):
    return machines()


@pytest.fixture(scope="module")
def ansible(machine, collections, tmp_path_factory):
    """Ansible on the machine that it manages."""
    return playbook.Ansible(machine, collections, tmp_path_factory.mktemp("ansible"))


@pytest.fixture(scope="module")
def fleet(machines, collections, tmp_path_factory):
    """Makes machines that are reached by ssh, and the Ansible that reaches them."""

    def make(*names, **how):
        work = tmp_path_factory.mktemp("fleet")
        keys = Keys(work, playbook.run)
        controller = machines(kind=Controller)
        found = [machines(name, **how.get(name, {})) for name in names]
        for number, machine in enumerate(found, 1):
            machine.start_ssh(keys, f"{NETWORK}{number}", controller)
        return found, playbook.Remote(controller, collections, work, keys, found)

    return make
