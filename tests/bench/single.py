# SPDX-License-Identifier: Apache-2.0
"""What is measured in a way of its own: one bind among many mounts, one line of many, the start of
the program, memory, holders."""

import pathlib

from answer import REPO
from host import DIR, ROBIND
from place import OTHERS, Place

MOUNTS = 10_000
LINES = 10_000
PROCESSES, NAMESPACES, HELD = 1_000, 50, 100
PORTABLE = REPO / "build/portable/x86_64/robind"


def in_turn(place, results, runs):
    """Runs of each, for pairs of a result and words; so many in a row as are not noticed."""
    for _ in range(runs):
        for result, words in results:
            result.runs += place.spend(words, 3)


def among(book, options):
    """One bind among the mounts of others, beside one alone, and beside one call for all ids."""
    for others, work in ((0, "alone"), (MOUNTS, "among")):
        with Place(1, others) as place:
            place.apply()
            in_turn(place, [
                (book.result(work, "list all mounts", 1), place.loop_words("list")),
                (book.result(work, "nothing", 1), place.loop_words("nothing")),
                (book.result(work, "check", 1), place.robind_words("check")),
            ], options.runs(10))
        for _ in range(options.runs(3)):
            with Place(1, others) as place:
                book.result(work, "apply", 1).runs += place.spend(place.robind_words("apply"))


def line(book, options):
    """One more line into a long fstab; of a bind that is mounted already, so that is all."""
    for lines in (1, LINES):
        for _ in range(options.runs(5)):
            with Place(2) as place:
                place.write_fstab(first=OTHERS, count=lines)
                place.apply()
                book.result("line", f"robind, among {lines:,}", 1).runs += place.spend(
                    [*place.kernel, ROBIND, "apply", place.request("fstab_present", 1, 1)])


def start(book, options):
    """What one check takes from its start to its end, beside a program that does nothing."""
    with Place(1) as place:
        place.apply()
        contestants = [(book.result("start", "/bin/true", 1), ["/bin/true"]),
                       (book.result("start", "robind check", 1), place.robind_words("check"))]
        if PORTABLE.is_file():
            contestants.append((book.result("start", "robind check, static", 1),
                                [str(PORTABLE), "check", place.request("ephemeral")]))
        else:
            book.missing["start: robind check, static"] = "no build/portable: make portable"
        in_turn(place, contestants, options.runs(30))


def memory(book, options):
    """The peak of one with many binds, less that of one with few, for each bind more."""
    few, many = 100, options.many
    for command, state in (("apply", "ephemeral"), ("apply", "mounted"), ("check", "ephemeral")):
        peaks = []
        for count in (few, many):
            with Place(count) as place:
                if command == "check":
                    place.apply()
                result = book.result("memory", f"{command}, {state}", count)
                result.runs += place.spend(place.robind_words(command, state))
                peaks.append(result.peak)
        book.notes[f"memory: {command}, {state}"] = (peaks[1] - peaks[0]) / (many - few)


START = """
i=0
while [ $i -lt "$1" ]; do
    unshare -m --propagation slave sh -c '
        n=1; while [ $n -lt "$1" ]; do sleep 3600 & n=$((n + 1)); done; wait' sh "$2" &
    i=$((i + 1))
done >/dev/null 2>&1 </dev/null
while set -- "$1" "$2" /proc/[0-9]*; [ $(($# - 2)) -lt $(($1 * $2)) ]; do sleep 0.1; done
"""


def holders(book, options):
    """A search through the processes of many namespaces, beside a check without one."""
    with Place(HELD, shared=True) as place:
        place.apply()
        place.sh(START, str(NAMESPACES), str(PROCESSES // NAMESPACES))
        plain = place.robind_words("check")
        asked = place.file("requests/asked", pathlib.Path(
            place.path(f"{DIR}/requests/ephemeral")).read_text()[:-1] + ', "holders": true}')
        for _ in range(options.runs(5)):
            for who, words in (("check", plain),
                               ("check with holders", [*place.kernel, ROBIND, "check", asked])):
                book.result("holders", who, 1).runs += place.spend(words)
