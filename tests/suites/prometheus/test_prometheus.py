# SPDX-License-Identifier: Apache-2.0
"""What a watch writes for Prometheus, by Prometheus itself: its exporter, its tool, its server's rules."""

import re
import shutil
import subprocess
import time
import urllib.request

import pytest

from answer import REPO
from host import DIR, bind, here
from watcher import Watcher

TOOLS = ("promtool", "prometheus-node-exporter")
MISSING = [tool for tool in TOOLS if not shutil.which(tool)]
pytestmark = [
    pytest.mark.needs_root,
    pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)}"),
]
SAMPLES = REPO / "manifests/prometheus"
SOURCE = f"{DIR}/volumes/mysql"
# What stands in a label has to be escaped.
TARGET = f'{DIR}/ro/a "quoted\\" one'


def promtool(*words, **options):
    return subprocess.run(["promtool", *words], capture_output=True, text=True, timeout=60,
                          check=False, **options)


@pytest.fixture
def watcher(host):
    host.dir(SOURCE)
    host.dir("metrics")
    watcher = Watcher(host, "--metrics", f"{DIR}/metrics/robind.prom",
                      request=here(bind(SOURCE, TARGET), bind(f"{DIR}/gone", f"{DIR}/ro/gone")))
    yield watcher
    watcher.end()


def until(is_true):
    deadline = time.monotonic() + 20
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_metrics(host, watcher):
    """Nothing that its own tool finds fault with."""
    text = host.path(f"{DIR}/metrics/robind.prom").read_text()
    done = promtool("check", "metrics", input=text)
    assert (done.returncode, done.stdout + done.stderr) == (0, ""), done
    assert promtool("check", "metrics", input=text.replace("drift_total", "drift")).returncode != 0
    assert watcher.process.poll() is None


def scrape(host, port):
    """From inside: the exporter is in the host's namespaces."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as said:
        return dict(re.findall(r"^(robind_watch_\S+(?:\{.*\})?) (\S+)$", said.read().decode(), re.M))


@pytest.fixture
def exporter(host):
    port = "19173"
    process = host.start(
        "prometheus-node-exporter", "--collector.disable-defaults", "--collector.textfile",
        f"--collector.textfile.directory={DIR}/metrics", f"--web.listen-address=127.0.0.1:{port}")
    until(lambda: answers(host, port))
    yield port
    process.terminate()
    process.wait(10)


def answers(host, port):
    try:
        scrape(host, port)
    except OSError:
        return False
    return True


@pytest.mark.xdist_group("node-exporter")
def test_scraped(host, watcher, exporter):
    label = TARGET.replace("\\", r"\\").replace('"', r"\"")
    in_sync = f'robind_watch_bind_in_sync{{target="{label}"}}'
    until(lambda: scrape(host, exporter).get(in_sync) == "1")
    seen = scrape(host, exporter)
    assert seen[f'robind_watch_bind_in_sync{{target="{DIR}/ro/gone"}}'] == "0"
    assert seen["robind_watch_request_valid"] == "1"
    assert seen['robind_watch_drift_total{code="writable"}'] == "0"
    host.run("mount", "-o", "remount,bind,rw", TARGET)
    watcher.wait_for("mended", drift=["writable"])
    mended = 'robind_watch_mends_total{code="writable",result="mended"}'
    until(lambda: scrape(host, exporter)[mended] == "1")
    assert abs(float(seen["robind_watch_last_pass_timestamp_seconds"]) - time.time()) < 60


def test_rules():
    done = promtool("check", "rules", str(SAMPLES / "robind.rules.yml"))
    assert done.returncode == 0, done
    done = promtool("test", "rules", "robind.rules.test.yml", cwd=SAMPLES)
    assert done.returncode == 0, done


def test_rules_are_tested(tmp_path):
    """Each alert has a test that fails where the alert never comes."""
    text = (SAMPLES / "robind.rules.yml").read_text()
    shutil.copy(SAMPLES / "robind.rules.test.yml", tmp_path)
    expressions = re.findall(r"^ +expr: (.*)$", text, re.M)
    assert len(expressions) == text.count("- alert:")
    for expression in expressions:
        (tmp_path / "robind.rules.yml").write_text(text.replace(expression, "vector(0) > 1"))
        done = promtool("test", "rules", "robind.rules.test.yml", cwd=tmp_path)
        assert done.returncode != 0, expression


def test_names_of_the_rules(host, watcher):
    """Each is one that a watch writes."""
    written = host.path(f"{DIR}/metrics/robind.prom").read_text()
    assert watcher.process.poll() is None
    for name in re.findall(r"robind_watch_\w+", (SAMPLES / "robind.rules.yml").read_text()):
        assert f"\n{name}" in written, name
