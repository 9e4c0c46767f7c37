# SPDX-License-Identifier: Apache-2.0
"""A bind is made, is read-only, and is not made again."""

import concurrent.futures
import json
import socket

import pytest

from host import DIR, bind


def assert_made(host, asked, **members):
    """Foretold by check, done by apply, found by whoever looks next."""
    foretold = host.check(asked, **members)
    assert (foretold.status, foretold.bind["status"]) == (2, "changed"), foretold.reply
    said = host.apply(asked, **members)
    assert (said.status, said.bind["status"]) == (0, "changed"), said.reply
    assert "not_mounted" in said.codes and "attach" in said.bind["actions"]
    assert said.codes == foretold.codes
    host.assert_read_only_view(said.bind["source"], said.bind["target"])
    host.assert_settled(asked, **members)
    return said


def make_directory(host):
    return host.dir("volumes/db", "file")


def make_file(host):
    return host.file("volumes/db.conf", "old")


def make_socket(host):
    return listen(host, f"{host.dir('volumes')}/db.sock")[1]


def listen(host, name):
    """A server's socket; the file stays when the server goes."""
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(host.path(name)))
    server.listen()
    return server, name


KINDS = {"directory": make_directory, "file": make_file, "socket": make_socket}


@pytest.fixture(params=KINDS)
def source(host, request):
    return KINDS[request.param](host)


@pytest.mark.parametrize("target", ["ro", "new/deep/ro"])
def test_made_with_target(host, source, target):
    """A missing target is made, and said to be missing."""
    said = assert_made(host, bind(source, f"{DIR}/{target}"))
    assert "target_missing" in said.codes and "create_target" in said.bind["actions"]
    assert (said.bind["before"]["mounted"], said.bind["after"]["mounted"]) == (False, True)


def test_made_on_target(host, source):
    """A target that is there is taken as it is."""
    is_directory = host.path(source).is_dir()
    target = host.dir("ro") if is_directory else host.file("ro")
    said = assert_made(host, bind(source, target, create=False))
    assert said.codes == ["not_mounted"]
    assert said.bind["after"] == {
        "mounted": True, "read_only": True, "same_as_source": True, "recursive": False,
        "propagation": "private", "options": said.bind["after"]["options"], "stacked": 1,
        "in_fstab": False,
    }


def test_content_is_seen_and_safe(host):
    source, target = host.dir("volumes/db", "there"), f"{DIR}/ro"
    host.make(bind(source, target))
    host.file(f"{source}/later", "text")
    assert host.path(f"{target}/later").read_text() == "text"
    for script in ('rm "$1/there"', 'mv "$1/there" "$1/x"', 'echo >"$1/there"', 'mkdir "$1/x"',
                   'chmod 0 "$1"', 'ln -s x "$1/x"', 'mv "$2" "$1"'):
        done = host.sh(script, target, host.file("other"), check=False)
        assert b"Read-only file system" in done.stderr, f"{script}: {done}"


def test_socket_can_be_used_and_not_removed(host):
    """What it is all for: clients connect through the view, and nobody removes the socket."""
    server, name = listen(host, f"{host.dir('volumes/mysql')}/mysql.sock")
    target = f"{DIR}/ro/mysql"
    host.make(bind(f"{DIR}/volumes/mysql", target))

    with socket.socket(socket.AF_UNIX) as client, server:
        client.connect(str(host.path(f"{target}/mysql.sock")))
        client.send(b"SELECT 1")
        assert server.accept()[0].recv(16) == b"SELECT 1"

    done = host.run("rm", f"{target}/mysql.sock", check=False)
    assert b"Read-only file system" in done.stderr
    host.run("rm", name)


NAMES = {
    "blanks": " a  b ",
    "tab": "a\tb",
    "newline": "a\nb\n",
    "backslash": "a\\040b\\",
    "octal": "\\134",
    "hash": "#a",
    "comma and colon": "a,ro:b=c",
    "quotes": "'\"`$(x)",
    "no ASCII": "möhre/日本/😀",
    "dash": "-o",
    "like a mark of the kernel": "db (deleted)",
    "4,000 characters": "/".join("x" * 199 for _ in range(20))[: 4000 - len(DIR) - 1],
}


@pytest.mark.parametrize("name", NAMES)
def test_names(host, name):
    """As source and as target; and in the mount table, which escapes some of them."""
    strange, plain = f"{DIR}/{NAMES[name]}", host.dir("plain", "file")
    assert_made(host, bind(plain, strange))
    host.run("umount", strange)
    assert_made(host, bind(strange, f"{DIR}/target"))
    assert host.robind("show", strange).bind["live"]["mounted"] is False


