# SPDX-License-Identifier: Apache-2.0
"""What is to be done, and who does it: a work begins with a place, the same for each of them.

The first of a work is what all are compared with: the least that the kernel takes for it, with
nothing looked at and nothing promised.
"""

from dataclasses import dataclass

from place import Place

MANY = 50_000
SOME = 1_000  # where a program is started for each bind
FEW = 100  # and reads all mounts for each


@dataclass(frozen=True)
class Entry:
    who: str
    words: object  # of a place -> what to run
    upto: int = MANY
    statuses: tuple = (0,)


@dataclass(frozen=True)
class Work:
    name: str
    what: str
    begin: object  # of a place
    entries: tuple
    changes: bool = True  # so that each run wants a place of its own
    upto: int = MANY


def loop(what, who="cheapest loop", upto=MANY):
    return Entry(who, lambda place: place.loop_words(what), upto)


def robind(command, state, *options, statuses=(0,)):
    return Entry("robind", lambda place: place.robind_words(command, state, *options),
                 statuses=statuses)


def each(who, script, upto=SOME):
    return Entry(who, lambda place: place.each_words(script), upto)


def mount_all(upto=SOME):
    return Entry("mount -a", lambda place: ["mount", "-a"], upto)


def writable(place):
    place.apply()
    place.loop("writable")


BEFORE = 'mount -l | grep -q " on $1/d/$i type .*(ro"'
WORKS = (
    Work("apply", "nothing is there, all is made (state ephemeral)",
         lambda place: place.write_fstab("bind,ro"),
         (loop("cheapest"), loop("plain", "plain loop", 10_000), robind("apply", "ephemeral"),
          each("mount -o bind,ro", 'mount -o bind,ro "$1/s/$i" "$1/d/$i"'), mount_all())),
    Work("mounted", "the same with a line for each in fstab",
         lambda place: None,
         (loop("cheapest"), robind("apply", "mounted"),
          each("mount, echo >>fstab", 'mount -o bind,ro "$1/s/$i" "$1/d/$i" && echo '
               '"$1/s/$i $1/d/$i none bind,ro 0 0" >>/etc/fstab'))),
    Work("check", "all is as asked, and that is found out", Place.apply,
         (loop("look"), robind("check", "ephemeral"),
          each("findmnt for each", 'findmnt -n -o FSROOT,OPTIONS --mountpoint "$1/d/$i"', FEW),
          each("mount -l | grep", BEFORE, FEW)), changes=False),
    Work("check-boot", "the same, and what the next boot makes of fstab",
         lambda place: place.apply("mounted"),
         (loop("look"), robind("check", "mounted", "--boot", statuses=(0, 2))),
         changes=False, upto=10_000),
    Work("show", "what is there, without a request",
         lambda place: place.apply("mounted"),
         (loop("look"), robind("show", None), Entry("findmnt", lambda place: ["findmnt"])),
         changes=False, upto=10_000),
    Work("boot", "all that fstab lists is made", Place.write_fstab,
         (loop("cheapest"), robind("boot", None), mount_all()), upto=10_000),
    Work("unmounted", "all is taken away", Place.apply,
         (loop("unmount"), robind("apply", "unmounted"),
          each("umount for each", 'umount "$1/d/$i"')), upto=10_000),
    Work("absent", "and the lines in fstab", lambda place: place.apply("mounted"),
         (loop("unmount"), robind("apply", "absent")), upto=10_000),
    Work("mend", "all were made writable", writable,
         (loop("read-only"), robind("apply", "ephemeral"),
          each("remount for each", 'mount -o remount,bind,ro "$1/d/$i"')), upto=10_000),
)


def spend_once(work, entry, count, kernel):
    with Place(count, kernel=kernel) as place:
        work.begin(place)
        return place.spend(entry.words(place), 1, entry.statuses)


def measure(book, work, count, runs, entries=None, kernel=""):
    """So many more runs of each entry, in turn, so that what disturbs them disturbs all."""
    here = [entry for entry in entries or work.entries if count <= min(entry.upto, work.upto)]
    if work.changes:
        for turn in range(runs):
            for entry in here:
                if turn == 0 or not is_slow(entry, count):
                    book.result(work.name, entry.who, count).runs += spend_once(
                        work, entry, count, kernel)
        return
    with Place(count, kernel=kernel) as place:
        work.begin(place)
        for turn in range(runs):
            for entry in here:
                if turn == 0 or not is_slow(entry, count):
                    book.result(work.name, entry.who, count).runs += place.spend(
                        entry.words(place), 1, entry.statuses)


def is_slow(entry, count):
    """Nobody waits for a second run."""
    return entry.upto <= SOME and count >= 100


def by_name(name):
    return next(work for work in WORKS if work.name == name)


def robind_of(work):
    return tuple(entry for entry in work.entries if entry.who == "robind")
