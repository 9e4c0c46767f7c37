# SPDX-License-Identifier: Apache-2.0
"""Older kernels, and filters that hide calls: the same result by other ways.

Each scene is played for some of SYSTEMS, with private mounts or with shared ones, in turn; for all
of them where there is time. What cannot be had there is said (`gap`), and what robind needed on
the way (a staging place) is gone when it ends, here and in every other mount namespace.

`make check-old` plays the core of the suite on two of them.
"""

import shutil
import socket

import pytest

import kernels
from fault import apply_with_fault, kill_at
from host import DIR, LONG, bind
from in_turn import in_turn

SOURCE, TARGET, OTHER = f"{DIR}/volumes/db", f"{DIR}/ro/db", f"{DIR}/volumes/other"
ASKED = bind(SOURCE, TARGET)
REPLACED = {**ASKED, "replace": True}

SYSTEMS = ["linux-4.19", "linux-5.4", "linux-5.10", "linux-5.15", "linux-6.6", "linux-6.12", "seccomp"]
SINGLE = [
    "no-mount-api", "no-mount-api-eperm", "no-setattr", "no-statmount", "no-new-calls",
    "no-new-calls-eperm",
    "no-openat2", "no-openat2-eperm", "no-cached", "no-beneath", "no-detached-clone",
    "no-close-range", "no-pidfd",
]

pytestmark = pytest.mark.skipif(
    not kernels.PROGRAM.exists(), reason=f"no {kernels.PROGRAM}: `make tests` builds it"
)


def elsewhere(namespace):
    return {mount for mount in namespace.mounts() if not mount.target.startswith(f"{DIR}/")}


class Stage:
    """A host on an older kernel, with a /run of its own, and a namespace beside it that
    receives its mounts."""

    def __init__(self, hosts, kernel, shared):
        self.kernel = kernel
        self.host = hosts(shared=shared, kernel=kernel)
        if shared:
            self.host.run("mount", "--make-rshared", "/")
        self.slave = self.host.slave()
        self.host.dir(SOURCE, "file", "sub/file")
        self.host.dir(OTHER, "other")
        self.host.dir(TARGET)
        self.before = elsewhere(self.host), elsewhere(self.slave), self.places()

    def mend(self, *asked, **how):
        """What check foretells is what apply does, and what is settled then."""
        foretold = self.host.check(*asked)
        said = self.host.apply(*asked, **how)
        assert said.status == 0, f"{self.kernel}: {said.reply}"
        for told, done in zip(foretold.reply["binds"], said.reply["binds"]):
            assert told.get("drift") == done.get("drift"), f"{self.kernel}: {done}"
        self.host.assert_settled(*asked)
        return said

    def mend_view(self, asked=ASKED):
        """One bind, read-only from wherever it is looked at."""
        said = self.mend(asked)
        source, target = asked["source"], asked["target"]
        self.host.assert_read_only_view(source, target)
        assert len(self.host.stack(target)) == 1, f"{self.kernel}: layers are left"
        if self.slave.stack(target) and self.slave.is_writable(target):
            # Only where the copy held mounts itself, and then it has to be said.
            warned = [warning["code"] for warning in said.reply["warnings"]]
            assert asked.get("recursive"), f"{self.kernel}: a writable copy"
            assert "writable_elsewhere" in warned, f"{self.kernel}: {said.reply}"
        return said

    def is_replaced(self, said):
        """With a gap, and saying so, where nothing can be attached beneath a mount."""
        has_gap = said.bind.get("gap", False)
        assert "replace" in said.bind["actions"], f"{self.kernel}: {said.bind}"
        assert has_gap == kernels.lacks(self.kernel, "beneath"), f"{self.kernel}: {said.bind}"
        return True

    def places(self):
        """Where a staging place might be left; whose else the names may be."""
        return {f"{place}/{path.name}" for place in ("/run", "/tmp", "")
                for path in self.host.path(place or "/").glob("robind*")}

    def assert_clean(self):
        """What was needed on the way is gone, whatever became of the bind."""
        assert elsewhere(self.host) == self.before[0], f"{self.kernel}: a mount is left"
        assert elsewhere(self.slave) == self.before[1], f"{self.kernel}: a copy is left"
        left = self.places() - self.before[2]
        assert left <= {"/run/robind.lock"}, f"{self.kernel}: left behind"

    def end(self):
        self.slave.end()


# ---- scenes: each spoils, mends and looks ----


def make_directory(stage):
    stage.mend_view()


def make_with_target(stage):
    said = stage.mend_view(bind(SOURCE, f"{DIR}/new/deep/ro"))
    assert "create_target" in said.bind["actions"]


def make_file(stage):
    stage.mend_view(bind(stage.host.file("db.conf", "old"), f"{DIR}/ro/conf"))