def private(host):
    return host.dir("ro")


def shared(host):
    host.run("mount", "--bind", host.dir("ro"), f"{DIR}/ro")
    host.run("mount", "--make-shared", f"{DIR}/ro")
    return f"{DIR}/ro"


def slave(host):
    """A peer of a shared mount, made to follow it."""
    host.run("mount", "--bind", shared(host), host.dir("follower"))
    host.run("mount", "--make-slave", f"{DIR}/follower")
    return f"{DIR}/follower"


def read_only(host):
    """The target lies in a mount that is read-only itself: nothing can be created there."""
    host.dir("ro/new")
    host.run("mount", "--bind", f"{DIR}/ro", f"{DIR}/ro")
    host.run("mount", "-o", "remount,bind,ro", f"{DIR}/ro")
    return f"{DIR}/ro"


@pytest.mark.parametrize("parent", [private, shared, slave, read_only])
def test_parents(host, parent):
    """The view is private and read-only, whatever mount its target lies on."""
    source, target = host.dir("volumes/db"), f"{parent(host)}/new"
    assert_made(host, bind(source, target))


@pytest.mark.parametrize("parent", [shared, slave])
def test_private_source_on_shared_source_mount(host, parent):
    """A source on a shared mount does not make the view shared."""
    source = f"{parent(host)}/db"
    host.path(source).mkdir()
    assert_made(host, bind(source, f"{DIR}/target"))


@pytest.mark.parametrize("kind", ["directory", "file"])
def test_bind_onto_itself(host, kind):
    """Source and target may be the same: the mount hides the writable way."""
    name = host.dir("db") if kind == "directory" else host.file("db")
    assert host.check(bind(name, name)).status == 2
    assert host.apply(bind(name, name)).status == 0
    assert len(host.stack(name)) == 1 and not host.is_writable(name)
    assert host.top(name).propagation == set()
    assert host.is_writable(DIR)
    host.assert_settled(bind(name, name))


@pytest.mark.parametrize("asked, there, gone", [
    (["nosuid", "nodev", "noexec"], {"nosuid", "nodev", "noexec"}, set()),
    (["noatime"], {"noatime"}, {"relatime"}),
    (["nodiratime", "strictatime"], {"nodiratime"}, {"relatime", "noatime"}),
    (["nosymfollow"], {"nosymfollow"}, set()),
    (["suid", "exec"], set(), {"nosuid", "noexec"}),
    ("nosuid,noatime", {"nosuid", "noatime"}, {"relatime"}),
])
def test_options(host, asked, there, gone):
    source, target = host.dir("db"), f"{DIR}/ro"
    assert_made(host, bind(source, target, options=asked))
    assert host.top(target).options >= there and not host.top(target).options & gone


def test_options_of_the_source_are_kept(host):
    """What is not named stays: a view is never weaker than what it shows."""
    volume = host.dir("volume")
    host.run("mount", "-t", "tmpfs", "-o", "nosuid,nodev,noexec,noatime,mode=755", "x", volume)
    assert_made(host, bind(volume, f"{DIR}/ro"))
    assert host.top(f"{DIR}/ro").options >= {"nosuid", "nodev", "noexec", "noatime"}
    assert_made(host, bind(volume, f"{DIR}/ro2", options=["exec"]))
    assert host.top(f"{DIR}/ro2").options >= {"nosuid", "nodev", "noatime"}
    assert "noexec" not in host.top(f"{DIR}/ro2").options


def test_all_at_once(host):
    """Ansible, Puppet and a boot job may meet: the same bind is made once, and all are content."""
    source, target = host.dir("db"), f"{DIR}/new/ro"
    request = json.dumps(bind(source, target))
    with concurrent.futures.ThreadPoolExecutor(8) as callers:
        said = list(callers.map(lambda _: host.robind("apply", request=request), range(24)))
    assert [one.status for one in said] == [0] * 24
    assert sum(one.reply["changed"] for one in said) == 1
    host.assert_read_only_view(source, target)
    assert len(host.stack(target)) == 1


def test_many(host):
    binds = [bind(host.dir(f"volumes/{n}"), f"{DIR}/ro/{n}") for n in range(300)]
    assert host.check(*binds).reply["summary"]["changed"] == 300
    assert host.apply(*binds).reply["summary"]["changed"] == 300
    for asked in binds:
        host.assert_read_only_view(asked["source"], asked["target"])
    host.assert_settled(*binds)
