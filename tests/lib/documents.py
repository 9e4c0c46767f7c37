# SPDX-License-Identifier: Apache-2.0
"""README and the manual pages, as what they say to do and which names they have."""

import os
import re

from answer import REPO, ROBIND

README = (REPO / "README.md").read_text(encoding="utf-8")
PAGES = {path.stem: path.read_text(encoding="utf-8")
         for path in sorted((REPO / "module/man").glob("*.scd"))}


def section(page, name):
    """The text of one section of a page."""
    text = PAGES[page]
    return text[text.index(f"\n# {name}\n"):].split("\n\n", 1)[1].split("\n# ")[0]


def blocks(text, language=""):
    """The blocks of that language, as they stand."""
    return [block for name, block in
            re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
            if name == language]


def terms(page, name):
    """What is explained in a section, as {"a_name": ("what follows it in the line", "the text")}."""
    found = {}
    for head, text in re.findall(r"^(\*.+)\n((?:\t.*\n?)+)", section(page, name), re.MULTILINE):
        names, _, rest = head.partition(":")
        for term in re.findall(r"\*([^*]+)\*", names):
            assert term not in found, f"{term} twice in {name} of {page}"
            found[term.replace("\\_", "_")] = (rest.strip(), text)
    return found


def said_in(text):
    """All that is in bold, word by word."""
    return {word for bold in re.findall(r"\*([^*]+)\*", text) for word in bold.split()}


def shell(host, script, **how):
    """Type it: `robind` is the program that is tested. Returns what was said."""
    path = f"{os.path.dirname(ROBIND)}:{os.environ['PATH']}"
    done = host.run(*host.kernel, "env", f"PATH={path}", "sh", "-ec", script, check=False, **how)
    assert done.returncode == 0, f"{script}\n{(done.stdout + done.stderr).decode()}"
    return done.stdout.decode()
