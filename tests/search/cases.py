# SPDX-License-Identifier: Apache-2.0
"""A seed into a case: what happens on a host, and what is asked of robind then, several times.

Few names, so that what happens meets what is asked: each of them is a source here and a target
there. What is done to the host are lines of shell, each of which may fail without harm; so one
can be left out of a case, and the rest still means something.
"""

import random
from dataclasses import dataclass, field

import look
from host import DIR, bind

SOURCES = ["s/a", "s/a/x", "s/a/x/y", "s/b", "s/b/x", "s/c", "v", "v/x", "s/f", "s/a/f", "s/l",
           "p", "p/x", "s/a", "s/b", "s/a/x", "s/c"]
TARGETS = ["t/a", "t/a", "t/a", "t/a/x", "t/a/x", "t/a/x/y", "t/b", "t/b", "t/b/x", "t/c", "t/f",
           "t/l", "s/a/x", "s/b/x", "p/x", "v/x", "v", "s/c", "t/new/deep"]
PLACES = sorted({*SOURCES, *TARGETS, "t", "s"})
STATES = (["mounted"] * 7 + ["ephemeral"] * 6 + ["unmounted"] * 2 + ["absent"] * 2 +
          ["fstab_present", "fstab_absent", "fstab_only"])
REMOVES = {"unmounted", "absent", "fstab_absent"}
OPTIONS = ["nosuid", "nodev", "noexec", "noatime", "nosymfollow", "suid", "dev", "exec",
           "nodiratime", "strictatime", "relatime"]
SETS = ["one", "two"]

# What every host has at first.
GROUND = f"""cd {DIR}
mkdir -p s/a/x/y s/b/x s/c t p/x v/x
for file in s/f s/a/f s/b/f v/f; do echo text >$file; done
ln -s a s/l; ln -s a t/l"""


@dataclass
class Round:
    """What is done to the host, line by line, and the request that is made then."""

    events: list = field(default_factory=list)
    request: dict = field(default_factory=dict)


@dataclass
class Case:
    seed: int
    shared: bool
    rounds: list
    is_watched: bool = False  # all requests are the same one, which a robind watch has
    hears_only: bool = False  # that one looks at nothing unless the kernel tells of it


class Dice(random.Random):
    """With the places that matter in this round: they come more often."""

    near = ()

    def place(self, places):
        near = [place for place in self.near if place in places]
        return self.choice(near if near and self.random() < 0.7 else places)


def pick(dice, chance, *values):
    """One of some values now and then, else None."""
    return dice.choice(values) if dice.random() < chance else None


def full(place):
    return f"{DIR}/{place}"


# ---- what happens to mounts and files ----


def add_volume(dice):
    place = full(dice.place(PLACES))
    return f"mount -t tmpfs tmpfs {place} && mkdir -p {place}/x/y && echo text >{place}/f"


def add_bind(dice):
    how = dice.choice(["--bind", "--bind", "--rbind", "--bind -o ro"])
    source, place = dice.place(SOURCES), dice.place(PLACES)
    return f"mount {how} {full(source)} {full(place)}"


def add_peer(dice):
    """Places that see each other's mounts."""
    source, place = dice.choice([("s", "p"), ("t", "p"), ("s/a", "p"), ("t/a", "v"), ("t", "v")])
    return (f"mount --bind {full(source)} {full(source)} && mount --make-shared {full(source)} && "
            f"mount --bind {full(source)} {full(place)}")


def move_mount(dice):
    place, to = full(dice.place(PLACES)), full(dice.place(PLACES))
    return f"mount --move {place} {to}"


def add_overlay(dice):
    lower, place = full(dice.place(SOURCES)), full(dice.place(PLACES))
    return (f"mkdir -p /tmp/upper /tmp/work && mount -t overlay -o "
            f"lowerdir={lower},upperdir=/tmp/upper,workdir=/tmp/work overlay {place}")


def add_slave(_dice):
    """A service with mounts of its own, which sees what is mounted later."""
    return ("unshare -m --propagation slave sleep 600 >/dev/null 2>&1 & "
            f"echo $! >>{look.SLAVES}; sleep 0.05")


def change_propagation(dice):
    kind = dice.choice(["shared", "private", "slave", "unbindable", "rshared", "rprivate"])
    place = full(dice.place([*PLACES, "t", "t", "s", "s"]))
    ready = pick(dice, 0.6, f"mountpoint -q {place} || mount --bind {place} {place}; ") or ""
    return f"{ready}mount --make-{kind} {place}"


def remount(dice):
    words = dice.choice(["rw", "rw", "rw", "ro", "ro,nosuid", "rw,noexec", "ro,noatime"])
    return f"mount -o remount,bind,{words} {full(dice.place(TARGETS))}"


def take_away(dice):
    return f"umount -l {full(dice.place(PLACES))}"


def remove(dice):
    return f"rm -rf {full(dice.place(PLACES))}"


def make_anew(dice):
    place = full(dice.place(PLACES))
    return f"rm -rf {place}; mkdir -p {place}/x"


def move_away(dice):
    place = full(dice.place(PLACES))
    return f"mv {place} {place}.old && mkdir {place}"


def make_file(dice):
    place = full(dice.place(PLACES))
    return f"rm -rf {place}; echo other >{place}"


def make_link(dice):
    place, to = full(dice.place(PLACES)), dice.choice(["a", "b", "../s/a", "nowhere", "c/x"])
    return f"rm -rf {place} && ln -s {to} {place}"


def make_dir(dice):
    return f"mkdir -p {full(dice.place(PLACES))}"


