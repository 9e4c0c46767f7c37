# SPDX-License-Identifier: Apache-2.0
"""Which of many like cases are tried today: every 7th, tomorrow the next ones; all of them where
there is time.

TESTS_OFFSET=N tries those of another day again; a test that fails says which it was.
"""

import os
import time

from host import LONG

EVERY = 7


def _offset():
    """The same for all processes of one run, also at midnight."""
    return int(os.environ.setdefault("TESTS_OFFSET", str(int(time.time() // 86400) % EVERY)))


OFFSET = _offset()


def is_due(n, turn=0):
    """Whether the case with this number is tried; `turn` shifts it, so that not all that are alike
    try the same."""
    return LONG or (n + turn + OFFSET) % EVERY == 0


def due(cases, turn=0):
    return [case for n, case in enumerate(cases) if is_due(n, turn)]
