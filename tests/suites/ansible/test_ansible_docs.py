# SPDX-License-Identifier: Apache-2.0
"""What the collection says of itself, against the program and against Ansible's own tools."""

import importlib.util
import json
import re

import pytest
import yaml

import answer
from answer import REPO

pytestmark = pytest.mark.needs_root
# Said by the task in Ansible, and so no arguments.
OF_THE_TASK = {"check_mode", "diff"}
# For those who come from ansible.posix.mount, and for the choice of the program.
OF_ANSIBLE = {"opts", "fstype", "dump", "passno", "boot", "opts_no_log"}
OF_THE_PLUGIN = {"install", "robind_path"}
STATES = {"present", "absent_from_fstab"}


def stub(name):
    file = REPO / f"module/ansible/plugins/{name}.py"
    spec = importlib.util.spec_from_file_location(f"stub_{file.stem}", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def properties(of):
    """The members that the program's decoder knows."""
    schema = answer.validator("request").schema
    return schema["$defs"]["bind"]["properties"] if of == "bind" else \
        schema["oneOf"][0]["properties"]


ROBIND, INFO = stub("modules/robind"), stub("modules/robind_info")
TAKEN = stub("module_utils/arguments")


def test_arguments_are_the_decoders():
    assert TAKEN.BIND.keys() == properties("bind").keys() | OF_ANSIBLE
    assert TAKEN.ARGUMENTS.keys() - TAKEN.BIND.keys() == \
        properties("request").keys() - OF_THE_TASK | OF_THE_PLUGIN


@pytest.mark.parametrize("name, of", [
    ("state", "bind"), ("fstab_type", "bind"), ("on_error", "request"), ("namespace", "request"),
    ("daemon_reload", "request")])
def test_choices_are_the_decoders(name, of):
    known = set(properties(of)[name]["enum"]) - {None}
    more = STATES if name == "state" else set()
    assert set(TAKEN.ARGUMENTS[name]["choices"]) == known | more


def test_booleans_are_the_decoders():
    for of in ("bind", "request"):
        known = {name for name, kind in properties(of).items()
                 if kind.get("type") == ["boolean", "null"]} - OF_THE_TASK
        spec = {name for name, how in TAKEN.ARGUMENTS.items() if how["type"] == "bool"}
        assert known <= spec, of


@pytest.mark.parametrize("module, taken", [(ROBIND, TAKEN), (INFO, INFO)],
                         ids=["robind", "robind_info"])
def test_documentation_is_the_specification(module, taken):
    options = yaml.safe_load(module.DOCUMENTATION)["options"]
    assert options.keys() == taken.ARGUMENTS.keys()
    pairs = [(options, taken.ARGUMENTS)]
    if "suboptions" in options["binds"]:
        pairs.append((options["binds"]["suboptions"], taken.ARGUMENTS["binds"]["options"]))
    for documented, specified in pairs:
        assert documented.keys() == specified.keys()
        for name, how in specified.items():
            for key in ("type", "choices", "aliases", "elements", "default"):
                assert documented[name].get(key) == how.get(key), f"{name}: {key}"
            assert documented[name]["description"], name


@pytest.mark.parametrize("module", [ROBIND, INFO], ids=["robind", "robind_info"])
def test_return_values_are_the_replys(module):
    """Each is documented, or drift is in the documentation."""
    reply = answer.validator("reply").schema
    documented = yaml.safe_load(module.RETURN)
    shown = {"in_sync", "drift", "facts"} if module is INFO else set()
    assert documented.keys() - shown <= reply["properties"].keys()
    if module is ROBIND:
        left_out = {"changed", "failed", "diff"}
        assert reply["properties"].keys() - left_out <= documented.keys()


def test_examples_are_tasks():
    for module in (ROBIND, INFO):
        assert all("name" in task for task in yaml.safe_load(module.EXAMPLES))


def test_versions_agree():
    galaxy = yaml.safe_load((REPO / "module/ansible/galaxy.yml").read_text())
    (made,) = re.findall(r"^VERSION +:= (.*)$", (REPO / "Makefile").read_text(), re.M)
    assert galaxy["version"] == made
    assert f"## {made}\n" in (REPO / "module/ansible/CHANGELOG.md").read_text()


def test_it_says_where_it_comes_from(collections):
    """As Galaxy shows it, with the licences of the programs in it."""
    place = collections / "ansible_collections/robind/mount"
    said = json.loads((place / "MANIFEST.json").read_text())["collection_info"]
    (home,) = re.findall(r"^HOMEPAGE +:= (.*)$", (REPO / "Makefile").read_text(), re.M)
    for name in ("repository", "documentation", "homepage", "issues"):
        assert said[name].startswith(home), name
    assert (place / "LICENSE").read_text() == (REPO / "LICENSE").read_text()
    assert "LGPL" in (place / "NOTICE").read_text() and (place / "LGPL-2.1").exists()


def test_ansible_doc(ansible):
    done = ansible.call("ansible-doc", "--json", "robind.mount.robind", "robind.mount.robind_info")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout).keys() == {"robind.mount.robind", "robind.mount.robind_info"}


# Those of `ansible-test sanity` that run without a network and without pip; see the README.
SANITY = ["action-plugin-docs", "empty-init", "line-endings", "no-assert", "no-get-exception",
          "no-illegal-filenames", "no-main-display", "no-smart-quotes", "no-unicode-literals",
          "replace-urlopen", "shebang", "symlinks", "use-argspec-type-path", "compile"]


def test_sanity(machine, ansible, collections):
    """On a copy, for the tests want a repository around the collection."""
    place = machine.dir("sanity/ansible_collections/robind/mount")
    source = collections / "ansible_collections/robind/mount"
    machine.sh(f"cp -R {source}/. {place}; cd {place}; git init -q; git add -A")
    tests = [word for test in SANITY for word in ("--test", test)]
    done = machine.run("sh", "-ec", f'cd {place}; exec ansible-test sanity --color no "$@"',
                       "sh", *tests, "--python", "3.11", check=False, env=ansible.environment)
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
