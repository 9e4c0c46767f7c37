# SPDX-License-Identifier: Apache-2.0
"""A dockerd of the scene's own: its files below the machine's /run, its mounts in the machine's
namespace. The image has no file: programs and libraries are the host's, read-only."""

import pathlib
import subprocess

from .containers import Engine
from .machine import NAME, SCRATCH, find
from .waiting import SECONDS, until

FOLDERS = ("dev", "etc", "proc", "run", "sys", "tmp", "usr", "var/lib", "var/spool", "var/tmp")
LINKS = ("bin", "lib", "lib64", "sbin")


class Docker(Engine):
    """Debian's docker.io."""

    name = "docker"
    home = f"{SCRATCH}/docker"
    daemon = None

    @staticmethod
    def missing():
        return [program for program in ("dockerd", "docker", "setpriv") if not find(program)]

    def client(self, *args, check=True, **options):
        return self.machine.run(
            find("docker"), "-H", f"unix://{self.home}/socket", *args, check=check, **options)

    def begin(self):
        self.machine.dir(self.home)
        with self.machine.path(f"{self.home}/log").open("ab") as log:
            self.daemon = subprocess.Popen(
                [*self.machine.enter, "setpriv", "--pdeathsig", "TERM", find("dockerd"),
                 "--data-root", f"{self.home}/data", "--exec-root", f"{self.home}/exec",
                 "--pidfile", f"{self.home}/pid", "-H", f"unix://{self.home}/socket",
                 "--cgroup-parent", f"/{NAME}", "--exec-opt", "native.cgroupdriver=cgroupfs",
                 "--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false"],
                stdout=subprocess.DEVNULL, stderr=log)
        until("dockerd answers", self.is_up)
        if not self.client("images", "-q").stdout:
            self.make_image()

    def is_up(self):
        if self.daemon.poll() is not None:
            raise RuntimeError("dockerd has ended: " + self.daemon_log()[-600:])
        return self.client("info", check=False).returncode == 0

    def daemon_log(self):
        return self.machine.path(f"{self.home}/log").read_text(errors="replace")

    def make_image(self):
        image = f"{self.home}/image"
        for folder in FOLDERS:
            self.machine.dir(f"{image}/{folder}")
        for link in LINKS:
            self.machine.path(f"{image}/{link}").symlink_to(f"usr/{link}")
        self.machine.path(f"{image}/tmp").chmod(0o1777)
        self.machine.sh('tar -C "$1" -c . | "$2" -H "$3" import - scene',
                        image, find("docker"), f"unix://{self.home}/socket")

    def start(self, container):
        rights = ["--cap-add", "SYS_ADMIN", "--security-opt", "apparmor=unconfined"]
        shares = ["/usr:/usr:ro", "/etc:/etc:ro", *container.more, *container.shares]
        self.client(
            "run", "-d", "--name", container.name, "--init=false", "--network=none",
            "--tmpfs", "/run:mode=755", *(rights if container.is_admin else []),
            *(word for share in shares for word in ("-v", str(share))),
            "scene", *container.command)
        self.running[container.name] = container

    def stop(self, name):
        self.client("stop", "-t", str(SECONDS), name)
        self.client("rm", name)
        del self.running[name]

    def restart(self, name):
        self.client("restart", "-t", str(SECONDS), name)

    def run_in(self, name, *argv):
        return self.client("exec", name, *argv, check=False)

    def inspect(self, name, what):
        return self.client("inspect", "-f", f"{{{{.{what}}}}}", name).stdout.decode().strip()

    def pid(self, name):
        return int(self.inspect(name, "State.Pid"))

    def log(self, name):
        done = self.client("logs", name, check=False)
        return (done.stdout + done.stderr).decode(errors="replace")

    def named_for_restart(self, needs_restart):
        """Which of our containers robind asks to restart; ids that are not ours as they are."""
        ids = {self.inspect(name, "Id"): name for name in self.running}
        found = {ids.get(name, name) for name in needs_restart["containers"]}
        return found | set(needs_restart["units"]) | set(needs_restart["processes"])

    def end(self):
        if self.daemon is None:
            return
        if self.running:
            self.client("rm", "-f", *self.running, check=False)
            self.running = {}
        self.daemon.terminate()
        self.daemon.wait(SECONDS)
        self.daemon = None
        for cgroup in pathlib.Path("/sys/fs/cgroup").glob(f"**/{NAME}"):
            cgroup.rmdir()
