# SPDX-License-Identifier: Apache-2.0
"""On this kernel, and as on older ones: apply of 2,000 beside the plain loop.

In a guest with a real old kernel the first row is the one that counts. The others hide calls by
a filter alone, and both contestants are below it: tests/tools/old_kernel.c can hide more by a
listener, but each call that this is asked about takes two switches of processes, which no kernel
costs.
"""

from host import HELPERS
from place import Place

COUNT = 2_000
KERNELS = {
    "as it is": "",
    "as on 6.1": "no-new-calls,no-beneath",
    "as on 5.10": "no-new-calls,no-beneath,no-setattr",
    "as on 4.19": "no-new-calls,no-mount-api,no-openat2,no-close-range,no-pidfd",
}


def old(book, options):
    for _ in range(options.runs(5)):
        for name, kernel in KERNELS.items():
            filtered = [str(HELPERS / "old_kernel"), kernel] if kernel else []
            for who in ("plain loop", "robind"):
                with Place(COUNT) as place:
                    words = (place.loop_words("plain") if who == "plain loop"
                             else place.robind_words("apply"))
                    book.result(f"old, {name}", who, COUNT).runs += place.spend(
                        [*filtered, *words])
