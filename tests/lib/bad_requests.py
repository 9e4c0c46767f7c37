"""Requests that must be refused: one row per mistake that a caller can make.

`at` is where the reply has to point, an Ellipsis where that is a matter of taste. `schema` says
whether the request schema sees the mistake as well: it knows shapes, types and names, but neither
duplicates nor how one bind meets another.
"""

import json
from dataclasses import dataclass

from host import DIR, bind

A, B, C, D = (f"{DIR}/{name}" for name in "abcd")
GOOD = bind(A, B)
GOOD_TEXT = json.dumps(GOOD)


@dataclass
class Row:
    name: str
    request: object  # bytes as they are, a str as UTF-8, all else as JSON
    at: str
    schema: bool = False

    def __str__(self):
        return self.name


def one(**members):
    """A request of one bind with some members changed; an Ellipsis takes a member out."""
    made = {**GOOD, **members}
    return {"binds": [{name: value for name, value in made.items() if value is not ...}]}


def many(*binds):
    return {"binds": list(binds)}


def text(target):
    """A request whose target is written exactly so between the quotation marks."""
    return b'{"source": "%s", "state": "ephemeral", "target": "%s"}' % (A.encode(), target)


SYNTAX = [
    Row("empty input", b"", ""),
    Row("blank input", b" \r\n\t", ""),
    Row("no JSON", b"binds", ""),
    Row("unfinished", b'{"binds": [', ...),
    Row("trailing comma", b'{"binds": [],}', ""),
    Row("single quotes", b"{'binds': []}", ""),
    Row("comment", b'/* none */ {"binds": []}', ""),
    Row("trailing garbage", GOOD_TEXT + " x", ""),
    Row("two requests", GOOD_TEXT + GOOD_TEXT, ""),
    Row("raw NUL", GOOD_TEXT.encode() + b"\0", ""),
    Row("bytes that are no UTF-8", text(B.encode() + b"/\xff"), ...),
    Row("overlong UTF-8", text(B.encode() + b"/\xc0\xaf"), ...),
    Row("UTF-8 of a surrogate", text(B.encode() + b"/\xed\xa0\x80"), ...),
    Row("lone high surrogate", text(B.encode() + rb"/\ud800"), ...),
    Row("lone low surrogate", text(B.encode() + rb"/\udcff"), ...),
]

DUPLICATES = [
    Row("member twice", f'{{"binds": [{GOOD_TEXT}, {GOOD_TEXT[:-1]}, "target": "{C}"}}]}}',
        "/binds/1/target"),
    Row("member twice with the same value", f'{GOOD_TEXT[:-1]}, "target": "{B}"}}', "/target"),
    Row("member twice in other letters", rf'{GOOD_TEXT[:-1]}, "t\u0061rget": "{C}"}}', "/target"),
    Row("member of the request twice", '{"diff": true, "binds": [], "diff": false}', "/diff"),
]

SHAPES = [
    Row("an array", [GOOD], "", True),
    Row("a string", "\"text\"", ""),
    Row("a number", 7, "", True),
    Row("true", True, "", True),
    Row("null", b"null", ""),
    Row("binds is an object", {"binds": GOOD}, "/binds", True),
    Row("binds is a string", {"binds": A}, "/binds", True),
    Row("a bind is a string", many(GOOD, A), "/binds/1", True),
    Row("a bind is a list", many([GOOD]), "/binds/0", True),
    Row("binds, and a bind at top level", {**GOOD, "binds": [GOOD]}, ..., True),
    Row("binds, and a single member at top level", {"binds": [GOOD], "source": A}, ..., True),
    Row("neither binds nor a bind", {}, ..., True),
    Row("binds is null, and no bind", {"binds": None, "diff": True}, ...),
]