def make_socket(stage):
    name = f"{DIR}/volumes/db.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(stage.host.path(name)))
        server.listen()
        stage.mend_view(bind(name, f"{DIR}/ro.sock"))
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(stage.host.path(f"{DIR}/ro.sock")))


def bind_writable(stage, source=SOURCE):
    stage.host.run("mount", "--bind", source, TARGET)


def mend_writable(stage):
    bind_writable(stage)
    assert "writable" in stage.mend_view().codes


def mend_with_writer(stage):
    """The flag is refused as long as a file is open for writing."""
    bind_writable(stage)
    with open(stage.host.path(f"{TARGET}/file"), "w", encoding="ascii"):
        assert stage.is_replaced(stage.mend_view())


def replace_wrong_source(stage):
    bind_writable(stage, OTHER)
    refused = stage.host.apply(ASKED)
    assert refused.error["code"] == "wrong_source", refused.reply
    assert stage.is_replaced(stage.mend_view(REPLACED))


def replace_stale(stage):
    stage.host.make(ASKED)
    shutil.rmtree(stage.host.path(SOURCE))
    stage.host.dir(SOURCE, "new")
    said = stage.mend_view()
    assert said.codes == ["stale_source"] and stage.is_replaced(said)


def replace_stale_file(stage):
    asked = bind(stage.host.file("db.conf", "old"), f"{DIR}/ro/conf")
    stage.host.make(asked)
    stage.host.path(asked["source"]).unlink()
    stage.host.file("placeholder")
    stage.host.file("db.conf", "new")
    assert stage.mend_view(asked).codes == ["stale_source"]


def peel_stack(stage):
    stage.host.make(ASKED)
    bind_writable(stage)
    bind_writable(stage)
    assert "stacked" in stage.mend_view().codes


def set_options(stage):
    asked = bind(SOURCE, TARGET, options=["nosuid", "nodev", "noexec", "noatime"])
    stage.mend_view(asked)
    stage.host.run("mount", "-o", "remount,bind,ro,suid,noexec,relatime", TARGET)
    assert stage.mend_view(asked).codes == ["options"]
    assert stage.host.top(TARGET).options >= {"nosuid", "nodev", "noexec", "noatime"}


def keep_options(stage):
    """Flags that nobody named are kept when the read-only flag is set."""
    bind_writable(stage)
    stage.host.run("mount", "-o", "remount,bind,rw,nosuid,noexec,nodiratime", TARGET)
    stage.mend_view()
    assert stage.host.top(TARGET).options >= {"nosuid", "noexec", "nodiratime"}


def keep_flags_of_source(stage):
    stage.host.run("mount", "-t", "tmpfs", "-o", "nosuid,nodev,mode=755", "tmpfs", OTHER)
    stage.mend_view(bind(OTHER, TARGET))
    assert stage.host.top(TARGET).options >= {"nosuid", "nodev"}


def make_private(stage):
    stage.host.make(ASKED)
    stage.host.run("mount", "--make-shared", TARGET)
    assert stage.mend_view().codes == ["propagation"]


def unmount(stage):
    stage.host.make(ASKED)
    said = stage.mend({**ASKED, "state": "unmounted"})
    assert said.bind["actions"] == ["detach"] and stage.host.stack(TARGET) == []
    assert stage.slave.stack(TARGET) == [], f"{stage.kernel}: a copy stays mounted"


def self_bind(stage):
    stage.mend_view(bind(SOURCE, SOURCE + "/sub"))
    stage.mend(bind(SOURCE, SOURCE + "/sub", "unmounted"))


def make_many(stage):
    asked = [bind(SOURCE, f"{DIR}/ro/{n}") for n in range(70)]
    said = stage.mend(*asked)
    assert said.reply["summary"]["changed"] == 70
    for one in asked:
        assert not stage.host.is_writable(one["target"])


def make_within(stage):
    """A target within another one's view."""
    stage.mend(ASKED, bind(OTHER, f"{TARGET}/sub"))
    stage.host.assert_read_only_view(OTHER, f"{TARGET}/sub")


def make_tree(stage):
    for place in (f"{SOURCE}/sub", f"{SOURCE}/sub/deep"):
        stage.host.dir(place)
        stage.host.run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", place)
    asked = {**ASKED, "recursive": True}
    stage.mend_view(asked)
    assert_tree(stage)
    stage.host.run("mount", "-o", "remount,bind,rw", f"{TARGET}/sub/deep")
    assert stage.mend(asked).codes == ["submount_writable"]
    assert_tree(stage)


def assert_tree(stage):
    for place in ("/sub", "/sub/deep"):
        stage.host.assert_read_only_view(SOURCE + place, TARGET + place)


