# SPDX-License-Identifier: Apache-2.0
"""robind_bind, by the real `puppet apply`. A run takes seconds, so a catalog has many cases."""

import pytest

from host import DIR
from puppets import PuppetHost, needs_puppet

pytestmark = needs_puppet()


@pytest.fixture(scope="module")
def host():
    host = PuppetHost(installed=False)
    yield host
    host.end()


# The words of each bind of the catalog; what each is for is said where it is looked at.
BINDS = {
    "plain": "",
    "flags": "options => ['nosuid', 'nodev'],",
    "taken": "replace => true,",
    "blank and 'quote'": "",
    "tried": "noop => true,",
    "tree": "recursive => true,",
}


def source(name):
    return f"{DIR}/s/{name}"


def target(name):
    return f"{DIR}/t/{name}"


def quoted(path):
    return "'" + path.replace("'", "\\'") + "'"


def bind(name, words=""):
    return (f"robind_bind {{ {quoted(target(name))}: ensure => ephemeral,"
            f" source => {quoted(source(name))}, {words} }}\n")


CATALOG = "".join(bind(*item) for item in BINDS.items()) + (
    # Fails, and with it what needs it; nobody else.
    bind("none") +
    f"-> {bind('after none')}"
    # Its truth changes within the run: see test_order.
    f"exec {{ '/bin/mount -t tmpfs tmpfs {source('volume')}':"
    f" onlyif => '/usr/bin/test -e {DIR}/now', unless => '/bin/mountpoint -q {source('volume')}',"
    f" before => Robind_bind['{target('volume')}'] }}\n"
    + bind("volume")
    # Told on when the bind was changed, and only then.
    + "exec { '/bin/echo told': refreshonly => true, logoutput => true,"
    f" subscribe => Robind_bind['{target('plain')}'] }}\n"
)
# What goes by the name of each in the log.
ALL = [*BINDS, "none", "volume"]
GOOD = [name for name in ALL if name not in ("none", "tried")]


def lines(run, name):
    return run.of(f"Robind_bind[{target(name)}]/ensure:")


def assert_right(host, names=GOOD):
    for name in names:
        host.assert_read_only_view(source(name), target(name))


def test_noop_before_robind_is_there(host):
    """The package comes in the same run, which only pretends: clean, and all is told."""
    for name in (*BINDS, "after none", "volume"):
        host.dir(source(name), "file")
    with host.unchanged():
        run = host.apply(CATALOG, "--noop")
    run.assert_clean()
    for name in ALL:
        (line,) = lines(run, name)
        assert line.endswith("absent (robind is not installed), should be ephemeral (noop)"), line


def test_without_robind_it_fails(host):
    """Never a silent success."""
    with host.unchanged():
        run = host.apply(bind("plain"))
    assert run.status == 4 and "suitable provider for robind_bind" in run.text, run.text


def test_noop(host):
    host.install()
    with host.unchanged():
        run = host.apply(CATALOG, "--noop")
    run.assert_clean()
    for name in BINDS:
        (line,) = lines(run, name)
        assert "absent (target_missing, not_mounted), should be ephemeral (noop)" in line


def test_first_run(host):
    """All but three are made: one fails, one needs that one, and one only pretends."""
    run = host.apply(CATALOG)
    assert run.status == 6, run.text
    assert_right(host)
    assert "nosuid" in host.top(target("flags")).options
    for name in GOOD:
        (line,) = lines(run, name)
        assert ": absent changed to ephemeral: " in line and "(not_mounted)" in line, line
    (error,) = run.errors
    assert f"Robind_bind[{target('none')}]: Could not evaluate: '{source('none')}' does not" in error
    assert run.of(f"Robind_bind[{target('after none')}]: Skipping because of failed dependencies")
    for name in ("none", "after none", "tried"):
        assert host.top(target(name)) is None, name
    assert "(noop)" in lines(run, "tried")[0]
    assert "told" in run.text


def test_second_run(host):
    """Nothing but what still fails, and what still only pretends."""
    host.dir(source("none"))
    host.apply(CATALOG).assert_changed()
    host.sh('umount "$1"; rmdir "$1"', target("tried"), check=False)
    before = host.mountinfo()
    run = host.apply(CATALOG)
    run.assert_clean()
    assert host.mountinfo() == before
    assert [name for name in ALL if lines(run, name)] == ["tried"]
    assert "told" not in run.text