NAMES = [
    Row("unknown member of a bind", one(colour="red"), "/binds/0/colour", True),
    Row("unknown member of the request", {"binds": [], "colour": "red"}, "/colour", True),
    Row("unknown member of a single bind", {**GOOD, "colour": "red"}, "/colour", True),
    Row("another case", one(Target=C), "/binds/0/Target", True),
    Row("a name that a pointer must escape", one(**{"a/b~c": 1}), "/binds/0/a~1b~0c", True),
    Row("a name that is no ASCII", one(größe=1), "/binds/0/größe", True),
    Row("member of the request in a bind", one(on_error="stop"), "/binds/0/on_error", True),
    Row("no target", one(target=...), "/binds/0/target", True),
    Row("no target in a single bind", {"source": A, "state": "ephemeral"}, "/target", True),
    Row("target is null", one(target=None), "/binds/0/target"),
    Row("no source", one(source=...), "/binds/0/source"),
]

WRONG_TYPES = {
    "source": (1, True, [A], {"path": A}),
    "target": (1, False, [B], {}),
    "state": (1, True, ["ephemeral"]),
    "recursive": ("true", 1, 0, []),
    "create": ("false", 1, {}),
    "follow": ("yes", 0, []),
    "replace": ("no", 1.5, {}),
    "options": (1, True, {"nosuid": True}),
    "source_mount": (1, "true", "", "relative", [A], {"path": A}),
}
WRONG_TYPES_OF_REQUEST = {
    "check_mode": ("true", 1, []),
    "diff": ("false", 0, {}),
    "on_error": (1, True, ["stop"]),
    "namespace": (1, True, ["here"]),
    "timeout": ("30", True, [30]),
}

TYPES = [
    Row(f"{name} is {json.dumps(value)}", one(**{name: value}), f"/binds/0/{name}", True)
    for name, values in WRONG_TYPES.items()
    for value in values
] + [
    Row(f"{name} is {json.dumps(value)}", {"binds": [GOOD], name: value}, f"/{name}", True)
    for name, values in WRONG_TYPES_OF_REQUEST.items()
    for value in values
] + [
    Row("an option is a number", one(options=["nosuid", 1]), "/binds/0/options/1", True),
    Row("an option is null", one(options=[None]), "/binds/0/options/0", True),
]

VALUES = [
    Row("on_error explode", {"binds": [GOOD], "on_error": "explode"}, "/on_error", True),
    Row("on_error with NUL", {"binds": [GOOD], "on_error": "stop\0x"}, "/on_error", True),
    Row("namespace with NUL", {"binds": [GOOD], "namespace": "here\0"}, "/namespace", True),
    Row("state with NUL", one(state="ephemeral\0"), "/binds/0/state", True),
    Row("namespace elsewhere", {"binds": [GOOD], "namespace": "there"}, "/namespace", True),
    Row("namespace empty", {"binds": [GOOD], "namespace": ""}, "/namespace", True),
    Row("timeout negative", {"binds": [GOOD], "timeout": -1}, "/timeout", True),
    Row("state unknown", one(state="tidy"), "/binds/0/state", True),
    Row("state empty", one(state=""), "/binds/0/state", True),
    Row("state in capitals", one(state="Ephemeral"), "/binds/0/state", True),
    Row("options: rw", one(options=["rw"]), "/binds/0/options/0"),
    Row("options: rw in a string", one(options="nosuid,rw"), "/binds/0/options"),
    Row("options: rbind", one(options=["rbind"]), "/binds/0/options/0"),
    Row("options: unknown", one(options=["nosuid", "shiny"]), "/binds/0/options/1"),
    Row("options: unknown in a string", one(options="shiny"), "/binds/0/options"),
    Row("options: empty", one(options=[""]), "/binds/0/options/0"),
    Row("options: two in one", one(options=["nosuid,nodev"]), "/binds/0/options/0"),
    Row("options: nosuid and suid", one(options=["nosuid", "suid"]), ...),
    Row("options: noatime and relatime", one(options=["noatime", "relatime"]), ...),
    Row("options: exec and noexec in a string", one(options="exec,noexec"), ...),
]

STATES = [
    Row(f"state {state} needs a source", {"target": B, "state": state}, "/source")
    for state in ("mounted", "ephemeral", "fstab_present", "fstab_only")
]

