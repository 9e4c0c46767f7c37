# SPDX-License-Identifier: Apache-2.0
"""What a target is that was made: its mode, owner and group."""

import stat

import pytest

from fault import apply_with_fault, kill_at
from host import DIR, bind, here
from servers import PassedOn

SOURCE, FILE = f"{DIR}/volumes/db", f"{DIR}/volumes/db/file"
TARGET = f"{DIR}/new/ro/db"
PARENTS = f"{DIR}/new", f"{DIR}/new/ro"
USERS = "root:x:0:0::/:/bin/sh\ndb:x:27:28::/:/bin/false\n"
GROUPS = "root:x:0:\ndb:x:29:\nmail:x:30:db\n"


@pytest.fixture
def stage(host):
    host.dir(SOURCE, "file")
    host.file("/etc/passwd", USERS)
    host.file("/etc/group", GROUPS)
    return host


def made(host, name=TARGET):
    """Mode, owner and group of what a mount covers, or of what is there."""
    if host.top(name):
        host.run("umount", name)
    found = host.path(name).lstat()
    return oct(found.st_mode & 0o7777), found.st_uid, found.st_gid


# As root everywhere: in a user namespace there is no other user to own something.
MODES = {
    "0750": "0o750", "750": "0o750", "000": "0o0", "0311": "0o311", "01777": "0o1777",
    "2755": "0o2755", "6711": "0o6711", "0077": "0o77",
}


@pytest.mark.parametrize("umask", [0o777, 0o022, 0])
@pytest.mark.parametrize("source", [SOURCE, FILE])
@pytest.mark.parametrize("mode", MODES)
def test_mode(stage, source, mode, umask):
    """All of it, whatever the umask; and the parents are as ever."""
    asked = bind(source, TARGET, mode=mode)
    assert stage.check(asked).status == 2
    said = stage.robind("apply", request=here(asked), umask=umask)
    assert (said.status, said.codes) == (0, ["target_missing", "not_mounted"]), said.reply
    stage.assert_settled(asked)
    stage.assert_read_only_view(source, TARGET)
    own = stage.path(DIR).stat()
    assert made(stage) == (MODES[mode], own.st_uid, own.st_gid)
    assert [made(stage, name)[0] for name in PARENTS] == ["0o755"] * 2


OWNERS = {
    "names": ({"owner": "db", "group": "mail"}, (27, 30)),
    "a user is no group": ({"owner": "db", "group": "db"}, (27, 29)),
    "owner alone": ({"owner": "db"}, (27, 0)),
    "group alone": ({"group": "mail"}, (0, 30)),
    "numbers": ({"owner": 1234, "group": "5678"}, (1234, 5678)),
    "the largest": ({"owner": 4294967294, "group": 4294967294}, (4294967294, 4294967294)),
    "root": ({"owner": "root", "group": "0"}, (0, 0)),
}


@pytest.mark.needs_root
@pytest.mark.parametrize("source", [SOURCE, FILE])
@pytest.mark.parametrize("case", OWNERS)
def test_owner(stage, source, case):
    """In one run with a mode whose highest bits a new owner would clear."""
    members, owners = OWNERS[case]
    asked = bind(source, TARGET, mode="6750", **members)
    assert stage.check(asked).status == 2
    assert stage.robind("apply", request=here(asked), umask=0o777).status == 0
    stage.assert_settled(asked)
    assert made(stage) == ("0o6750", *owners)
    assert [made(stage, name) for name in PARENTS] == [("0o755", 0, 0)] * 2


@pytest.mark.needs_root
def test_group_of_a_parent_is_not_inherited(stage):
    stage.dir("new")
    stage.sh('chgrp 30 "$1"; chmod 2775 "$1"', f"{DIR}/new")
    stage.make(bind(SOURCE, TARGET, owner="db"))
    assert made(stage) == ("0o755", 27, 0)
    assert made(stage, f"{DIR}/new/ro") == ("0o755", 0, 0)


def test_what_exists_stays_as_it_is(stage):
    stage.dir(TARGET)
    stage.run("chmod", "0705", TARGET)
    before = made(stage)
    asked = bind(SOURCE, TARGET, mode="0750", owner="root", group="root")
    stage.make(asked)
    stage.assert_settled(asked)
    assert made(stage) == before


@pytest.mark.needs_root
def test_through_a_symlink(stage):
    """Where it leads is made as asked; the symlink stays as it is."""
    stage.dir("real")
    stage.run("ln", "-s", f"{DIR}/real", f"{DIR}/link")
    stage.make(bind(SOURCE, f"{DIR}/link/db", follow=True, owner="db", mode="0700"))
    assert made(stage, f"{DIR}/real/db") == ("0o700", 27, 0)
    assert stat.S_ISLNK(stage.path(f"{DIR}/link").lstat().st_mode)


