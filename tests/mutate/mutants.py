# SPDX-License-Identifier: Apache-2.0
"""Small faults put into C: one operator, number or statement of a function is another one.

What is written by macros, and what stands outside of functions, is left as it is.
"""

import difflib
import re
from dataclasses import dataclass

TOKEN = re.compile(r"""
    (?P<blank>\s+ | //[^\n]* | /\*.*?\*/ | ^\s*\#(?:\\\n|[^\n])*)
  | (?P<text>"(?:\\.|[^"\\])*" | '(?:\\.|[^'\\])*')
  | (?P<number>\d\w*(?:\.\w+)?)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<sign>->|\+\+|--|<<=|>>=|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|\.\.\.|.)
""", re.VERBOSE | re.DOTALL | re.MULTILINE)

OPERATORS = {
    "==": ("!=",), "!=": ("==",), "<": ("<=", ">="), "<=": ("<", ">"), ">": (">=", "<="),
    ">=": (">", "<"), "&&": ("||",), "||": ("&&",),
}
WORDS = {"true": ("false",), "false": ("true",)}
# How much room they are asked for: what is more than enough no test can see.
ROOM = ("malloc", "calloc", "reallocarray", "ARRAY_RESERVE", "step_list_reserve")
HEADS = ("if", "while", "for", "switch")
# What begins a declaration, which is none of the statements that can be left out.
DECLARES = re.compile(r"(static|const|struct|enum|union|char|int|unsigned|long|size_t|ssize_t|bool"
                      r"|double|void|json_t|json_int_t|FILE|DIR|scoped_\w+|u?int\d+_t|\w+_t)$")


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    at: int

    @property
    def end(self):
        return self.at + len(self.text)


@dataclass(frozen=True)
class Mutant:
    file: str  # below the tree
    at: int
    end: int
    put: str
    kind: str

    def applied(self, text):
        return text[:self.at] + self.put + text[self.end:]

    def line(self, text):
        return text.count("\n", 0, self.at) + 1

    def diff(self, text):
        """The lines that differ, without their place."""
        lines = difflib.ndiff(text.splitlines(), self.applied(text).splitlines())
        return [f"{line[0]} {line[2:].strip()}" for line in lines if line[0] in "+-"]


def tokens(text):
    found = (Token(match.lastgroup, match[0], match.start()) for match in TOKEN.finditer(text))
    return [token for token in found if token.kind != "blank"]


def closing(code, i):
    """Where what opens at i is closed."""
    depth = 0
    for j in range(i, len(code)):
        if code[j].text in ("(", "[", "{"):
            depth += 1
        elif code[j].text in (")", "]", "}"):
            depth -= 1
            if depth == 0:
                return j
    raise ValueError(f"nothing closes what opens at {code[i].at}")


def bodies(code):
    """The functions: from one brace to the other."""
    i = 0
    while i < len(code):
        if code[i].text == "{":
            end = closing(code, i)
            if i > 0 and code[i - 1].text == ")":
                yield i, end
            i = end
        i += 1


# ---- statements ----


def statements(code, begin, end):
    """What stands between begin and end: (first token, its semicolon) of each simple one."""
    i = begin
    while i < end:
        token = code[i].text
        if token in ("{", "}", ";", "else", "do"):
            i += 1
        elif token in HEADS or ("foreach" in token and code[i + 1].text == "("):
            i = closing(code, i + 1) + 1
        elif token in ("case", "default"):
            i = next(j for j in range(i, end) if code[j].text == ":") + 1
        else:
            first = i
            while code[i].text != ";":
                i = closing(code, i) if code[i].text in ("(", "[", "{") else i
                i += 1
            yield first, i
            i += 1


def can_go(code, first, last, end):
    """Not a declaration; nor the last return, behind which there is nothing that is defined."""
    if code[first].text == "return" and last + 1 == end and last - first > 1:
        return False
    return not DECLARES.match(code[first].text)


def deleted(code, begin, end):
    for first, last in statements(code, begin + 1, end):
        if can_go(code, first, last, end):
            yield code[first].at, code[last].at, "", "statement left out"


# ---- tokens ----


def is_negation(code, i):
    return code[i].text == "!" and (code[i - 1].kind == "sign" or code[i - 1].text == "return")


def is_size(code, i):
    """What only says how much room there is, or that all is zero, or is compared with below; and
    what a result is before it is one."""
    before, after = code[i - 1].text, code[i + 1].text
    if before == "{" and after == "}":
        return True
    if code[i].text == "0" and before in ("<", ">="):
        return True
    if before == "=" and code[i - 2].text == "r" and code[i - 3].text == "int":
        return True
    if before == "[" and after == "]":
        j = i - 2
        while j > 0 and code[j - 1].text not in (";", "{", "}", ")"):
            j -= 1
        return bool(DECLARES.match(code[j].text))
    return False


def is_room(code, i):
    """Among the arguments of a call that makes room, though not of one in there."""
    depth = 0
    for j in range(i - 1, 0, -1):
        if code[j].text in (";", "{", "}"):
            return False
        depth += (code[j].text == ")") - (code[j].text == "(")
        if depth < 0:
            return code[j - 1].text in ROOM
    return False


def is_returned(code, i):
    """Of -1 and 0, which say whether something failed, one is put for the other."""
    at = i - 1 if code[i - 1].text == "-" else i
    return code[at - 1].text in ("return", "?", ":") and code[i + 1].text in (";", ":")


def numbers(code, i):
    token = code[i]
    match = re.fullmatch(r"(\d+)([uUlL]*)", token.text)
    if not match or is_size(code, i):
        return
    value, suffix = int(match[1]), match[2]
    if is_returned(code, i):
        if code[i - 1].text == "-":
            yield code[i - 1].at, token.end, "0", "another result"
        elif value == 0:
            yield token.at, token.end, "-1", "another result"
        return
    if not is_room(code, i):
        yield token.at, token.end, f"{value + 1}{suffix}", "off by one"
    if value > 0:
        yield token.at, token.end, f"{value - 1}{suffix}", "off by one"


def changed(code, begin, end):
    for i in range(begin + 1, end):
        token = code[i]
        if token.kind == "sign":
            for put in OPERATORS.get(token.text, ()):
                yield token.at, token.end, put, "operator"
            if is_negation(code, i):
                yield token.at, token.end, "", "negation"
        elif token.kind == "word":
            for put in WORDS.get(token.text, ()):
                yield token.at, token.end, put, "true and false"
        elif token.kind == "number":
            yield from numbers(code, i)


def of_text(file, text):
    """All of one file."""
    code = tokens(text)
    for begin, end in bodies(code):
        for ways in (deleted, changed):
            for at, until, put, kind in ways(code, begin, end):
                yield Mutant(file, at, until, put, kind)
