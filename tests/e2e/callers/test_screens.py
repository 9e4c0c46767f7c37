# SPDX-License-Identifier: Apache-2.0
"""What a person sees: each screen as a file in screens/, on terminals of 80 and of 200 columns, on a
dumb one, and where no terminal is. `ROBIND_WRITE_SCREENS=1` writes the files anew; look at them."""

import json
import os
import pathlib
import re
import sys

import pytest

from host import DIR, bind, here

SCREENS = pathlib.Path(__file__).parent / "screens"
ON_TERMINAL = pathlib.Path(__file__).parents[2] / "lib/on_terminal.py"
# Where it is looked at: columns and kind.
TERMINALS = {"80": ("80", "xterm"), "200": ("200", "xterm"), "dumb": ("80", "dumb"), "pipe": None}
V = f"{DIR}/volumes"
RO = f"{DIR}/volumes_ro"


def mail(stage):
    """One bind that is fine, one writable, one to be made, one in the way, one without source."""
    for name in ("mysql_socket", "vmail", "postfix/mysql", "new"):
        stage.dir(f"{V}/{name}")
    for name in ("vmail", "postfix/mysql"):
        stage.dir(f"{RO}/{name}")
    stage.file("fstab")
    stage.raw("apply", request=request(stage, ["mysql_socket"]))
    stage.run("mount", "--bind", f"{V}/vmail", f"{RO}/vmail")
    stage.run("mount", "-t", "tmpfs", "other", f"{RO}/postfix/mysql")


def request(stage, names, state="mounted", **members):
    return json.dumps(here(*(bind(f"{V}/{name}", f"{RO}/{name}", state) for name in names),
                           fstab=f"{DIR}/fstab", **members))


ALL = ["mysql_socket", "vmail", "new", "postfix/mysql", "missing"]


def without_fstab(stage):
    """What is mounted, where fstab cannot take the line."""
    mail(stage)
    stage.run("mount", "--bind", f"{DIR}/fstab", f"{DIR}/fstab")
    stage.run("mount", "-o", "remount,bind,ro", f"{DIR}/fstab")


def thousand(stage):
    for i in range(1000):
        stage.path(f"{V}/project-{i:04}").mkdir(parents=True)


SHOWN = [f"{RO}/{name}" for name in ("mysql_socket", "vmail", "postfix/mysql", "new")]
OF_FSTAB = ["--fstab", f"{DIR}/fstab"]

# What is there, the words, the request, the exit status.
SCENES = {
    "check": (mail, ["check"], lambda stage: request(stage, ALL), 1),
    "check-some": (mail, ["check"], lambda stage: request(
        stage, ["mysql_socket", "vmail", "postfix/mysql"]), 1),
    "check-diff": (mail, ["check", "--diff"], lambda stage: request(stage, ["vmail", "new"]), 2),
    "check-in-sync": (mail, ["check"], lambda stage: request(stage, ["mysql_socket"]), 0),
    "apply": (mail, ["apply"], lambda stage: request(stage, ALL), 1),
    "apply-diff": (mail, ["apply", "--diff"], lambda stage: request(stage, ["vmail", "new"]), 0),
    "apply-absent": (mail, ["apply"],
                     lambda stage: request(stage, ["mysql_socket", "vmail"], "absent"), 0),
    "apply-failed-but-mounted": (without_fstab, ["apply"], lambda stage: request(stage, ["new"]), 1),
    "apply-stopped": (mail, ["apply"],
                      lambda stage: request(stage, ["missing", "vmail", "new"], on_error="stop"), 1),
    "apply-thousand": (thousand, ["apply"], lambda stage: request(
        stage, [f"project-{i:04}" for i in range(1000)] + [f"lost-{i}" for i in range(30)]), 1),
    "apply-nothing": (mail, ["apply"], lambda stage: request(stage, []), 0),
    "show": (mail, ["show", *OF_FSTAB, *SHOWN], None, 0),
    "show-nothing": (lambda stage: stage.file("fstab"), ["show", *OF_FSTAB], None, 0),
    "wrong": (mail, ["apply"],
              lambda stage: request(stage, ["new"]).replace("mounted", "mount"), 1),
}


@pytest.mark.skipif(DIR != "/mnt", reason="the files have the names that /mnt gives")
@pytest.mark.parametrize("terminal", TERMINALS)
@pytest.mark.parametrize("name", SCENES)
def test_screen(host, name, terminal):
    make, words, asked, status = SCENES[name]
    make(host)
    if asked:
        words = [*words, host.file("request.json", asked(host))]
    where = TERMINALS[terminal]
    wrap = (sys.executable, str(ON_TERMINAL), *where) if where else ()
    done = host.raw(words[0], "-t", *words[1:], wrap=wrap)
    assert done.returncode == status, done.stdout.decode()
    file = SCREENS / f"{name}.{terminal}.txt"
    # How far it is, when that takes long.
    said = re.sub(r"\r(robind: [\d,]+ of [\d,]+ binds *| *\r)", "", done.stdout.decode())
    if os.environ.get("ROBIND_WRITE_SCREENS"):
        file.write_text(said)
    assert said == file.read_text()


@pytest.mark.parametrize("terminal", ["80", "200", "dumb"])
@pytest.mark.parametrize("name", SCENES)
def test_fits(name, terminal):
    """No line is wider than the terminal but for those of --diff, and none ends with blanks."""
    for line in (SCREENS / f"{name}.{terminal}.txt").read_text().splitlines():
        shown = line
        for colour in ("␛[31m", "␛[32m", "␛[33m", "␛[0m"):
            shown = shown.replace(colour, "")
        assert shown == shown.rstrip()
        is_diff = shown.strip()[:2] in ("+ ", "- ")
        assert len(shown) <= int(TERMINALS[terminal][0]) or is_diff
        assert "␛" not in shown and (terminal != "dumb" or "␛" not in line)


def test_no_colour(host):
    """Of those who set NO_COLOR to nothing, nothing is known."""
    mail(host)
    words = ["show", "-t", *OF_FSTAB, *SHOWN]
    for value, has_colour in (("1", False), ("", True)):
        wrap = ("env", f"NO_COLOR={value}", sys.executable, str(ON_TERMINAL), "80", "xterm")
        assert ("␛" in host.raw(*words, wrap=wrap).stdout.decode()) == has_colour


def test_json_is_one_line_on_a_terminal(host):
    mail(host)
    wrap = (sys.executable, str(ON_TERMINAL), "80", "xterm")
    said = host.raw("show", *OF_FSTAB, *SHOWN, wrap=wrap).stdout.decode()
    assert said.count("\n") == 1 and said.isascii() and len(json.loads(said)["binds"]) == 4


def test_all(host):
    thousand(host)
    asked = request(host, [f"project-{i:04}" for i in range(30)])
    said = host.raw("check", "-t", "--all", request=asked).stdout.decode()
    assert said.count("would make  ") == 30 and "more" not in said
    said = host.raw("check", "-t", request=asked).stdout.decode()
    assert said.count("would make  ") == 20 and "10 more (--all shows each)" in said


def test_first_line_of_a_pipe(host):
    """What head -1 and a log's first line show: which bind failed, and why, before any warning."""
    mail(host)
    for command in ("apply", "check"):
        first = host.raw(command, "-t", request=request(host, ALL)).stdout.decode().splitlines()[0]
        assert f"{RO}/postfix/mysql: a whole file system" in first
