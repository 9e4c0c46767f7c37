# SPDX-License-Identifier: Apache-2.0
"""The mistakes of a newcomer, and what is read then: the command line, standard input, and the
text, side by side. All are seen before the machine is looked at.

What `{file}` stands for holds the input as well, so that an error names it.
"""

import json
import os
import pty
import select
import subprocess

import pytest

from answer import ROBIND

STATES = "mounted ephemeral unmounted absent fstab_present fstab_absent fstab_only"
FLAGS = "nosuid nodev noexec nosymfollow noatime relatime strictatime nodiratime"
GOOD = "source=/a target=/b"

# The command line, what it reads, and what it says.
MISTAKES = [
    # The command line.
    ("aply request.json", "",
     "unknown command 'aply'; did you mean 'apply'?"),
    ("status", "",
     "unknown command 'status'; did you mean 'robind show'?"),
    ("apply --dry-run request.json", "",
     "unknown option '--dry-run'; did you mean 'robind check', or --check?"),
    ("apply --fomat json request.json", "",
     "unknown option '--fomat'; did you mean '--format'?"),
    ("apply --source /a --target /b", "",
     "unknown option '--source'; did you mean 'source=VALUE'?"),
    ("check --format jsn request.json", "",
     "--format must be json, text, salt, dsc, dot or mermaid, not 'jsn'; did you mean 'json'?"),
    ("apply --json --diff", "",
     "--json needs a value, and '--diff' is an option; if it is meant as the value, "
     "write --json=--diff"),
    ("apply request.json --fstab", "",
     "--fstab needs a value, and nothing follows it"),
    ("apply /mnt/a /mnt/b", "",
     "'/mnt/a' and '/mnt/b': one request file at a time. For one bind write "
     "source=/mnt/a target=/mnt/b"),
    ("schema requests", "",
     "schema must be request or reply, not 'requests'; did you mean 'request'?"),
    # KEY=VALUE words.
    ("apply sorce=/a target=/b", "",
     "sorce: no such member as 'sorce'; did you mean 'source'?"),
    ("apply src=/a dest=/b", "",
     "src: no such member as 'src'; did you mean 'source'?"),
    ("apply Source=/a target=/b", "",
     "no such member as 'Source'; did you mean 'source'?"),
    (f"apply {GOOD} state=mount", "",
     f"state: no such state as 'mount'; did you mean 'mounted'? ({STATES})"),
    (f"apply {GOOD} options=nosuide", "",
     f"options: no such option as 'nosuide'; did you mean 'nosuid'? ({FLAGS})"),
    (f"apply {GOOD} options=_netdev", "",
     "options: '_netdev' is for fstab alone; put it into \"fstab_options\""),
    (f"apply {GOOD} options=defaults", "",
     "options: 'defaults' asks for what is so anyway; leave it out"),
    (f"apply {GOOD} options=rw", "",
     "options: 'rw' is not supported, because a bind of robind is always read-only; leave it out"),
    (f"apply {GOOD} fstab_options=nosuid", "",
     "fstab_options: 'nosuid' is a flag of the mount; put it into \"options\""),
    ("apply source=a target=/b", "",
     "source: 'a' must be an absolute path"),
    ("apply source=~/a target=/b", "",
     "source: '~/a' must be an absolute path; write out the folder that '~' stands for"),
    (f"apply {GOOD} on_error=stopp", "",
     "on_error: must be 'continue' or 'stop', not \"stopp\"; did you mean 'stop'?"),
    ("apply source=/a", "",
     "target: is missing: a bind needs its 'target'"),
    # The text of a request.
    ("apply", "",
     "standard input is empty: name a file, write KEY=VALUE words, or use --json TEXT"),
    ("apply {file}", " \n",
     "'{file}' is empty: it must hold a request"),
    ("apply", "binds:\n  - source: /a\n",
     "standard input:1:1: not JSON: unexpected 'binds'; is this YAML?"),
    ("apply {file}", "{'binds': []}",
     "{file}:1:2: not JSON: unexpected '''; JSON wants double quotes"),
    ("apply {file}", '{"binds": [\n  {"source": "/ä", "target": "/b"},\n  ]}',
     "{file}:3:3: not JSON: unexpected ']'; is there a comma too many before it?"),
    ("apply {file}", '{"source": "/ä" "target": "/b"}',
     "{file}:1:17: not JSON: unexpected '\"'; is a comma missing before it?"),
    ("apply {file}", '{"source": "/a",\n "source": "/b"}',
     "{file}:2: /source: must not be given twice"),
    ("apply", '{"binds": [{"source": "/a"}',
     "standard input:1:28: not JSON: the text ends, and the '[' of line 1 is not closed"),
    # Its members.
    ("apply {file}", '{"binds": [{"source": "/a", "target": "/b", "recursive": "jein"}]}',
     "{file}: /binds/0/recursive: must be true or false, not \"jein\""),
    ("apply {file}", '{"binds": [{"source": "/a", "target": "/b", "recursive": "true"}]}',
     "{file}: /binds/0/recursive: must be true or false, without quotes, not \"true\""),
    ("apply {file}", '{"binds": [{"source": "/a", "target": "/b", "on_error": "stop"}]}',
     "{file}: /binds/0/on_error: 'on_error' is of the whole request; put it beside \"binds\", "
     "not into a bind"),
    ("apply {file}", '[{"source": "/a", "target": "/b"}]',
     '{file}: must be an object, {"NAME": VALUE, ...}, not a list'),
    ("apply {file}", '{"binds": {"source": "/a", "target": "/b"}}',
     "{file}: /binds: must be a list of binds, [{{...}}], not an object"),
    ("apply {file}", '{"binds": [{"source": "/a", "target": "/b", "mode": 750}]}',
     '{file}: /binds/0/mode: must be octal text, such as "0750" (in quotes; not symbolic, like '
     '"u=rwx"), not 750'),
]


