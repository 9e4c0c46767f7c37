# SPDX-License-Identifier: Apache-2.0
"""Whatever happens to a bind: it is as asked again, and why it was not is told."""

import contextlib
import pathlib
import re

import pytest

from answer import is_sanitized
from host import DIR, bind, here
from watcher import LONGEST, eventually, told_within

SOURCE = f"{DIR}/volumes/mysql"
TARGET = f"{DIR}/volumes_ro/mysql"


def is_right(host):
    top = host.top(TARGET)
    return (top is not None and "ro" in top.options and len(host.stack(TARGET)) == 1
            and host.path(SOURCE).exists()
            and host.path(SOURCE).stat()[1:3] == host.path(TARGET).stat()[1:3])


# What happens, the code that is told, the request's members.
HAPPENS = {
    "made writable": ('mount -o remount,bind,rw "$2"', "writable", {}),
    "its superblock too": ('mount -o remount,bind,rw "$2"; mount -o remount,bind,noexec "$2"',
                           "writable", {}),
    "unmounted": ('umount "$2"', "not_mounted", {}),
    "unmounted lazily": ('umount -l "$2"', "not_mounted", {}),
    "moved": ('mkdir "$3/away"; mount --move "$2" "$3/away"', "not_mounted", {}),
    "covered": ('mount -t tmpfs over "$2"', "unexpected_mount", {"replace": True}),
    "covered by the source": ('mount --bind "$1" "$2"', "stacked", {}),
    "another in its place": ('umount "$2"; mkdir -p "$3/other"; mount --bind "$3/other" "$2"',
                             "wrong_source", {"replace": True}),
    "source made anew": ('rm -r "$1"; mkdir "$1"', "stale_source", {}),
    "source exchanged": ('mkdir "$1.new"; mv "$1" "$1.old"; mv "$1.new" "$1"', "wrong_source", {}),
    "directory above it made anew": ('rm -r "${1%/*}"; mkdir -p "$1"', "stale_source", {}),
    "options taken": ('mount -o remount,bind,ro,suid,dev,exec "$2"', "options",
                      {"options": ["noexec"]}),
    "target removed": ('umount "$2"; rmdir "$2"', "target_missing", {}),
}


@pytest.mark.parametrize("happens", HAPPENS)
def test_mended(host, watch, happens):
    script, code, members = HAPPENS[happens]
    host.dir(SOURCE)
    watcher = watch(request=here(bind(SOURCE, TARGET, **members)))
    assert is_right(host)
    # What takes it away and goes on means it to be gone then.
    with watcher.stopped() if 'umount "$2"; ' in script else contextlib.nullcontext():
        host.sh(script, SOURCE, TARGET, DIR)
    eventually(lambda: is_right(host))
    told = watcher.wait_for("mended", 2)
    assert code in told["drift"], told
    assert told["target"] == TARGET and told["actions"]
    watcher.wait_for_quiet()
    host.assert_read_only_view(SOURCE, TARGET)
    assert len(watcher.events("mended")) <= 3, watcher.events()
    assert watcher.end() == 0
    host.assert_read_only_view(SOURCE, TARGET)


MOUNTED_BELOW = {
    "mounted": 'mount -t tmpfs below "$1/sub"',
    "moved": 'mkdir "$2/away"; mount -t tmpfs below "$2/away"; sleep 0.3; mount --move "$2/away" "$1/sub"',
    "one in another": 'mount -t tmpfs -o ro below "$1/sub"; sleep 0.3; mount -t tmpfs deeper "$1/sub"',
    "a tree": 'mkdir -p "$2/tree/x"; mount -t tmpfs below "$2/tree/x"; mount --rbind "$2/tree" "$1/sub"',
}


@pytest.mark.parametrize("happens", MOUNTED_BELOW)
def test_mounted_below(host, watch, happens):
    """What is writable in the view is told as soon as it is there."""
    host.dir(f"{SOURCE}/sub/x")
    watcher = watch(request=here(bind(SOURCE, TARGET)))
    watcher.wait_for_quiet()
    host.sh(MOUNTED_BELOW[happens], TARGET, DIR)
    told = watcher.wait_for("failed")
    assert told["code"] == "submount_writable", told


def test_source_goes_and_comes(host, watch):
    """While it is away the old one stays; when it is back it is shared at once."""
    host.dir(SOURCE, "old")
    watcher = watch(request=here(bind(SOURCE, TARGET)))
    host.sh('rm -r "$1"', SOURCE)
    told = watcher.wait_for("failed")
    assert told["code"] == "source_missing" and SOURCE in told["msg"]
    with told_within(1) as told:
        host.dir(SOURCE, "new")
        told.update(watcher.wait_for("mended", 2))
    assert told["drift"] == ["stale_source"]
    assert host.path(f"{TARGET}/new").exists()


def test_source_on_layers(host, watch):
    """As everything is on a host whose root is an overlay."""
    host.sh("""cd "$1"; mkdir low up work root; mount -t overlay overlay \
               -o lowerdir=low,upperdir=up,workdir=work root""", DIR)
    source = host.dir(f"{DIR}/root/volumes/mysql")
    watcher = watch(request=here(bind(source, TARGET)))
    with told_within(1) as told:
        host.sh('rm -r "$1"; mkdir "$1"', source)
        told.update(watcher.wait_for("mended", 2))
    host.assert_read_only_view(source, TARGET)


