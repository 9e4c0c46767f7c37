# SPDX-License-Identifier: Apache-2.0
"""What depends on the kernel, on real ones: each part of inside/start in each of them."""

import json
import re

import pytest

import machines
from host import LONG

PARTS = re.findall(rf"^(?:part{'|long' if LONG else ''}) (\w+) ",
                   (machines.HERE / "inside/start").read_text(), re.M)

pytestmark = pytest.mark.needs_root


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("suite", machines.each())
def test_part(guests, suite, part):
    left = guests.left("core", suite)
    assert left.text("kernel").strip() == left.release
    said = left.text(part)
    assert left.text(f"{part}.status") == "0\n", f"{left.release}\n{said[-20000:]}{left.done.stdout}"


@pytest.mark.parametrize("suite", machines.each())
def test_all_parts_ran(guests, suite, request):
    left = guests.left("core", suite)
    request.node.user_properties.append(
        ("seconds", f"{left.release}: " + ", ".join(left.text("seconds").splitlines())))
    assert left.done.returncode == 0, left.done.stdout
    assert left.text("seconds").count("\n") == len(PARTS)


@pytest.mark.long
@pytest.mark.parametrize("suite", machines.each())
def test_cost(guests, suite, request):
    """Told, and not judged: an emulator's instructions do not cost what a processor's do."""
    left = guests.left("core", suite)
    assert left.text("cost.status") == "0\n", left.text("cost")
    least = {}
    for row in json.loads(left.text("cost.json"))["results"]:
        least.setdefault(row["work"], {})[row["who"]] = min(row["cpu_usec"])
    assert "old, as it is" in least
    request.node.user_properties.append(
        ("cost", f"{left.release}: processor time of apply beside the plain loop: " + ", ".join(
            f"{took['robind'] / took['plain loop']:.2f} ({work})" for work, took in least.items())))
