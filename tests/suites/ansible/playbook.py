# SPDX-License-Identifier: Apache-2.0
"""Running the real ansible-playbook, and what it says."""

import json
import os
import pathlib
import subprocess
from dataclasses import dataclass

from answer import REPO, ROBIND

SECONDS = 240


def install_collection(folder):
    """Build robind.mount with the robind under test in it, and install it into `folder`. The
    portable programs are taken along where they are built."""
    carried = sorted((REPO / "build/portable").glob("*/robind"))
    if not any("x86_64" in str(program) for program in carried):
        own = folder / "carried" / os.uname().machine / "robind"
        own.parent.mkdir(parents=True)
        own.symlink_to(ROBIND)
        carried.append(own)
    run("make", "-s", "-C", str(REPO), "ansible-collection", f"STAGE={folder}/stage",
        "CARRIED=" + " ".join(map(str, carried)))
    (archive,) = folder.glob("robind-mount-*.tar.gz")
    run("ansible-galaxy", "collection", "install", "-p", str(folder), str(archive))
    return folder


def run(*argv, **options):
    done = subprocess.run(argv, capture_output=True, text=True, timeout=SECONDS, check=False,
                          **options)
    assert done.returncode == 0, f"{argv}: {done.stdout}{done.stderr}"
    return done.stdout


@dataclass
class Run:
    """One run of ansible-playbook. The results are by task, then by host."""

    status: int
    text: str
    results: dict
    stats: dict

    def of(self, task, host="localhost"):
        return self.results[task][host]


class Ansible:
    """ansible-playbook at one place, with the collection."""

    def __init__(self, where, collections, work):
        self.where = where
        self.work = pathlib.Path(work)
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("ANSIBLE_")},
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "ANSIBLE_COLLECTIONS_PATH": str(collections),
            "ANSIBLE_HOME": str(self.work / "home"),
            "ANSIBLE_REMOTE_TMP": "/run/ansible",
            "ANSIBLE_PYTHON_INTERPRETER": "/usr/bin/python3",
            "ANSIBLE_SSH_CONTROL_PATH_DIR": "/run/cp",
            "ANSIBLE_HOST_KEY_CHECKING": "False",
            "ANSIBLE_LOCALHOST_WARNING": "False",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_FORKS": "10",
            "LC_ALL": "C.UTF-8",
        }

    def call(self, program, *args, **environment):
        """A program of Ansible's; returns it with its output as text."""
        return subprocess.run(
            [*self.where.enter, f"/usr/bin/{program}", *args], capture_output=True, text=True,
            timeout=SECONDS, check=False, cwd=self.work, stdin=subprocess.DEVNULL,
            env={**self.environment, **environment})

    def text(self, playbook, *options, **environment):
        """What a person sees of a run."""
        done = self.call("ansible-playbook", *self.inventory(), str(playbook), *options,
                         **environment)
        return done.returncode, done.stdout + done.stderr

    def run(self, playbook, *options, **environment):
        """A playbook's results, as Ansible has them."""
        done = self.call("ansible-playbook", *self.inventory(), str(playbook), *options,
                         ANSIBLE_STDOUT_CALLBACK="ansible.posix.json", **environment)
        assert done.stdout.startswith("{"), f"{done.stdout}{done.stderr}"
        said = json.loads(done.stdout)
        results = {}
        for play in said["plays"]:
            for task in play["tasks"]:
                results.setdefault(task["task"]["name"], {}).update(task["hosts"])
        return Run(done.returncode, done.stderr, results, said["stats"])

    def inventory(self):
        return ["-i", "localhost,", "-c", "local"]

    def write(self, tasks, to="play.yml", **play):
        """A playbook of one play; JSON is YAML."""
        file = self.work / to
        file.write_text(json.dumps(
            [{"hosts": "all", "gather_facts": False, **play, "tasks": tasks}]))
        return file

    def play(self, tasks, *options, **play):
        return self.run(self.write(tasks, **play), *options)


class Remote(Ansible):
    """The same with machines that are reached by ssh."""

    def __init__(self, where, collections, work, keys, machines):
        super().__init__(where, collections, work)
        lines = [f"{machine.name} ansible_host={machine.address}" for machine in machines]
        self.hosts = self.work / "hosts"
        self.hosts.write_text("\n".join([
            *lines, "[all:vars]", "ansible_user=root",
            f"ansible_ssh_private_key_file={keys.user}", ""]))

    def inventory(self):
        return ["-i", str(self.hosts)]
