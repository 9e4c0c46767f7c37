# SPDX-License-Identifier: Apache-2.0
"""`holders` among real containers: who has to be started anew, and who need not be."""

import os
import re
import shutil
import subprocess
import time

import pytest

from host import DIR, SECONDS, Host, bind

SOURCE, TARGET = f"{DIR}/volumes/db", f"{DIR}/ro/db"
ASKED = bind(SOURCE, TARGET)
WHERE = "/usr/sbin:/usr/bin:/sbin:/bin"  # the client has to fit the daemon
CLIENT, DAEMON = (shutil.which(name, path=WHERE) for name in ("docker", "dockerd"))


def is_static(program):
    """Needs no loader, and so nothing else in its image."""
    with open(program, "rb") as binary:
        return not re.search(rb"/ld-(linux|musl)", binary.read(4096))


def find_busybox():
    found = (shutil.which(name, path=WHERE) for name in ("busybox", "busybox.static"))
    return next((program for program in found if program and is_static(program)), None)


BUSYBOX = find_busybox()

pytestmark = [
    pytest.mark.needs_root,
    pytest.mark.xdist_group("docker"),
    pytest.mark.skipif(not (CLIENT and DAEMON), reason="missing: docker and dockerd"),
    pytest.mark.skipif(not BUSYBOX, reason="missing: a static busybox"),
]


class Docker:
    """A daemon of the host's own: its files are on the host's tmpfs, its mounts in the host's
    namespace."""

    def __init__(self, host):
        self.host = host
        self.at = host.dir("docker")
        self.containers = []
        self.log = host.path(f"{self.at}/log")
        self.daemon = host.start(
            DAEMON, "--data-root", f"{self.at}/data", "--exec-root",
            f"{self.at}/exec", "--pidfile", f"{self.at}/pid", "-H", f"unix://{self.at}/socket",
            "--iptables=false", "--ip6tables=false", "--bridge=none",
            stdout=subprocess.DEVNULL, stderr=self.log.open("wb"))

    def call(self, *args, **options):
        done = self.host.run(CLIENT, "-H", f"unix://{self.at}/socket", *args, **options)
        return done.stdout.decode().strip()

    def wait(self):
        """Until it answers; the reason why it does not, otherwise."""
        deadline = time.monotonic() + SECONDS
        while not self.host.path(f"{self.at}/socket").exists() or self.call(
                "info", check=False) == "":
            if self.daemon.poll() is not None or time.monotonic() > deadline:
                return self.log.read_text()[-500:]
            time.sleep(0.05)
        return None

    def image(self):
        """busybox and nothing else."""
        folder = self.host.dir("image/bin")
        shutil.copy(BUSYBOX, self.host.path(f"{folder}/busybox"))
        for applet in ("sh", "sleep"):
            self.host.path(f"{folder}/{applet}").symlink_to("busybox")
        self.host.sh('tar -C "$1" -c . | "$2" -H "unix://$3/socket" import - bb',
                     f"{DIR}/image", CLIENT, self.at)

    def start(self, *mounts):
        """A container's id."""
        args = [arg for mount in mounts for arg in ("-v", mount)]
        self.containers.append(
            self.call("run", "-d", "--init=false", "--network=none", *args, "bb", "sleep", "1000"))
        return self.containers[-1]

    def runs(self):
        """Whether it can have a container at all."""
        return self.call("run", "--rm", "--network=none", "bb", "true", check=False) == ""

    def inside(self, container, path):
        """How the host calls what is seen at a path in a container."""
        task = f"{self.at}/exec/containerd/daemon/io.containerd.runtime.v2.task/moby"
        pid = self.host.path(f"{task}/{container}/init.pid").read_text()
        return f"/proc/{pid}/root{path}"

    def can_write(self, container, path):
        return self.host.is_writable(self.inside(container, path))

    def list(self, container, path):
        return sorted(os.listdir(self.host.path(self.inside(container, path))))

    def remove(self):
        if self.containers:
            self.call("rm", "-f", *self.containers, check=False)
            self.containers = []

    def end(self):
        self.remove()
        self.daemon.terminate()
        self.daemon.wait(SECONDS)


