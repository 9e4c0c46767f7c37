# SPDX-License-Identifier: Apache-2.0
"""What the README shows is what robind says, and the samples are requests that it takes."""

import json
import re

import pytest

import answer
from host import DIR

README = (answer.REPO / "README.md").read_text(encoding="utf-8")
SAMPLES = sorted((answer.REPO / "manifests/requests").glob("*.json"))


def rows(start, end):
    """The names in the first column of the tables between two lines of the README."""
    part = README[README.index(start):]
    cells = re.findall(r"^\| (`[^|]*) \|", part[:part.index(end)], re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


def examples():
    """The README's JSON blocks, with its paths where the test's volume is."""
    blocks = re.findall(r"^```json\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [json.loads(block.replace('"/mnt/', f'"{DIR}/')) for block in blocks]


def options(text):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text))


def schema_names(definition, member="code"):
    return set(answer.validator("reply").schema["$defs"][definition]["properties"][member]["enum"])


def test_example(host):
    request, reply = examples()[:2]
    request.update(fstab=host.file(f"{DIR}/fstab"), namespace="here")
    for asked in request["binds"]:
        host.dir(asked["source"])
        host.dir(asked["target"])
    said = host.robind("apply", request=json.dumps(request)).reply
    # That this host's volume is on a tmpfs is no fault of the example's.
    said["warnings"] = [w for w in said["warnings"] if w["code"] != "volatile_source"]
    assert said == reply
    again = host.robind("apply", request=json.dumps(request))
    assert (again.status, again.reply["changed"]) == (0, False)


@pytest.mark.parametrize("request_", examples()[:1], ids=["README.md"])
def test_example_fits_the_schema(request_):
    answer.validator("request").validate(request_)


def test_there_are_samples():
    assert SAMPLES


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_sample(host, sample):
    """Fits the schema, and nothing in it is an error, whatever there is on this machine."""
    request = json.loads(sample.read_text(encoding="utf-8"))
    answer.validator("request").validate(request)
    said = host.robind("check", request=json.dumps(request))
    assert "error" not in said.reply, said.reply


def test_every_drift_code_is_there():
    assert rows("`drift` has the reasons", "An error is") == schema_names("drift")


def test_every_warning_is_there():
    assert rows("A warning is", "`drift` has the reasons") == schema_names("warning")


def test_every_kind_of_holder_is_there():
    part = README[README.index("## Who has to be restarted"):README.index("## What you can count")]
    named = set(re.findall(r"^\| `(\w+)` \| ", part, re.MULTILINE)) - {"why"}
    assert named == schema_names("holder", "why")


def test_every_error_code_is_there():
    assert rows("An error is", "## Who has to be restarted") == schema_names("error")


def test_every_member_is_there():
    schema = answer.validator("request").schema
    single = schema["oneOf"][1]["properties"]
    assert rows("| member of a bind", "| state |") == set(single)


def test_every_option_is_there(host):
    part = README[README.index("## Commands"):README.index("## Request")]
    printed = host.raw("--help").stdout.decode()
    assert options(part) == options(printed)
