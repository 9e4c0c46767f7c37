# SPDX-License-Identifier: Apache-2.0
"""Requests that must be refused: one row per kind of mistake, and each that the request schema
sees as well. It knows shapes, types and names, but neither duplicates nor how one bind meets
another. Row by row, and with the place of each error, they are in tests/unit/request/.

`at` is where the reply has to point, an Ellipsis where that is a matter of taste.
"""

import json
from dataclasses import dataclass

from host import DIR, bind

A, B, C = (f"{DIR}/{name}" for name in "abc")
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


SYNTAX = [Row("unfinished", b'{"binds": [', ...)]
ENCODING = [
    Row("bytes that are no UTF-8", GOOD_TEXT.replace(B, f"{B}/\xff").encode("latin-1"), ...),
]
DUPLICATES = [
    Row("member twice", f'{{"binds": [{GOOD_TEXT}, {GOOD_TEXT[:-1]}, "target": "{C}"}}]}}',
        "/binds/1/target"),
]

SHAPES = [
    Row("an array", [GOOD], "", True),
    Row("a number", 7, "", True),
    Row("true", True, "", True),
    Row("binds is an object", {"binds": GOOD}, "/binds", True),
    Row("binds is a string", {"binds": A}, "/binds", True),
    Row("a bind is a string", many(GOOD, A), "/binds/1", True),
    Row("a bind is a list", many([GOOD]), "/binds/0", True),
    Row("binds, and a bind at top level", {**GOOD, "binds": [GOOD]}, ..., True),
    Row("binds, and a single member at top level", {"binds": [GOOD], "source": A}, ..., True),
    Row("neither binds nor a bind", {}, ..., True),
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
]

WRONG_TYPES = {
    "source": (1, True, [A], {"path": A}),
    "target": (1, False, [B], {}),
    "state": (1, True, ["ephemeral"]),
    "recursive": ("true", 1, 0, []),
    "create": ("false", 1, {}),
    "mode": (0o750, "u=rwx", "75", "10755", True, ["0750"]),
    "owner": (-1, 4294967295, 1.5, "", "root:root", True, ["root"]),
    "group": ({}, "#wheel", "-1"),
    "remove_target": ("yes", 1, {}),
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
]

OPTIONS = [
    Row("an option that is robind's own", one(options=["nosuid", "rw"]), "/binds/0/options/1"),
]
STATES = [Row("state that needs a source", {"target": B, "state": "mounted"}, "/source")]
FSTAB = [
    Row("fstab_options with a flag", one(fstab_options="nosuid"), "/binds/0/fstab_options"),
]
SETS = [Row("purge without a set", {**one(), "purge": True}, "/purge")]
PATHS = [Row("a path with two dots", one(source=f"{A}/../b"), "/binds/0/source")]
CONFLICTS = [
    Row("the same target, other slashes", many(GOOD, bind(C, f"/{DIR}//b/")), "/binds/1/target"),
    Row("the last of many", many(*(bind(A, f"{DIR}/{n}") for n in range(50)), bind(A, C, x=1)),
        "/binds/50/x", True),
]

KINDS = [
    SYNTAX, ENCODING, DUPLICATES, SHAPES, NAMES, TYPES, VALUES, OPTIONS, STATES, FSTAB, SETS, PATHS,
    CONFLICTS,
]
ROWS = [row for rows in KINDS for row in rows]
ONE_OF_EACH_KIND = [rows[0] for rows in KINDS]

# Command lines that are no call.
MISUSED = {
    "no arguments": [],
    "an unknown command": ["aply"],
    "an empty command": [""],
    "boot with a request": ["boot", "request.json"],
    "migrate with a request": ["migrate", "--to", "none", "request.json"],
    "migrate to nothing": ["migrate"],
    "migrate to something else": ["migrate", "--to", "ext4"],
    "show --helper of a target": ["show", "--helper", f"{DIR}/b"],
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
