"""`holders`: who else on this host keeps an old or a writable view of a bind."""

import contextlib
import json
import os
import shutil
import subprocess

import pytest

import answer
import kernels
from host import DIR, KERNEL, SECONDS, Namespace, bind, is_real_root

SOURCE, TARGET = f"{DIR}/volumes/db", f"{DIR}/ro/db"
ASKED = bind(SOURCE, TARGET)
NOBODY = {"units": [], "containers": [], "processes": []}


@pytest.fixture
def stage(shared_host):
    shared_host.dir(SOURCE, "file", "sub/file")
    shared_host.dir(TARGET)
    return shared_host


@contextlib.contextmanager
def beside(host, propagation="private"):
    """Another namespace, as of now: a service that starts."""
    namespace = Namespace(
        *host.enter, "unshare", "-m", "--propagation", propagation, user=host.user)
    yield namespace
    namespace.end()


@contextlib.contextmanager
def process(host, *argv):
    """A process on the host, once it has printed a line."""
    with subprocess.Popen(
        [*host.enter, *argv], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/"
    ) as started:
        assert started.stdout.readline() == b"ready\n", argv
        yield started.pid
        started.stdin.close()
        started.wait(SECONDS)


def shell(host, script):
    return process(host, "sh", "-ec", f"{script}\necho ready; exec cat", "sh", TARGET)


def bind_as_people_do(host):
    host.run("mount", "--bind", SOURCE, TARGET)


def source_anew(host):
    shutil.rmtree(host.path(SOURCE))
    host.dir(SOURCE, "file", "sub/file")


def held(said):
    """Who holds the one bind, why and where."""
    return {(h["pid"], h["why"]): h["path"] for h in said.bind.get("holders", [])}


def warned(said):
    return [warning["code"] for warning in said.reply["warnings"]
            if warning["code"] != "holders_unknown" or is_real_root()]


def assert_nobody(host, asked=ASKED):
    said = host.check(asked, holders=True)
    assert held(said) == {}
    assert said.reply["needs_restart"] == NOBODY
    assert warned(said) == []


def assert_lasts(host, expected, asked=ASKED):
    """It is derived anew: a run that changes nothing says the same, and so does check."""
    again = host.apply(asked, holders=True)
    assert not again.reply["changed"]
    assert held(again) == expected
    looked = host.check(asked, holders=True)
    assert held(looked) == expected
    assert looked.reply["needs_restart"] == again.reply["needs_restart"]


def test_nobody(stage, slave):
    stage.make(ASKED)
    assert_nobody(stage)


def test_not_looked_for_unless_asked(stage):
    bind_as_people_do(stage)
    with beside(stage):
        said = stage.check(ASKED)
        assert "needs_restart" not in said.reply and "holders" not in said.bind
        stage.run("mount", "--make-private", TARGET)
        stage.run("mount", "-o", "remount,bind,ro", TARGET)
        said = stage.apply(ASKED)
        assert not said.reply["changed"]
        assert "needs_restart" not in said.reply and "holders" not in said.bind


def test_who_it_is(stage):
    bind_as_people_do(stage)
    with beside(stage) as service:
        said = stage.check(ASKED, holders=True)
        (holder,) = said.bind["holders"]
        assert holder["command"] == service.path("/proc/self/comm").parent.parent.joinpath(
            str(service.pid), "comm").read_text().strip()
        assert holder["pid"] == service.pid


@pytest.mark.parametrize("private", [False, True])
def test_copies_that_a_mend_reaches(stage, slave, private):
    """The second of the two calls does not reach it; robind's new mount does."""
    bind_as_people_do(stage)
    stage.run("mount", "-o", "remount,bind,ro", TARGET)
    if private:
        stage.run("mount", "--make-private", TARGET)
    expected = {(slave.pid, "writable"): TARGET}
    looked = stage.check(ASKED, holders=True)
    assert held(looked) == expected
    assert warned(looked) == ["writable_elsewhere"]
    if not private:
        said = stage.apply(ASKED)
        assert said.reply["changed"] and held(said) == {} and warned(said) == []
        assert not slave.is_writable(TARGET)
        assert_nobody(stage)


