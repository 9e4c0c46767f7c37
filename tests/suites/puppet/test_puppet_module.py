# SPDX-License-Identifier: Apache-2.0
"""The module as a whole: what its own linters and specs say, the Bolt tasks, the fact, the class.

Bolt is in no Debian. Its tasks are run as its documentation and sources say that it runs them:
the task's file uploaded into _installdir/robind/tasks, the module's files beside it, not
executable any more, the parameters on standard input."""

import json
import pathlib
import platform
import re
import shutil
import subprocess

import pytest

from answer import REPO, ROBIND
from host import DIR, bind
from puppets import BINARY, MODULES, SAMPLES, PuppetHost, needs_puppet

pytestmark = needs_puppet()

MODULE = pathlib.Path(MODULES[0]) / "robind"
MANIFESTS = sorted(map(str, [*MODULE.rglob("*.pp"), *SAMPLES.glob("*.pp")]))


def has(tool):
    return pytest.mark.skipif(not shutil.which(tool), reason=f"needs {tool}")


def assert_silent(*argv, **options):
    done = subprocess.run(argv, capture_output=True, text=True, timeout=300, **options)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_syntax():
    assert_silent("puppet", "parser", "validate", *MANIFESTS)


@has("puppet-lint")
def test_lint():
    assert_silent("puppet-lint", "--fail-on-warnings", *MANIFESTS)


@has("metadata-json-lint")
def test_metadata_lint():
    assert_silent("metadata-json-lint", "--fail-on-warnings", str(MODULE / "metadata.json"))


def test_metadata_is_in_step():
    """With the program's version, its home and its list of changes."""
    metadata = json.loads((MODULE / "metadata.json").read_text())
    made = dict(re.findall(r"^(VERSION|HOMEPAGE) +:= (.*)$", (REPO / "Makefile").read_text(), re.M))
    assert metadata["version"] == made["VERSION"]
    assert f"## {made['VERSION']}\n" in (MODULE / "CHANGELOG.md").read_text()
    for name in ("source", "project_page", "issues_url"):
        assert metadata[name].startswith(made["HOMEPAGE"]), name


def test_strings(tmp_path):
    """puppet-strings reads all of it, and has nothing to warn of."""
    if subprocess.run(["ruby", "-e", "require 'puppet-strings'"], capture_output=True).returncode:
        pytest.skip("needs puppet-strings")
    shutil.copytree(MODULE, tmp_path / "robind")
    done = subprocess.run(
        ["puppet", "strings", "generate", "--format", "markdown", "--out", "generated.md"],
        capture_output=True, text=True, timeout=300, cwd=tmp_path / "robind")
    assert done.returncode == 0 and "[warn]" not in done.stdout + done.stderr, done
    made, ours = ((tmp_path / "robind" / name).read_text() for name in ("generated.md", "REFERENCE.md"))
    named = set(re.findall(r"^\* \[`([A-Za-z_:]+)`\]", made, re.M))
    assert "robind_bind" in named and "robind::share" in named
    # Tasks have no module's name there, and each type has a provider.
    named -= {"apply", "check", "provider"}
    assert {name for name in named if f"`{name}`" not in ours} == set()


