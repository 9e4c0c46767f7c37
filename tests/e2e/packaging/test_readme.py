# SPDX-License-Identifier: Apache-2.0
"""What the README shows is what robind says, its commands are typed as they stand, and the samples
are requests that robind takes."""

import json
import re

import pytest

import answer
from answer import REPO
from documents import PAGES, README, blocks, shell
from host import DIR

SAMPLES = sorted((REPO / "manifests/requests").glob("*.json"))
SCREENS = REPO / "tests/e2e/callers/screens"


def examples():
    """The README's JSON blocks, with its paths where the test's volume is."""
    return [json.loads(block.replace('"/mnt/', f'"{DIR}/')) for block in blocks(README, "json")]


def make_sources(host, request):
    for asked in request["binds"]:
        host.dir(asked["source"])
        host.dir(asked["target"])


def lasting(said):
    """That this host's volume is on a tmpfs is no fault of the example's, nor how its kernel is asked."""
    said["warnings"] = [w for w in said["warnings"] if w["code"] != "volatile_source"]
    said["robind"] |= {"mount_api": "mount_setattr", "read_api": "statmount"}
    return said


def test_a_person_reads_it_to_the_end():
    assert README.count("\n") <= 210


def test_example(host):
    request, reply = examples()
    request.update(fstab=host.file(f"{DIR}/fstab"), namespace="here")
    make_sources(host, request)
    said = lasting(host.robind("apply", request=json.dumps(request)).reply)
    assert said == reply
    again = host.robind("apply", request=json.dumps(request))
    assert (again.status, again.reply["changed"]) == (0, False)


def test_example_of_the_page(host):
    """It has the same request as words; the target is made as well."""
    (block,) = blocks(PAGES["robind-reply.5"].split("\n# EXAMPLES\n")[1])
    reply = json.loads(block.replace('"/mnt/', f'"{DIR}/'))
    request = examples()[0]
    request.update(fstab=host.file(f"{DIR}/fstab"), namespace="here")
    make_sources(host, request)
    assert lasting(host.robind("apply", request=json.dumps(request)).reply) == reply


def test_example_fits_the_schema():
    answer.validator("request").validate(examples()[0])
    answer.validator("reply").validate(examples()[1])


@pytest.mark.skipif(DIR != "/mnt", reason="the README has the names that /mnt gives")
def test_commands(host):
    """Those by hand, as they stand, one after the other; a bind is there and gone again."""
    host.file("/etc/fstab")
    (by_hand, boot) = blocks(README, "sh")
    *until_shown, undo = by_hand.splitlines()
    said = shell(host, "\n".join(until_shown))
    assert "1 bind: as asked." in said and "read-only" in said.splitlines()[-2]
    host.assert_read_only_view("/mnt/volumes/mysql_socket", "/mnt/volumes_ro/mysql_socket")
    assert "removed" in shell(host, undo)
    assert host.top("/mnt/volumes_ro/mysql_socket") is None
    assert boot == "systemctl enable robind-boot.service\n"
    assert (REPO / "module/boot" / boot.split()[-1]).exists()


def test_screens():
    """The three are those that test_screens.py compares with the program."""
    shown = [block for block in blocks(README) if "/mnt/volumes_ro/vmail" in block and
             "-->" not in block]
    assert len(shown) == 3
    for name, block in zip(("check-some", "apply", "show"), shown):
        screen = (SCREENS / f"{name}.80.txt").read_text(encoding="utf-8")
        assert block == re.sub("␛\\[[0-9;]*m", "", screen)


def test_goals_of_make_are_there():
    makefile = (REPO / "Makefile").read_text(encoding="utf-8")
    typed = [command for line in re.findall(r"`([^`\n]*)`|^((?:\w+=\w+ )?make .*?)  ", README,
                                            re.MULTILINE)
             for command in "".join(line).split(" && ")]
    goals = {goal for command in typed for goal in re.sub(r"^\w+=\w+ ", "", command).split()[1:]
             if re.match(r"(\w+=\w+ )?make ", command) and "=" not in goal}
    assert {"install", "portable", "check", "docs"} <= goals
    for goal in goals:
        assert re.search(rf"^(.* )?{goal}( .*)?:([^=]|$)", makefile, re.MULTILINE), goal


def test_links_lead_somewhere():
    documents = [REPO / "README.md", *REPO.glob("*/**/README.md")]
    for document in documents:
        if "build" in document.relative_to(REPO).parts:
            continue
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
            assert (document.parent / link).exists(), f"{document}: {link}"


def test_there_are_samples():
    assert SAMPLES


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_sample(host, sample):
    """Fits the schema, and nothing in it is an error, whatever there is on this machine."""
    request = json.loads(sample.read_text(encoding="utf-8"))
    answer.validator("request").validate(request)
    said = host.robind("check", request=json.dumps(request))
    assert "error" not in said.reply, said.reply