def bind_and_mount_within(host):
    host.run("mount", "--bind", SOURCE, TARGET)
    host.run("mount", "-t", "tmpfs", "tmpfs", f"{SOURCE}/sub")


def bind_the_tree(host):
    host.run("mount", "-t", "tmpfs", "tmpfs", f"{SOURCE}/sub")
    host.run("mount", "--rbind", SOURCE, TARGET)


@pytest.mark.parametrize("recursive", [False, True], ids=["plain", "recursive"])
@pytest.mark.parametrize("spoil", [bind_and_mount_within, bind_the_tree])
def test_copies_that_hold_mounts(stage, slave, spoil, recursive):
    """What the mend cannot reach is named, in that run and in the next, and nothing else."""
    asked = {**ASKED, "recursive": recursive}
    spoil(stage)
    said = stage.apply(asked)
    assert said.status == 0, said.reply
    left = slave.is_writable(TARGET), slave.is_writable(f"{TARGET}/sub")
    assert ((slave.pid, "writable") in held(said)) == any(left)
    assert warned(said) == ["writable_elsewhere"] * any(left)
    if left[0]:
        assert held(said)[slave.pid, "writable"] == TARGET
    assert_lasts(stage, held(said), asked)


def test_writable_below_a_good_copy(stage, slave):
    """The copy was made read-only there by hand, but not what is mounted on it."""
    bind_the_tree(stage)
    slave.run("mount", "-o", "remount,bind,ro", TARGET)
    asked = {**ASKED, "recursive": True}
    said = stage.apply(asked)
    assert said.status == 0, said.reply
    if slave.is_writable(f"{TARGET}/sub"):
        assert held(said) == {(slave.pid, "writable"): f"{TARGET}/sub"}
    else:
        assert held(said) == {}
    assert_lasts(stage, held(said), asked)


def test_private_namespace(stage):
    """Nothing gets through to it: it has to be restarted, and then it is gone."""
    bind_as_people_do(stage)
    with beside(stage) as service:
        said = stage.apply(ASKED)
        assert said.status == 0, said.reply
        expected = {(service.pid, "writable"): TARGET}
        assert held(said) == expected
        assert warned(said) == ["writable_elsewhere"]
        assert str(service.pid) in said.reply["warnings"][0]["msg"]
        assert service.is_writable(TARGET)
        if os.geteuid() != 0 or not said.bind["holders"][0]["unit"]:
            assert said.reply["needs_restart"] == {**NOBODY, "processes": [service.pid]}
        assert_lasts(stage, expected)
    with beside(stage) as service:
        assert not service.is_writable(TARGET)
        assert_nobody(stage)


def test_private_namespace_where_nothing_is_shared(host):
    """There it is mended in place, which reaches nobody."""
    host.dir(SOURCE, "file")
    host.dir(TARGET)
    bind_as_people_do(host)
    with beside(host) as service:
        said = host.apply(ASKED)
        assert "replace" not in said.bind["actions"]
        assert held(said) == {(service.pid, "writable"): TARGET}


def test_one_of_each_namespace(stage):
    """The process that was there first stands for all of a namespace."""
    bind_as_people_do(stage)
    with beside(stage) as one, beside(stage) as two:
        with process(one, "sh", "-c", "echo ready; exec cat"):
            said = stage.apply(ASKED)
            assert held(said) == {(one.pid, "writable"): TARGET, (two.pid, "writable"): TARGET}


def test_parent_at_another_path(stage):
    """A container that has the folder of the targets, and gets nothing new."""
    bind_as_people_do(stage)
    with beside(stage) as service:
        service.sh('mkdir "$1"; mount --rbind "$2" "$1"; mount --make-rprivate "$1"; umount "$3"',
                   f"{DIR}/data", f"{DIR}/ro", TARGET)
        said = stage.apply(ASKED)
        assert held(said) == {(service.pid, "writable"): f"{DIR}/data/db"}