def test_it_installs_as_it_is_published(tmp_path):
    """By the real `puppet module install`, with the licences of what it carries."""
    subprocess.run(["make", "-s", "-C", str(REPO), "puppet-module", f"PUPPET_STAGE={tmp_path}/stage"],
                   check=True, capture_output=True)
    (archive,) = tmp_path.glob("stage/robind-robind-*.tar.gz")
    done = subprocess.run(
        ["puppet", "module", "install", str(archive), "--ignore-dependencies",
         "--target-dir", str(tmp_path / "modules"), "--confdir", str(tmp_path),
         "--vardir", str(tmp_path)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done
    module = tmp_path / "modules/robind"
    assert (module / "LICENSE").read_text() == (REPO / "LICENSE").read_text()
    assert "LGPL" in (module / "NOTICE").read_text() and (module / "LGPL-2.1").exists()
    for program in module.glob("files/bin/robind-*[0-9]"):
        assert program.stat().st_mode & 0o111, program


@has("rspec")
def test_specs(tmp_path):
    """In a copy: rspec-puppet makes links where it is started."""
    shutil.copytree(MODULE, tmp_path / "robind")
    done = subprocess.run(
        ["rspec", "--no-color", "spec/classes", "spec/defines", "spec/types"],
        capture_output=True, text=True, timeout=300, cwd=tmp_path / "robind")
    assert done.returncode == 0 and " 0 failures" in done.stdout, done.stdout + done.stderr


def test_reference_names_everything():
    """Each class, define, type, parameter and task stands in the reference."""
    text = (MODULE / "REFERENCE.md").read_text()
    for file in [*MODULE.glob("manifests/*.pp"), *MODULE.glob("types/*.pp")]:
        for line in file.read_text().splitlines():
            if line.startswith(("class ", "define ", "type ")) and "private" not in file.read_text():
                assert f"`{line.split()[1]}`" in text, f"{file.name}: {line}"
            if line.startswith("# @param "):
                assert f"`{line.split()[2]}`" in text, f"{file.name}: {line}"
    for name in json.loads((MODULE / "tasks/apply.json").read_text())["parameters"]:
        assert f"`{name}`" in text, name


def test_the_unit_is_the_one():
    """The unit of the class is that of `make install`, but for the program's path."""
    for name in ("robind-boot.service", "robind-watch.service"):
        template = (MODULE / f"templates/{name}.epp").read_text()
        unit = (MODULE / "../../boot" / name).resolve().read_text()
        assert template.split("-%>\n", 1)[1].replace("<%= $binary %>", BINARY) == unit, name


# ---- tasks ----


@pytest.fixture
def host():
    host = PuppetHost(installed=False)
    host.dir("a", "file")
    yield host
    host.end()


def upload(host, name, *binaries):
    """As Bolt does before it runs a task; returns the task's path."""
    about = json.loads((MODULE / f"tasks/{name}.json").read_text())
    file = about.get("implementations", [{"name": f"{name}.sh"}])[0]["name"]
    task = host.file(f"/run/bolt/robind/tasks/{file}", (MODULE / "tasks" / file).read_text())
    host.path(task).chmod(0o744)
    for folder in about["files"]:
        host.dir(f"/run/bolt/{folder}")
    for machine in binaries:
        shutil.copyfile(ROBIND, host.path(f"/run/bolt/robind/files/bin/robind-{machine}"))
    return task


def run_task(host, name, *binaries, **params):
    task = upload(host, name, *binaries)
    params = {**params, "_task": f"robind::{name}", "_installdir": "/run/bolt"}
    done = host.run(task, check=False, input=json.dumps(params).encode())
    assert done.stderr == b""
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize("way", ["brought along", "installed"])
def test_task_apply(host, way):
    """By the binary of this machine's architecture, or by the one that is there."""
    binaries = [platform.machine()] if way == "brought along" else []
    if way == "installed":
        host.install()
    request = {"binds": [bind(f"{DIR}/a", f"{DIR}/b")]}
    for name, more in (("check", {}), ("apply", {"_noop": True})):
        with host.unchanged():
            status, said = run_task(host, name, *binaries, **request, **more)
        assert (status, said["changed"], "_error" in said) == (0, True, False)
    assert run_task(host, "apply", *binaries, **request)[1]["changed"]
    host.assert_read_only_view(f"{DIR}/a", f"{DIR}/b")
    status, said = run_task(host, "apply", *binaries, source=f"{DIR}/none", target=f"{DIR}/c")
    assert (status, said["_error"]["kind"]) == (1, "robind/source_missing")


def test_task_without_a_binary(host):
    status, said = run_task(host, "apply", "m68k", binds=[])
    assert (status, said["_error"]["kind"]) == (1, "robind/missing")
    assert said["_error"]["details"] == {"architecture": platform.machine()}


def test_task_parameters():
    """A task takes every member of a request, and nothing else; the runner's own are its."""
    printed = subprocess.run([ROBIND, "schema", "request"], capture_output=True, check=True)
    names = set()

    def collect(schema):
        if isinstance(schema, dict):
            names.update(schema.get("properties", {}))
            for part in schema.values():
                collect(part)
        if isinstance(schema, list):
            for part in schema:
                collect(part)

    collect(json.loads(printed.stdout))
    for name in ("apply", "check"):
        about = json.loads((MODULE / f"tasks/{name}.json").read_text())
        assert set(about["parameters"]) <= names, name
        assert about["supports_noop"] and about["input_method"] == "stdin"
        # The runner has the one, an uploaded manifest no use for the others.
        assert names - set(about["parameters"]) == {"check_mode", "fstab", "daemon_reload"}


# ---- the fact and the class ----


def test_fact(host):
    """By /usr/bin/puppet itself, which looks facts up at its start; only where robind is."""
    def told():
        done = host.run(
            "env", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "puppet", "apply", "--color=false",
            f"--modulepath={MODULES[0]}", "--confdir=/run/puppet/etc", "--vardir=/run/puppet/var",
            "-e", "notice(\"robind is <${facts['robind_host']}>\")")
        (line,) = [text for text in done.stdout.decode().splitlines() if "robind is <" in text]
        return line

    assert "robind is <>" in told()
    host.install()
    host.file("/etc/fstab", "".join(
        f"{host.dir('a')} {host.dir(name)} none bind,ro{more},x-robind 0 0\n"
        for name, more in (("b", ",private"), ("c", ",private"), ("d", ",noauto"))))
    host.run("mount", f"{DIR}/b")
    line = told()
    for part in (f"path => {BINARY}", "protocol => 1", "version => ", "binds => 2", "as_asked => 1",
                 "drift => {not_mounted => 1}", "errors => {}", "warnings => {volatile_source => 2}"):
        assert part in line, line
    host.file(BINARY, "#!/bin/sh\necho nonsense\n")
    line = told()
    assert "error => " in line and "binds" not in line, line


def test_class_brings_the_binary_and_the_binds(host):
    """In one run, in which robind is not there at first; in noop nothing is."""
    text = (f"class {{ 'robind': install => file, sources => {{ '{platform.machine()}' =>"
            f" '{host.file('/run/robind')}' }}, source_root => '{DIR}', target_root => '{DIR}/ro',"
            " shares => { 'a' => {} } }")
    shutil.copyfile(ROBIND, host.path("/run/robind"))
    with host.unchanged():
        host.apply(text, "--noop").assert_clean()
    host.apply(text).assert_changed()
    host.assert_read_only_view(f"{DIR}/a", f"{DIR}/ro/a")
    host.apply(text).assert_clean()
