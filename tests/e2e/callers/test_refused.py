# SPDX-License-Identifier: Apache-2.0
"""Each command, asked for each format, refuses: with one answer that says so, and never with a
crash, nor with a drawing of nothing."""

import json

import pytest

from answer import ROBIND

COMMANDS = ["apply", "check", "show", "graph", "boot", "migrate", "watch", "schema", "cfengine"]
FORMATS = [None, "json", "text", "salt", "dsc", "dot", "mermaid", "none"]
# Words that are wrong behind each command.
MISTAKES = {
    "an option": ["--nonesuch"],
    "its value": ["--timeout", "0"],
    "no value": ["--fstab"],
    "a file": ["--fstab", "relative"],
    "a path": ["../x"],
    "nothing": [""],
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("form", FORMATS)
def test_says_so(shared_host, command, form):
    for what, words in MISTAKES.items():
        asked = [command, *words, *(["--format", form] if form else [])]
        done = shared_host.run(ROBIND, *asked, input=b"", check=False)
        assert done.returncode == 1 and (done.stderr == b"" or form == "dsc"), (what, done)
        if form == "text":
            assert done.stdout.decode().strip(), (what, done)
        else:
            assert isinstance(json.loads(done.stdout), dict), (what, done)