def test_parent_that_receives(stage):
    """The same as `:ro,rslave`: it sees the mend, and need not be restarted."""
    bind_as_people_do(stage)
    with beside(stage, "slave") as service:
        service.sh('mkdir "$1"; mount --rbind "$2" "$1"; mount --make-rslave "$1"',
                   f"{DIR}/data", f"{DIR}/ro")
        assert held(stage.check(ASKED, holders=True))
        assert held(stage.apply(ASKED)) == {}
        assert not service.is_writable(f"{DIR}/data/db")


def test_source_given_away(stage):
    """A database has the source itself, writable: that is as it should be."""
    bind_as_people_do(stage)
    with beside(stage, "slave") as database:
        database.sh('mkdir "$1"; mount --bind "$2" "$1"; umount "$3"',
                    f"{DIR}/data", SOURCE, TARGET)
        assert held(stage.apply(ASKED)) == {}
        assert database.is_writable(f"{DIR}/data")
        assert_nobody(stage)


def test_source_mounted_on_itself(stage):
    """Nothing is hidden below such a mount, so nobody has an older view."""
    stage.run("mount", "--bind", SOURCE, SOURCE)
    stage.make(ASKED)
    with beside(stage) as database:
        database.sh('mkdir "$1"; mount --bind "$2" "$1"', f"{DIR}/data", SOURCE)
        assert_nobody(stage)


def test_stacked_there(stage):
    """The top one is what a namespace sees."""
    bind_as_people_do(stage)
    with beside(stage) as service:
        service.sh('mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"', TARGET)
        assert held(stage.apply(ASKED)) == {}
        service.run("mount", "--bind", SOURCE, TARGET)
        assert held(stage.check(ASKED, holders=True)) == {(service.pid, "writable"): TARGET}


@pytest.mark.parametrize("mask", ["tmpfs", "inaccessible"])
def test_hidden_there(stage, mask):
    """Services are given other things in the place of what they shall not see."""
    stage.make(ASKED)
    with beside(stage) as service:
        if mask == "tmpfs":
            service.run("mount", "-t", "tmpfs", "tmpfs", TARGET)
        else:
            service.sh('mkdir -p "$1/inaccessible/dir"; mount --bind "$1/inaccessible/dir" "$2"',
                       service_dir(service), TARGET)
        assert_nobody(stage)


def service_dir(service):
    service.sh('mkdir -p "$1"; mount -t tmpfs tmpfs "$1"', f"{DIR}/run")
    return f"{DIR}/run"


def test_target_given_away_and_source_made_anew(stage):
    """A container keeps the clone that it made at its start."""
    stage.make(ASKED)
    with beside(stage) as service:
        service.sh('mkdir "$1"; mount --bind "$2" "$1"; umount "$2"', f"{DIR}/socket", TARGET)
        assert_nobody(stage)
        source_anew(stage)
        expected = {(service.pid, "stale"): f"{DIR}/socket"}
        assert held(stage.check(ASKED, holders=True)) == expected
        said = stage.apply(ASKED)
        assert "stale_source" in said.codes
        assert held(said) == expected
        assert warned(said) == []
        assert_lasts(stage, expected)


def test_part_given_away_and_made_anew(stage):
    """The bind is right, and the container still holds a directory that is gone."""
    stage.dir(f"{SOURCE}/sub/part")
    stage.make(ASKED)
    with beside(stage) as service:
        service.sh('mkdir "$1"; mount --bind "$2/sub/part" "$1"; umount "$2"', f"{DIR}/socket",
                   TARGET)
        assert_nobody(stage)
        stage.sh('rmdir "$1"; mkdir "$1"', f"{SOURCE}/sub/part")
        said = stage.check(ASKED, holders=True)
        assert (said.status, held(said)) == (0, {(service.pid, "stale"): f"{DIR}/socket"})


