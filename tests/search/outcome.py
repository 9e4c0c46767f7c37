# SPDX-License-Identifier: Apache-2.0
"""What one apply left of one request, against what it says: look says so, and not robind."""

from dataclasses import dataclass

import look

GOOD = ("ok", "changed")
THERE = ("mounted", "ephemeral")
GONE = ("unmounted", "absent", "fstab_only")
LISTED = ("mounted", "fstab_present", "fstab_only")
UNLISTED = ("absent", "fstab_absent")
# Flags that the table tells as they are asked for.
FLAGS = {"nosuid", "nodev", "noexec", "nosymfollow", "noatime", "nodiratime"}


@dataclass(frozen=True)
class Fault:
    kind: str
    detail: str


def difference(before, after):
    gone = [item for item in before if item not in after]
    new = [item for item in after if item not in before]
    return f"gone: {gone}\nnew: {new}"


def minus(items, others):
    """What is left of them: each of the others takes one that is the same away."""
    left = list(items)
    for other in others:
        if other in left:
            left.remove(other)
    return left


def is_at_or_below(path, top):
    return f"{path}/".startswith(f"{top}/")


class Outcome:
    """What one apply left of one request."""

    def __init__(self, host, request, before, after):
        self.host = host
        self.before = before
        self.after = after
        self.view = after.view
        self.wants = {self.place(want, "target"): want for want in request["binds"]}
        self.set = f"x-robind.set={request.get('set')}".encode()

    def place(self, want, name):
        path = want[name]
        return look.real(self.host, path) if want.get("follow") else path

    def purged(self):
        """The targets of the set's lines, as of before."""
        lines = filter(None, map(look.parse_line, self.before.lines))
        return [line.target for line in lines if self.set in line.options.split(b",")]

    def is_asked(self, place, *others):
        return any(is_at_or_below(place, target) for target in (*self.wants, *others))

    def is_target(self, place):
        return self.is_asked(place, *self.purged(), *(want["target"] for want in self.wants.values()))

    def gone_along(self):
        """The mounts at targets that are gone, and their copies elsewhere: with a mount below a shared
        one these go, too, and which of them was first nobody knows."""
        gone = minus(self.before.mounts(), self.after.mounts())
        at_targets = {mount[1:3] for mount in gone if self.is_target(mount[0])}
        return [mount for mount in gone if mount[1:3] in at_targets]

    def elsewhere(self):
        """Rule 3: the mounts that are at no target are as they were."""
        before, after = (table.mounts(self.is_target) for table in (self.before, self.after))
        along = self.gone_along()
        gone = [mount for mount in minus(before, after) if mount not in along]
        # A copy that lies below another mount is seen by nobody.
        seen = {mount.target for mount in self.view.mounts if self.view.at(mount.target) == mount}
        new = [mount for mount in minus(after, before) if mount[0] in seen]
        if gone or new:
            yield Fault(f"elsewhere: {'new or changed' if new else 'gone'}",
                        f"gone: {gone}\nnew: {new}")

    def sources(self):
        """Rule 3: what took writes, and is no target, takes them still."""
        still = {mount[:3] for mount in self.after.mounts()}
        left = [mount[0] for mount in self.gone_along() if mount[:3] not in still]
        for path, writes in self.after.writes.items():
            place = look.real(self.host, path)
            if self.before.writes[path] and writes is False and not self.is_target(place) and not any(
                    is_at_or_below(place, point) for point in left):
                yield Fault("source: takes no writes any more", path)

    def slaves(self, said, want, warnings):
        """Rule 3: what comes to those that see the target too is read-only; or they are told."""
        place = self.place(want, "target")
        if said["status"] not in GOOD or want["state"] not in THERE:
            return
        for number, table in self.after.slaves.items():
            view, old = look.View(table), self.before.slaves.get(number)
            known = {mount.id for mount in look.View(old).mounts} if old else set()
            for mount in view.mounts:
                if (old and mount.id not in known and is_at_or_below(mount.target, place)
                        and "rw" in mount.options):
                    yield Fault("slave: writable", str(mount))
            top, own = view.top(place), self.view.top(place)
            drifts = [drift["code"] for drift in said.get("drift", [])]
            told = [told["code"] for told in warnings if told.get("target") == want["target"]]
            if (top and own and "writable" in drifts and "writable_elsewhere" not in told
                    and "rw" in top.options
                    and (top.device, top.root) == (own.device, own.root)):
                yield Fault("slave: left writable, and not told", str(top))

    def foreign_lines(self):
        """Rule 3: the lines of others are kept, byte by byte."""
        purged = self.purged()

        def others(lines):
            for text in lines:
                line = look.parse_line(text)
                places = {line.target, look.real(self.host, line.target)} if line else set()
                if text and not places & {*self.wants, *purged}:
                    yield text

        before, after = list(others(self.before.lines)), list(others(self.after.lines))
        if before != after:
            yield Fault("fstab: a line of others", difference(before, after))

    def bind(self, said, want):
        """Rule 3: it is as it is said to be."""
        if said["status"] not in GOOD:
            return
        place = self.place(want, "target")
        if want["state"] in THERE:
            yield from self.there(place, want)
        if want["state"] in GONE and want.get("source") not in (None, want["target"]):
            yield from self.gone(place, want)
        if want["state"] in LISTED:
            yield from self.listed(place, want)
        if want["state"] in UNLISTED and look.binds_of(self.host, self.after.lines, place):
            yield Fault("false ok: a line is left", place)

    def there(self, place, want):
        source, top = self.place(want, "source"), self.view.top(place)
        if top is None:
            yield Fault("false ok: nothing is mounted", place)
            return
        if "ro" not in top.options or look.can_write(self.host, place):
            yield Fault("false ok: writable", str(top))
        if top.propagation:
            yield Fault("false ok: not private", str(top))
        if look.identity(self.host, source) != look.identity(self.host, place):
            yield Fault("false ok: another source", str(top))
        if not FLAGS & set(want.get("options", [])) <= top.options:
            yield Fault("false ok: options", str(top))
        for mount in self.view.below(place):
            if "ro" not in mount.options:
                yield Fault("false ok: writable below", str(mount))
        if want.get("recursive"):
            yield from self.whole(place, source)

    def whole(self, place, source):
        """The same tree at both places, but for what other binds have put there."""
        lines = filter(None, map(look.parse_line, self.after.lines))
        others = {line.target for line in lines} | set(self.wants)

        def tree(top):
            return sorted((mount.target[len(top):], mount.device, mount.root)
                          for mount in self.view.below(top)
                          if not any(is_at_or_below(place + mount.target[len(top):], other)
                                     for other in others if other != place
                                     and is_at_or_below(other, place))
                          and self.after_is_ours(mount))

        if place != source and tree(source) != tree(place):
            yield Fault("false ok: another tree", difference(tree(source), tree(place)))

    @staticmethod
    def after_is_ours(mount):
        return "unbindable" not in mount.propagation

    def gone(self, place, want):
        top = self.view.top(place)
        source = self.place(want, "source")
        if top and top.root != "/" and (
                look.identity(self.host, source) == look.identity(self.host, place) is not None):
            yield Fault("false ok: still mounted", str(top))

    def listed(self, place, want):
        lines = look.binds_of(self.host, self.after.lines, place)
        if len(lines) != 1:
            yield Fault(f"false ok: {len(lines)} lines", str(lines))
        for line in lines:
            words = line.options.split(b",")
            source = self.place(want, "source")
            if b"ro" not in words or source not in (line.source,
                                                    look.real(self.host, line.source)):
                yield Fault("false ok: another line", str(line))
