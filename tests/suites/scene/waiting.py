# SPDX-License-Identifier: Apache-2.0
"""Waiting for a condition and never for a time: a busy machine is slow, and nothing else."""

import time

SECONDS = 90


def wait(condition, seconds=SECONDS):
    """What `condition()` returns as soon as that is true, or at the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result or time.monotonic() > deadline:
            return result
        time.sleep(0.05)


def until(what, condition):
    """The same where nothing can go on without it."""
    result = wait(condition)
    if not result:
        raise TimeoutError(f"{what}: not within {SECONDS} s")
    return result
