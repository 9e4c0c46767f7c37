# SPDX-License-Identifier: Apache-2.0
"""A path leads where it says: symlinks are refused by name, or resolved once when asked."""

import json
import random

import pytest

from host import DIR, bind

SOURCE, TARGET = f"{DIR}/real/db", f"{DIR}/ro"


@pytest.fixture
def stage(host):
    """One directory, and every kind of link to it or to its parent."""
    host.dir(SOURCE, "file")
    host.dir(f"{DIR}/there/target")
    for name, to in (("link", SOURCE), ("relative", "real/db"), ("parent", f"{DIR}/real"),
                     ("chain", "link"), ("dangling", "nowhere"), ("loop", "loop"),
                     ("tlink", f"{DIR}/there/target"), ("tparent", "there")):
        host.path(f"{DIR}/{name}").symlink_to(to)
    return host


# The path, the component that is a link, where it leads.
LINKS = {
    "last component": (f"{DIR}/link", f"{DIR}/link", SOURCE),
    "relative link": (f"{DIR}/relative", f"{DIR}/relative", SOURCE),
    "component above": (f"{DIR}/parent/db", f"{DIR}/parent", SOURCE),
    "link to a link": (f"{DIR}/chain", f"{DIR}/chain", SOURCE),
    "trailing slash": (f"{DIR}/link/", f"{DIR}/link", SOURCE),
}
TARGET_LINKS = {
    "last component": (f"{DIR}/tlink", f"{DIR}/tlink", f"{DIR}/there/target"),
    "component above": (f"{DIR}/tparent/target", f"{DIR}/tparent", f"{DIR}/there/target"),
    "above a missing target": (f"{DIR}/tparent/new/deep", f"{DIR}/tparent",
                               f"{DIR}/there/new/deep"),
}


def assert_refused(host, asked, link, real, name):
    for command in ("check", "apply"):
        with host.unchanged():
            said = host.robind(command, request=asked)
        assert (said.status, said.error["code"]) == (1, "symlink"), f"{name}: {said.reply}"
        assert link in said.error["msg"], f"{name}: does not name the link"
        assert real in said.error["msg"], f"{name}: does not name the real path"


@pytest.mark.parametrize("name", LINKS)
def test_source_refused(stage, name):
    path, link, real = LINKS[name]
    assert_refused(stage, bind(path, TARGET), link, real, name)


@pytest.mark.parametrize("name", TARGET_LINKS)
def test_target_refused(stage, name):
    path, link, real = TARGET_LINKS[name]
    assert_refused(stage, bind(SOURCE, path), link, f"{DIR}/there", name)


@pytest.mark.parametrize("name", LINKS)
def test_source_followed(stage, name):
    path, _, real = LINKS[name]
    asked = bind(path, TARGET, follow=True)
    said = stage.apply(asked)
    assert (said.status, said.bind["resolved"]["source"]) == (0, real), f"{name}: {said.reply}"
    stage.assert_read_only_view(real, TARGET)
    stage.assert_settled(asked)


@pytest.mark.parametrize("name", TARGET_LINKS)
def test_target_followed(stage, name):
    path, _, real = TARGET_LINKS[name]
    asked = bind(SOURCE, path, follow=True)
    said = stage.apply(asked)
    assert (said.status, said.bind["resolved"]["target"]) == (0, real), f"{name}: {said.reply}"
    stage.assert_read_only_view(SOURCE, real)
    stage.assert_settled(asked)
    assert stage.apply({**asked, "state": "unmounted"}).status == 0
    assert stage.top(real) is None


# The path, and what is said of it with `follow` and without.
NOWHERE = {
    "dangling": (f"{DIR}/dangling", "symlink", "nowhere"),
    "below dangling": (f"{DIR}/dangling/db", "symlink", "nowhere"),
    "link to dangling": (f"{DIR}/dangling2", "symlink", "nowhere"),
    "dangling, slash": (f"{DIR}/dangling3", "symlink", "nowhere"),
    "loop": (f"{DIR}/loop", "symlink", "in a circle"),
    "below a loop": (f"{DIR}/loop/db", "symlink", "in a circle"),
    "loop of two": (f"{DIR}/ping", "symlink", "in a circle"),
    "into a loop": (f"{DIR}/toloop/db", "symlink", "in a circle"),
    "file as directory": (f"{DIR}/fileslash", "type_mismatch", "not a directory"),
    "within a file": (f"{DIR}/filedot", "type_mismatch", "not a directory"),
    "out of a file": (f"{DIR}/fileup", "type_mismatch", "not a directory"),
}