def spoil(host):
    """Every bind by hand, each in another way; returns the reason that is to be told."""
    host.sh('mount -o remount,bind,rw "$1"', target("plain"))
    host.sh('mount -o remount,bind,ro,dev,suid "$1"', target("flags"))
    host.sh('umount "$1"; mount --bind "$2" "$1"', target("taken"), source("plain"))
    host.sh('rm -r "$1"; mkdir "$1"', source("blank and 'quote'"))
    host.sh('umount "$1"', target("none"))
    host.sh('mkdir "$1"; mount -t tmpfs tmpfs "$1"', f"{source('tree')}/sub")
    host.file(f"{DIR}/now")
    return {
        "plain": "ephemeral, mended: target is writable (writable)",
        "flags": "(options)",
        "taken": "(wrong_source)",
        "blank and 'quote'": "(stale_source)",
        "none": "absent changed to ephemeral: nothing is mounted at the target (not_mounted)",
        "tree": "(submount_missing)",
        "volume": "(source_covered)",
    }


def test_drift_and_order(host):
    """Each is mended and says why. `volume` was right when the run began, and is judged when
    its turn has come: by then an exec has mounted a volume over its source."""
    reasons = spoil(host)
    run = host.apply(CATALOG)
    run.assert_changed()
    for name, reason in reasons.items():
        (line,) = lines(run, name)
        assert reason in line, f"{name}: {line}"
    assert_right(host, reasons)
    assert "told" in run.text
    host.apply(CATALOG).assert_clean()


def test_a_cover_is_taken_off_with_replace(host):
    """What is not ours stays without `replace`, in noop it is an error as well."""
    host.sh('mount -t tmpfs tmpfs "$1"', target("plain"))
    before = host.mountinfo()
    for option in ([], ["--noop"]):
        run = host.apply(bind("plain"), *option)
        assert run.status == 4 and "Could not evaluate" in run.text, run.text
    assert host.mountinfo() == before
    host.apply(bind("plain", "replace => true,")).assert_changed()
    host.assert_read_only_view(source("plain"), target("plain"))


# The mount point itself

KEEPER = "user { 'keeper': ensure => present, uid => 2701, gid => 7 }\n"
OWN = KEEPER + bind("own", "owner => 'keeper', group => 7, mode => '2750',")
GONE = bind("own", "remove_target => true,").replace("ephemeral", "absent")


def test_noop_before_the_owner_is_there(host):
    """The user comes in the same run, which only pretends: no failure, and it is told."""
    host.dir(source("own"), "file")
    with host.unchanged():
        run = host.apply(OWN, "--noop")
    run.assert_clean()
    (line,) = lines(run, "own")
    assert line.endswith("absent (owner_missing), should be ephemeral (noop)"), line
    with host.unchanged():
        assert "'keeper' is not in" in host.apply(bind("own", "owner => 'keeper',")).text


def test_made_for_a_user_of_the_same_run(host):
    """Also where its resource stands behind the bind's."""
    host.apply("".join(reversed(OWN.splitlines(keepends=True)))).assert_changed()
    host.assert_read_only_view(source("own"), target("own"))
    host.apply(OWN).assert_clean()
    host.run("umount", target("own"))
    found = host.path(target("own")).stat()
    assert (found.st_uid, found.st_gid, oct(found.st_mode)) == (2701, 7, "0o42750")


def test_gone_with_its_mount_point(host):
    host.apply(OWN).assert_changed()
    with host.unchanged():
        (line,) = lines(host.apply(GONE, "--noop"), "own")
    assert "ephemeral (unexpected_mount), should be absent (noop)" in line
    host.apply(GONE).assert_changed()
    assert not host.path(target("own")).exists() and host.path(f"{DIR}/t").is_dir()
    host.apply(GONE).assert_clean()
    host.dir(target("own"))
    run = host.apply(GONE)
    assert "absent, mended: target is there" in lines(run, "own")[0], run.text
    assert not host.path(target("own")).exists()


def test_content_of_a_mount_point_stays(host):
    """And is no failure, but a warning in each run."""
    host.dir(target("own"), "file")
    run = host.apply(GONE)
    run.assert_clean()
    assert "stays: it is not empty ('file')" in run.text
    assert host.path(target("own") + "/file").exists()