def hold_open(dice):
    """A writer."""
    return f"exec 9>{full(dice.place(TARGETS))}/f && sleep 600 >/dev/null 2>&1 &"


# ---- what happens to fstab ----


def add_line(dice):
    kind = dice.choice(["none bind,ro", "none bind", "none rbind,ro,private", "none bind,ro,nofail",
                        "none bind,ro,private,x-robind", "tmpfs rw", "none rbind,rw,x-robind",
                        "none bind,ro,private,x-robind.set=one", "none bind,ro,noauto,nosuid"])
    source, target = dice.place(SOURCES), dice.place(PLACES)
    return f"echo '{full(source)} {full(target)} {kind} 0 0' >>/etc/fstab"


def add_foreign_line(dice):
    return dice.choice([
        "echo '# a remark' >>/etc/fstab", "echo >>/etc/fstab", "echo 'no line' >>/etc/fstab",
        "printf 'LABEL=disk\\t/disk ext4 defaults 0 2\\n' >>/etc/fstab",
        "echo 'tmpfs /scratch\\040pad tmpfs rw 0 0  # kept' >>/etc/fstab",
        "printf '/srv /exp none bind 0 0' >>/etc/fstab",
    ])


def spoil_lines(dice):
    place = full(dice.place(TARGETS)).replace("/", r"\/")
    edit = dice.choice(["d", "s/ro/rw/", "s/bind/bind,nosuid/", "p", "s/private,*//",
                        "s/s\\/a/s\\/b/", "s/ 0 0//", "s/^/#/", "s/none/auto/"])
    return f"sed -i '/ {place} /{edit}' /etc/fstab"


def spoil_fstab(dice):
    return dice.choice([
        "mount -o remount,ro /etc", "mount -o remount,rw /etc", "mount -o remount,rw /etc",
        "rm /etc/fstab", "mv /etc/fstab /etc/real && ln -s real /etc/fstab",
        "mount --bind /etc/fstab /etc/fstab", "umount /etc/fstab",
    ])


EVENTS = [
    (6, add_volume), (8, add_bind), (4, add_peer), (3, move_mount), (2, add_overlay),
    (3, add_slave), (8, change_propagation), (8, remount),
    (6, take_away), (4, remove), (4, make_anew), (2, move_away), (2, make_file), (2, make_link),
    (4, make_dir), (2, hold_open), (8, add_line), (4, add_foreign_line), (6, spoil_lines),
    (2, spoil_fstab),
]


def make_events(dice, most):
    weights, kinds = zip(*EVENTS)
    count = dice.randint(0, most)
    return [kind(dice) for kind in dice.choices(kinds, weights, k=count)]


# ---- what is asked ----


def make_bind(dice):
    state = dice.choice(STATES)
    asked = bind(full(dice.choice(SOURCES)), full(dice.choice(TARGETS)), state)
    if dice.random() < 0.05:
        asked["source"] = asked["target"]
    if state in REMOVES and dice.random() < 0.5:
        del asked["source"]
    members = {
        "recursive": pick(dice, 0.3, True),
        "replace": pick(dice, 0.3, True),
        "follow": pick(dice, 0.25, True),
        "create": pick(dice, 0.07, False),
        "options": pick(dice, 0.25, dice.sample(OPTIONS, dice.randint(1, 2))),
        "nofail": pick(dice, 0.1, True),
        "fstab_options": pick(dice, 0.1, ["noauto"], ["_netdev", "x-other"]),
        "fstab_type": pick(dice, 0.05, "robind", "none"),
        "source_mount": pick(dice, 0.15, True, False, full("v"), full("s"), DIR),
    }
    return {**asked, **{name: value for name, value in members.items() if value is not None}}


def is_at_or_below(path, top):
    return f"{path}/".startswith(f"{top}/")


def collide(one, other):
    """Whether two binds must not be in one request."""
    return one["target"] == other["target"] or any(
        a["target"] != a.get("source") and is_at_or_below(a.get("source", ""), b["target"])
        for a, b in ((one, other), (other, one)))


def change_bind(dice, asked):
    """The same place in the next request, perhaps otherwise."""
    other = make_bind(dice)
    names = [name for name in other if name != "target" and dice.random() < 0.25]
    changed = {**asked, **{name: other[name] for name in names}}
    if changed["state"] not in REMOVES:
        changed.setdefault("source", full(dice.choice(SOURCES)))
    return changed


def make_request(dice, before):
    binds = [change_bind(dice, asked) for asked in before if dice.random() < 0.75]
    binds += [make_bind(dice) for _ in range(dice.randint(0 if binds else 1, 3))]
    kept = []
    for asked in binds[:5]:
        if dice.random() < 0.02 or not any(collide(asked, other) for other in kept):
            kept.append(asked)
    dice.shuffle(kept)
    request = {"binds": kept, "namespace": "here"}
    if dice.random() < 0.2:
        request["on_error"] = "stop"
    if dice.random() < 0.2:
        request["set"] = dice.choice(SETS)
        if dice.random() < 0.5:
            request["purge"] = True
    if dice.random() < 0.1:
        request["diff"] = True
    return request


def places_of(binds):
    return [asked[name].removeprefix(f"{DIR}/") for asked in binds
            for name in ("source", "target", "target") if name in asked]


def make(seed):
    """The case of a seed: always the same."""
    dice = Dice(seed)
    rounds = []
    request = {"binds": []}
    for number in range(dice.randint(1, 4)):
        before = request["binds"]
        request = make_request(dice, before)
        dice.near = places_of([*before, *request["binds"]])
        rounds.append(Round(make_events(dice, 6 if number == 0 else 4), request))
    return Case(seed, dice.random() < 0.5, rounds)
