"""Waiting for a condition and never for a time: a busy machine is slow, and nothing else."""

import time

SECONDS = 90


class TooLate(AssertionError):
    """It did not come to be."""


def until(what, condition, seconds=SECONDS):
    """What `condition()` returns, as soon as that is true."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise TooLate(f"{what}: not within {seconds} s")
        time.sleep(0.05)
