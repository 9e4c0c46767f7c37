# SPDX-License-Identifier: Apache-2.0
"""Automounts: what is there only when somebody steps on it. apply does; check and show never do,
since they change nothing.

Tests look at such a host with mountinfo only: Python would step on it.
"""

import pytest

from host import DIR, bind
from in_turn import in_turn
from pace import busy, within
from servers import Automounter

pytestmark = pytest.mark.needs_root

SOURCE, AUTO = f"{DIR}/volumes/db", f"{DIR}/auto"
TARGET = f"{DIR}/ro/new"
BEFORE, AFTER = bind(SOURCE, f"{DIR}/ro/before"), bind(SOURCE, f"{DIR}/ro/after")
TIMEOUT = round(busy())
IN_TIME = TIMEOUT + 1

# kind of automounter, bind, what gets triggered (as the automounter names it), its path
TRIGGERS = {
    "source": ("direct", bind(AUTO, TARGET), AUTO, AUTO),
    "source below": ("direct", bind(f"{AUTO}/sub", TARGET), AUTO, AUTO),
    "source below, a file": ("direct", bind(f"{AUTO}/sub/file", TARGET), AUTO, AUTO),
    "source in a map": ("indirect", bind(f"{AUTO}/db", TARGET), "db", f"{AUTO}/db"),
    "source in a map, below": ("indirect", bind(f"{AUTO}/db/sub", TARGET), "db", f"{AUTO}/db"),
    "source, recursive": ("direct", bind(AUTO, TARGET, recursive=True), AUTO, AUTO),
    "source, by a symlink": ("direct", bind(f"{DIR}/link", TARGET, follow=True), AUTO, AUTO),
    "target below": ("direct", bind(SOURCE, f"{AUTO}/sub"), AUTO, AUTO),
    "target to be made": ("direct", bind(SOURCE, f"{AUTO}/new/deep"), AUTO, AUTO),
    "target in a map": ("indirect", bind(SOURCE, f"{AUTO}/db/sub"), "db", f"{AUTO}/db"),
}
KERNELS = ["", "linux-5.10", "linux-4.19"]


@pytest.fixture
def stage(hosts, request):
    host = hosts(kernel=getattr(request, "param", ""))
    host.dir(SOURCE, "file")
    host.dir(AUTO)
    host.path(f"{DIR}/link").symlink_to(f"{AUTO}/sub")
    return host


on_old_kernels_too = pytest.mark.parametrize("stage", KERNELS, indirect=True)


def each_on_one(begin):
    """Each trigger, on one kernel in turn."""
    return pytest.mark.parametrize(
        "stage, name", in_turn(KERNELS, TRIGGERS, every=3, begin=begin), indirect=["stage"])


@pytest.fixture
def automount(stage):
    servers = []

    def start(kind="direct", deed="mount", point=AUTO, source="automounter"):
        servers.append(Automounter(stage, point, kind, deed, source))
        return servers[-1]

    yield start
    for server in servers:
        server.end()


def assert_untriggered(done, path):
    (drift,) = [drift for drift in done["drift"] if drift["code"] == "untriggered"]
    assert drift["path"] in (path, AUTO), drift


def real(asked):
    """The path that the source is in the end."""
    return asked["source"].replace(f"{DIR}/link", f"{AUTO}/sub")


@each_on_one(0)
def test_check_triggers_nothing(stage, automount, name):
    kind, asked, _, path = TRIGGERS[name]
    stage.make(BEFORE)
    auto = automount(kind)
    table = stage.mountinfo()
    said = stage.robind("check", request={"binds": [BEFORE, asked, AFTER]})
    assert stage.mountinfo() == table and auto.triggered == [], "check changed something"
    assert said.status == 2, said.reply
    assert [done["status"] for done in said.reply["binds"]] == ["ok", "changed", "changed"]
    assert_untriggered(said.reply["binds"][1], path)
    assert "untriggered" not in str(said.reply["binds"][2])


@pytest.mark.parametrize("place", [AUTO, f"{AUTO}/sub", f"{AUTO}/no/thing"])
@pytest.mark.parametrize("kind", ["direct", "indirect"])
def test_show_triggers_nothing(stage, automount, kind, place):
    auto = automount(kind)
    table = stage.mountinfo()
    said = stage.robind("show", place)
    assert said.of(place)
    assert stage.mountinfo() == table and auto.triggered == []


@each_on_one(1)
def test_apply_triggers_it_once(stage, automount, name):
    kind, asked, trigger, _ = TRIGGERS[name]
    auto = automount(kind)
    said = stage.apply(BEFORE, asked, AFTER)
    assert said.status == 0, said.reply
    assert auto.triggered == [trigger]
    stage.assert_read_only_view(real(asked), asked["target"])
    if "volumes" not in asked["source"]:
        assert stage.top(asked["target"]).fs_type == "tmpfs", "shows the trigger itself"
    stage.assert_settled(BEFORE, asked, AFTER)
    assert auto.triggered == [trigger]