@pytest.mark.parametrize("below", ["", "/db"])
def test_volume_goes_and_comes(host, watch, below):
    """Its bare mount point is never shared, and the next volume there is."""
    volume, source = f"{DIR}/disk", f"{DIR}/disk{below}"
    host.dir(volume)
    host.dir(f"{source}")
    host.run("mount", "-t", "tmpfs", "first", volume)
    host.dir(source, "first")
    watcher = watch(request=here(bind(source, TARGET)))
    host.run("umount", "-l", volume)
    told = watcher.wait_for("failed")
    assert told["code"] == "source_unmounted" and volume in told["msg"]
    assert host.path(f"{TARGET}/first").exists()
    host.run("mount", "-t", "tmpfs", "second", volume)
    host.dir(source, "second")
    watcher.wait_for("mended", 2)
    eventually(lambda: host.path(f"{TARGET}/second").exists())
    host.assert_read_only_view(source, TARGET)


def test_unmounted_bind_of_a_volume_that_has_gone(host, watch):
    """systemd unmounts the bind, and then the volume: the bare directory is not shared."""
    host.dir(f"{DIR}/disk")
    host.run("mount", "-t", "tmpfs", "first", f"{DIR}/disk")
    watcher = watch(request=here(bind(f"{DIR}/disk", TARGET)))
    # Or the bind would be made again before the volume goes.
    with watcher.stopped():
        host.sh('umount "$1"; umount "$2"', TARGET, f"{DIR}/disk")
    assert watcher.wait_for("failed")["code"] == "source_unmounted"
    assert host.top(TARGET) is None
    host.run("mount", "-t", "tmpfs", "second", f"{DIR}/disk")
    watcher.wait_for("mended", 2)
    host.assert_read_only_view(f"{DIR}/disk", TARGET)


def test_others_are_left_alone(host, watch):
    """What nobody asked for is not touched, nor looked into."""
    host.dir(SOURCE)
    watcher = watch(request=here(bind(SOURCE, TARGET)))
    host.run("mount", "-t", "tmpfs", "foreign", TARGET)
    told = watcher.wait_for("failed")
    assert told["code"] == "unexpected_mount"
    assert [mount.fs_type for mount in host.stack(TARGET)][-1] == "tmpfs"
    host.run("umount", TARGET)
    watcher.wait_for("in_sync")
    assert len(watcher.events("mended")) == 1


def test_many(host, watch):
    """Those that something happened to, and no others."""
    names = [f"n{i}" for i in range(50)]
    binds = [bind(host.dir(f"v/{name}"), f"{DIR}/ro/{name}") for name in names]
    watcher = watch(request=here(*binds))
    assert len(watcher.events("mended")) == 50
    for name in names[:5]:
        host.run("mount", "-o", "remount,bind,rw", f"{DIR}/ro/{name}")
    watcher.wait_for("mended", 55)
    watcher.wait_for_quiet()
    assert sorted(event["target"] for event in watcher.events("mended")[50:]) == [
        f"{DIR}/ro/{name}" for name in names[:5]]


@pytest.mark.skipif(is_sanitized(), reason="the sanitizers' memory is not its own")
def test_memory(host, watch):
    """A thousand take what is remembered of them, and nothing of what a look at them takes."""
    host.sh('mkdir "$1/v"; cd "$1/v"; seq 1000 | xargs mkdir', DIR)
    watcher = watch(request=here(*(bind(f"{DIR}/v/{i}", f"{DIR}/ro/{i}") for i in range(1, 1001))))
    assert len(watcher.events("mended")) == 1000
    status = pathlib.Path(f"/proc/{watcher.process.entered()}/status")
    anonymous = lambda: int(re.search(r"RssAnon:\s+(\d+)", status.read_text())[1])  # noqa: E731
    # With a table of mounts to read, another look at all comes a moment later.
    eventually(lambda: anonymous() < 1600, told=lambda: f"{anonymous()} KiB")


def test_binds_within_each_other(host, watch):
    host.dir(f"{SOURCE}/sub")
    host.dir(f"{DIR}/other")
    watcher = watch(request=here(bind(SOURCE, TARGET), bind(f"{DIR}/other", f"{TARGET}/sub")))
    host.run("umount", "-l", TARGET)
    watcher.wait_for("mended", 4)
    watcher.wait_for_quiet()
    host.assert_read_only_view(SOURCE, TARGET)
    host.assert_read_only_view(f"{DIR}/other", f"{TARGET}/sub")


def test_recursive(host, watch):
    """A mount that appears in the source is shared, too, and read-only."""
    host.dir(f"{SOURCE}/sub")
    watcher = watch(request=here(bind(SOURCE, TARGET, recursive=True)))
    host.run("mount", "-t", "tmpfs", "inner", f"{SOURCE}/sub")
    watcher.wait_for("mended", 2)
    assert not host.is_writable(f"{TARGET}/sub")
    assert host.top(f"{TARGET}/sub") is not None


def test_absent_stays_absent(host, watch):
    host.dir(SOURCE)
    host.dir(TARGET)
    watcher = watch(request=here(bind(SOURCE, TARGET, "unmounted")))
    host.run("mount", "--bind", SOURCE, TARGET)
    watcher.wait_for("mended")
    eventually(lambda: host.top(TARGET) is None)



def test_made_writable_while_it_is_looked_at(host, watch):
    """What is remembered as right was judged: many are looked at before the first is remembered."""
    targets = [f"{DIR}/many/{i}" for i in range(400)]
    host.dir(SOURCE)
    binds = [bind(SOURCE, target) for target in targets]
    host.apply(*binds)
    for _ in range(3):
        watcher = watch(request=here(*binds), ready=False)
        host.sh('for target; do mount -o remount,bind,rw "$target"; done', *targets[1::4])
        watcher.wait_for("ready")
        eventually(lambda: not [mount for mount in host.mounts() if mount.target in targets
                                and "ro" not in mount.options], LONGEST)
        watcher.end()
