# SPDX-License-Identifier: Apache-2.0
"""What a bind will hide in the one around it, which is yet to be made: check looks into the source of
that, and not at what the target's path leads to now."""

import pytest

from host import DIR, bind

SOURCE, T = f"{DIR}/www", f"{DIR}/t"
INNER = bind(f"{DIR}/shop", f"{T}/in")
OVERLAY = (f"mkdir -p {DIR}/upper {DIR}/work; mount -t overlay -o "
           f"lowerdir={SOURCE},upperdir={DIR}/upper,workdir={DIR}/work overlay")


@pytest.fixture
def stage(host):
    host.dir(f"{DIR}/shop", "file")
    host.dir(f"{SOURCE}/in")
    return host


def hides(host, outer):
    """The targets of which it is told, by check and apply alike."""
    checked, said = (call(outer, INNER).reply for call in (host.check, host.apply))
    told, done = ([warning["target"] for warning in reply["warnings"]
                   if warning["code"] == "target_not_empty"] for reply in (checked, said))
    assert told == done and not said["failed"], (checked, said)
    return done


@pytest.mark.parametrize("now", ["missing", "empty", "full"])
@pytest.mark.parametrize("place", ["empty", "full"])
@pytest.mark.parametrize("mount", ["", f"{OVERLAY} {SOURCE}"], ids=["local", "may not answer"])
def test_what_the_source_has(stage, now, place, mount):
    if place == "full":
        stage.file(f"{SOURCE}/in/there", "text")
    if now != "missing":
        stage.dir(f"{T}/in", *(["old"] if now == "full" else []))
    stage.sh(mount)
    told = hides(stage, bind(SOURCE, T))
    assert (INNER["target"] in told) == (place == "full")


@pytest.mark.parametrize("place", ["empty", "full"])
@pytest.mark.parametrize("recursive", [False, True])
@pytest.mark.parametrize("mount", [
    f"mount -t tmpfs tmpfs {SOURCE}/in; touch {SOURCE}/in/upon",
    f"mount --bind {SOURCE}/in {SOURCE}/in",
    f"{OVERLAY} {SOURCE}/in",
], ids=["a volume", "itself", "an overlay"])
def test_what_is_mounted_there_does_not_come_along(stage, place, recursive, mount):
    if place == "full":
        stage.file(f"{SOURCE}/in/there", "text")
    stage.sh(mount)
    stage.dir(f"{T}/in", "old")
    told = hides(stage, bind(SOURCE, T, recursive=recursive))
    assert (INNER["target"] in told) == (place == "full")