@pytest.fixture
def traps(stage):
    for name, to in (("dangling2", "dangling/more"), ("dangling3", "nowhere/"), ("ping", "pong"),
                     ("pong", "./ping"), ("toloop", "loop"), ("fileslash", "real/db/file/"),
                     ("filedot", "real/db/file/."), ("fileup", "real/db/file/..")):
        stage.path(f"{DIR}/{name}").symlink_to(to)
    return stage


@pytest.mark.parametrize("name", NOWHERE)
@pytest.mark.parametrize("side", ["source", "target"])
@pytest.mark.parametrize("command", ["check", "apply"])
def test_links_that_lead_nowhere(traps, name, side, command):
    path, code, why = NOWHERE[name]
    asked = {**bind(SOURCE, TARGET), side: path}
    with traps.unchanged():
        followed = traps.robind(command, request={**asked, "follow": True}).error
        refused = traps.robind(command, request=asked).error
    assert (followed["code"], followed["at"]) == (code, f"/{side}"), followed
    assert f"'{path}'" in followed["msg"] and why in followed["msg"], followed
    assert "name another path" in followed["msg"], followed
    assert (refused["code"], refused["at"]) == ("symlink", f"/{side}"), refused
    assert "is a symlink that leads" in refused["msg"], refused


def test_both_followed(stage):
    asked = bind(f"{DIR}/parent/db", f"{DIR}/tparent/new/deep", follow=True)
    said = stage.apply(asked)
    assert said.status == 0, said.reply
    assert said.bind["resolved"] == {"source": SOURCE, "target": f"{DIR}/there/new/deep"}
    stage.assert_read_only_view(SOURCE, f"{DIR}/there/new/deep")
    stage.assert_settled(asked)


# What a link must not stand for: the rest of the bind, and where the target then is.
FORBIDDEN = {
    "the root": ({}, "/"),
    "above the source": ({}, f"{DIR}/real"),
    "in a recursive source": ({"recursive": True}, f"{SOURCE}/sub"),
}


@pytest.mark.parametrize("name", FORBIDDEN)
@pytest.mark.parametrize("command", ["check", "apply"])
def test_links_are_no_way_around(stage, name, command):
    """The same paths in plain words are an error in the request."""
    members, to = FORBIDDEN[name]
    stage.path(f"{DIR}/trap").symlink_to(to)
    stage.dir(f"{SOURCE}/sub")
    asked = bind(SOURCE, f"{DIR}/trap", follow=True, replace=True, **members)
    with stage.unchanged():
        said = stage.robind(command, request=asked)
    assert (said.status, said.error["code"]) == (1, "symlink"), said.reply
    assert f"'{DIR}/trap' leads to '{to}'" in said.error["msg"]


def test_root_is_not_unmounted(stage):
    stage.path(f"{DIR}/trap").symlink_to("/")
    with stage.unchanged():
        said = stage.apply(bind(SOURCE, f"{DIR}/trap", "unmounted", follow=True, replace=True))
    assert said.error["code"] == "symlink", said.reply


# Where the kernel is led to, seen by its own walk: the real path, or that there is none. Of a last
# name that is not there, and is no link, the place where it would be.
ORACLE = """
import errno, json, os, sys
def walk(path):
    try:
        fd = os.open(path, os.O_PATH)
    except OSError as error:
        return errno.errorcode[error.errno]
    real = os.readlink(f"/proc/self/fd/{fd}")
    os.close(fd)
    return real
def lead(path):
    above, name = os.path.split(path)
    real = walk(path)
    if real == "ENOENT" and not os.path.islink(path) and walk(above).startswith("/"):
        return os.path.join(walk(above), name)
    return real
print(json.dumps([lead(path) for path in json.load(sys.stdin)]))
"""
TREE = f"{DIR}/tree"
NAMES = ["a", "b", "c"]


