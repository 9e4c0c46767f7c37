# SPDX-License-Identifier: Apache-2.0
"""What is to be reached, as ratios of numbers of one run on one machine, and the bounds that CI
fails above: 1.5 times what is to be reached, or, where that is not reached yet, 1.5 times what is.

The eight microseconds that a line in fstab may cost are those of a machine where the cheapest loop
takes eight: so here they are one cheapest loop.
"""

from dataclasses import dataclass

LOOP, ROBIND = "cheapest loop", "robind"
MANY = 20_000
FEW = 2_000  # in CI: many short runs, of which the least tells more than of a few long ones
GROWTH = 4_000, 1_000  # in CI
COMMANDS = ("apply", "mounted", "check", "check-boot", "show", "boot", "unmounted", "absent",
            "mend")


@dataclass(frozen=True)
class Target:
    name: str
    bound: float
    number: object  # of a book -> what was measured, or None
    unit: str = "times"
    ci: float = None  # the bound of CI, where that has it
    ci_number: object = None  # of other counts, where that is how CI measures it
    ci_steps: tuple = ()  # of ci.py, that measure it


def beside_loop(work, count):
    return lambda book: book.ratio(work, ROBIND, LOOP, count)


def growth(work, who, many, few, each=True):
    """What one bind, or all, take of processor time with many, beside few."""
    def number(book):
        one, other = book.get(work, who, many), book.get(work, who, few)
        if not one or not other:
            return None
        return one.each() / other.each() if each else one.least() / other.least()
    return number


def fstab_costs(count):
    """What a line in fstab costs, in cheapest loops."""
    def number(book):
        kept, plain = book.get("mounted", ROBIND, count), book.get("apply", ROBIND, count)
        loop = book.get("apply", LOOP, count)
        return (kept.least() - plain.least()) / loop.least() if kept and plain and loop else None
    return number


def note(name):
    return lambda book: book.notes.get(name)


def start(who, *whats):
    """The worse of both: where others use the machine wall time says little."""
    def number(book):
        ratios = [book.ratio("start", who, "/bin/true", 1, what) for what in whats]
        return max(ratios) if all(ratios) else None
    return number


def listings(book):
    """What one check among 10,000 mounts takes more than alone, in listings of all mounts."""
    found = {(work, who): book.get(work, who, 1) for work in ("alone", "among")
             for who in ("check", "list all mounts")}
    if not all(found.values()):
        return None
    checks, lists = (found["among", who].least() - found["alone", who].least()
                     for who in ("check", "list all mounts"))
    return checks / lists


def faster(theirs, ours):
    def number(book):
        their, our = book.get("callers", theirs, 100), book.get("callers", ours, 100)
        return their.least("wall") / our.least("wall") if their and our else None
    return number


TARGETS = (
    Target(f"apply of {MANY:,}, cheapest loops", 2.5, beside_loop("apply", MANY),
           ci=6.0, ci_number=beside_loop("apply", FEW), ci_steps=("apply beside its loop",)),
    Target("apply: one of 50,000 beside one of 1,000", 1.15,
           growth("apply", ROBIND, 50_000, 1_000),
           ci=1.73, ci_number=growth("apply", ROBIND, *GROWTH), ci_steps=("apply growth",)),
    Target("mounted more than ephemeral, cheapest loops", 1.0, fstab_costs(MANY),
           ci=1.5, ci_number=fstab_costs(FEW),
           ci_steps=("apply beside its loop", "mounted beside its loop")),
    Target(f"check of {MANY:,}, cheapest loops", 1.5, beside_loop("check", MANY),
           ci=4.0, ci_number=beside_loop("check", FEW), ci_steps=("check beside its loop",)),
    Target("apply: KiB for each bind", 1.5, note("memory: apply, ephemeral"), "KiB",
           ci=2.25, ci_steps=("memory",)),
    Target("check: KiB for each bind", 1.0, note("memory: check, ephemeral"), "KiB",
           ci=1.5, ci_steps=("memory",)),
    *(Target(f"{name}: all of 10,000 beside all of 2,500", 5.0,
             growth(name, ROBIND, 10_000, 2_500, False),
             ci=7.5, ci_number=growth(name, ROBIND, *GROWTH, False), ci_steps=(f"{name} growth",))
      for name in COMMANDS),
    Target("one check beside /bin/true", 1.6, start("robind check", "wall", "cpu"),
           ci=2.9, ci_number=start("robind check", "cpu"), ci_steps=("start",)),
    Target("the same, static", 1.2, start("robind check, static", "wall", "cpu")),
    Target("one check among 10,000 mounts, listings", 1.2, listings),
    Target("Ansible: 100 by ansible.posix.mount", 20, faster("ansible.posix.mount", "robind.mount"),
           "times faster"),
    Target("Salt: 100 by mount.mounted", 10, faster("Salt mount.mounted", "Salt robind"),
           "times faster"),
    Target("Puppet: 100 by mount and exec", 10, faster("Puppet mount, exec", "Puppet robind"),
           "times faster"),
)


@dataclass(frozen=True)
class Judged:
    target: Target
    number: float

    @property
    def is_reached(self):
        if "faster" in self.target.unit:
            return self.number >= self.target.bound
        return self.number <= self.target.bound


def judge(book):
    """Those that were measured."""
    found = [Judged(target, target.number(book)) for target in TARGETS]
    return [one for one in found if one.number is not None]
