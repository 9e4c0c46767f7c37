# SPDX-License-Identifier: Apache-2.0
"""When it cannot be done: the right bind fails, for the right reason, and nothing is harmed."""

import itertools

import pytest

from fault import apply_with_fault, failing
from host import DIR, bind, here

SOURCE, TARGET = f"{DIR}/volumes/db", f"{DIR}/ro/db"
ASKED = bind(SOURCE, TARGET)
NO_ADMIN = ("setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin")
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


@pytest.fixture
def stage(host):
    host.dir(SOURCE, "file")
    host.dir(TARGET)
    host.file("plain")
    return host


FAILURES = {
    "source missing": (bind(f"{DIR}/none", TARGET), "source_missing", "ENOENT"),
    "source below a file": (bind(f"{DIR}/plain/db", TARGET), ..., "ENOTDIR"),
    "target missing": (bind(SOURCE, f"{DIR}/none", create=False), "target_missing", "ENOENT"),
    "target's parent missing": (
        bind(SOURCE, f"{DIR}/no/ne", create=False), "target_missing", "ENOENT"),
    "target below a file": (bind(SOURCE, f"{DIR}/plain/db"), "type_mismatch", "ENOTDIR"),
    "file onto directory": (bind(f"{DIR}/plain", TARGET), "type_mismatch", ...),
    "directory onto file": (bind(SOURCE, f"{DIR}/plain"), "type_mismatch", ...),
    "a name too long": (bind(SOURCE, f"{DIR}/{'x' * 300}"), ..., "ENAMETOOLONG"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_named_and_harmless(stage, name):
    asked, code, errno = FAILURES[name]
    with stage.unchanged():
        said = stage.apply(asked)
    assert (said.status, said.bind["status"]) == (1, "failed"), f"{name}: {said.reply}"
    assert code in (..., said.error["code"]), f"{name}: {said.error}"
    assert errno is ... or said.error["errno"] in (errno, None), f"{name}: {said.error}"
    assert said.error["at"].startswith("/binds/0"), f"{name}: {said.error}"
    path = asked["target"] if asked["source"] == SOURCE else asked["source"]
    assert path[:200] in said.error["msg"], f"{name}: does not name the path"


@pytest.mark.parametrize("name", ["file onto directory", "directory onto file",
                                  "target missing", "target below a file"])
def test_check_knows_before(stage, name):
    """Only a missing source may still come: all else is an error in check mode as well."""
    asked, code, _ = FAILURES[name]
    said = stage.check(asked)
    assert said.status == 1 and code in (..., said.error["code"]), f"{name}: {said.reply}"


@pytest.mark.parametrize("on_error, last", [("continue", "changed"), ("stop", "skipped")])
def test_on_error(stage, on_error, last):
    said = stage.apply(bind(SOURCE, f"{DIR}/ro/1"), bind(f"{DIR}/none", f"{DIR}/ro/2"),
                       bind(SOURCE, f"{DIR}/ro/3"), on_error=on_error)
    assert said.status == 1
    assert [done["status"] for done in said.reply["binds"]] == ["changed", "failed", last]
    assert said.reply["changed"] and said.reply["failed"]
    assert bool(stage.top(f"{DIR}/ro/3")) == (last == "changed")
    stage.assert_read_only_view(SOURCE, f"{DIR}/ro/1")


# Root without the one capability, and somebody else altogether.
ordinary_user = pytest.mark.parametrize("wrap", [
    pytest.param(NO_ADMIN, id="no CAP_SYS_ADMIN"),
    pytest.param(NOBODY, id="nobody", marks=pytest.mark.needs_root),
])


@ordinary_user
def test_without_privilege_nothing_can_be_changed(stage, wrap):
    with stage.unchanged():
        said = stage.robind("apply", request=ASKED, wrap=wrap)
    assert (said.status, said.error["code"]) == (1, "permission"), said.reply


@ordinary_user
def test_without_privilege_what_is_there_can_be_confirmed(stage, wrap):
    stage.make(ASKED)
    assert stage.robind("apply", request=ASKED, wrap=wrap).status == 0
    assert stage.check(ASKED, wrap=wrap).status == 0


@ordinary_user
def test_without_privilege_drift_can_be_seen(stage, wrap):
    stage.run("mount", "--bind", SOURCE, TARGET)
    assert stage.check(ASKED, wrap=wrap).codes == stage.check(ASKED).codes


@pytest.mark.needs_root
def test_without_privilege_what_is_hidden_is_no_reason_to_guess(stage):
    """A directory that nobody may look into: not missing, but not to be judged."""
    stage.path(f"{DIR}/volumes").chmod(0o700)
    said = stage.check(ASKED, wrap=NOBODY)
    assert (said.status, said.error["errno"]) == (1, "EACCES"), said.reply


@pytest.mark.new_kernel("mount_setattr")
def test_too_many_mounts(stage):
    """fs.mount-max, told by name: ENOSPC alone sends people looking for a full disk."""
    said = stage.apply(ASKED, wrap=failing("move_mount", "ENOSPC", 1))
    assert (said.error["code"], said.error["errno"]) == ("limit", "ENOSPC"), said.reply
    assert "mount-max" in said.error["msg"]
    assert stage.top(TARGET) is None


@pytest.mark.new_kernel("mount_setattr")
def test_a_failed_bind_does_not_harm_the_next(stage):
    binds = [bind(SOURCE, f"{DIR}/ro/{n}") for n in range(5)]
    said = stage.apply(*binds, wrap=failing("move_mount", "ENOMEM", 3))
    statuses = [done["status"] for done in said.reply["binds"]]
    assert statuses == ["changed", "changed", "failed", "changed", "changed"], said.reply
    stage.make(*binds)
    stage.assert_settled(*binds)



@pytest.mark.parametrize("call, error", [
    ("fchmod", "EROFS"), ("mkdirat", "ENOSPC"), ("openat2", "EMFILE"), ("statx", "ENOMEM"),
])
def test_no_place_is_left_behind(host, call, error):
    """What was made on the way to a target that failed is taken away, or told."""
    host.dir(f"{DIR}/volumes/db")
    top = f"{DIR}/new"
    asked = here(bind(f"{DIR}/volumes/db", f"{top}/deep/ro"))
    for nth in itertools.count(1):
        said, calls = apply_with_fault(host, asked, call, error, nth)
        if host.stack(f"{top}/deep/ro"):
            host.run("umount", f"{top}/deep/ro")
        else:
            assert said.reply["changed"] or not host.path(top).exists(), (nth, said.reply)
        host.run("rm", "-rf", top)
        if calls < nth:
            break
    assert nth > 2, f"{call} was not called"
