# SPDX-License-Identifier: Apache-2.0
"""Mount namespaces, each kept open by a process in which commands can be run.

    Namespace   of its own; runs commands in it, looks at it
    Served      made by a helper program, which runs the commands

Names are those seen inside (DIR/...). From outside the same files lie below /proc/PID/root,
so that Python makes and probes them without entering; `path()` translates. A process has two
numbers as well: `pid` is that of the machine, `number` the one that robind sees.
"""

import errno
import functools
import os
import pathlib
import re
import subprocess
import time

import mountinfo
from answer import ROBIND
from commands import Commands

HELPERS = pathlib.Path(ROBIND).parent / "tests/tools"
SECONDS = 120


def children_of(pid):
    return [int(word) for word in
            pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def innermost(pid):
    """To get into a namespace of processes unshare(1) and nsenter(1) have to fork: what they
    started, and not they themselves, is inside."""
    children = children_of(pid)
    return innermost(children[0]) if children else pid


class Process(subprocess.Popen):
    """A command inside a host. Signals are for it, and not for the nsenter(1) that waits for it
    and ends as it does."""

    def entered(self):
        """Its number on the machine; None when it has ended."""
        while self.poll() is None:
            children = children_of(self.pid)
            if children:
                return children[0]
            time.sleep(0.001)
        return None

    @property
    def number(self):
        """Its number inside."""
        status = pathlib.Path(f"/proc/{self.entered()}/status").read_text()
        return int(re.search(r"^NSpid:.*\s(\d+)$", status, re.M)[1])

    def send_signal(self, sig):
        entered = self.entered()
        if entered is not None:
            os.kill(entered, sig)


class Namespace:
    """A mount namespace, kept open by a process that ends when we close its input."""

    commands = None  # the way to run them without entering, where there is one

    def __init__(self, *unshare, setup="", **how):
        self.keep([*unshare, "sh", "-ec", f"{setup}\necho $$; exec cat"], **how)

    def keep(self, holder, user=(), enter=("-m", "-p")):
        """A process that says its number, and stays until its input is closed."""
        self.keeper = subprocess.Popen(
            holder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/"
        )
        said = self.keeper.stdout.readline()
        assert said, f"cannot start {holder}"
        self.be(innermost(self.keeper.pid), int(said), user, enter)

    def be(self, pid, number, user, enter=("-m", "-p")):
        """What has these numbers here and inside, and how to get there."""
        self.pid, self.number, self.user = pid, number, user
        self.enter = ["nsenter", "-t", str(self.pid), *enter, *user, "--"]

    def end(self):
        self.keeper.stdin.close()
        self.keeper.wait(SECONDS)
        self.keeper.stdout.close()

    def slave(self):
        """A namespace made from this one that receives its mounts, as a service's does."""
        return self.beside("slave")

    def beside(self, propagation="private"):
        """A namespace made from this one, as of now: a service that starts."""
        return Namespace(
            *self.enter, "unshare", "-m", "--propagation", propagation, user=self.user)

    # Doing

    def run(self, *argv, check=True, **options):
        """A command inside."""
        if self.commands and options.keys() <= {"input"}:
            done = self.commands.run(argv, options.get("input"), SECONDS)
        else:
            done = subprocess.run(
                [*self.enter, *argv], capture_output=True, timeout=SECONDS, **options
            )
        assert not check or done.returncode == 0, f"{argv}: {done.stderr}"
        return done

    def sh(self, script, *args, **options):
        """A shell script inside, with "$1" and so on."""
        return self.run("sh", "-ec", script, "sh", *args, **options)

    def start(self, *argv, **options):
        """A command inside that goes on while the test does."""
        return Process([*self.enter, *argv], cwd="/", **options)

    def kill(self, number, name):
        """Send a signal to a process inside, by the number that it has there."""
        self.run("sh", "-c", 'kill -s "$1" "$2"', "sh", name, str(number))

    # Looking

    def path(self, name):
        """Where the test finds the file that is called `name` inside."""
        return pathlib.Path(f"/proc/{self.pid}/root{name}")

    def mountinfo(self):
        """The mount table as text, to compare as a whole."""
        return pathlib.Path(f"/proc/{self.pid}/mountinfo").read_text(errors="surrogateescape")

    def mounts(self):
        return mountinfo.parse(self.mountinfo())

    def stack(self, target):
        """The mounts at a target, the visible one last."""
        return mountinfo.stack(self.mounts(), target)

    def top(self, target):
        """What is seen at a target; None when nothing is mounted there."""
        return next(reversed(self.stack(target)), None)

    def is_writable(self, name):
        """Whether root may write here. Root may set the times of anything, a directory that
        was removed included, unless the mount is read-only."""
        try:
            os.utime(self.path(name))
        except OSError as error:
            if error.errno != errno.EROFS:
                raise
            return False
        return True


class Served(Namespace):
    """One that the helper program `host` has made, and in which it runs commands. The first such
    process is in no other namespace than we are."""

    def __init__(self, commands, job, user=()):
        self.commands = Commands()
        self.status = open(  # for end()
            commands.start(job, self.commands.theirs.fileno(), 2, 2, kind=b"j"), "rb")
        self.be(*self.commands.numbers(), user)

    def end(self):
        if not self.commands:
            return super().end()
        self.commands.end()
        if not self.status.closed:  # a test may have ended it
            self.status.read()
            self.status.close()
        return None

    def beside(self, propagation="private"):
        if not self.commands:
            return super().beside(propagation)
        return Served(self.commands, ["beside", propagation], self.user)


@functools.lru_cache(maxsize=None)
def maker():
    """Of hosts; it ends with us."""
    commands = Commands()
    subprocess.Popen([HELPERS / "host"], stdin=commands.theirs, cwd="/")
    commands.numbers()
    return commands
