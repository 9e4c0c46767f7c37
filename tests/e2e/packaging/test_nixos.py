# SPDX-License-Identifier: Apache-2.0
"""What NixOS is told of robind-watch.service is what the unit says."""

import re

import pytest

from answer import REPO

MODULE = REPO / "module/package/nixos.nix"
UNIT = REPO / "module/boot/robind-watch.service"
# Of another place there: robind and kill.
PLACES = re.compile(r"\$\{[^}]*\}")


def settings():
    """Each of the unit's [Service], in their order."""
    section = UNIT.read_text(encoding="ascii").partition("[Service]\n")[2].partition("\n\n")[0]
    return [line.partition("=")[::2] for line in section.splitlines() if not line.startswith("#")]


def watch_of_the_module():
    return MODULE.read_text(encoding="utf-8").partition("systemd.services.robind-watch")[2]


@pytest.mark.parametrize("name", sorted({name for name, _ in settings()} - {"ExecStart"}))
def test_setting(name):
    found = re.search(rf"\s{name} = (.*?);", watch_of_the_module(), re.DOTALL)
    assert found, f"no {name}"
    values = [PLACES.sub("", value) for value in re.findall(r'"(.*?)"', found[1])]
    assert values == [value for key, value in settings() if key == name]


def test_order():
    after = re.search(r"^After=(.*)$", UNIT.read_text(encoding="ascii"), re.MULTILINE)[1].split()
    found = re.search(r"after = \[(.*?)\]", watch_of_the_module(), re.DOTALL)[1]
    assert re.findall(r'"(.*?)"', found) == [
        "robind.service" if unit == "robind-boot.service" else unit for unit in after]
