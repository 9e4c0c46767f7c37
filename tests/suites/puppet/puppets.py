# SPDX-License-Identifier: Apache-2.0
"""A host with Puppet on it: /etc is the machine's with changes that go away, robind is installed
where `make install` puts it, and Puppet keeps what it keeps below /run."""

import functools
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass

import pytest

from answer import REPO, ROBIND
from host import DIR, Host, Namespace

MODULES = [f"{REPO}/module/puppet", "/usr/share/puppet/modules"]
SAMPLES = pathlib.Path(REPO) / "manifests/puppet"
BINARY = "/usr/local/sbin/robind"
# What Puppet says of /proc/1 on some machines, whatever it is asked to do.
NOISE = re.compile(r"^Error: Facter: .*\n", re.MULTILINE)


def needs_puppet():
    """A mark for all tests of a file."""
    lacks = [name for name in ("puppet", "unshare") if not shutil.which(name)]
    lacks += [folder for folder in ("mount_core", "stdlib")
              if not pathlib.Path(MODULES[1], folder).exists()]
    reason = f"needs {', '.join(lacks)}: tests/install-deps puppet"
    return [pytest.mark.needs_root, pytest.mark.skipif(bool(lacks), reason=reason)]


@dataclass
class Run:
    """What one `puppet apply` did."""

    status: int
    text: str

    @property
    def errors(self):
        return [line for line in self.text.splitlines() if line.startswith("Error: ")]

    def of(self, resource):
        """The lines about one resource, `Robind_bind[/mnt/b]` or a part of it."""
        return [line for line in self.text.splitlines() if resource in line]

    def assert_clean(self):
        """Nothing to do, nothing to say."""
        assert (self.status, self.errors) == (0, []), self.text

    def assert_changed(self):
        assert (self.status, self.errors) == (2, []), self.text


class Server:
    """puppet_server.rb: Puppet without its start, 3 seconds and more, before each run."""

    def __init__(self):
        script = pathlib.Path(__file__).with_name("puppet_server.rb")
        with tempfile.TemporaryDirectory() as place:
            self.process = subprocess.Popen(
                ["ruby", script, place, ":".join(MODULES), os.path.dirname(ROBIND)], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            assert self.process.stdout.readline() == "ready\n", "puppet_server.rb does not start"
            self.facts = pathlib.Path(place, "facts").read_text()

    def call(self, **call):
        self.process.stdin.write(json.dumps(call) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@functools.lru_cache(maxsize=None)
def server():
    """The one of this run of pytest; it ends with its input."""
    return Server()


class PuppetHost(Host):
    """With an overlay on /etc: fstab can be renamed over, and the machine's own stays. And with a
    process 1 of its own, so that robind takes this mount namespace for the host's."""

    def __init__(self, installed=True):
        self.kernel = ()
        Namespace.__init__(
            self, "unshare", "-m", "--propagation", "private", "-p", "-f", "--mount-proc",
            setup=f"mount -t tmpfs -o mode=755 tmpfs {DIR}\n"
            "mount -t tmpfs -o mode=755 tmpfs /run",
        )
        self.sh(
            "mkdir -p /run/etc/upper /run/etc/work /run/lock /run/puppet\n"
            "mount -t overlay -o lowerdir=/etc,upperdir=/run/etc/upper,workdir=/run/etc/work"
            " overlay /etc\n"
            "mount -t tmpfs -o mode=755 tmpfs /usr/local/sbin\n"
            "echo '# what was here before' >/etc/fstab"
        )
        self.file("/run/puppet/var/client_yaml/facts/host.test.yaml", server().facts)
        if installed:
            self.install()

    def install(self):
        shutil.copy(ROBIND, self.path(BINARY))

    def uninstall(self):
        self.path(BINARY).unlink()

    @property
    def fstab(self):
        return self.path("/etc/fstab").read_text()

    def puppet(self, command, *args, modules=()):
        """Puppet with these arguments; its PATH is that of an agent that is a service."""
        argv = [
            command, *args, "--color=false", f"--modulepath={':'.join([*modules, *MODULES])}",
            "--confdir=/run/puppet/etc", "--vardir=/run/puppet/var", "--codedir=/run/puppet/code",
            "--logdir=/run/puppet/log", "--rundir=/run/puppet/run", "--certname=host.test",
            "--facts_terminus=yaml",
        ]
        env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/root"}
        status = server().call(pid=self.pid, argv=argv, env=env, out="/run/puppet/out")
        return Run(status, NOISE.sub("", self.path("/run/puppet/out").read_text()))

    def apply(self, manifest, *args, **options):
        """`puppet apply` of a file's name, or else of a text."""
        text = [] if os.path.exists(manifest) else ["-e"]
        return self.puppet("apply", "--detailed-exitcodes", *args, *text, manifest, **options)