FSTAB = [
    Row("fstab_type of another program", one(fstab_type="ext4"), "/binds/0/fstab_type"),
    Row("fstab_options of numbers", one(fstab_options=[1]), "/binds/0/fstab_options/0"),
    Row("fstab_options with rw", one(fstab_options=["_netdev", "rw"]), "/binds/0/fstab_options"),
    Row("fstab_options with a blank", one(fstab_options="a b"), "/binds/0/fstab_options"),
    Row("fstab_options with a flag", one(fstab_options="nosuid"), "/binds/0/fstab_options"),
    Row("fstab_options that clash", one(nofail=True, fstab_options="fail"),
        "/binds/0/fstab_options"),
    Row("nofail is no flag", one(nofail="perhaps"), "/binds/0/nofail"),
    Row("fstab is relative", {**one(), "fstab": "etc/fstab"}, "/fstab"),
    Row("set with a comma", {**one(), "set": "a,b"}, "/set"),
    Row("purge without a set", {**one(), "purge": True}, "/purge"),
    Row("purge of everything unsaid", {"binds": [], "set": "a", "purge": True}, "/purge"),
    Row("purge is some", {**one(), "set": "a", "purge": "some"}, "/purge"),
    Row("daemon_reload always", {**one(), "daemon_reload": "always"}, "/daemon_reload"),
]

WRONG_PATHS = {
    "relative": "a/b",
    "empty": "",
    "with a dot": f"{DIR}/./a",
    "ending in a dot": f"{DIR}/a/.",
    "with two dots": f"{DIR}/a/../b",
    "ending in two dots": f"{DIR}/..",
    "with NUL": f"{DIR}/a\0b",
    "too long": DIR + "/x" * ((4096 - len(DIR)) // 2 + 1),
}

PATHS = [
    Row(f"{member} {name}", one(**{member: path}), f"/binds/0/{member}")
    for member in ("source", "target", "source_mount")
    for name, path in WRONG_PATHS.items()
] + [
    Row("target is the root", one(target="/"), "/binds/0/target"),
    Row("target is the root in disguise", one(target="//"), "/binds/0/target"),
]

CONFLICTS = [
    Row("the same target twice", many(GOOD, bind(C, B)), "/binds/1/target"),
    Row("the same bind twice", many(GOOD, GOOD), "/binds/1/target"),
    Row("the same target, other slashes", many(GOOD, bind(C, f"/{DIR}//b/")), "/binds/1/target"),
    Row("the same target, unmounted", many(GOOD, bind(A, B, "unmounted")), "/binds/1/target"),
    Row("source is another's target", many(GOOD, bind(B, C)), "/binds/1/source"),
    Row("source below another's target", many(GOOD, bind(f"{B}/sub", C)), "/binds/1/source"),
    Row("source below a later target", many(bind(f"{B}/sub", C), GOOD), "/binds/0/source"),
    Row("source below its own target", one(source=f"{B}/sub"), "/binds/0/source"),
    Row("recursive target in source", one(target=f"{A}/sub", recursive=True), ...),
    Row("the last of many", many(*(bind(A, f"{DIR}/{n}") for n in range(50)), bind(A, C, x=1)),
        "/binds/50/x", True),
]

ROWS = [
    *SYNTAX, *DUPLICATES, *SHAPES, *NAMES, *TYPES, *VALUES, *STATES, *FSTAB, *PATHS, *CONFLICTS
]

# Command lines that are no call.
MISUSED = {
    "no arguments": [],
    "an unknown command": ["aply"],
    "an empty command": [""],
    "boot with a request": ["boot", "request.json"],
    "an unknown option": ["apply", "--chek"],
    "an unknown short option": ["apply", "-x"],
    "an option alone": ["--check"],
    "--format without a value": ["apply", "--format"],
    "--format unknown": ["apply", "--format", "yaml"],
    "--timeout without a value": ["apply", "--timeout"],
    "--timeout in words": ["apply", "--timeout", "soon"],
    "--timeout negative": ["apply", "--timeout", "-1"],
    "--json without a value": ["apply", "--json"],
    "two files": ["apply", "one.json", "two.json"],
    "a file after words": ["apply", f"source={DIR}/a", "request.json"],
    "schema without a name": ["schema"],
    "schema of something else": ["schema", "answer"],
}
