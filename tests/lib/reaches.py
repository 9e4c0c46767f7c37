# SPDX-License-Identifier: Apache-2.0
"""Directories that are seen at two places, because the mounts that carry them share."""

import pytest

from host import DIR

D = DIR
VOL = f"{D}/vol"  # in it `db`, the source, and `in`; beside it `s`, another source
VIEW = f"{D}/view"


def view(kind="", of=VOL, at=VIEW):
    """A bind of a directory, with mount(8); a peer of DIR, or what `kind` makes of it."""
    return f"mkdir -p {at}; mount --bind {of} {at};" + (
        f"mount --make-{kind} {at};" if kind else "")


@pytest.fixture
def stage(shared_host):
    """Directories, some with a file in them."""
    for name in (f"{VOL}/db", f"{VOL}/db/sub", f"{VOL}/in", f"{VOL}/in/deep", f"{D}/s",
                 f"{D}/s/sub", f"{D}/s/sub2"):
        shared_host.dir(name, "file")
    return shared_host


def assert_unharmed(host, *names):
    """Each is what it was: with no mount on it that robind made, and it takes writes."""
    for name in names:
        assert all("ro" not in mount.options for mount in host.stack(name)), host.stack(name)
        assert host.is_writable(name), f"{name} takes no writes"


def assert_refused(host, *binds, place, target=None, **members):
    """By check and apply alike, with the place in it; and nothing is changed."""
    target = target or binds[-1]["target"]
    for call in (host.check, host.apply):
        with host.unchanged():
            said = call(*binds, **members)
        error = said.of(target)["error"]
        assert said.status == 1 and error["code"] == "reaches_elsewhere", said.reply
        assert f"'{place}'" in error["msg"] and "--make-private" in error["msg"], error
        assert not said.of(target)["changed"]
