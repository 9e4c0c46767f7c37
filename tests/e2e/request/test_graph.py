# SPDX-License-Identifier: Apache-2.0
"""`robind graph`: what is drawn, and that Graphviz draws it."""

import html
import re
import shutil
import subprocess

import pytest

from host import DIR, bind

SOURCE, TARGET, FSTAB = f"{DIR}/volumes/db", f"{DIR}/ro/db", f"{DIR}/fstab"
# What means something to Graphviz, Mermaid, HTML, Markdown or a terminal.
WEIRD = ['we"ird', "back\\slash", "back\\n", "<b>&amp;#1;", "a|b{c}[d]", "`*_x_*`", "näme", "\x1b[31m",
         "new\nline", "%%{init}", "-->", "end"]


@pytest.fixture
def stage(host):
    host.dir(SOURCE)
    host.dir(f"{DIR}/ro")
    host.file(FSTAB)
    return host


def draw(host, *targets, form="dot"):
    done = host.raw("graph", "--format", form, "--fstab", FSTAB, *targets)
    assert done.returncode == 0, done.stdout
    return done.stdout.decode()


def parsed(text):
    """The nodes by their labels, and the edges between labels, of a dot text."""
    label = r'\[label="((?:[^"\\]|\\.)*)"'
    nodes = dict(re.findall(rf"^\tn(\d+) {label}", text, re.MULTILINE))
    edges = [(nodes[a], note, nodes[b]) for a, b, note in
             re.findall(rf"^\tn(\d+) -> n(\d+) {label}", text, re.MULTILINE)]
    return set(nodes.values()), edges


def of_mermaid(text):
    nodes = dict(re.findall(r'^\tn(\d+)\["([^"]*)"\]:::\w+$', text, re.MULTILINE))
    arrow = r"(?:==>|-\.->|-\.-|--o|--x|<-->|-->)"
    edges = [(nodes[a], note, nodes[b]) for a, note, b in
             re.findall(rf'^\tn(\d+) {arrow}(?:\|"([^"]*)"\|)? n(\d+)$', text, re.MULTILINE)]
    lines = [line for line in text.splitlines()[1:] if "classDef" not in line and "%%" not in line]
    assert len(lines) == len(nodes) + len(edges), text
    return set(nodes.values()), edges


def picture(text):
    """As dot draws it: all texts in it, line by line."""
    if not shutil.which("dot"):
        pytest.skip("no dot")
    drawn = subprocess.run(["dot", "-Tsvg"], input=text.encode(), capture_output=True, check=True)
    assert drawn.stderr == b"", drawn.stderr
    return [html.unescape(line).replace("\xa0", " ") for line in
            re.findall(r"<text [^>]*>([^<]*)</text>", drawn.stdout.decode())]


def test_bind(stage):
    stage.make(bind(SOURCE, TARGET))
    nodes, edges = parsed(draw(stage, TARGET))
    assert f"{TARGET}\\nread-only" in nodes and SOURCE in nodes
    assert (SOURCE, "bind", f"{TARGET}\\nread-only") in edges
    (on,) = {to for at, note, to in edges if at == SOURCE and note == ""}
    assert on.startswith(f"{DIR}\\n")
    assert "digraph" in draw(stage, TARGET) and f"{TARGET}" in picture(draw(stage, TARGET))


def test_mermaid_says_the_same(stage):
    stage.make(bind(SOURCE, TARGET))
    stage.dir(f"{DIR}/ro/none")
    targets = (TARGET, f"{DIR}/ro/none")
    dot, mermaid = parsed(draw(stage, *targets)), of_mermaid(draw(stage, *targets, form="mermaid"))
    plain = [[tuple(part.replace("\\n", "<br>") for part in edge) for edge in dot[1]],
             [tuple(re.sub(r"#(\d+);", lambda m: chr(int(m[1])), part) for part in edge)
              for edge in mermaid[1]]]
    assert plain[0] == plain[1]


def test_of_fstab_and_not_mounted(stage):
    """Without a target: what fstab lists, with a line's source although nothing is mounted."""
    stage.file(FSTAB, f"{SOURCE} {TARGET} none bind,ro,x-robind 0 0\n/dev/sda1 / ext4 ro 0 0\n")
    nodes, edges = parsed(draw(stage))
    assert (SOURCE, "in fstab", f"{TARGET}\\nnot mounted") in edges
    assert not any("sda1" in node for node in nodes)


def test_writable_and_who_holds_it(stage):
    stage.run("mount", "--bind", SOURCE, stage.dir(TARGET))
    inside = stage.beside()
    nodes, edges = parsed(draw(stage, TARGET))
    assert f"{TARGET}\\nWRITABLE" in nodes
    holders = [edge for edge in edges if edge[1] == f"writable at {TARGET}"]
    assert len(holders) == 1 and holders[0][2] == f"{TARGET}\\nWRITABLE"
    inside.end()