@pytest.mark.needs_root
def test_words(stage):
    said = stage.robind("apply", f"source={SOURCE}", f"target={TARGET}", "state=ephemeral",
                        "mode=1750", "owner=db", "group=30", "namespace=here")
    assert said.status == 0, said.reply
    assert made(stage) == ("0o1750", 27, 30)


# Names that are not known

@pytest.mark.parametrize("member, name", [("owner", "mail"), ("group", "nobody"), ("owner", "d")])
def test_unknown_name(stage, member, name):
    """Foreseen, and of the whole request nothing is done."""
    good = bind(SOURCE, f"{DIR}/ro")
    bad = bind(SOURCE, TARGET, **{member: name})
    with stage.unchanged():
        for said in stage.check(good, bad), stage.apply(good, bad):
            error = said.reply["error"]
            assert (said.status, error["code"], error["at"]) == (
                1, "owner_missing", f"/binds/1/{member}")
            assert f"'{name}'" in error["msg"] and "number" in error["msg"]
        single = stage.robind("apply", request={**bad, "namespace": "here"})
        assert single.reply["error"]["at"] == f"/{member}"


@pytest.mark.parametrize("lay", ["rm -f /etc/passwd", "echo '+db::::::' >/etc/passwd"])
def test_no_user_is_known(stage, lay):
    stage.sh(lay)
    said = stage.apply(bind(SOURCE, TARGET, owner="db"))
    assert (said.status, said.reply["error"]["code"]) == (1, "owner_missing")
    stage.make(bind(SOURCE, TARGET, owner=0))


def test_users_cannot_be_read(stage):
    stage.sh("rm /etc/passwd; mkdir /etc/passwd")
    said = stage.apply(bind(SOURCE, TARGET, owner="db"))
    error = said.reply["error"]
    assert (said.status, error["code"], error["errno"], error["at"]) == (
        1, "system", "EISDIR", "/binds/0/owner")


@pytest.mark.parametrize("members", [
    {"state": "unmounted"}, {"state": "absent"}, {"state": "ephemeral", "create": False}])
def test_names_of_what_is_not_made_do_not_matter(stage, members):
    """The user may be gone with what it was for."""
    stage.dir(TARGET)
    said = stage.apply(bind(SOURCE, TARGET, owner="gone", **members))
    assert said.status == 0, said.reply


def test_number_that_means_nobody(stage):
    """A user namespace has some users only."""
    confined = stage.confined()
    asked = bind(SOURCE, TARGET, group=77)
    for said in confined.check(asked), confined.apply(asked):
        error = said.reply["error"]
        assert (said.status, error["code"], error["at"]) == (
            1, "owner_missing", "/binds/0/group")
        assert "user namespace" in error["msg"]


# What goes wrong on the way

@pytest.mark.needs_root
@pytest.mark.parametrize("source", [SOURCE, FILE])
@pytest.mark.parametrize("call, owner, mode", [
    ("fchown", 0, {"0o500", "0o400"}), ("fchmod", 27, {"0o500", "0o400"})])
def test_never_more_rights_than_asked(stage, source, call, owner, mode):
    """Killed in the middle: nobody could do what the mode does not allow."""
    stage.dir(f"{DIR}/new/ro")
    asked = here(bind(source, TARGET, owner="db", mode="0577"))
    assert kill_at(stage, asked, call, 1)
    found = made(stage)
    assert found[1] == owner and found[0] in mode


@pytest.mark.needs_root
@pytest.mark.parametrize("source", [SOURCE, FILE])
@pytest.mark.parametrize("call", ["fchown", "fchmod"])
def test_taken_back(stage, source, call):
    """What cannot be made as asked is not left there."""
    stage.dir("new")
    with stage.unchanged():
        said, _ = apply_with_fault(
            stage, here(bind(source, TARGET, owner="db", mode="0750")), call, "EPERM",
            {"fchown": 1, "fchmod": 2}[call])
    assert (said.status, said.error["code"], said.error["errno"]) == (1, "permission", "EPERM")
    assert "mode, owner and group" in said.error["msg"]


@pytest.mark.needs_root
@pytest.mark.new_kernel("mount_setattr")
def test_not_used_after_all(stage):
    """Made, and the mount failed: taken back, whoever it was made for."""
    with stage.unchanged():
        said, _ = apply_with_fault(
            stage, here(bind(SOURCE, TARGET, owner="db", mode="0000")), "move_mount", "ENOSPC", 1)
    assert said.status == 1 and not said.reply["changed"], said.reply


@pytest.mark.needs_root
@pytest.mark.parametrize("options", [["--chown-deny"], ["--chown-ignore", "--chmod-ignore"]])
def test_file_system_without_owners(stage, options):
    """It refuses, or takes both and keeps others: in no case is it told as done."""
    PassedOn(stage, stage.dir("real"), stage.dir("view"), *options)
    target = f"{DIR}/view/new"
    said = stage.apply(bind(SOURCE, target, owner=28, mode="0700"))
    assert (said.status, said.error["code"]) == (1, "permission"), said.reply
    assert not stage.path(target).exists()
    stage.make(bind(SOURCE, target))