def call(*words, given="", **environment):
    """Standard output; nothing may be on the other one."""
    done = subprocess.run([ROBIND, *words], input=given.encode(), capture_output=True, check=False,
                          timeout=20, env={**os.environ, **environment})
    assert (done.returncode, done.stderr) == (1, b"")
    return done.stdout.decode()


@pytest.mark.parametrize("line, given, says", MISTAKES, ids=[row[2][:40] for row in MISTAKES])
def test_mistake(tmp_path, line, given, says):
    file = tmp_path / "request.json"
    file.write_text(given)
    words = line.format(file=file).split()
    said = call(words[0], "-t", *words[1:], given=given)
    assert said == says.replace("{{", "{").replace("}}", "}").replace("{file}", str(file)) + "\n"
    assert json.loads(call(*words, given=given))["msg"] + "\n" == said


# One sentence, whoever asks.
WRONG = {"binds": [{"source": "/a", "target": "/b", "sorce": "/c"}]}
SENTENCE = "/binds/0/sorce: no such member as 'sorce'; did you mean 'source'?"


def ansible(tmp_path):
    file = tmp_path / "arguments"
    file.write_text(json.dumps({**WRONG, "_ansible_check_mode": False}))
    done = subprocess.run([ROBIND, str(file)], capture_output=True, check=True)
    return json.loads(done.stdout)["msg"]


CALLERS = {
    "text": lambda _: call("apply", "-t", given=json.dumps(WRONG)).rstrip("\n"),
    "json": lambda _: json.loads(call("apply", "--json", json.dumps(WRONG)))["msg"],
    "salt": lambda _: json.loads(call("check", "--format", "salt",
                                      given=json.dumps(WRONG)))["comment"],
    "bolt": lambda _: json.loads(call(given=json.dumps({**WRONG, "_task": "robind"})))[
        "_error"]["msg"],
    "ansible": ansible,
}


@pytest.mark.parametrize("name", CALLERS)
def test_one_sentence_for_all_callers(tmp_path, name):
    assert CALLERS[name](tmp_path) == SENTENCE


@pytest.mark.parametrize("words, says", [
    (["a", "/b"], "source: 'a' must be an absolute path"),
    (["/a", "/b", "-o", "noexec,x-nothing,loop"],
     "options: 'loop' is no option of a read-only bind"),
    (["/a", "/b", "-o", "noxec"],
     "options: 'noxec' is no option of a read-only bind; did you mean 'noexec'?"),
])
def test_mount_robind(tmp_path, words, says):
    helper = tmp_path / "mount.robind"
    helper.symlink_to(ROBIND)
    done = subprocess.run([str(helper), *words], capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr.decode() == f"mount.robind: {says}\n"


def on_terminal(*words):
    """What is said within seconds, where standard input is a terminal on which nobody types."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(ROBIND, ["robind", *words])
    said = b""
    while select.select([fd], [], [], 10)[0]:
        try:
            part = os.read(fd, 4096)
        except OSError:
            part = b""
        if not part:
            break
        said += part
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("command", ["apply", "check"])
def test_a_terminal_without_a_request(command):
    status, said = on_terminal(command, "-t")
    assert status == 1 and " ".join(said.split()) == (
        "a request is missing: name a file, write KEY=VALUE words, use --json TEXT, or '-' to "
        "type it here")


def test_a_terminal_without_a_command():
    status, said = on_terminal()
    assert (status, json.loads(said)["error"]["msg"]) == (
        1, "a command is missing: apply, check, show, graph, boot, migrate, watch or schema; "
           "see robind --help")


def test_the_environment_asks_for_text():
    assert call("aply", ROBIND_FORMAT="text") == "unknown command 'aply'; did you mean 'apply'?\n"
    assert json.loads(call("aply", "--format", "json", ROBIND_FORMAT="text"))["failed"]
    assert json.loads(call(given='{"_task": "robind"}', ROBIND_FORMAT="text"))["_error"]
    assert json.loads(call("show", ROBIND_FORMAT="txt"))["msg"] == (
        "ROBIND_FORMAT must be json, text, salt, dsc, dot or mermaid, not 'txt'; did you mean 'text'?")