def random_path(pick, length):
    """Some steps; as links go, not as requests do."""
    steps = pick.choices([*NAMES * 4, "..", "..", ".", "", "none", "file"], k=length)
    return pick.choice(["", "", "../", f"{TREE}/", f"/{DIR}//tree/"]) + "/".join(steps) + \
        pick.choice(["", "", "/", "/."])


def make_tree(host, pick, folder, depth):
    """Directories, files and links to anywhere, under a few names each."""
    host.dir(folder)
    for name in ["file", *NAMES]:
        here = host.path(f"{folder}/{name}")
        kind = pick.random()
        if name == "file":
            here.write_text("")
        elif kind < 0.6 and depth > 0:
            make_tree(host, pick, f"{folder}/{name}", depth - 1)
        elif kind < 0.95:
            here.symlink_to(random_path(pick, pick.randint(1, 3)) or ".")


def expected(lead):
    """The codes that may be said of what the kernel finds."""
    if lead == "ENOTDIR":
        return {"type_mismatch", "symlink"}
    return {"symlink"} if lead == "ELOOP" else {"symlink", None}


@pytest.mark.parametrize("seed", range(8))
def test_leads_where_the_kernel_is_led(host, seed):
    pick = random.Random(seed)
    make_tree(host, pick, TREE, 3)
    paths = ["/".join([TREE, *pick.choices(["file", "none", *NAMES * 5], k=pick.randint(1, 5))])
             for _ in range(300)]
    leads = json.loads(host.run("/usr/bin/python3", "-c", ORACLE,
                                input=json.dumps(paths).encode()).stdout)
    said = host.check(*(bind(path, f"{DIR}/to/{n}", follow=True)
                        for n, path in enumerate(paths)))
    count = 0
    for path, lead, one in zip(paths, leads, said.reply["binds"]):
        resolved = one.get("resolved", {}).get("source")
        if lead.startswith("/"):
            assert resolved == lead, f"{path} is {lead}: {one}"
            count += "target" in one
        elif resolved is None:
            assert one["error"]["code"] in expected(lead), f"{path} is {lead}: {one}"
        else:
            # More than the last name is missing, and no link leads there.
            assert lead == "ENOENT" and one["drift"][0]["code"] == "source_missing", one
            assert not host.path(resolved).exists()
    assert count > 10, f"only {count} of the paths lead anywhere"


def test_follow_without_links(stage):
    """Nothing to resolve: the same bind as without, and found as such."""
    stage.make(bind(SOURCE, TARGET))
    stage.assert_settled(bind(SOURCE, TARGET, follow=True))


def test_two_names_for_one_target(stage):
    """Only the machine knows that they are the same: the second is no reason to stack."""
    first, second = bind(SOURCE, f"{DIR}/there/target"), bind(SOURCE, f"{DIR}/tlink", follow=True)
    stage.apply(first, second)
    assert len(stage.stack(f"{DIR}/there/target")) <= 1
    stage.apply(first, second)
    assert len(stage.stack(f"{DIR}/there/target")) <= 1


def test_magic_links_are_links(stage):
    with stage.unchanged():
        said = stage.apply(bind(f"/proc/self/root{SOURCE}", TARGET))
    assert (said.status, said.error["code"]) == (1, "symlink")


@pytest.mark.parametrize("first, then", [("file", "dir"), ("dir", "file")])
def test_advice_where_the_source_became_another_kind(host, first, then):
    """What is mounted there cannot be removed: the advice can be followed."""
    source, target = f"{DIR}/volumes/s", f"{DIR}/ro/s"
    getattr(host, first)(source)
    host.make(bind(source, target))
    host.run("rm", "-r", source)
    getattr(host, then)(source)
    said = host.apply(bind(source, target))
    assert said.error["code"] == "type_mismatch"
    assert "umount" in said.error["msg"]
    assert host.apply(bind(source, target, "unmounted")).status == 0
    again = host.apply(bind(source, target))
    assert again.error["code"] == "type_mismatch" and "umount" not in again.error["msg"]
    host.run("rm", "-r", target)
    host.make(bind(source, target))
