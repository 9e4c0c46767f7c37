# SPDX-License-Identifier: Apache-2.0
"""Watches that end with their test."""

import contextlib

import pytest

from watcher import Watcher


@pytest.fixture
def watch(host):
    """Starts a watch in `host`, for a request or for words."""
    with contextlib.ExitStack() as ends:

        def start(*words, on=None, **how):
            watcher = Watcher(on or host, *words, **how)
            ends.callback(watcher.end)
            return watcher

        yield start
