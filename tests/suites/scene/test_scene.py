# SPDX-License-Identifier: Apache-2.0
"""The scene with each engine, and that a step which is not as expected is seen."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from answer import REPO, ROBIND

from .containers import shares_of
from .report import Report

TOTALS = re.compile(r"(\d+) passed, (\d+) failed, (\d+) skipped")


@pytest.mark.needs_root
@pytest.mark.parametrize("engine", ["docker", "bwrap"])
def test_scene(engine, tmp_path):
    file = tmp_path / "scene.json"
    done = subprocess.run(
        [sys.executable, "-m", "scene", "--engine", engine, "--json", str(file)],
        cwd=REPO / "tests/suites",
        env={**os.environ, "PYTHONPATH": str(REPO / "tests/lib"), "ROBIND": ROBIND,
             "TESTS_MUST_RUN": "0"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600, check=False)
    summary = json.loads(file.read_text(encoding="ascii"))
    if summary["skipped"] and not summary["passed"]:
        pytest.skip(summary["steps"][0]["seen"])
    assert done.returncode == 0, done.stdout
    totals = [summary[status] for status in ("passed", "failed", "skipped")]
    assert totals == [len(summary["steps"]), 0, 0]
    assert TOTALS.fullmatch(done.stdout.splitlines()[-1]).groups() == tuple(map(str, totals))
    assert summary["engine"] == engine


@pytest.mark.parametrize("unit", sorted((REPO / "manifests/scene").glob("*.service")),
                         ids=lambda unit: unit.name)
def test_unit(unit):
    """systemd takes it, and starts it after the binds are there."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("missing: systemd-analyze")
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, check=False)
    # Where Docker is not installed that is all it complains of.
    said = [line for line in done.stderr.decode().splitlines() if "docker" not in line]
    assert not said
    after = re.search(r"^After=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE).group(1)
    assert {"robind-boot.service", "docker.service"} <= set(after.split())
    assert shares_of(unit)


STEPS = [
    ("as expected", lambda report: report.expect("a", 1, 1), "1 passed, 0 failed, 0 skipped"),
    ("other", lambda report: report.expect("a", 1, 2), "0 passed, 1 failed, 0 skipped"),
    ("text", lambda report: report.expect_text("a", "b", "abc"), "1 passed, 0 failed, 0 skipped"),
    ("no text", lambda report: report.expect_text("a", "x", ""), "0 passed, 1 failed, 0 skipped"),
    ("skipped", lambda report: report.skip("a", "b"), "0 passed, 0 failed, 1 skipped"),
    ("nothing", lambda report: None, "0 passed, 0 failed, 0 skipped"),
]


@pytest.mark.parametrize("name, step, totals", STEPS, ids=[name for name, *_ in STEPS])
def test_report(name, step, totals, capsys, monkeypatch):
    monkeypatch.delenv("TESTS_MUST_RUN", raising=False)
    report = Report()
    step(report)
    report.close()
    assert capsys.readouterr().out.splitlines()[-1] == totals
    assert report.is_good() == (name not in ("other", "no text", "nothing"))


def test_a_skipped_step_can_be_a_failure(monkeypatch):
    monkeypatch.setenv("TESTS_MUST_RUN", "1")
    report = Report()
    report.skip("a", "no engine")
    assert not report.is_good()