def test_copy_and_source_made_anew(stage):
    stage.make(ASKED)
    with beside(stage) as service:
        source_anew(stage)
        expected = {(service.pid, "stale"): TARGET}
        assert held(stage.apply(ASKED)) == expected
        assert_lasts(stage, expected)


def test_volume_mounted_later(stage):
    """The source is a mount point now; who came before sees what lies below it."""
    stage.make(ASKED)
    with beside(stage) as service:
        stage.run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", SOURCE)
        said = stage.apply(ASKED)
        assert "source_covered" in said.codes
        assert held(said) == {(service.pid, "stale"): TARGET}
        service.sh('mkdir "$1"; mount --bind "$2" "$1"; umount "$2"', f"{DIR}/socket", TARGET)
        assert held(stage.check(ASKED, holders=True)) == {
            (service.pid, "stale"): f"{DIR}/socket"}


def test_another_source_before(stage):
    stage.make(bind(stage.dir("volumes/old"), TARGET))
    with beside(stage) as service:
        stage.make({**ASKED, "replace": True})
        assert held(stage.check(ASKED, holders=True)) == {(service.pid, "stale"): TARGET}


def test_taken_away(stage):
    """Detaching cannot reach a private namespace: its copy is left."""
    stage.make(ASKED)
    gone = {**ASKED, "state": "unmounted"}
    with beside(stage) as service:
        said = stage.apply(gone, holders=True)
        assert held(said) == {(service.pid, "stale"): TARGET}
        assert warned(said) == []
    assert_nobody(stage, gone)


def test_of_each_bind(stage):
    """One pass for all, and each has its own."""
    other = bind(stage.dir("volumes/other"), f"{DIR}/ro/other")
    bind_as_people_do(stage)
    with beside(stage) as first:
        stage.run("mount", "--bind", other["source"], stage.dir("ro/other"))
        with beside(stage) as second:
            stage.apply(ASKED, other)
            said = stage.check(ASKED, other, bind(SOURCE, f"{DIR}/none"), holders=True)
            pids = [{h["pid"] for h in bind.get("holders", [])} for bind in said.reply["binds"]]
            assert pids == [{first.pid, second.pid}, {second.pid}, set()]


# Writers. A mount that somebody has open for writing stays writable when it is detached.

@pytest.fixture
def busy(stage):
    """A writable bind with a writer that is there throughout."""
    bind_as_people_do(stage)
    with shell(stage, 'exec 3>"$1/file"') as pid:
        stage.writer = (pid, "writer"), f"{TARGET}/file"
        yield stage


def test_writer(busy):
    said = busy.apply(ASKED)
    assert said.status == 0, said.reply
    assert held(said) == dict([busy.writer])
    assert warned(said) == [], "there is no copy that others could use"
    assert_lasts(busy, dict([busy.writer]))


PYTHON = """
import ctypes, mmap, os, sys
def map_it(path, protection, flags):
    # Not as Python does it, which keeps a descriptor as well.
    call = ctypes.CDLL(None, use_errno=True).mmap
    call.restype = ctypes.c_void_p
    fd = os.open(path, os.O_RDWR)
    os.truncate(fd, 10)
    where = call(None, ctypes.c_size_t(10), protection, flags, fd, ctypes.c_long(0))
    assert where != ctypes.c_void_p(-1).value, ctypes.get_errno()
    os.close(fd)
def hold(target):
    %s
held = hold(sys.argv[1])
print("ready", flush=True)
sys.stdin.read()
"""

HOLDS = {
    "appending": ('return open(target + "/sub/file", "a")', "sub/file"),
    "reading and writing": ('return open(target + "/sub/file", "r+")', "sub/file"),
    "directory": ('return os.open(target + "/sub", os.O_RDONLY)', "sub"),
    "root": ('return os.open(target, os.O_PATH)', ""),
    "standing in it": ('os.chdir(target + "/sub")', "sub"),
    "chroot": ('os.chroot(target + "/sub")', "sub"),
    "several": ('os.chdir(target + "/sub"); return open(target + "/file", "a")', "file"),
    "deleted": ('held = open(target + "/sub/new", "w"); os.unlink(held.name); return held',
                "sub/new (deleted)"),
}