@each_on_one(2)
def test_nobody_answers(stage, automount, name):
    kind, asked, trigger, _ = TRIGGERS[name]
    auto = automount(kind, "silent")
    already = {mount.target for mount in stage.mounts()}
    with within(IN_TIME):
        said = stage.apply(BEFORE, asked, AFTER, timeout=TIMEOUT)
    assert [done["status"] for done in said.reply["binds"]] == ["changed", "failed", "changed"]
    error = said.reply["binds"][1]["error"]
    assert (error["code"], error["errno"]) == ("timeout", "ETIMEDOUT"), error
    assert AUTO in error["msg"], error
    assert set(auto.triggered) == {trigger}
    made = {mount.target for mount in stage.mounts()} - already
    assert made == {BEFORE["target"], AFTER["target"]}
    assert not stage.path(TARGET).exists(), "half-made"


def test_many_below_one_that_never_answers(stage, automount):
    automount("direct", "silent")
    binds = [bind(f"{AUTO}/{n}", f"{DIR}/ro/{n}") for n in range(50)]
    with within(IN_TIME):
        said = stage.apply(BEFORE, *binds, AFTER, timeout=TIMEOUT)
    assert {done["error"]["code"] for done in said.reply["binds"][1:-1]} == {"timeout"}
    assert stage.top(BEFORE["target"]) and stage.top(AFTER["target"])


@each_on_one(3)
def test_nothing_to_mount(stage, automount, name):
    kind, asked, trigger, _ = TRIGGERS[name]
    auto = automount(kind, "fail")
    with within(IN_TIME):
        said = stage.apply(BEFORE, asked, AFTER, timeout=TIMEOUT)
    assert [done["status"] for done in said.reply["binds"]] == ["changed", "failed", "changed"]
    error = said.reply["binds"][1]["error"]
    assert error["errno"] in (None, "ENOENT", "EACCES"), error
    assert error["code"] == "source_missing" or asked["source"] == SOURCE, error
    assert AUTO in error["msg"] or f"{DIR}/link" in error["msg"], error
    # The advice has to be one that helps: root it is, and symlinks are followed.
    assert "CAP_SYS_ADMIN" not in error["msg"] and "follow" not in error["msg"], error
    assert set(auto.triggered) == {trigger}


def test_bind_over_what_was_mounted_again(stage, automount):
    """The automounter took its file system away when nobody used it, and brings a new one."""
    asked = bind(AUTO, TARGET, replace=True)
    auto = automount()
    stage.make(asked)
    stage.run("umount", "-l", AUTO)
    table = stage.mountinfo()
    said = stage.robind("check", request=asked)
    assert said.status == 2 and "untriggered" in said.codes, said.reply
    assert stage.mountinfo() == table and len(auto.triggered) == 1
    stage.make(asked)
    assert len(auto.triggered) == 2
    stage.assert_read_only_view(AUTO, TARGET)


def test_trigger_below_a_tree(stage, automount):
    """To mount it read-only nobody has to step on it."""
    point = stage.dir(f"{SOURCE}/auto")
    auto = automount(point=point)
    asked = bind(SOURCE, TARGET, recursive=True)
    assert stage.apply(asked).status == 0
    assert not stage.apply(asked).reply["changed"]
    assert stage.robind("check", request=asked).status == 0
    assert stage.top(f"{TARGET}/auto").fs_type == "autofs"
    assert "ro" in stage.top(f"{TARGET}/auto").options
    assert auto.triggered == []


# What apply settles, check finds settled: nothing is left there for anybody to step on.
@on_old_kernels_too
@pytest.mark.parametrize("deed, source, trigger", [
    ("mount", AUTO, None), ("silent", AUTO, None), ("below", f"{AUTO}/db", "db"),
    ("below", f"{AUTO}/db/in", "db"), ("below", f"{AUTO}/db/in/sub", "db")])
def test_directories_of_a_map(stage, automount, deed, source, trigger):
    asked = bind(source, TARGET)
    auto = automount("indirect", deed)
    assert ("untriggered" in stage.robind("check", request=asked).codes) == bool(trigger)
    with within(IN_TIME):
        stage.make(asked)
        stage.assert_settled(asked)
    assert auto.triggered == ([trigger] if trigger else [])
    assert "ro" in stage.top(TARGET).options
    if source == AUTO:
        assert stage.top(TARGET).fs_type == "autofs"


@on_old_kernels_too
@pytest.mark.parametrize("kind, place", [("direct", AUTO), ("direct", f"{AUTO}/sub"),
                                         ("indirect", f"{AUTO}/db"), ("direct", f"{DIR}/link")])
def test_lines_of_others_trigger_nothing(stage, automount, kind, place):
    automounter = automount(kind)
    text = f"{SOURCE} {place} none bind,ro 0 0\n"
    fstab = stage.file(f"{DIR}/fstab", text)
    assert stage.apply({**BEFORE, "state": "mounted"}, fstab=fstab).status == 0
    assert automounter.triggered == []
    assert stage.path(fstab).read_text().startswith(text)
