# SPDX-License-Identifier: Apache-2.0
"""The manual pages: their names are those of the program's tables, both ways; their examples do what
they say; and man and mandoc find nothing wrong with them."""

import json
import re
import shutil
import subprocess

import pytest

import answer
from documents import PAGES, blocks, said_in, section, shell, terms
from host import DIR, bind
from mount_helper import install, util_linux

REQUEST, REPLY = answer.validator("request").schema, answer.validator("reply").schema
BIND = REQUEST["$defs"]["bind"]["properties"]
TOP = REQUEST["oneOf"][0]["properties"]
MEMBERS = {**terms("robind-request.5", "MEMBERS OF A BIND"),
           **terms("robind-request.5", "MEMBERS OF THE REQUEST")}
DEFS = REPLY["$defs"]
# What kind of value, by the word for it.
KINDS = {"boolean": "boolean", "array": "list", "integer": "number", "string": None, "null": None}
options = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")


def enum(definition, member="code"):
    return set(DEFS[definition]["properties"][member]["enum"])


def kinds(member):
    types = member.get("type", [])
    return {types} if isinstance(types, str) else set(types)


# ---- names ----


@pytest.mark.parametrize("page, name, names", [
    ("robind-request.5", "MEMBERS OF A BIND", set(BIND)),
    ("robind-request.5", "MEMBERS OF THE REQUEST", set(TOP)),
    ("robind-request.5", "STATES", set(BIND["state"]["enum"]) - {None}),
    ("robind-reply.5", "MEMBERS OF THE REPLY", set(REPLY["properties"])),
    ("robind-reply.5", "MEMBERS OF A BIND", set(DEFS["bind"]["properties"])),
    ("robind-reply.5", "DRIFT", enum("drift")),
    ("robind-reply.5", "WARNINGS", enum("warning")),
    ("robind-reply.5", "ERRORS", enum("error")),
    ("robind-reply.5", "HOLDERS", enum("holder", "why")),
], ids=lambda value: value if isinstance(value, str) else "")
def test_all_are_there_and_no_others(page, name, names):
    assert set(terms(page, name)) == names


def test_what_else_a_reply_has():
    text = section("robind-reply.5", "MEMBERS OF A BIND")
    said = said_in(text)
    named = set(DEFS["bind"]["properties"]["actions"]["items"]["enum"])
    for definition in ("target_state", "live", "resolved"):
        named |= set(DEFS[definition].get("properties", {}))
    assert named <= said, named - said
    about = said_in(terms("robind-reply.5", "MEMBERS OF THE REPLY")["robind"][1])
    assert set(DEFS["about"]["properties"]) <= about


def test_options(host):
    printed = set(options.findall(host.raw("--help").stdout.decode()))
    words = {"-h", "json", "text", "salt", "dsc", "dot", "mermaid"}
    assert set(terms("robind.8", "OPTIONS")) == printed | words
    boot = {option for names in terms("robind-boot.service.8", "OPTIONS")
            for option in options.findall(names)}
    assert boot <= printed


def test_commands_are_those_of_the_help(host):
    printed = re.findall(r"^  robind (\w+)", host.raw("--help").stdout.decode(), re.MULTILINE)
    assert set(terms("robind.8", "COMMANDS")) == set(printed)


def test_options_of_the_helper(host):
    install(host)
    printed = host.run("mount.robind", "--help").stdout.decode()
    letters = {f"-{letter}" for word in re.findall(r"\[-(\w+)", printed) for letter in word}
    assert letters <= set(terms("mount.robind.8", "OPTIONS"))


def test_help_fits_one_screen_and_names_the_pages(host):
    printed = host.raw("--help").stdout.decode()
    assert printed.count("\n") <= 40 and max(map(len, printed.splitlines())) < 80
    for page in ("robind(8)", "robind-request(5)", "robind-reply(5)"):
        assert page in printed


# ---- members ----


