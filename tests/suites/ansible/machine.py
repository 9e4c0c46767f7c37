# SPDX-License-Identifier: Apache-2.0
"""Whole machines for Ansible to manage: mounts, processes, network and /etc of their own.

    Machine     a host with a process 1; with start_ssh() it is reached as any other host
    Controller  the network between them, and where ansible-playbook runs

They differ from this machine in what they mount and write, and in nothing else: the kernel, the
programs and the users are the same. All ends with the process that the test holds.
"""

import pathlib
import subprocess

from host import DIR, Host, Namespace

# A folder whose changes stay in the machine; a symlink to one is the folder itself.
OVERLAY = """
over=$(readlink -f {folder})
mkdir -p /run/over/$over/up /run/over/$over/work
mount -t overlay -o "lowerdir=$over,upperdir=/run/over/$over/up,workdir=/run/over/$over/work" \\
    overlay "$over"
"""
SETUP = f"""
ip link set lo up
mount -t tmpfs -o mode=755 tmpfs /run
{"".join(OVERLAY.format(folder=folder) for folder in ("/etc", "/usr/local", "/usr/sbin"))}
: >/etc/fstab
mount -t tmpfs -o mode=755 tmpfs {DIR}
# As on every host that systemd started.
mount --make-shared {DIR}
"""
UNSHARE = ("unshare", "-mnpf", "--mount-proc", "--propagation", "private")
NETWORK = "10.77.0."


def init_of(pid):
    """The process 1 that `unshare --fork` waits for."""
    (child,) = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(child)


class Machine(Host):
    """A host of its own. Files below DIR are tmpfs, /etc and /usr/local may be written."""

    def __init__(self, name="machine", setup="", personality=""):
        self.kernel = ()
        self.name = name
        self.personality = personality
        Namespace.__init__(self, *UNSHARE, setup=SETUP + setup)
        self._enter_whole()

    def _enter_whole(self):
        self.pid = init_of(self.keeper.pid)
        self.enter = ["nsenter", "-t", str(self.pid), "-m", "-n", "-p", "--"]

    def start_ssh(self, keys, address, controller):
        """sshd, at an address that the controller can reach."""
        self.address = address
        # From outside of both, for neither sees the other's processes.
        lan = ("nsenter", "-t", str(controller.pid), "-n", "--")
        subprocess.run([*lan, "ip", "link", "add", self.name, "type", "veth", "peer", "name",
                        "eth0", "netns", str(self.pid)], check=True)
        controller.run("ip", "link", "set", self.name, "master", "lan", "up")
        self.sh(f"""
            ip address add {address}/24 dev eth0
            ip link set eth0 up
            mkdir -p /run/sshd
            install -m 644 {keys.user}.pub /run/authorized_keys
            {self.personality} /usr/sbin/sshd -f {keys.config}
        """)


class Keys:
    """A key for the host, one for the user, and sshd's configuration."""

    def __init__(self, folder, run):
        self.host, self.user = folder / "host_key", folder / "user_key"
        for key in (self.host, self.user):
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key))
        self.config = folder / "sshd_config"
        self.config.write_text(
            f"HostKey {self.host}\nAuthorizedKeysFile /run/authorized_keys\nStrictModes no\n"
            "PermitRootLogin yes\nUsePAM no\nPidFile none\nUseDNS no\nMaxStartups 100\n"
            "Subsystem sftp internal-sftp\n")


class Controller(Machine):
    """Where plays are run from."""

    def __init__(self):
        super().__init__("controller", setup=f"""
            ip link add lan type bridge
            ip address add {NETWORK}254/24 dev lan
            ip link set lan up
        """)
