# SPDX-License-Identifier: Apache-2.0
"""Automounts that stay: below a bind that is taken away or replaced, and in what a bind shows."""

import pytest

from host import DIR, bind
from pace import within
from servers import Automounter

pytestmark = pytest.mark.needs_root

SOURCE, OTHER, AUTO = f"{DIR}/volumes/db", f"{DIR}/volumes/web", f"{DIR}/auto"
TARGET, FSTAB = f"{DIR}/ro", f"{DIR}/fstab"
ON_IT = bind(SOURCE, AUTO, "mounted", fstab_options=["x-systemd.automount"])
KERNELS = ["", "linux-5.10", "linux-4.19"]


@pytest.fixture
def stage(hosts, request):
    host = hosts(kernel=getattr(request, "param", ""))
    host.dir(SOURCE, "file")
    host.dir(OTHER, "other")
    host.dir(AUTO)
    host.file(FSTAB)
    return host


on_old_kernels_too = pytest.mark.parametrize("stage", KERNELS, indirect=True)


@pytest.fixture
def automount(stage):
    servers = []

    def start(kind="direct", point=AUTO, deed="mount", source="automounter"):
        servers.append(Automounter(stage, point, kind, deed, source))
        return servers[-1]

    yield start
    for server in servers:
        server.end()


@pytest.fixture(params=["automounter", "systemd-1"])
def bound(stage, automount, request):
    """The bind is on the automount, in the place of what that had mounted."""
    auto = automount(source=request.param)
    auto.is_of_systemd = request.param == "systemd-1"
    said = stage.apply({**ON_IT, "replace": True}, fstab=FSTAB)
    assert said.status == 0, said.reply
    assert [mount.fs_type for mount in stage.stack(AUTO)].count("autofs") == 1
    assert len(stage.stack(AUTO)) == 2
    return auto


def codes(said):
    return [warning["code"] for warning in said.reply["warnings"]]


def assert_settled(host, *binds, **members):
    for _ in range(2):
        assert host.check(*binds, fstab=FSTAB, **members).status == 0
        assert not host.apply(*binds, fstab=FSTAB, **members).reply["changed"]


def test_bind_on_an_automount_is_as_asked(stage, bound):
    assert_settled(stage, ON_IT)
    said = stage.check(ON_IT, fstab=FSTAB)
    assert "covered" not in codes(said) and "automount_in_source" not in codes(said)
    stage.run("mount", "-o", "remount,bind,rw", AUTO)
    assert stage.check(ON_IT, fstab=FSTAB).codes == ["writable"]
    assert stage.apply(ON_IT, fstab=FSTAB).status == 0
    assert_settled(stage, ON_IT)
    assert len(bound.triggered) == 1


@pytest.mark.parametrize("gone", [
    {**ON_IT, "state": "absent", "fstab_options": []},
    {**ON_IT, "state": "unmounted", "fstab_options": []},
    {"target": AUTO, "state": "absent"},
    {**ON_IT, "state": "absent", "fstab_options": [], "replace": True},
], ids=["absent", "unmounted", "absent, by its line", "absent, replace"])
def test_bind_is_taken_off(stage, bound, gone):
    """The automount stays, is told of, and is not stepped on."""
    checked, said = stage.check(gone, fstab=FSTAB), stage.apply(gone, fstab=FSTAB)
    assert (checked.status, said.status) == (2, 0), said.reply
    assert codes(checked) == codes(said) == ["automount_left"]
    assert [mount.fs_type for mount in stage.stack(AUTO)] == ["autofs"]
    assert len(bound.triggered) == 1
    listed = gone["state"] == "unmounted"
    assert (AUTO in stage.path(FSTAB).read_text()) == listed
    assert_settled(stage, gone)
    # For as long as a line would have it mount the bind again, each run says so.
    for again in (stage.check(gone, fstab=FSTAB), stage.apply(gone, fstab=FSTAB)):
        assert codes(again) == (["automount_left"] if listed else [])
    # There is no systemd here that it would belong to, or that could be asked.
    msg = said.reply["warnings"][0]["msg"]
    assert ("systemctl stop 'mnt-auto.automount'" in msg) == bound.is_of_systemd
    assert len(bound.triggered) == 1, "somebody stepped on it"


def test_bind_is_replaced(stage, bound):
    asked = {**ON_IT, "source": OTHER, "replace": True}
    assert stage.apply(asked, fstab=FSTAB).status == 0
    assert stage.stack(AUTO)[-1].root.endswith("/web")
    assert len(stage.stack(AUTO)) == 2
    assert_settled(stage, asked)


@on_old_kernels_too
def test_what_it_mounted_itself_is_not_ours(stage, automount):
    auto = automount()
    stage.run("ls", AUTO)
    said = stage.apply({"target": AUTO, "state": "unmounted"}, fstab=FSTAB)
    assert said.error["code"] == "unexpected_mount"
    assert len(stage.stack(AUTO)) == 2 and len(auto.triggered) == 1


@on_old_kernels_too
def test_nothing_was_mounted_on_it(stage, automount):
    auto = automount()
    gone = {"target": AUTO, "state": "absent", "source": SOURCE}
    assert_settled(stage, gone)
    assert auto.triggered == []


