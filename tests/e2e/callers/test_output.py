# SPDX-License-Identifier: Apache-2.0
"""One reply, always: whatever standard output is, whatever the paths and the locale are."""

import json
import os
import subprocess

import pytest

import answer
from answer import ROBIND
from host import DIR, bind

A, B = f"{DIR}/a", f"{DIR}/b"
TEXT = json.dumps(bind(A, B))


@pytest.fixture
def stage(host):
    host.dir("a", "file")
    host.dir("b")
    return host


LOST = {
    "full": 'exec "$@" >/dev/full',
    "closed": 'exec "$@" >&-',
    "everything closed": 'exec "$@" <&- >&- 2>&-',
    "open for reading only": 'exec "$@" 1</dev/null',
}
COMMANDS = {
    "apply": ["apply", "--json", TEXT],
    "check": ["check", "--json", TEXT],
    "text": ["apply", "--format", "text", "--json", TEXT],
    "a usage error": ["aply"],
    "schema": ["schema", "reply"],
    "help": ["--help"],
    "version": ["--version"],
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("lost", LOST)
def test_lost_reply_is_a_failure(stage, lost, command):
    done = stage.sh(LOST[lost], ROBIND, *COMMANDS[command], check=False)
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b""), f"{command} {lost}"


@pytest.mark.parametrize("command", ["apply", "schema"])
def test_reader_has_gone(stage, command):
    """An exit status, not death by SIGPIPE, also with a reply that no pipe holds."""
    many = {"binds": [bind(f"{A}/{'x' * 200}{n}", f"{B}{n}") for n in range(500)]}
    reader, writer = os.pipe()
    os.close(reader)
    args = ["schema", "reply"] if command == "schema" else ["apply"]
    done = subprocess.run(
        [*stage.enter, ROBIND, *args],
        input=json.dumps(many).encode(), stdout=writer, stderr=subprocess.PIPE,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")


def test_closed_standard_input(stage):
    done = stage.sh('exec "$@" <&-', ROBIND, "apply", check=False)
    said = answer.read("apply", (), done.returncode, done.stdout)
    assert said.status == 1 and said.error["code"] in ("input", "request")
    assert done.stderr == b""


def test_standard_streams_are_not_taken_for_mounts(stage):
    """With 0 and 1 closed the next descriptors get these numbers: nothing is written to one."""
    stage.sh('exec "$@" <&- >&- 2>&-', ROBIND, "apply", "--json", TEXT, check=False)
    assert stage.apply(bind(A, B)).status == 0
    stage.assert_read_only_view(A, B)
    assert stage.path(f"{A}/file").read_text() == ""


NAMES = ["ä€😀", "a\u0301", "\u202e\u2028", "tab\tnewline\nbell\a", "\x7f", "\x80\x9f", '"\\']


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_paths_come_back_as_they_were_given(stage, name):
    source, target = stage.dir(f"a/{name}"), f"{B}/{name}"
    said = stage.apply(bind(source, target))
    assert (said.status, said.bind["target"], said.bind["source"]) == (0, target, source)
    stage.assert_read_only_view(source, target)


def dir_of_bytes(host, name):
    """A directory whose name is no UTF-8, with a file in it; the name as the test holds it."""
    path = os.fsencode(host.path(A)) + b"/" + name
    os.mkdir(path)
    return os.fsdecode(os.fsencode(A) + b"/" + name)


@pytest.mark.parametrize("code, replace", [("wrong_source", False), ("wrong_source", True)])
def test_foreign_bytes_in_the_mount_table(stage, code, replace):
    """What others mounted need not be UTF-8: it is shown in octal, as mountinfo shows blanks."""
    foreign = dir_of_bytes(stage, b"x\xff\xfe\xed\xa0\x80")
    stage.run("mount", "--bind", foreign, B)
    said = stage.check(bind(A, B, replace=replace))
    assert code in json.dumps(said.reply)
    assert "\\377\\376" in json.dumps(said.bind).replace("\\\\", "\\"), said.bind
    assert said.status == (2 if replace else 1)


def test_foreign_bytes_below_a_target(stage):
    """A mount that is too many is named, though its name is no UTF-8."""
    dir_of_bytes(stage, b"sub\xff")
    stage.make(bind(A, B, recursive=True))
    extra = os.fsdecode(os.fsencode(B) + b"/sub\xff")
    stage.run("mount", "-t", "tmpfs", "tmpfs", extra)
    said = stage.check(bind(A, B, recursive=True))
    assert "sub\\\\377" in json.dumps(said.bind), said.bind


def test_foreign_bytes_as_argument(stage):
    """JSON cannot carry such a path, so words cannot either; the reply stays ASCII."""
    with stage.unchanged():
        done = stage.raw("apply", f"source={A}", b"target=" + DIR.encode() + b"/\xff",
                         "state=ephemeral")
    reply = answer.parse(done.stdout)
    assert (done.returncode, reply["error"]["code"]) == (1, "request")


@pytest.mark.parametrize("args", [["show", b"/\xff"], [b"\xff"], ["apply", b"--\xff"],
                                  ["apply", b"/\xff.json"], ["apply", "--json", b'{"\xff":1}']],
                         ids=repr)
def test_foreign_bytes_anywhere(stage, args):
    done = stage.raw(*args)
    assert answer.parse(done.stdout)["failed"] in (True, False)


SURROUNDINGS = {
    "Turkish": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
    "no locale": {"LC_ALL": "xx_XX.UTF-8"},
    "Latin": {"LC_ALL": "de_DE.ISO-8859-1"},
    "nothing": {},
}


@pytest.mark.parametrize("name", SURROUNDINGS)
def test_locale_is_nothing_to_us(stage, name):
    target = f"{B}/ıİäß"
    said = stage.robind("apply", request=bind(A, target, options=["nosuid", "nodiratime"]),
                        env={"PATH": os.environ["PATH"], **SURROUNDINGS[name]})
    assert (said.status, said.bind["target"]) == (0, target)


@pytest.mark.parametrize("umask", [0o777, 0o077, 0])
@pytest.mark.parametrize("kind, mode", [("directory", 0o40755), ("file", 0o100444)])
def test_umask_is_nothing_to_us(stage, umask, kind, mode):
    """What is made below the mounts has the same mode everywhere, parents included."""
    source = A if kind == "directory" else f"{A}/file"
    target = f"{B}/new/target"
    said = stage.robind("apply", request=bind(source, target), umask=umask)
    assert said.status == 0, said.reply
    stage.assert_read_only_view(source, target)
    stage.run("umount", target)
    assert oct(stage.path(target).stat().st_mode) == oct(mode)
    assert oct(stage.path(f"{B}/new").stat().st_mode) == oct(0o40755)
    assert stage.path(target).stat().st_uid == stage.path(DIR).stat().st_uid
