# SPDX-License-Identifier: Apache-2.0
"""How long a bind stays writable while robind keeps watch: another process makes it so, and looks
until it is read-only again."""

import contextlib
import time

from cost import Run
from host import DIR
from place import TOOLS, Place
from watcher import Watcher

COUNTS = (1, 100, 1_000)
OTHERS = (0, 10_000)
SAMPLES = {1: 100, 100: 100, 1_000: 30}
FREE = 3  # mends of one bind that are at once; what undoes it more often is made to wait
AT_ONCE = 10  # by one call of tests/bench/undo.c
SHARE = 20  # what it has used it pauses for so many times as long, and looks once more then
GIVEN_UP = 1e7  # microseconds, of tests/bench/undo.c


def spread(count, samples):
    """Binds to be undone, all over the request."""
    return [str(1 + i * count // samples % count) for i in range(samples)]


def latencies(place, targets):
    """By a watch that has come to rest after its first pass, which made all of them; each long
    enough after the one before."""
    with contextlib.ExitStack() as ends:
        watcher = Watcher(place, place.request("ephemeral"))
        ends.callback(watcher.end)
        time.sleep(SHARE * watcher.processor_seconds() + 0.5)
        return [latency for i in range(0, len(targets), AT_ONCE)
                for latency in undo(place, targets[i:i + AT_ONCE])]


def undo(place, targets):
    # Milliseconds: longer than a mend keeps it from the next one, which grows with both.
    pause = max(30, place.count, place.others // 20)
    done = place.run(str(TOOLS / "undo"), DIR, str(pause), *targets)
    return [float(word) for word in done.stdout.split()]


def watch(book, options):
    """With a new watch where one would take more mends of the same for a fight."""
    for others in OTHERS:
        for count in COUNTS:
            samples = min(SAMPLES[count], options.runs(10) * 10)
            at_once = min(samples, count * FREE)
            found = []
            with Place(count, others) as place:
                while len(found) < samples:
                    found += latencies(place, spread(count, at_once))
            result = book.result("watch", f"among {others:,} others", count)
            result.runs += [Run(wall, 0, 0, 0) for wall in found]
            book.notes["watch: not mended in ten seconds"] = sum(
                run.wall >= GIVEN_UP for done in book.results.values() for run in done.runs
                if done.work == "watch")


def percentile(result, part):
    """The wall time that so many of a hundred do not exceed."""
    walls = sorted(run.wall for run in result.runs)
    return walls[min(len(walls) - 1, len(walls) * part // 100)]
