# SPDX-License-Identifier: Apache-2.0
"""A host of its own for what is measured: DIR/s/I is to be seen at DIR/d/I, for I from 1 on."""

import json

from cost import read_runs
from host import DIR, HELPERS, ROBIND, Host

TOOLS = HELPERS.parent / "bench"
# Directories for the mounts of others begin here.
OTHERS = 1_000_001
# Of some is asked one by one, by a program each time. "$1" is where, "$2" how many.
EACH = 'i=1; while [ $i -le "$2" ]; do {}; i=$((i + 1)); done'


class Place(Host):
    """Where `count` binds can be made; ends at the end of its `with`."""

    def __init__(self, count, others=0, **how):
        super().__init__(**how)
        self.count = count
        self.others = others
        self.run("mkdir", "-p", f"{DIR}/s", f"{DIR}/d")
        self.loop("places")
        if others:
            self.loop("places", OTHERS, others)
            self.loop("cheapest", OTHERS, others)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    # Words to be run here

    def loop_words(self, what, first=1, count=None):
        return [str(TOOLS / "loops"), what, DIR, str(first), str(count or self.count)]

    def robind_words(self, command, state="ephemeral", *options, **members):
        """robind for a request of all binds. A state of None: without a request."""
        request = [self.request(state, **members)] if state else []
        return [*self.kernel, ROBIND, command, *options, *request]

    def each_words(self, script):
        return ["sh", "-c", EACH.format(script), "sh", DIR, str(self.count)]

    # Doing

    def loop(self, what, first=1, count=None):
        self.run(*self.loop_words(what, first, count))

    def apply(self, state="ephemeral"):
        self.run(*self.robind_words("apply", state))

    def request(self, state, first=1, count=None, **members):
        """A file with it; returns its name. A guest needs more time than a run has by itself."""
        numbers = range(first, first + (count or self.count))
        binds = [{"source": f"{DIR}/s/{i}", "target": f"{DIR}/d/{i}", "state": state}
                 for i in numbers]
        return self.file(f"requests/{state}", json.dumps({"binds": binds, "timeout": 300, **members}))

    def write_fstab(self, options="bind,ro,private,x-robind", first=1, count=None):
        numbers = range(first, first + (count or self.count))
        self.file("/etc/fstab", "".join(
            f"{DIR}/s/{i} {DIR}/d/{i} none {options} 0 0\n" for i in numbers))

    def spend(self, words, runs=1, statuses=(0,)):
        """What it costs; it has to end as it should."""
        done = self.run(str(TOOLS / "spend"), str(runs), *words)
        found = read_runs(done.stdout.decode())
        ends = {run.status for run in found} - set(statuses)
        assert len(found) == runs and not ends, f"{words}: {ends} {done.stderr}"
        return found
