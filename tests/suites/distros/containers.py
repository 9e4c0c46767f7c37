# SPDX-License-Identifier: Apache-2.0
"""Containers of releases of Debian, in which `make check` is run: on a copy-on-write view of a root
directory that has what tests/install-deps installs there, with the sources in it and no network.

    nspawn    by systemd-nspawn, with its filter, devices and capabilities
    docker    by a dockerd of its own, with --privileged: all rights that this machine's root has

Their files lie in build/distros as long as they are used.
"""

import contextlib
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

from answer import REPO
from debians import with_needs_of

HOME = REPO / "build/distros"
TREE = "/robind"
MINUTES = 60
# What no path of whoever calls gets into.
PATHS = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8"]

# In a namespace of its own, so that all mounts end with it; $1 is the view's place, $2 the tree.
NSPAWN = """
unset NOTIFY_SOCKET # of a container around this one
mount -t tmpfs tmpfs /run
mkdir /run/lock
mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" "$1/root"
place=$1 tree=$3
shift 3
exec systemd-nspawn -q --register=no --keep-unit --private-network --link-journal=no --machine=guest \\
	--directory="$place/root" --chdir="$tree" --as-pid2 --console=pipe env -i "$@" </dev/null
"""


def run(*argv):
    return subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", check=False)


def told(name, *argv):
    """The same, told in build/distros while it goes on."""
    log = HOME / f"{name}.log"
    with log.open("wb") as to:
        status = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=to, stderr=to, check=False,
                                timeout=60 * MINUTES).returncode
    return status, log.read_text(encoding="utf-8", errors="replace")


def done(*argv):
    said = run(*argv)
    assert said.returncode == 0, said.stdout
    return said.stdout


@contextlib.contextmanager
def place(name):
    """An empty folder on the disk: not in memory, and not below what a container has of its own."""
    folder = HOME / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    yield folder
    shutil.rmtree(folder)


def copy_sources(to):
    left_out = shutil.ignore_patterns("build", ".git", "__pycache__", ".pytest_cache")
    shutil.copytree(REPO, to, symlinks=True, ignore=left_out)


def in_nspawn(release, *command):
    with place(f"{release}-nspawn") as folder:
        for name in ("upper", "work", "root"):
            (folder / name).mkdir()
        copy_sources(folder / "upper" / TREE.strip("/"))
        return told(f"{release}-nspawn", "unshare", "-m", "--propagation", "private", "sh", "-euc", NSPAWN, "sh", folder,
                   with_needs_of(release, "check"), TREE, *PATHS, *command)


# Docker asks for each right that the kernel knows, and gets none where root itself lacks one.
RUNTIME = """#!/usr/bin/python3
import json, os, pathlib, sys
if "--bundle" in sys.argv:
    path = pathlib.Path(sys.argv[sys.argv.index("--bundle") + 1], "config.json")
    config = json.loads(path.read_text())
    sets = config["process"]["capabilities"]
    for name in sets:
        sets[name] = [right for right in sets[name] if right not in {lacking}]
    path.write_text(json.dumps(config))
os.execvp("runc", ["runc", *sys.argv[1:]])
"""


def lacking():
    """The capabilities that root has not here, by name."""
    names = done("setpriv", "--list-caps").split()
    rights = int(re.search(r"^CapBnd:\s*(\w+)$", pathlib.Path("/proc/self/status").read_text(), re.M)[1], 16)
    return [f"CAP_{name.upper()}" for number, name in enumerate(names) if not rights >> number & 1]


class Docker:
    """A daemon without network; its images are in the folder, and its mounts end with it."""

    def __init__(self, folder):
        # The names of sockets have to be short.
        self.state = tempfile.mkdtemp(prefix="distros-")
        self.client = ("docker", "-H", f"unix://{self.state}/socket")
        self.log = folder / "log"
        runtime = folder / "runtime"
        runtime.write_text(RUNTIME.replace("{lacking}", repr(lacking())))
        runtime.chmod(0o755)
        with self.log.open("wb") as log:
            self.daemon = subprocess.Popen(
                ["unshare", "-m", "--propagation", "private", "dockerd", "--data-root", folder / "data",
                 "--exec-root", f"{self.state}/exec", "--pidfile", f"{self.state}/pid", "-H",
                 f"unix://{self.state}/socket", "--exec-opt", "native.cgroupdriver=cgroupfs",
                 "--add-runtime", f"rights={runtime}", "--default-runtime", "rights",
                 "--cgroup-parent", "/robind-distros", "--bridge=none", "--iptables=false",
                 "--ip6tables=false", "--ip-forward=false"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        while run(*self.client, "info").returncode != 0:
            assert self.daemon.poll() is None, self.log.read_text()[-2000:]
            time.sleep(0.2)

    def end(self):
        self.daemon.terminate()
        self.daemon.wait(60)
        for cgroup in pathlib.Path("/sys/fs/cgroup").glob("**/robind-distros"):
            cgroup.rmdir()
        shutil.rmtree(self.state)


def in_docker(release, *command):
    tree = with_needs_of(release, "check")
    with place(f"{release}-docker") as folder, contextlib.ExitStack() as ends:
        docker = Docker(folder)
        ends.callback(docker.end)
        copy_sources(folder / "sources")
        done("sh", "-ec", 'tree=$1 && shift && tar -C "$tree" -c . | "$@"', "sh", tree, *docker.client,
             "import", "-", release)
        # Where it begins is a copy in the container's own layer, as in an image that was built.
        try:
            status, said = told(f"{release}-docker", *docker.client, "run", "--rm", "--name", "guest", "--privileged", "--network=none",
                       "-v", f"{folder}/sources:/sources:ro", release, "sh", "-ec",
                       f'cp -R /sources {TREE}; cd {TREE}; exec env -i "$@"', "sh", *PATHS, *command)
        finally:
            run(*docker.client, "rm", "-f", "guest")
        return status, said


WAYS = {"nspawn": in_nspawn, "docker": in_docker}
