# SPDX-License-Identifier: Apache-2.0
"""robind_bind and fstab: the states, what `puppet resource` shows, purging, systemd's notice."""

import pytest

from host import DIR
from puppets import PuppetHost, needs_puppet

pytestmark = needs_puppet()

A = f"{DIR}/a"
STATES = ["mounted", "ephemeral", "defined", "unmounted", "absent"]
FOREIGN = f"{A} {DIR}/foreign none bind,ro 0 0\n"


@pytest.fixture
def host():
    host = PuppetHost()
    host.dir("a", "file")
    yield host
    host.end()


def bind(target, ensure, words=""):
    return f"robind_bind {{ '{DIR}/{target}': ensure => {ensure}, source => '{A}', {words} }}\n"


def is_in_fstab(host, target):
    """Whatever stands between the words: `mount` sets tabs in every line."""
    line = f"{A} {DIR}/{target} none bind,ro,private,x-robind 0 0"
    return line in [" ".join(text.split()) for text in host.fstab.splitlines()]


def seen(host, target):
    return host.top(f"{DIR}/{target}") is not None, is_in_fstab(host, target)


# Whether it is mounted, and whether fstab has it; None: as it was.
WANTED = {"mounted": (True, True), "ephemeral": (True, None), "defined": (None, True),
          "unmounted": (False, True), "absent": (False, False)}


def test_states(host):
    """From every state to every other one, in one run."""
    pairs = [(old, new) for old in STATES for new in STATES]
    host.apply("".join(bind(f"{old}-{new}", old) for old, new in pairs)).assert_changed()
    before = {pair: seen(host, "-".join(pair)) for pair in pairs}
    text = "".join(bind(f"{old}-{new}", new) for old, new in pairs)
    host.apply(text).assert_changed()
    for pair in pairs:
        asked = WANTED[pair[1]]
        is_right = tuple(was if ask is None else ask for ask, was in zip(asked, before[pair]))
        assert seen(host, "-".join(pair)) == is_right, pair
    host.apply(text).assert_clean()


def test_resource(host):
    """What is there, in the words of the type: all of fstab's with x-robind, or by name."""
    host.apply(
        bind("in fstab", "mounted", "options => ['nosuid', 'noexec'], recursive => true,")
        + bind("eph", "ephemeral") + bind("not", "unmounted")
    ).assert_changed()
    host.file("/etc/fstab", host.fstab + FOREIGN)
    run = host.puppet("resource", "robind_bind")
    assert run.errors == []
    assert run.text == (
        f"robind_bind {{ '{DIR}/in fstab':\n"
        "  ensure    => 'mounted',\n"
        "  options   => ['nosuid', 'noexec'],\n"
        "  provider  => 'robind',\n"
        "  recursive => 'true',\n"
        f"  source    => '{A}',\n"
        "}\n"
        f"robind_bind {{ '{DIR}/not':\n"
        "  ensure    => 'unmounted',\n"
        "  provider  => 'robind',\n"
        "  recursive => 'false',\n"
        f"  source    => '{A}',\n"
        "}\n")
    for target, ensure in (("eph", "ephemeral"), ("none", "absent"), ("foreign", "unmounted")):
        run = host.puppet("resource", "robind_bind", f"{DIR}/{target}")
        assert f"ensure    => '{ensure}'" in run.text.replace("ensure   =>", "ensure    =>"), run


def test_resource_by_hand(host):
    run = host.puppet("resource", "robind_bind", f"{DIR}/b", "ensure=mounted", f"source={A}")
    assert "absent changed to mounted" in run.text
    host.assert_read_only_view(A, f"{DIR}/b")
    host.puppet("resource", "robind_bind", f"{DIR}/b", "ensure=absent")
    assert seen(host, "b") == (False, False)


def test_purge(host):
    """What fstab has with x-robind and no catalog; not the other lines, not what is named here
    by another title, not what is no business of fstab."""
    host.apply(bind("b", "mounted") + bind("old", "mounted") + bind("eph", "ephemeral"))
    host.dir("foreign")
    host.file("/etc/fstab", host.fstab + FOREIGN)
    host.sh('mount "$1"', f"{DIR}/foreign")
    text = (f"robind_bind {{ 'by title': target => '{DIR}/b/', source => '{A}' }}\n"
            "resources { 'robind_bind': purge => true }\n")
    with host.unchanged():
        run = host.apply(text, "--noop")
    assert is_in_fstab(host, "old") and len(run.of("/ensure: ")) == 1, run.text
    run = host.apply(text)
    run.assert_changed()
    assert len(run.of("/ensure: ")) == 1, run.text
    assert [seen(host, name) for name in ("b", "old", "eph")] == [
        (True, True), (False, False), (True, False)]
    assert FOREIGN in host.fstab and host.top(f"{DIR}/foreign")
    host.apply(text).assert_clean()


