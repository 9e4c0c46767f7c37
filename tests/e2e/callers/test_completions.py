# SPDX-License-Identifier: Apache-2.0
"""What a shell offers: by the program, and typed with TAB into the real bash, zsh and fish."""

import os
import pty
import re
import select
import shutil
import subprocess
import time

import pytest

import answer
from answer import REPO, ROBIND
from host import DIR

COMPLETIONS = REPO / "module/completions"
STATES = [state for state in answer.validator("request").schema["$defs"]["bind"]["properties"][
    "state"]["enum"] if state]
LINE = f"{DIR}/source {DIR}/target none bind,ro,x-robind 0 0\n"


def offered(*words, **options):
    done = subprocess.run([ROBIND, "complete", *words], capture_output=True, check=True, text=True,
                          timeout=20, **options)
    assert done.stderr == ""
    return [line.split("\t")[0] for line in done.stdout.splitlines()]


def test_commands_and_options():
    help_ = subprocess.run([ROBIND, "--help"], capture_output=True, check=True, text=True).stdout
    assert offered("") == re.findall(r"^  robind (\w+)", help_, re.MULTILINE)
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", help_))
    assert set(offered("apply", "--")) == options and set(offered("--")) == options
    assert offered("apply", "--fo") == ["--format"]
    assert offered("ch") == ["check"]
    for word in re.findall(r"^  (--[\w-]+) ", help_, re.MULTILINE):
        done = subprocess.run([ROBIND, "complete", word], capture_output=True, check=True, text=True)
        assert re.search(rf"^{word}\t\w", done.stdout, re.MULTILINE)


@pytest.mark.parametrize("words, result", [
    (("apply", "--format", ""), ["json", "text", "salt", "dsc"]),
    (("show", "--format", ""), ["json", "text", "salt"]),
    (("apply", "--format=t"), ["--format=text"]),
    (("graph", "--format", ""), ["dot", "mermaid"]),
    (("schema", ""), ["request", "reply"]),
    (("apply", "state="), [f"state={state}" for state in STATES]),
    (("check", "recursive=t"), ["recursive=true"]),
    (("check", "source_mount="), ["source_mount=true", "source_mount=false", ":file"]),
    (("check", "purge="), ["purge=true", "purge=false", "purge=all"]),
    (("check", "options=nosuid,nod"), ["options=nosuid,nodev", "options=nosuid,nodiratime"]),
    (("apply", "source=/"), [":file"]),
    (("apply", "--json", ""), []),
    (("apply", "--fstab", ""), [":file"]),
    (("watch", "--metrics", ""), [":file"]),
    (("watch", "state=eph"), ["state=ephemeral"]),
    (("watch", "--format", ""), ["json", "text"]),
    (("nonsense", ""), []),
    (("apply", "nonsense="), []),
    (("--timeout", "check", "sta"), []),
], ids=lambda value: " ".join(value))
def test_offered(words, result):
    assert offered(*words) == result


def test_members_but_for_those_that_are_there():
    schema = answer.validator("request").schema["oneOf"][1]["properties"]
    names = {f"{name}=" for name in schema} - {"binds="}
    assert set(offered("apply", "")) == names | {":file"}
    assert set(offered("watch", "")) == names | {":file"}
    assert set(offered("apply", "source=/a", "")) == names - {"source="} | {":file"}


def test_targets_of_fstab(tmp_path):
    fstab = tmp_path / "fstab"
    fstab.write_text(f"{LINE}/dev/sda1 /disk ext4 ro 0 0\n")
    for words in (("show", "--fstab", fstab, ""), ("graph", f"--fstab={fstab}", "")):
        assert offered(*words) == [f"{DIR}/target", ":file"]
    assert offered("apply", "--fstab", fstab, f"target={DIR}/t") == [f"target={DIR}/target", ":file"]
    assert offered("show", "--fstab", tmp_path / "none", "") == [":file"]


# ---- the shells ----


