# SPDX-License-Identifier: Apache-2.0
"""Others work at the very targets all the time: robind with the opposite request, mount(8) by its
fstab, umount(8), systemd-tmpfiles(8), containers that come and go.

Whoever wins: nothing outside the tree that was named is mounted, detached, changed or removed,
what is there then is read-only, nobody waits longer than he said, and robind finds its way when it
is left alone. The judge is the mount table alone, before and after each round.
"""

import collections
import json
import shutil
import subprocess
import time

import pytest

from answer import ROBIND
from host import DIR, LONG, SECONDS, bind

pytestmark = pytest.mark.needs_root

ROUNDS = 1250 if LONG else 15  # with each of the rivals
TIMEOUT = 5
S, T, OTHERS = f"{DIR}/s", f"{DIR}/t", f"{DIR}/others"
FSTAB, STOP = f"{DIR}/fstab", f"{DIR}/stop"
NAMES = ("a", "b")
BINDS = [bind(f"{S}/{name}", f"{T}/{name}", replace=True) for name in NAMES]
# What a round may come to when somebody is at work at the same place.
LOSES = {"race", "not_converged", "target_missing", "unexpected_mount", "outer_failed"}
# It goes on until there is a file named STOP, and says how often it went round.
LOOP = f'n=0; while [ ! -e {STOP} ]; do {{ %s; }} >/dev/null 2>&1; n=$((n + 1)); done; echo $n'

WORDS = " ".join(f"{T}/{name}" for name in NAMES)
RIVALS = {
    "robind, the opposite": f"for t in {WORDS}; do {ROBIND} apply target=$t state=unmounted"
                            f" replace=true namespace=here --timeout {TIMEOUT}; done",
    "robind, other sources": f"{ROBIND} apply source={S}/b target={T}/a state=ephemeral"
                             f" replace=true namespace=here --timeout {TIMEOUT}",
    "mount -a": f"mount -T {FSTAB} -a; sleep 0.01",
    "umount": f"for t in {WORDS}; do umount $t; done; sleep 0.005",
    "umount -l": f"for t in {WORDS}; do umount -l $t; done; sleep 0.005",
    "systemd-tmpfiles": f"systemd-tmpfiles --remove {DIR}/tmpfiles.conf;"
                        f" systemd-tmpfiles --create {DIR}/tmpfiles.conf",
    "a container": f"unshare -m --propagation slave sh -c 'mount --bind {T}/a {OTHERS}/in;"
                   f" umount {T}/b; mount -t tmpfs t {T}/b; umount -l {T}'",
    "bubblewrap": f"bwrap --bind / / --dev /dev --ro-bind {T}/a {OTHERS}/in true",
}
WANTS = {"systemd-tmpfiles": "systemd-tmpfiles", "bubblewrap": "bwrap"}


@pytest.fixture
def stage(shared_host):
    host = shared_host
    for name in NAMES:
        host.dir(f"{S}/{name}", "data")
        host.dir(f"{T}/{name}")
    for name in ("in", "mounted", "plain"):
        host.dir(f"{OTHERS}/{name}", "file")
    host.run("mount", "-t", "tmpfs", "tmpfs", f"{OTHERS}/mounted")
    host.run("mount", "--bind", f"{S}/a", f"{OTHERS}/plain")  # writable, and nobody's business
    host.file(FSTAB, "".join(f"{S}/{name} {T}/{name} none bind,ro,nofail 0 0\n" for name in NAMES))
    host.file(f"{DIR}/tmpfiles.conf",
              f"D {T}/a 0755 root root -\nd {T}/b 0755 root root -\nr {T}/b\n")
    return host


def is_named(mount):
    return mount.target.startswith(f"{T}/")


def outside(host):
    """Mounts that nobody named, and the files of the sources and of others."""
    mounts = [m for m in host.mounts() if not is_named(m)]
    files = {name: sorted(path.name for path in host.path(name).iterdir())
             for name in (f"{S}/a", f"{S}/b", f"{OTHERS}/plain", f"{OTHERS}/mounted", "/run")
             if host.path(name).exists()}
    return sorted(mounts, key=lambda m: m.id), files


def one_round(host, n):
    """Make them; sometimes check only, or take them away."""
    if n % 5 == 4:
        binds = [{**one, "state": "unmounted"} for one in BINDS]
    else:
        binds = BINDS
    command = "check" if n % 7 == 6 else "apply"
    begun = time.monotonic()
    said = host.robind(command, request=as_text(binds))
    waited = time.monotonic() - begun
    assert waited < TIMEOUT + 1, f"round {n}: it took {waited} s"
    return said, waited


def as_text(binds):
    return json.dumps({"binds": binds, "namespace": "here", "timeout": TIMEOUT})


def assert_only_named(host, before, said, rival):
    now = outside(host)
    assert now == before, f"what nobody named was changed: {said.reply}"
    for mount in filter(is_named, host.mounts()):
        assert mount.target in [f"{T}/{name}" for name in NAMES], f"{mount}: {said.reply}"
        # mount(8) before 2.39 makes a bind first, and read-only then.
        assert "ro" in mount.options or rival == "mount -a", f"writable: {mount}"


@pytest.mark.parametrize("rival", RIVALS)
def test_beside(stage, rival):
    if rival in WANTS and not shutil.which(WANTS[rival]):
        pytest.skip(f"no {WANTS[rival]}")
    stage.apply(*BINDS)
    stage.apply(*[{**one, "state": "unmounted"} for one in BINDS])
    before = outside(stage)
    works = stage.start("sh", "-c", LOOP % RIVALS[rival], stdout=subprocess.PIPE)
    said, longest = collections.Counter(), 0
    for n in range(ROUNDS):
        one, waited = one_round(stage, n)
        longest = max(longest, waited)
        for done in one.reply["binds"]:
            code = done.get("error", {}).get("code")
            assert code is None or code in LOSES, json.dumps(done)
            said[code or done["status"]] += 1
        assert_only_named(stage, before, one, rival)
    stage.path(STOP).touch()
    rounds = int(works.communicate(timeout=SECONDS)[0])
    print(f"{rival}: {dict(said)} in {ROUNDS} rounds, {rounds} of the other; {longest:.2f} s at most")
    assert rounds > 0 and said["changed"] > 0, said
    stage.path(STOP).unlink()

    for name in NAMES:
        stage.dir(f"{T}/{name}")
    assert stage.apply(*BINDS).status == 0
    for one in BINDS:
        stage.assert_read_only_view(one["source"], one["target"])
    stage.assert_settled(*BINDS)
    assert stage.apply(*[{**one, "state": "unmounted"} for one in BINDS]).status == 0
    assert outside(stage) == before and not any(map(is_named, stage.mounts()))