def mend_tree(stage):
    """One made by hand: writable, and each of its mounts too."""
    stage.host.dir(f"{SOURCE}/sub/deep")
    for place in (f"{SOURCE}/sub", f"{SOURCE}/sub/deep"):
        stage.host.dir(place)
        stage.host.run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", place)
    stage.host.run("mount", "--rbind", SOURCE, TARGET)
    stage.mend_view({**ASKED, "recursive": True})
    assert_tree(stage)


SCENES = [
    make_directory, make_with_target, make_file, make_socket, mend_writable,
    mend_with_writer, replace_wrong_source, replace_stale, replace_stale_file, peel_stack,
    set_options, keep_options, keep_flags_of_source, make_private, unmount, self_bind,
    make_many, make_within, make_tree, mend_tree,
]
FEW = [make_with_target, mend_with_writer, replace_stale, make_tree]


@pytest.fixture
def stages(hosts):
    made = []

    def make(kernel, shared=True):
        made.append(Stage(hosts, kernel, shared))
        return made[-1]

    yield make
    for stage in made:
        stage.end()


WAYS = [pytest.param(False, id="private"), pytest.param(True, id="shared")]


@pytest.mark.parametrize("kernel, shared, scene", in_turn(SYSTEMS, WAYS, SCENES, every=6))
def test_scene(stages, kernel, shared, scene):
    stage = stages(kernel, shared)
    scene(stage)
    stage.assert_clean()


@pytest.mark.parametrize("kernel", SINGLE)
def test_one_thing_missing(stages, kernel):
    """Each by itself: kernels are not the only ones that hide calls."""
    for scene in FEW:
        stage = stages(kernel)
        scene(stage)
        stage.assert_clean()


@pytest.mark.parametrize("kernel", ["", *SYSTEMS, *SINGLE])
def test_says_which_way(stages, kernel):
    stage = stages(kernel)
    host = stage.host
    for said in (host.check(ASKED), host.apply(ASKED), host.robind("show", TARGET)):
        assert said.reply["robind"]["mount_api"] == kernels.mount_api(kernel), said.reply
        assert said.reply["robind"]["read_api"] == kernels.read_api(kernel), said.reply


# A call that is there and says no is an error; to go the old way then would be a guess.
REFUSALS = [
    ("", "open_tree", "EPERM"), ("", "mount_setattr", "EPERM"), ("", "move_mount", "EPERM"),
    ("", "umount2", "EPERM"), ("no-beneath", "move_mount", "EPERM"),
    ("no-statmount", "mount_setattr", "EPERM"), ("linux-4.19", "mount", "EPERM"),
    ("linux-4.19", "mount", "ENOSPC"), ("no-setattr", "mount", "EPERM"),
]
CODES = {"EPERM": "permission", "ENOSPC": "limit"}
NEVER = 1000000


@pytest.mark.parametrize("kernel, call, error", REFUSALS)
def test_refused_is_not_missing(stages, kernel, call, error):
    """Whichever such call it is; but for the one that asks whether it is there at all."""
    calls = mend_with_fault(stages(kernel), call, error, NEVER)[1]
    assert calls, f"{kernel}: {call} is not called at all"
    for nth in rounds(calls):
        stage = stages(kernel)
        said = mend_with_fault(stage, call, error, nth)[0]
        here = f"{kernel}: call {nth} of {call} fails: {said.reply}"
        if said.status == 0:  # asked whether it is there, or there was another place
            assert said.reply["robind"]["mount_api"] == "mount", here
            assert nth == 1 or kernels.lacks(kernel, "mount_setattr"), here
        else:
            assert (said.error["code"], said.error["errno"]) == (CODES[error], error), here
        stage.assert_clean()
        assert stage.host.apply(ASKED).status == 0, here
        stage.host.assert_read_only_view(SOURCE, TARGET)


def rounds(calls):
    """Of a call that is made often, every third after the first three; all of them in long runs."""
    return (nth for nth in range(1, calls + 1) if LONG or nth < 4 or nth % 3 == 0)


def mend_with_fault(stage, call, error, nth):
    bind_writable(stage)
    return apply_with_fault(stage.host, {"binds": [ASKED]}, call, error, nth)


@pytest.mark.parametrize("call", ["mount", "umount2"])
@pytest.mark.parametrize("kernel", ["linux-4.19", "seccomp"])
def test_killed_on_the_way(stages, kernel, call):
    """What it left is taken away by the next one."""
    for nth in rounds(NEVER):
        stage = stages(kernel)
        bind_writable(stage)
        killed = kill_at(stage.host, {"binds": [ASKED]}, call, nth)
        stage.mend_view()
        stage.assert_clean()
        if not killed:
            break
    assert nth > 2, f"{kernel}: {call} is hardly called"