class Terminal:
    """A shell on a terminal of its own, where `robind` is the program that is tested."""

    def __init__(self, *argv, folder):
        self.said = b""
        path = f"{os.path.dirname(ROBIND)}:/usr/bin:/bin"
        pid, self.fd = pty.fork()
        if pid == 0:
            os.chdir(folder)
            os.execvpe(argv[0], argv, {"PATH": path, "TERM": "dumb", "HOME": str(folder),
                                       "LC_ALL": "C.UTF-8", "PS1": "ready> ", "COLUMNS": "200"})
        self.pid = pid

    def type(self, keys, until, seconds=20):
        """Until that is seen in what comes after."""
        begin = len(self.said)
        os.write(self.fd, keys.encode())
        deadline = time.monotonic() + seconds
        while until.encode() not in self.said[begin:] and time.monotonic() < deadline:
            if select.select([self.fd], [], [], 0.2)[0]:
                self.said += os.read(self.fd, 65536)
        said = self.said[begin:].decode(errors="replace")
        assert until in said, said
        return said

    def end(self):
        os.close(self.fd)
        os.waitpid(self.pid, 0)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "fstab").write_text(LINE)
    (tmp_path / "my request.json").touch()
    return tmp_path


# What is typed before TAB, and what stands there then.
TYPED = [
    ("robind che", "robind check "),
    ("robind apply --det", "robind apply --detailed-exitcode "),
    ("robind apply state=mo", "robind apply state=mounted"),
    ("robind apply source=/a rec", "robind apply source=/a recursive="),
    ("robind apply options=nosuid,nosy", "robind apply options=nosuid,nosymfollow"),
    ("robind graph --format mer", "robind graph --format mermaid"),
    (f"robind show --fstab fstab {DIR}/t", f"robind show --fstab fstab {DIR}/target"),
    ("robind check my", "robind check my\\ request.json"),
    ("robind watch my", "robind watch my\\ request.json"),
    ("robind check source=/us", "robind check source=/usr/"),
]


def completed(shell, typed, becomes):
    """Ctrl-U clears the line for the next one."""
    said = shell.type(f"{typed}\t", becomes[len(typed):] or becomes)
    shell.type("\x15", "")
    return said


@pytest.mark.parametrize("name", ["bash", "zsh"])
def test_in_the_shell(name, folder):
    if not shutil.which(name):
        pytest.skip(f"no {name}")
    if name == "bash":
        shell = Terminal("bash", "--norc", "--noprofile", "-i", folder=folder)
        begin = f"source {COMPLETIONS}/robind.bash; bind 'set enable-bracketed-paste off'"
    else:
        shell = Terminal("zsh", "-f", "-i", folder=folder)
        begin = (f"PS1='ready> '; fpath=({COMPLETIONS} $fpath); autoload -U compinit; "
                 "compinit -u -D; unsetopt zle_bracketed_paste")
    shell.type(f"{begin}; echo be''gun\n", "begun")
    for typed, becomes in TYPED:
        completed(shell, typed, becomes)
    shell.type("echo e''nd\n", "end")
    shell.end()


@pytest.mark.skipif(not shutil.which("fish"), reason="no fish")
def test_in_fish(folder):
    """Which says itself what TAB would offer."""
    asks = "; ".join(f"complete -C '{typed}'; echo ----" for typed, _ in TYPED)
    done = subprocess.run(
        ["fish", "-c", f"source {COMPLETIONS}/robind.fish; {asks}"], cwd=folder,
        capture_output=True, text=True, timeout=60, check=True,
        env={"PATH": f"{os.path.dirname(ROBIND)}:/usr/bin:/bin", "HOME": str(folder),
             "LC_ALL": "C.UTF-8"})
    parts = done.stdout.split("----\n")
    for (typed, becomes), said in zip(TYPED, parts):
        last = becomes[typed.rindex(" ") + 1:].strip().replace("\\ ", " ")
        assert last in [line.split("\t")[0] for line in said.splitlines()], (typed, said)