@pytest.mark.parametrize("name", sorted({**BIND, **TOP}))
def test_kind_and_limits(name):
    member, (head, text) = {**BIND, **TOP}[name], MEMBERS[name]
    for kind in kinds(member):
        assert (KINDS[kind] or "") in head or name in ("owner", "group"), head
    if member.get("pattern", "").startswith("^/"):
        assert "path" in head
    if name != "state":
        for word in member.get("enum", []):
            assert word in (None, True, False) or f"*{word}*" in head
    for limit in ("minimum", "maximum", "maxItems"):
        if name not in ("owner", "group") and limit in member:
            assert str(member[limit]) in head.replace(",", "")
    for word in member.get("items", {}).get("enum", []):
        assert f"*{word}*" in text or word in ("ro", "bind")
    assert name not in ("target",) or "required" in head


def default_of(head):
    """As JSON, or None."""
    found = re.search(r"default \*([^*]+)\*", head)
    if not found:
        return None
    word = found[1]
    return {"true": True, "false": False}.get(word, int(word) if word == "30" else word)


@pytest.mark.parametrize("name", sorted(name for name in MEMBERS if default_of(MEMBERS[name][0])
                                        is not None))
def test_default_is_what_happens_anyway(hosts, name):
    """Of two hosts that are alike, one is asked with the member and the other without."""
    said = []
    for value in ({}, {name: default_of(MEMBERS[name][0])}):
        host = hosts()
        asked = bind(host.dir("source"), f"{DIR}/made/target", "mounted")
        members = {"namespace": "here", "fstab": host.file("fstab")}
        if name == "fstab":
            host.file("/etc/fstab")
            del members["fstab"]
        if name == "state":
            del asked["state"]
        if name in BIND:
            asked.update(value)
        else:
            members.update(value)
        answered = host.robind("apply", request=json.dumps({"binds": [asked], **members}))
        stat = host.run("stat", "-c", "%a %u %g", f"{DIR}/made/target").stdout
        table = host.path(members.get("fstab", "/etc/fstab")).read_text()
        said.append((answered.reply, stat, table))
    assert said[0] == said[1]


# ---- examples ----


def test_every_json_of_the_request_is_one():
    for block in blocks(PAGES["robind-request.5"]):
        if block.startswith("{") and "PATH" not in block:
            answer.validator("request").validate(json.loads(block))


def moved(text):
    """With the page's folders below the one that a host has for itself."""
    return re.sub(r"(?<![\w/])/(srv|export)\b", rf"{DIR}/\1", text)


@pytest.fixture
def written(host):
    """A host that has what the examples speak of."""
    for name in ("/mnt/volumes/mysql_socket", "/srv/www", "/srv/mail"):
        host.dir(moved(name))
    host.file("/etc/fstab")
    return host


def test_the_two_ways_of_options_are_the_same(written):
    made = []
    for block in blocks(section("robind-request.5", "LINES")):
        asked = {**json.loads(moved(block)), "state": "fstab_present", "namespace": "here",
                 "fstab": written.file("fstab")}
        assert written.robind("apply", request=json.dumps(asked)).status == 0
        made.append(written.path(f"{DIR}/fstab").read_text())
    assert made[0] == made[1] != ""


@pytest.mark.skipif(DIR != "/mnt", reason="the page has the names that /mnt gives")
@pytest.mark.skipif(not shutil.which("dot"), reason="no dot")
def test_examples_of_robind(written):
    """All of them, one after the other; the last one leaves nothing."""
    scripts = blocks(section("robind.8", "EXAMPLES"))
    *until_last, last = [moved(script) for script in scripts]
    shell(written, "".join(until_last))
    assert written.top("/mnt/volumes_ro/mysql_socket") is not None
    assert "/mnt/volumes_ro/mysql_socket" in written.path("/etc/fstab").read_text()
    shell(written, last)
    assert written.top("/mnt/volumes_ro/mysql_socket") is None
    assert written.path("/etc/fstab").read_text() == ""


@pytest.mark.skipif(DIR != "/mnt", reason="the page has the names that /mnt gives")
def test_what_is_written_and_the_way_back(written):
    part = "WHAT IS WRITTEN, AND HOW TO TAKE IT BACK"
    (line,) = blocks(section("robind.8", part))
    made = ("robind apply source=/mnt/volumes/mysql_socket target=/mnt/volumes_ro/mysql_socket")
    shell(written, made)
    assert written.path("/etc/fstab").read_text() == line
    back, whole_set, *looks = re.findall(r"\*((?:robind|grep)\s[^*]*)\*", section("robind.8", part))
    assert len(looks) == 2
    shell(written, "\n".join(" ".join(look.split()) for look in looks))
    shell(written, " ".join(back.split()))
    assert written.path("/etc/fstab").read_text() == ""
    shell(written, f"{made} set=mail")
    shell(written, " ".join(whole_set.split()))
    assert written.path("/etc/fstab").read_text() == ""