def python(host, hold):
    return process(host, "/usr/bin/python3", "-c", PYTHON % hold, TARGET)


@pytest.mark.parametrize("hold", HOLDS)
def test_writer_by(busy, hold):
    how, path = HOLDS[hold]
    with python(busy, how) as pid:
        busy.apply(ASKED)
        expected = dict([busy.writer, ((pid, "writer"), f"{TARGET}/{path}".rstrip("/"))])
        assert held(busy.check(ASKED, holders=True)) == expected
        assert_lasts(busy, expected)
    assert held(busy.check(ASKED, holders=True)) == dict([busy.writer])


MAP = 'map_it(target + "/sub/file", mmap.%s, mmap.%s)'


@pytest.mark.needs_root
@pytest.mark.parametrize("protection", ["PROT_WRITE", "PROT_READ"])
def test_writer_by_map(busy, protection):
    """The descriptor is closed, the map is left; what is read-only now need not stay so."""
    with python(busy, MAP % (protection, "MAP_SHARED")) as pid:
        busy.apply(ASKED)
        assert held(busy.check(ASKED, holders=True)) == dict(
            [busy.writer, ((pid, "writer"), f"{TARGET}/sub/file")])


@pytest.mark.parametrize("hold", [
    'return open(target + "/sub/file")',
    MAP % ("PROT_WRITE", "MAP_PRIVATE"),
    f'return open("{SOURCE}/sub/file", "a"), os.open("{SOURCE}", os.O_RDONLY)',
], ids=["reader", "private map", "of the source"])
def test_no_writer(busy, hold):
    with python(busy, hold):
        busy.apply(ASKED)
        assert held(busy.check(ASKED, holders=True)) == dict([busy.writer])


def test_directory_of_a_mount_that_was_made_read_only(stage):
    """Without writers it is made read-only before it is replaced: then it may be held."""
    bind_as_people_do(stage)
    with shell(stage, 'cd "$1/sub"; exec 3<"$1"'):
        assert held(stage.apply(ASKED)) == {}
        assert_nobody(stage)


def test_detached_mount_of_something_else(stage):
    """The same names, the same file system, and yet not the source."""
    stage.dir("volumes/other", "file", "sub/file")
    source_anew(stage)
    stage.make(ASKED)
    stage.run("mount", "--bind", f"{DIR}/volumes/other", stage.dir("elsewhere"))
    with process(stage, "sh", "-ec", 'cd "$1"; exec 3>"$1/file"; echo ready; exec cat', "sh",
                 f"{DIR}/elsewhere"):
        stage.run("umount", "-l", f"{DIR}/elsewhere")
        assert_nobody(stage)


@pytest.mark.needs_root
def test_writer_where_names_are_the_same(stage, tmp_path):
    """What lies below the source "/" has there the name that it has everywhere."""
    whole = bind("/", f"{DIR}/ro/whole")
    stage.make(whole)
    with open(tmp_path / "file", "w", encoding="ascii"):
        assert held(stage.apply(whole, holders=True)) == {}


@pytest.mark.needs_root
def test_namespace_of_which_its_first_process_sees_little(stage):
    """One that is confined to a folder does not know the mounts outside of it; one that is
    not must not be taken for a writer because of that."""
    whole = bind("/", f"{DIR}/ro/whole")
    stage.make(whole)
    confined = ("import os, sys; os.chroot(sys.argv[1]); os.chdir('/')\n"
                "print('ready', flush=True); sys.stdin.read()")
    with process(stage, "unshare", "-m", "--propagation", "private", "/usr/bin/python3", "-c",
                 confined, DIR) as pid:
        with process(stage, "nsenter", "-t", str(pid), "-m", "sh", "-c", "cd /; echo ready; cat"):
            assert held(stage.apply(whole, holders=True)) == {}