def test_where_it_reaches(stage):
    """The reason of reaches_elsewhere: both places, and what they share."""
    stage.run("mount", "--make-shared", DIR)
    stage.run("mount", "--bind", DIR, "/tmp")
    stage.dir(TARGET)
    _, edges = parsed(draw(stage, TARGET))
    elsewhere = TARGET.replace(DIR, "/tmp", 1)
    assert (f"{TARGET}\\nnot mounted", "would be seen here too", elsewhere) in edges
    (on,) = {to for at, note, to in edges if at.startswith(TARGET) and note == ""}
    assert on.endswith("shared")
    said = stage.apply(bind(SOURCE, TARGET))
    assert said.error["code"] == "reaches_elsewhere" and elsewhere in said.error["msg"]


def test_peers_and_what_is_mounted_within(stage):
    stage.dir(f"{SOURCE}/sub")
    stage.run("mount", "-t", "tmpfs", "sub", f"{SOURCE}/sub")
    stage.run("mount", "--rbind", SOURCE, stage.dir(TARGET))
    stage.run("mount", "--make-shared", TARGET)
    stage.run("mount", "--bind", TARGET, stage.dir(f"{DIR}/peer"))
    _, edges = parsed(draw(stage, TARGET))
    told = {(note, to.split("\\n")[0]) for at, note, to in edges if at.startswith(TARGET)}
    assert {("within", f"{TARGET}/sub"), ("shares with", f"{DIR}/peer")} <= told


def test_a_target_that_is_the_source_of_another(stage):
    second = f"{DIR}/ro/second"
    stage.make(bind(SOURCE, TARGET))
    stage.make(bind(TARGET, second))
    stage.file(FSTAB, f"{TARGET} {second} none bind,ro 0 0\n{SOURCE} {TARGET} none bind,ro 0 0\n")
    text = draw(stage)
    nodes, edges = parsed(text)
    assert text.count('fillcolor="#cde8cd"') == 2
    first = f"{TARGET}\\nread-only"
    assert (SOURCE, "bind", first) in edges and (first, "bind", f"{second}\\nread-only") in edges
    assert TARGET not in nodes


def as_shown(name):
    """A control character is told by its bytes."""
    return "".join(char if char.isprintable() else f"\\{ord(char):03o}" for char in name)


@pytest.mark.parametrize("name", WEIRD)
def test_any_name(stage, name):
    """Neither a drawing nor a terminal takes a name for more than a name."""
    stage.make(bind(stage.dir(f"{DIR}/volumes/{name}"), f"{DIR}/ro/{name}"))
    text = draw(stage, f"{DIR}/ro/{name}")
    assert text.replace("\n", "").replace("\t", "").isprintable()
    assert f"{DIR}/ro/{as_shown(name)}" in picture(text)
    nodes, _ = of_mermaid(draw(stage, f"{DIR}/ro/{name}", form="mermaid"))
    shown = {re.sub(r"#(\d+);", lambda m: chr(int(m[1])), node.replace("<br>", "\n"))
             for node in nodes}
    assert f"{DIR}/ro/{as_shown(name)}\nread-only" in shown


def test_format_of_the_environment_is_for_others(stage):
    stage.make(bind(SOURCE, TARGET))
    done = stage.raw("graph", TARGET, wrap=("env", "ROBIND_FORMAT=text"))
    assert done.returncode == 0 and done.stdout.startswith(b"digraph")
    done = stage.raw("show", "--fstab", FSTAB, TARGET, wrap=("env", "ROBIND_FORMAT=dot"))
    assert done.returncode == 0 and done.stdout.startswith(b"{")


@pytest.mark.parametrize("words, says", [
    (("graph", "--format", "json"), "a graph is drawn as dot or mermaid, not as 'json'"),
    (("graph", "-t"), "a graph is drawn as dot or mermaid, not as '-t'"),
    (("show", "--format", "dot"), "'dot' is for 'robind graph' alone")])
def test_formats_are_not_mixed_up(stage, words, says):
    said = stage.robind(*words)
    assert said.status == 1 and said.reply["error"] == {
        "code": "usage", "at": "", "errno": None, "msg": says}


def test_many(stage):
    """The cost is not that of each with each."""
    lines = "".join(f"{SOURCE}/{i} {DIR}/ro/{i} none bind,ro 0 0\n" for i in range(3000))
    stage.file(FSTAB, lines)
    assert draw(stage).count("not mounted") == 3000
