# SPDX-License-Identifier: Apache-2.0
"""A resource of Microsoft DSC: its manifest is done what it says, by a stand-in for `dsc`, which is in no
Debian. It passes an instance on standard input as one line, takes any status but 0 for a failure, whose
reason it finds on standard error, and reads one line of JSON otherwise."""

import json
import re
import subprocess

import jsonschema
import pytest

import answer
from answer import REPO, ROBIND
from host import DIR

MANIFEST = json.loads((REPO / "module/dsc/robind.dsc.resource.json").read_text())
SCHEMA = MANIFEST["schema"]["embedded"]
A, B = f"{DIR}/a", f"{DIR}/b"
INSTANCE = {"source": A, "target": B, "state": "ephemeral", "namespace": "here"}


@pytest.fixture
def stage(host):
    host.dir("a", "file")
    return host


def dsc(stage, operation, **instance):
    """The state that comes back, or a text: why it failed."""
    method = MANIFEST[operation]
    assert method["executable"] == "robind" and method["input"] == "stdin"
    jsonschema.validate(instance, SCHEMA)
    text = json.dumps(instance, separators=(",", ":")).encode()
    done = stage.run(*stage.kernel, ROBIND, *method["args"], input=text, check=False)
    said = answer.parse(done.stdout)
    assert str(done.returncode) in MANIFEST["exitCodes"]
    if done.returncode != 0:
        return json.loads(done.stderr)["error"]
    assert done.stderr == b""
    jsonschema.validate(said, SCHEMA)
    return said


def test_from_nothing_to_there_and_back(stage):
    for look in ("get", "test"):
        with stage.unchanged():
            found = dsc(stage, look, **INSTANCE)
        assert found == {
            "source": A, "target": B, "state": "absent", "_exist": False, "_inDesiredState": False,
            "drift": ["target_missing", "not_mounted"]}
    with stage.unchanged():
        foreseen = dsc(stage, "whatIf", **INSTANCE)
    made = dsc(stage, "set", **INSTANCE)
    assert foreseen == made
    assert (made["state"], made["_exist"], made["read_only"], made["_inDesiredState"]) == (
        "ephemeral", True, True, True)
    stage.assert_read_only_view(A, B)

    found = dsc(stage, "test", **INSTANCE)
    assert (found["state"], found["_inDesiredState"], found["drift"]) == ("ephemeral", True, [])
    stage.run("mount", "-o", "remount,bind,rw", B)
    found = dsc(stage, "test", **INSTANCE)
    assert (found["read_only"], found["_inDesiredState"], found["drift"]) == (
        False, False, ["writable"])

    gone = {"source": A, "target": B, "namespace": "here", "fstab": stage.file("fstab")}
    assert dsc(stage, "test", **gone, _exist=False)["_inDesiredState"] is False
    done = dsc(stage, "set", **gone, _exist=False)
    assert (done["state"], done["_exist"], done["_inDesiredState"]) == ("absent", False, True)
    assert stage.top(B) is None
    assert dsc(stage, "test", **gone, _exist=False)["_inDesiredState"] is True


def test_an_instance_comes_back_as_it_was_told(stage):
    """DSC feeds what `get` says into `test` and `set`, with all that begins with `_`."""
    made = dsc(stage, "set", **INSTANCE)
    again = {**INSTANCE, **{name: value for name, value in made.items() if name[0] == "_"}}
    assert dsc(stage, "test", **again)["_inDesiredState"] is True


def test_failures(stage):
    assert "does not exist" in dsc(stage, "set", **{**INSTANCE, "source": f"{DIR}/none"})
    assert "source" in dsc(stage, "test", target=B)
    done = stage.run(ROBIND, *MANIFEST["set"]["args"], input=b'{"binds":[]}', check=False)
    assert done.returncode == 1 and "one bind" in json.loads(done.stderr)["error"]


def test_other_commands_know_no_instance():
    said = subprocess.run([ROBIND, "show", "--format", "dsc"], capture_output=True, check=False)
    assert said.returncode == 1 and "'dsc' is for" in json.loads(said.stdout)["msg"]


def test_the_schema_is_robinds():
    """As the manifest is read without the program."""
    asked = subprocess.run([ROBIND, "schema", "request"], check=True, capture_output=True)
    (flat,) = [way["properties"] for way in json.loads(asked.stdout)["oneOf"]
               if "target" in way["properties"]]
    own = {name: rule for name, rule in SCHEMA["properties"].items()
           if name[0] != "_" and not rule.get("readOnly")}
    assert own == {name: rule for name, rule in flat.items()
                   if name not in ("binds", "check_mode", "diff")}


def test_its_version_is_the_programs():
    version = re.search("^VERSION +:= (.*)$", (REPO / "Makefile").read_text(), re.M)[1]
    assert MANIFEST["version"] == version


@pytest.mark.parametrize("sample", sorted((REPO / "manifests/dsc").iterdir()), ids=lambda f: f.name)
def test_samples(sample):
    yaml = pytest.importorskip("yaml")
    for resource in yaml.safe_load(sample.read_text())["resources"]:
        assert resource["type"] == MANIFEST["type"]
        jsonschema.validate(resource["properties"], SCHEMA)