def test_examples_of_the_helper(written):
    install(written)
    written.dir(moved("/export/www"))
    (script,) = blocks(section("mount.robind.8", "EXAMPLES"))
    (line,) = blocks(section("mount.robind.8", "IN FSTAB"))
    shell(written, moved(script))
    written.file("/etc/fstab", moved(line))
    shell(written, "mount -a")
    written.assert_read_only_view(moved("/srv/www"), moved("/export/www"))


def test_examples_of_boot_and_words(written):
    shell(written, blocks(section("robind-boot.service.8", "EXAMPLES"))[0])
    (words,) = blocks(section("robind-request.5", "WORDS"))
    said = written.raw(*moved(words).split()[1:])
    assert said.returncode == 2, said.stdout


def tries():
    """What the page says that mount(8) does, with what comes out."""
    text = section("robind-pattern.7", "WHY NOT MOUNT(8)")
    enter, *scripts = blocks(text)
    said = [paragraph.split("robind: ")[0] for paragraph in
            re.findall(r"^```$\n\n((?:.+\n)+)", text, re.MULTILINE)[-len(scripts):]]
    assert len(scripts) == len(said)
    return enter, list(zip(scripts, said))


@pytest.mark.needs_root
@pytest.mark.skipif(util_linux() >= (2, 39), reason="the page has what util-linux 2.38 says")
@pytest.mark.parametrize("script, said", tries()[1])
def test_why_not_mount(script, said):
    if "strace" in script and not shutil.which("strace"):
        pytest.skip("no strace")
    enter = tries()[0].strip().replace("exec bash", 'exec bash -c "$0"')
    done = subprocess.run(["bash", "-c", f'{enter} "$SCRIPT"'], capture_output=True, text=True,
                          timeout=20, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C",
                                           "SCRIPT": script})
    out = done.stdout + done.stderr
    quoted = re.match(r'"([^"]*)"|\*([^*]+)\*', said)
    if quoted:
        assert (quoted[1] or quoted[2]) in out
    elif said.startswith("Two calls"):
        assert len(re.findall(r"^mount\(", out, re.MULTILINE)) == 2
    else:
        assert said.startswith("Nothing") and done.stdout == ""


# ---- as they are read ----


@pytest.mark.skipif(not shutil.which("scdoc"), reason="no scdoc")
@pytest.mark.parametrize("page", PAGES)
def test_page_can_be_read(page, tmp_path):
    """man, at a terminal's width, and mandoc have nothing to say of it, but of scdoc's own ways."""
    made = tmp_path / page
    made.write_bytes(subprocess.run(["scdoc"], input=PAGES[page].encode(), check=True,
                                    capture_output=True).stdout)
    if not shutil.which("man") or not shutil.which("mandoc"):
        pytest.skip("no man, or no mandoc")
    seen = subprocess.run(["man", "--warnings", "-l", made], capture_output=True, text=True,
                          check=True, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
                                           "MANWIDTH": "80", "MAN_KEEP_FORMATTING": ""})
    # groff from Debian 13 on tells of narrow columns of a table.
    told = [line for line in seen.stderr.splitlines() if "cannot adjust line" not in line]
    assert told == []
    name, part = page.rsplit(".", 1)
    assert f"{name}({part})" in seen.stdout.splitlines()[0]
    lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", made], capture_output=True,
                          text=True, check=False).stdout
    # And scdoc from 1.11.4 on writes the date with escapes.
    assert [line for line in lint.splitlines()
            if not re.search(r"skipping paragraph macro|cannot parse date.* TH [\d\\-]+$", line)] == []


def test_pages_name_each_other():
    """Each page that one sends to is there."""
    for page, text in PAGES.items():
        for name, part in re.findall(r"\*([\w.-]*robind[\w.-]*)\*\((\d)\)", text):
            assert f"{name}.{part}" in PAGES, f"{page}: {name}({part})"