@on_old_kernels_too
def test_directory_of_a_map_at_a_target_is_not_ours(stage, automount):
    """Nothing could be mounted by it any more."""
    automount("indirect")
    assert stage.apply(bind(SOURCE, AUTO)).error["code"] == "unexpected_mount"
    assert stage.apply({"target": AUTO, "state": "unmounted"}).error["code"] == "unexpected_mount"
    assert [mount.fs_type for mount in stage.stack(AUTO)] == ["autofs"]


def assert_nobody_gets_in(host, path):
    tried = host.run("ls", path, check=False)
    assert tried.returncode != 0 and b"Too many levels" in tried.stderr


@on_old_kernels_too
def test_directory_of_a_map_as_source(stage, automount):
    automount("indirect")
    asked = bind(AUTO, TARGET)
    checked, said = stage.check(asked), stage.apply(asked)
    assert (checked.status, said.status) == (2, 0), said.reply
    assert "automount_in_source" in codes(checked) and "automount_in_source" in codes(said)
    stage.assert_settled(asked)
    assert "automount_in_source" in codes(stage.check(asked))
    assert_nobody_gets_in(stage, f"{TARGET}/db")


def test_automount_in_a_tree(stage, automount):
    point = stage.dir(f"{SOURCE}/auto")
    auto = automount(point=point)
    asked = bind(SOURCE, TARGET, recursive=True)
    checked, said = stage.check(asked), stage.apply(asked)
    assert [w for w in checked.reply["warnings"] if point in w["msg"]]
    assert "automount_in_source" in codes(said)
    assert "automount_in_source" not in codes(stage.check(bind(SOURCE, f"{DIR}/flat")))
    assert auto.triggered == []
    assert_nobody_gets_in(stage, f"{TARGET}/auto")


@on_old_kernels_too
def test_what_an_automount_in_a_tree_mounts(stage, automount):
    """By a bind of its own, as the warning says: the one in the tree is a place like any other."""
    point = stage.dir(f"{SOURCE}/auto")
    auto = automount(point=point)
    tree, inner = bind(SOURCE, TARGET, recursive=True), bind(point, f"{TARGET}/auto")
    assert stage.check(tree, inner).status == 2
    said = stage.apply(tree, inner)
    assert said.status == 0 and codes(said) == [], said.reply
    stage.assert_read_only_view(point, f"{TARGET}/auto")
    stage.assert_settled(tree, inner)
    assert len(auto.triggered) == 1
    gone = {**inner, "state": "unmounted"}
    assert codes(stage.apply(gone)) == []
    stage.assert_settled(gone)
    assert len(auto.triggered) == 1, "somebody stepped on it"


@on_old_kernels_too
def test_another_bind_on_an_automount_in_a_tree(stage, automount):
    """It is no more than a place: nobody is asked to mount there what cannot be reached."""
    point = stage.dir(f"{SOURCE}/auto")
    auto = automount(point=point)
    tree, inner = bind(SOURCE, TARGET, recursive=True), bind(OTHER, f"{TARGET}/auto")
    assert stage.apply(tree).status == 0
    assert stage.check(tree, inner).status == 2
    said = stage.apply(tree, inner)
    assert said.status == 0 and codes(said) == [], said.reply
    stage.assert_read_only_view(OTHER, f"{TARGET}/auto")
    stage.assert_settled(tree, inner)
    assert auto.triggered == []


@on_old_kernels_too
@pytest.mark.parametrize("state", ["absent", "unmounted", "fstab_absent", "fstab_present"])
def test_of_a_daemon_that_never_answers(stage, automount, state):
    """What shall be gone from there, or is left as it is, is not waited for."""
    auto = automount(deed="silent")
    stage.file(FSTAB, f"{SOURCE} {AUTO} none bind,ro,private,x-systemd.automount 0 0\n")
    gone = {"target": AUTO, "state": state}
    if state == "fstab_present":
        gone |= {"source": SOURCE, "options": ["nosuid"]}
    with within(5):
        assert stage.check(gone, fstab=FSTAB).status == (0 if state == "unmounted" else 2)
        assert stage.apply(gone, fstab=FSTAB).status == 0
        assert_settled(stage, gone)
    assert auto.triggered == []


@on_old_kernels_too
@pytest.mark.parametrize("deed, source_mount, code", [
    ("mount", AUTO, None), ("mount", True, None), ("fail", AUTO, "source_missing"),
    ("silent", AUTO, "timeout"), ("silent", True, "timeout")])
def test_source_has_to_lie_on_an_automount(stage, automount, deed, source_mount, code):
    auto = automount(deed=deed)
    asked = bind(AUTO if source_mount is True else f"{AUTO}/sub", TARGET,
                 source_mount=source_mount)
    assert stage.robind("check", request=asked).codes.count("untriggered") >= 1
    assert auto.triggered == []
    with within(3):
        said = stage.apply(asked, timeout=1)
    assert said.error.get("code") == code, said.reply
    if not code:
        stage.assert_settled(asked)
