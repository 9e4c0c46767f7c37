# SPDX-License-Identifier: Apache-2.0
"""Files beside a bind: no order that robind_bind brings lets Puppet change the source through it.

The bind has drifted in each of these, so what Puppet does at its target is done to the source.
"""

import pytest

from host import DIR
from puppets import PuppetHost, needs_puppet

pytestmark = needs_puppet()

SOURCE, ABOVE = f"{DIR}/s", f"{DIR}/t"
TARGET = f"{ABOVE}/b"


@pytest.fixture(scope="module")
def puppet():
    host = PuppetHost()
    yield host
    host.end()


@pytest.fixture
def host(puppet):
    puppet.sh('umount "$1" 2>/dev/null || true; rm -rf "$2" "$3"', TARGET, ABOVE, SOURCE)
    puppet.dir(SOURCE, "kept/file")
    puppet.dir(TARGET)
    puppet.run("mount", "--bind", SOURCE, TARGET)
    return puppet


def ours(ensure="absent", more=""):
    return f"robind_bind {{ '{TARGET}': ensure => {ensure}, source => '{SOURCE}', {more} }}\n"


def file(path, words):
    return f"file {{ '{path}': {words} }}\n"


GONE = "ensure => absent, force => true"
LEAVES = {
    "at": file(TARGET, GONE),
    "above": file(ABOVE, GONE),
    "below": file(f"{TARGET}/kept", GONE),
    "purged": file(ABOVE, "ensure => directory, recurse => true, purge => true, force => true"),
    "emptied": file(TARGET, "ensure => directory, recurse => true, purge => true, force => true"),
    "tidied": f"tidy {{ '{ABOVE}': recurse => true, rmdirs => true, age => '0s' }}\n",
    "changed": file(TARGET, "ensure => directory, mode => '0700'"),
}


@pytest.mark.parametrize("name", LEAVES)
@pytest.mark.parametrize("ensure, is_first", [("absent", True), ("unmounted", False)])
def test_a_bind_leaves_before_files(host, name, ensure, is_first):
    texts = [LEAVES[name], ours(ensure)]
    run = host.apply("".join(texts if is_first else reversed(texts)))
    run.assert_changed()
    assert host.top(TARGET) is None
    assert host.path(f"{SOURCE}/kept/file").exists(), run.text
    assert host.path(SOURCE).stat().st_mode & 0o777 != 0o700, run.text


# What may not be done, because it would be undone or would empty the source.
REFUSED = {
    "both": file(TARGET, GONE) + ours("mounted"),
    "both, above": file(ABOVE, GONE) + ours("ephemeral"),
    "before": file(TARGET, GONE).rstrip() + " -> " + ours(),
    "before, by way of another": file(TARGET, GONE).rstrip() + " -> notify { 'x': } -> " + ours(),
    "before, by classes": f"class a {{ {file(ABOVE, GONE)} }} class b {{ {ours()} }}"
                          " include a, b Class['a'] -> Class['b']",
    "below, before": file(f"{TARGET}/kept", GONE).rstrip() + " -> " + ours("ephemeral"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(host, name):
    """Before anything is done."""
    with host.unchanged():
        run = host.apply(REFUSED[name])
    assert run.status == 1 and "would remove through the bind what its source holds" in run.text
    assert len(run.errors) == 2 and "pre-run checks" in run.errors[1], run.text
    assert f"Robind_bind[{TARGET}]" in run.errors[0], run.text


@pytest.mark.parametrize("words", ["mode => '0700'", "owner => 'nobody'",
                                   "recurse => true, mode => '0700'"])
def test_a_bind_is_mended_before_files(host, words):
    """What the files want then fails, as in every run after that, and the source is as it was."""
    before = host.path(SOURCE).stat()
    run = host.apply(file(TARGET, f"ensure => directory, {words}") + ours("ephemeral"))
    host.assert_read_only_view(SOURCE, TARGET)
    after = host.path(SOURCE).stat()
    assert (before.st_mode, before.st_uid) == (after.st_mode, after.st_uid), run.text
    assert run.status == 6 and "Read-only file system" in run.text


def test_a_file_below_is_not_written_through(host):
    run = host.apply(file(f"{TARGET}/new", "content => 'x'") + ours("ephemeral"))
    assert "Read-only file system" in run.text and not host.path(f"{SOURCE}/new").exists()


def test_a_file_makes_the_mount_point(host):
    """Where nothing is mounted it comes first, and what it makes is the mount point."""
    host.run("umount", TARGET)
    host.apply(ours("ephemeral") + file(TARGET, "ensure => directory, mode => '0711'"))
    host.assert_read_only_view(SOURCE, TARGET)
    host.run("umount", TARGET)
    assert host.path(TARGET).stat().st_mode & 0o777 == 0o711


def test_no_circle_with_classes(host):
    """Files in a class that comes before that of the binds: theirs is the order."""
    text = (f"class dirs {{ {file(TARGET, 'ensure => directory')} }}"
            f" class binds {{ {ours('ephemeral')} }} include dirs, binds"
            " Class['dirs'] -> Class['binds']")
    host.apply(text).assert_changed()
    host.apply(text).assert_clean()
    host.assert_read_only_view(SOURCE, TARGET)


def test_the_program_goes_last(host):
    text = file("/usr/local/sbin/robind", "ensure => absent") + ours()
    run = host.apply(text)
    host.install()
    assert run.status == 2 and host.top(TARGET) is None, run.text
