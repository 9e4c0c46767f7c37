# SPDX-License-Identifier: Apache-2.0
"""A minion without a master, on a host of its own: the real Salt, from SALT_TREE.

SALT_TREE is a folder with Salt's own source, `salt/` and `scripts/salt-call`; no distribution
that the tests know packages it. Nothing of Salt is imported here.
"""

import json
import os
import pathlib
import shutil
import subprocess

from answer import REPO, ROBIND
from host import DIR, SECONDS, Host, Namespace

TREE = os.environ.get("SALT_TREE", "")
# Salt runs with this one: its libraries are packages of the distribution.
PYTHON = "/usr/bin/python3"
PROGRAM = "/usr/local/sbin/robind"


def enter_child(namespace):
    """To get into a namespace of process ids unshare(1) and nsenter(1) have to fork: what they
    started, and not they themselves, is inside."""
    parent = namespace.keeper.pid
    (child,) = pathlib.Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    namespace.pid = int(child)
    namespace.enter = ["nsenter", "-t", child, "-m", "-p", "--"]
    return namespace


class Machine(Host):
    """A host that is a machine to those in it: a process 1, an /etc and a robind of its own, so
    that what is written for a real machine can run in here as it is."""

    def __init__(self):
        self.kernel = ()
        Namespace.__init__(
            self, "unshare", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child",
            "--propagation", "private",
            setup=f"mount -t tmpfs -o mode=755 tmpfs {DIR} && mount --make-shared {DIR}\n"
            "mount -t tmpfs -o mode=755 tmpfs /run\n"
            "cp -a /etc /run/etc\n"
            ": >/run/etc/fstab\n"
            "mount --bind /run/etc /etc\n"
            f"mkdir /run/sbin && cp '{ROBIND}' /run/sbin/robind\n"
            f"mount --bind /run/sbin {os.path.dirname(PROGRAM)}",
        )
        enter_child(self)

    def slave(self):
        return enter_child(super().slave())

    @property
    def fstab(self):
        return self.path("/etc/fstab").read_text()


class State:
    """What Salt says of one state."""

    def __init__(self, said):
        self.result = said["result"]
        self.comment = said["comment"]
        self.changes = said["changes"]
        self.warnings = said.get("warnings", [])

    def __repr__(self):
        return f"{self.result} {self.comment!r} {self.changes} {self.warnings}"


class Minion:
    """Salt on a machine. All that is its own lies in `root`, the same inside and outside."""

    def __init__(self, machine, root, synced=None):
        self.machine = machine
        self.root = root
        self.states = root / "states"
        self.pillar = root / "pillar"
        if synced:
            # The modules as they came from the file server, and Salt compiled.
            shutil.copytree(synced / "root", root / "root")
        self.compiled = (synced or root) / "compiled"
        (root / "shim").mkdir()
        # Of the one library that no distribution has Salt wants this one name.
        (root / "shim/looseversion.py").write_text("from distutils.version import LooseVersion\n")
        (root / "etc").mkdir()
        self.pillar.mkdir()
        self.configure()
        shutil.copytree(REPO / "module/salt", self.states)

    def configure(self, **more):
        config = {
            "id": "minion", "file_client": "local", "root_dir": str(self.root / "root"),
            "file_roots": {"base": [str(self.states)]},
            "pillar_roots": {"base": [str(self.pillar)]},
            # What costs time and tells nothing here.
            "grains_cache": True, "enable_gpu_grains": False, "enable_fqdns_grains": False,
            **more,
        }
        (self.root / "etc/minion").write_text(json.dumps(config))  # which is YAML, too

    def call(self, *words, out="json"):
        """salt-call, as a finished process."""
        env = dict(os.environ, PYTHONPATH=f"{self.root}/shim:{TREE}")
        # Compiled once for all calls, and not into the folder that is only lent.
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        env["PYTHONPYCACHEPREFIX"] = str(self.compiled)
        argv = [
            PYTHON, "-W", "ignore", f"{TREE}/scripts/salt-call", "-c", f"{self.root}/etc",
            "--local", f"--out={out}", "--no-color", "--log-level=critical", *words,
        ]
        return subprocess.run(
            [*self.machine.enter, *argv], capture_output=True, timeout=SECONDS, env=env, cwd="/",
            stdin=subprocess.DEVNULL, check=False, text=True,
        )

    def run(self, function, *words):
        """What an execution module's function returns."""
        done = self.call(function, *words)
        try:
            return json.loads(done.stdout)["local"]
        except (ValueError, KeyError):
            raise AssertionError(f"salt-call {function}: {done}") from None

    def apply(self, sls, test=False, pillar=None):
        """The states of an sls, by their id; a list when Salt cannot make them out."""
        words = [f"test={test}"] + ([f"pillar={json.dumps(pillar)}"] if pillar else [])
        said = self.run("state.apply", sls, *words)
        assert isinstance(said, dict), "\n".join(said)
        assert all("__id__" in state for state in said.values()), f"not run: {said}"
        return {state["__id__"]: State(state) for state in said.values()}

    def write(self, name, states):
        """An sls, from data; returns its name."""
        (self.states / f"{name}.sls").write_text(json.dumps(states))
        return name