@pytest.fixture(scope="module")
def daemon():
    """With a host of its own, for all tests: it takes longer to begin than they take."""
    host = Host(shared=True)
    started = Docker(host)
    try:
        problem = started.wait()
        if problem is not None:
            pytest.skip(f"dockerd does not start here: {problem}")
        started.image()
        if not started.runs():
            pytest.skip("docker runs no container here, as within another one")
        yield started
    finally:
        started.end()
        host.end()


@pytest.fixture
def docker(daemon):
    daemon.host.dir(SOURCE, "file")
    daemon.host.dir(TARGET)
    yield daemon
    daemon.remove()
    for _ in daemon.host.stack(TARGET):
        daemon.host.run("umount", "-l", TARGET)
    shutil.rmtree(daemon.host.path(SOURCE))


@pytest.fixture
def host(docker):
    return docker.host


def held(said):
    return {(h["container"], h["why"]): h["path"] for h in said.bind.get("holders", [])}


def source_anew(host):
    shutil.rmtree(host.path(SOURCE))
    host.dir(SOURCE, "new")


def test_source_made_anew(host, docker):
    """Of three containers only the one that was given the target itself is left behind."""
    host.make(ASKED)
    target = docker.start(f"{TARGET}:/socket:ro")
    parent = docker.start(f"{DIR}/ro:/ro:ro,rslave")
    source_anew(host)
    database = docker.start(f"{SOURCE}:/data")
    said = host.apply(ASKED)
    assert "stale_source" in said.codes
    expected = {(target, "stale"): "/socket"}
    assert held(said) == expected
    assert said.reply["needs_restart"] == {"units": [], "containers": [target], "processes": []}
    assert said.bind["holders"][0]["command"] == "sleep"
    # It is as told:
    assert docker.list(target, "/socket") == []
    assert docker.list(parent, "/ro/db") == ["new"]
    assert docker.can_write(database, "/data")
    assert not docker.can_write(parent, "/ro/db")
    # Restarting what is named is all there is to do.
    assert held(host.apply(ASKED, holders=True)) == expected
    docker.call("restart", "-t", "0", target)
    said = host.apply(ASKED, holders=True)
    assert held(said) == {}
    assert said.reply["needs_restart"]["containers"] == []
    assert docker.list(target, "/socket") == ["new"]


def test_writable_copy(host, docker):
    """The folder of the targets given without propagation: a copy that nothing reaches."""
    host.run("mount", "--bind", SOURCE, TARGET)
    copy = docker.start(f"{DIR}/ro:/ro")
    parent = docker.start(f"{DIR}/ro:/ro:ro,rslave")
    assert docker.can_write(parent, "/ro/db"), "the scene is not what it should be"
    said = host.apply(ASKED)
    assert held(said) == {(copy, "writable"): "/ro/db"}
    (warning,) = said.reply["warnings"]
    assert warning["code"] == "writable_elsewhere" and copy in warning["msg"]
    assert docker.can_write(copy, "/ro/db")
    assert not docker.can_write(parent, "/ro/db")
    docker.call("restart", "-t", "0", copy)
    assert held(host.check(ASKED, holders=True)) == {}
    assert not docker.can_write(copy, "/ro/db")


def test_writer(host, docker):
    """Open for writing in a container that needs no restart for what it sees."""
    host.run("mount", "--bind", SOURCE, TARGET)
    parent = docker.start(f"{DIR}/ro:/ro:ro,rslave")
    docker.call("exec", "-d", parent, "sh", "-c", "exec sleep 1000 3>/ro/db/file")
    deadline = time.monotonic() + SECONDS
    while docker.call("top", parent).count("sleep 1000") < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    said = host.apply(ASKED)
    assert held(said) == {(parent, "writer"): f"{TARGET}/file"}
    assert said.reply["needs_restart"]["containers"] == [parent]
