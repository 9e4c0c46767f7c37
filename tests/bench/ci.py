# SPDX-License-Identifier: Apache-2.0
"""Ratios alone, in a minute and a half at most, and whether they are within bounds.

On a machine that others use no run is to be trusted, and of many the least is: what is above its
bound is measured again and again, in turn with what it is compared with, until it is within or the
time is over. Those that are within by then have been measured a few times as well.
"""

import single
import works
from cost import Clock
from targets import COMMANDS, FEW, GROWTH, LOOP, ROBIND, TARGETS

ROUNDS = 3  # at least, of what is compared with another program
SECONDS = 70  # in which the last step begins


class Options:
    """As short as can be."""

    many = 5_000  # binds, whose memory is measured

    @staticmethod
    def runs(_):
        return 2


def beside_loop(name):
    work = works.by_name(name)
    entries = [entry for entry in work.entries if entry.who in (LOOP, ROBIND)]
    return lambda book: works.measure(book, work, FEW, 1, entries)


def growth(name):
    def step(book):
        work = works.by_name(name)
        for count in GROWTH:
            works.measure(book, work, count, 1, works.robind_of(work))
    return step


STEPS = {
    **{f"{name} beside its loop": beside_loop(name) for name in ("apply", "mounted", "check")},
    "start": lambda book: single.start(book, Options),
    **{f"{name} growth": growth(name) for name in COMMANDS},
    "memory": lambda book: single.memory(book, Options),
}


def number_of(target, book):
    return (target.ci_number or target.number)(book)


def is_within(target, book):
    number = number_of(target, book)
    return number is not None and number <= target.ci


def measure(book, bounded, say):
    clock, turn = Clock(SECONDS), 0
    while turn < ROUNDS or not clock.is_over():
        above = [target for target in bounded if not is_within(target, book)]
        for name, step in STEPS.items():
            is_always = turn == 0 or turn < ROUNDS and ("beside" in name or name == "start")
            is_wanted = any(name in target.ci_steps for target in above)
            if is_always or is_wanted and not clock.is_over():
                say(f"{turn + 1}: {name}")
                step(book)
        turn += 1
        if turn >= ROUNDS and not above:
            return


def run(book, say):
    """Returns lines to print, and whether all are within."""
    bounded = [target for target in TARGETS if target.ci]
    measure(book, bounded, say)
    lines = [f"{'number':>8} {'bound':>8} {'target':>8}"]
    lines += [f"{number_of(target, book):8.2f} {target.ci:8.2f} {target.bound:8.2f}  "
              f"{'' if is_within(target, book) else 'ABOVE  '}{target.name}" for target in bounded]
    return lines, all(is_within(target, book) for target in bounded)
