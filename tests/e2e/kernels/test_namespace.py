# SPDX-License-Identifier: Apache-2.0
"""A mount namespace that is not the host's: what is mounted there stays unseen, and that is said.

The namespace of process 1 cannot always be looked at: not by an ordinary user, nor by a root that
has less than it. Then its mounts tell, which all may read; and where these are hidden too, nobody
knows, which is warned of. So these tests bring a process 1 of their own.
"""

import pathlib

import pytest

import answer
import kernels
from answer import read
from host import DIR, KERNEL, NO_PTRACE, bind

GOOD = bind(f"{DIR}/volume", f"{DIR}/ro")
CODE = "private_namespace"
# What is run has the mount namespace of its process 1, or another one.
LIKE_1 = ("unshare", "-pmf", "--mount-proc", "--propagation", "unchanged")
BESIDE_1 = (*LIKE_1, "sh", "-c", 'unshare -m "$0" "$@"; exit $?')


@pytest.fixture
def stage(host):
    host.dir(GOOD["source"])
    return host


def ask(host, wrap, *args, request=GOOD):
    done = host.raw(*args, request=request, wrap=wrap)
    return read(args[0], args[1:], done.returncode, done.stdout)


def codes(said):
    return [warning["code"] for warning in said.reply["warnings"]]


def test_warns_once(stage):
    asked = {"binds": [GOOD, bind(GOOD["source"], f"{DIR}/other")]}
    for command, status in (("check", 2), ("apply", 0)):
        said = ask(stage, BESIDE_1, command, request=asked)
        assert (said.status, codes(said)) == (status, [CODE]), f"{command}: {said.reply}"
        (warning,) = said.reply["warnings"]
        assert warning["target"] is None and '"namespace": "here"' in warning["msg"]
    assert stage.top(GOOD["target"]) is None, "it is seen after all"


def test_warns_of_what_is_as_asked(stage):
    stage.make(GOOD)
    for command in ("check", "apply"):
        said = ask(stage, BESIDE_1, command)
        assert (said.bind["status"], codes(said)) == ("ok", [CODE])


def test_warns_of_a_bind_that_fails(stage):
    said = ask(stage, BESIDE_1, "apply", request=bind(f"{DIR}/none", f"{DIR}/ro"))
    assert (said.error["code"], codes(said)) == ("source_missing", [CODE])


def test_text(stage):
    done = stage.raw("apply", "--format", "text", request=GOOD, wrap=BESIDE_1)
    assert b"\nwarning this mount namespace is not that of process 1" in done.stdout


@pytest.mark.parametrize("words", [[], ["namespace=here"]], ids=["request", "words"])
def test_meant(stage, words):
    given = [f"{name}={value}" for name, value in GOOD.items()] if words else []
    request = None if words else {**GOOD, "namespace": "here"}
    said = ask(stage, BESIDE_1, "apply", *given, *words, request=request)
    assert (said.status, codes(said)) == (0, [])


def test_no_binds_no_warning(stage):
    assert codes(ask(stage, BESIDE_1, "apply", request={"binds": []})) == []


def test_bad_request_no_warning(stage):
    said = ask(stage, BESIDE_1, "apply", request={"binds": [bind("a", "b")]})
    assert (said.error["code"], codes(said)) == ("request", [])


# The same namespace, but not process 1 itself.
NEAR_1 = (*LIKE_1, "sh", "-c", '"$0" "$@"; exit $?')
# Nobody may see of a process what he may not trace (5.8).
HIDDEN = ("sh", "-c", 'mount -t proc -o hidepid=ptraceable proc /proc && exec "$0" "$@"')
NO_PROC = ("sh", "-c", 'mount -t tmpfs tmpfs /proc; exec "$0" "$@"')
WAYS = [pytest.param((), id="seen"), pytest.param(NO_PTRACE, id="not-traceable")]


@pytest.mark.parametrize("way", WAYS)
def test_another_namespace(stage, way):
    """Not only warned of: the host's own fstab is not written for it."""
    said = ask(stage, (*BESIDE_1, *way), "check")
    assert codes(said) == [CODE]
    kept = {**GOOD, "state": "fstab_present"}
    said = ask(stage, (*BESIDE_1, *way), "apply", request=kept)
    assert said.error["code"] == CODE


@pytest.mark.parametrize("way", WAYS)
def test_own_process_1(stage, way):
    """A container: whoever is to see its mounts does."""
    for near in (LIKE_1, NEAR_1):
        said = ask(stage, (*near, *way), "check")
        assert (said.status, codes(said)) == (2, [])


@pytest.mark.parametrize("way", WAYS)
def test_chroot(stage, way):
    """Another root directory is no other namespace, also where no mount begins there."""
    script = ('cd "$0"; mkdir proc bin lib lib64 usr a b; for d in bin lib lib64 usr;'
              ' do mount --rbind /$d $d; done; mount -t proc proc proc; mkdir -p .$1 && mount'
              ' --bind $1 .$1; shift; exec chroot . "$@"')
    inside = ("sh", "-c", script, stage.dir("jail"), str(pathlib.Path(answer.ROBIND).parent))
    said = ask(stage, (*NEAR_1, *inside, *way), "check", request=bind("/a", "/b"))
    assert (said.status, codes(said)) == (2, [])


@pytest.mark.skipif(answer.is_sanitized(), reason="a sanitizer cannot do without /proc")
@pytest.mark.parametrize("way", [NO_PROC, (*HIDDEN, *NO_PTRACE)], ids=["no-proc", "hidepid"])
def test_unknown(stage, way):
    """Process 1 cannot be looked at: it may well be another namespace."""
    if way is NO_PROC and kernels.lacks(KERNEL, "statmount"):
        assert ask(stage, (*NEAR_1, *way), "check").error["code"] == "kernel"
        return
    assert codes(ask(stage, (*BESIDE_1, *way), "check")) == [CODE]
    assert codes(ask(stage, (*NEAR_1, *way), "check")) == [CODE]
    assert codes(ask(stage, (*NEAR_1, *way), "check", request={**GOOD, "namespace": "here"})) == []