def test_purge_by_real_paths(host):
    """What the catalog names through a symlink is in fstab by its real path."""
    host.dir("real")
    host.path(f"{DIR}/link").symlink_to("real")
    text = (f"robind_bind {{ '{DIR}/link/b': source => '{A}', follow => true }}\n"
            "resources { 'robind_bind': purge => true }\n")
    host.apply(bind("old", "mounted") + text).assert_changed()
    run = host.apply(text)
    run.assert_changed()
    assert len(run.of("/ensure: ")) == 1 and "old" in run.of("/ensure: ")[0], run.text
    assert (seen(host, "real/b"), seen(host, "old")) == ((True, True), (False, False))
    host.apply(text).assert_clean()


def test_purge_where_a_directory_became_a_symlink(host):
    """It is refused, and said; but it is named, and so nothing to be taken away."""
    text = bind("dir/b", "mounted") + "resources { 'robind_bind': purge => true }\n"
    host.apply(text).assert_changed()
    host.sh('mv "$1/dir" "$1/moved" && ln -s moved "$1/dir"', DIR)
    run = host.apply(text)
    assert len(run.errors) == 1 and "symlink" in run.errors[0], run.text
    assert host.top(f"{DIR}/moved/b") and is_in_fstab(host, "dir/b")


def test_systemd_is_told_once(host):
    """However many lines are changed; a run without a change tells nobody. systemd runs in no
    test of this kind, so that a script stands for systemctl and counts."""
    host.dir("/run/systemd/system")
    host.sh("mount -t tmpfs -o mode=755 tmpfs /usr/local/sbin")
    host.install()
    calls = host.file("/run/calls")
    script = host.file("/run/systemctl", f'#!/bin/sh\necho "$*" >>{calls}\n')
    host.sh('chmod 755 "$1"; mount --bind "$1" "$(readlink -f /bin/systemctl)"', script)
    text = bind("b", "mounted") + bind("c", "unmounted") + bind("d", "ephemeral")
    for _ in range(2):
        host.apply(text)
    assert host.path(calls).read_text() == "daemon-reload\n"


def test_mount_writes_fstab_over(host):
    """`mount` writes fstab from what it read for the first of its resources, without what came
    since. What it undoes is done again, and told; nothing is lost for the next boot."""
    host.apply(bind("gone", "mounted"))
    disks = []
    for name in ("disk1", "disk2"):
        host.dir(name)
        disks.append(f"mount {{ '{DIR}/{name}': ensure => mounted, device => 'tmpfs',"
                     f" fstype => 'tmpfs' }}\n")
    text = f"{disks[0]} -> {bind('b', 'mounted')} -> {bind('gone', 'absent')} -> {disks[1]}"
    run = host.apply(text)
    run.assert_changed()
    assert [seen(host, name) for name in ("b", "gone")] == [(True, True), (False, False)]
    assert all(f"tmpfs\t{DIR}/{name}\t" in host.fstab for name in ("disk1", "disk2"))
    assert len(run.of("has been set right again")) == 2, run.text
    host.apply(text).assert_clean()


def test_order(host):
    """Without a `require`: a bind after its volume and below its files, and away before them."""
    host.dir("vol")
    lines = [
        f"robind_bind {{ '{DIR}/t/inner': source => '{DIR}/vol', source_mount => true }}\n",
        f"file {{ '{DIR}/t': ensure => directory, mode => '0711' }}\n",
        f"mount {{ '{DIR}/vol': ensure => mounted, device => 'tmpfs', fstype => 'tmpfs' }}\n",
    ]
    host.apply("".join(lines)).assert_changed()
    host.assert_read_only_view(f"{DIR}/vol", f"{DIR}/t/inner")
    host.apply("".join(lines)).assert_clean()
    away = "".join(lines[::-1]).replace("ensure => mounted", "ensure => absent").replace(
        "source =>", "ensure => absent, source =>").replace(", source_mount => true", "")
    run = host.apply(away)
    run.assert_changed()
    order = [line.split("Main/")[1].split("[")[0] for line in run.of("/ensure")]
    assert order == ["Robind_bind", "Mount"], run.text
    assert [line for line in host.fstab.splitlines() if line[0] != "#"] == []