def test_writer_of_a_file(stage):
    """The source may be a file, and then it is the root of its mount."""
    stage.file(f"{DIR}/ro/file")
    asked = bind(f"{SOURCE}/file", f"{DIR}/ro/file")
    stage.run("mount", "--bind", asked["source"], asked["target"])
    with shell(stage, 'exec 3>>"${1%/*}/file"') as pid:
        expected = {(pid, "writer"): asked["target"]}
        assert held(stage.apply(asked)) == expected
        assert_lasts(stage, expected, asked)


def test_writer_in_another_namespace(stage):
    bind_as_people_do(stage)
    with beside(stage, "slave") as service, shell(service, 'exec 3>"$1/file"') as pid:
        expected = {(pid, "writer"): f"{TARGET}/file"}
        assert held(stage.apply(ASKED)) == expected
        assert_lasts(stage, expected)


def test_text(busy):
    """One line for each: what to restart, and why."""
    with beside(busy) as service:
        busy.apply(ASKED)
        said = busy.raw("check", "--format", "text",
                        request=json.dumps({**ASKED, "holders": True}))
        lines = said.stdout.decode().splitlines()
        (copy,) = [line for line in lines if f"process {service.pid} " in line
                   and line.startswith("restart ")]
        (writer,) = [line for line in lines if f"process {busy.writer[0][0]} " in line
                     and line.startswith("restart ")]
        assert copy.endswith(f"keeps a writable copy of {SOURCE} at {TARGET}")
        assert writer.endswith(f"can still write to {SOURCE} at {TARGET}/file")


# What cannot be read

def unknown(said):
    return [w["target"] for w in said.reply["warnings"] if w["code"] == "holders_unknown"]


WITHOUT_PROC = ("unshare", "-m", "--propagation", "slave", "sh", "-ec",
                'mount -t tmpfs tmpfs /proc; exec "$@"', "sh")


@pytest.mark.skipif(answer.is_sanitized(), reason="LeakSanitizer needs /proc")
def test_without_proc(stage):
    stage.make(ASKED)
    said = stage.check(ASKED, wrap=WITHOUT_PROC, holders=True)
    if kernels.lacks(KERNEL, "statmount"):
        assert said.error["code"] == "kernel", "mounts cannot be read there at all"
        return
    assert said.status == 0 and unknown(said) == [None]
    assert said.reply["needs_restart"] == NOBODY
    text = stage.raw("check", "--format", "text", wrap=WITHOUT_PROC,
                     request=json.dumps({**ASKED, "holders": True}))
    assert text.stdout.decode().startswith("warning: /proc")
    assert unknown(stage.check(ASKED, wrap=WITHOUT_PROC)) == []


WITHOUT_PTRACE = ("setpriv", "--bounding-set=-sys_ptrace")


@pytest.mark.needs_root
def test_guess_where_processes_cannot_be_read(stage, slave):
    """Who could not look still warns of what may be left."""
    bind_and_mount_within(stage)
    said = stage.apply(ASKED, wrap=WITHOUT_PTRACE)
    assert said.status == 0, said.reply
    assert [w["code"] for w in said.reply["warnings"]] == ["writable_elsewhere"]
    assert "holders" not in said.bind


@pytest.mark.needs_root
def test_as_nobody(stage):
    stage.make(ASKED)
    user = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    assert unknown(stage.check(ASKED, wrap=user, holders=True)) == [None]
    assert unknown(stage.check(ASKED, holders=True)) == []


@pytest.mark.needs_root
def test_hidden_processes(stage):
    stage.make(ASKED)
    wrap = ("unshare", "-m", "--propagation", "slave", "sh", "-ec",
            'mount -t proc -o hidepid=invisible proc /proc; exec "$@"', "sh",
            "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
            "sh", "-c", '"$@"; exit', "sh")  # somebody else whom it may see
    assert unknown(stage.check(ASKED, wrap=wrap, holders=True)) == [None]
