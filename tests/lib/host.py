# SPDX-License-Identifier: Apache-2.0
"""A host of its own for every test: a private mount namespace with an empty tmpfs at DIR, in
which no process is seen but those of the test.

    Host        the namespace that robind works in, with a process 1, /run, /tmp and /etc of its own
    Confined    a user namespace within a host, in which robind works too

All end with their process, and everything mounted and running in them ends with it: no teardown.

Names and numbers are those of namespace.py.
"""

import contextlib
import errno
import functools
import json
import os
import pathlib

import answer
from answer import REPO, ROBIND
from namespace import HELPERS, SECONDS, Namespace, Served, maker  # noqa: F401 also for the tests


def hides_none(folder):
    """Whether what the tests run can still be reached with another file system there."""
    return not any(f"{name}/".startswith(f"{folder}/") for name in (ROBIND, REPO))


# Any empty directory of the machine will do.
DIR = next(filter(hides_none, ("/mnt", "/srv", "/media")))
# Who may not look at the others, whatever they were left: process 1 too is one with more rights.
NO_PTRACE = ("setpriv", "--bounding-set=-sys_ptrace,-sys_nice", "--inh-caps=-sys_ptrace,-sys_nice")
# What each host has of its own besides /etc. With the lock of no other, in /run.
FOLDERS = ["/run", *filter(hides_none, ["/tmp"])]
# Run every robind as on an older kernel: the name of one, or a list as old_kernel takes it.
KERNEL = os.environ.get("ROBIND_KERNEL", "")
# Whether there is time for what varies a test that is there anyway.
LONG = os.environ.get("TESTS_LONG") == "1"
ENTER_USER = ("-U", "--preserve-credentials")
ALL_USERS = ["0", "0", "4294967295"]


@functools.lru_cache(maxsize=None)
def is_real_root():
    """Root outside every user namespace."""
    mapped = pathlib.Path("/proc/self/uid_map").read_text().split()
    return os.geteuid() == 0 and mapped == ALL_USERS


def bind(source, target, state="ephemeral", **members):
    """One bind of a request."""
    return {"source": source, "target": target, "state": state, **members}


def here(*binds, **members):
    """A request for this namespace: a host of these tests is not the machine itself."""
    return {"binds": binds, "namespace": "here", **members}


def as_bytes(request):
    if request is None or isinstance(request, bytes):
        return request
    return (request if isinstance(request, str) else json.dumps(request)).encode()


class Host(Served):
    """Where robind runs."""

    def __init__(self, shared=False, kernel=KERNEL):
        self.kernel = (str(HELPERS / "old_kernel"), kernel) if kernel else ()
        super().__init__(maker(), ["shared" if shared else "private", DIR, *FOLDERS],
                         ENTER_USER if os.geteuid() else ())

    def confined(self):
        """A user namespace made from this host: what is mounted by now is locked in there."""
        return Confined(self)

    # Making

    def dir(self, name, *files):
        """A directory below DIR with some files in it; returns its name."""
        full = name if name.startswith("/") else f"{DIR}/{name}"
        self.path(full).mkdir(parents=True, exist_ok=True)
        for file in files:
            self.file(f"{full}/{file}")
        return full

    def file(self, name, text=""):
        """A file, with the directories above it; returns its name."""
        full = name if name.startswith("/") else f"{DIR}/{name}"
        self.path(full).parent.mkdir(parents=True, exist_ok=True)
        self.path(full).write_text(text)
        return full

    # Calling robind

    def raw(self, *args, request=None, wrap=(), **options):
        """robind as it is: whatever it prints, but nothing on standard error."""
        argv = (*wrap, *self.kernel, ROBIND, *args)
        done = self.run(*argv, input=as_bytes(request), check=False, **options)
        assert done.stderr == b"", f"standard error: {done.stderr!r}"
        return done

    def robind(self, command, *options, **how):
        """An answer that has passed every rule of answer.py."""
        done = self.raw(command, *options, **how)
        return answer.read(command, options, done.returncode, done.stdout)

    def apply(self, *binds, options=(), wrap=(), **members):
        return self.robind("apply", *options, request=here(*binds, **members), wrap=wrap)

    def make(self, *binds):
        """The binds as they should be, for a test of what comes then."""
        said = self.apply(*binds)
        assert said.status == 0, f"cannot even be made: {said.reply}"

    def check(self, *binds, options=(), wrap=(), **members):
        """What apply would do. Whoever asks, and whatever comes out: nothing is changed."""
        with self.unchanged():
            return self.robind("check", *options, request=here(*binds, **members), wrap=wrap)

    # What has to hold

    @contextlib.contextmanager
    def unchanged(self):
        """Neither the mount table nor the files below DIR change."""
        before = self.mountinfo(), self.files()
        yield
        assert self.mountinfo() == before[0], "the mount table was changed"
        assert self.files() == before[1], "files were changed"

    def files(self):
        """Name, inode and mode of everything below DIR."""
        found = []
        for folder, folders, files in os.walk(os.fsencode(self.path(DIR))):
            for name in sorted(folders + files):
                try:
                    entry = os.lstat(os.path.join(folder, name))
                except OSError as error:  # on a file system that has failed
                    assert error.errno != errno.EACCES, error
                    # An overlay whose lower layer was removed lists names that it does not find.
                    assert error.errno != errno.ENOENT or name in os.listdir(folder), error
                    found.append((folder, name, error.errno, 0, 0))
                    continue
                found.append((folder, name, entry.st_dev, entry.st_ino, entry.st_mode))
        return sorted(found)

    def assert_read_only_view(self, source, target):
        """The whole point: the very source, read-only, private, and the source still takes
        writes."""
        top = self.top(target)
        assert top is not None, f"nothing is mounted at {target}"
        assert "ro" in top.options, f"{target} is mounted {top.options}"
        assert top.propagation == set(), f"{target} is {top.propagation}"
        assert not self.is_writable(target), f"{target} is writable"
        assert self.is_writable(source), f"the source {source} is no longer writable"
        assert self.path(source).stat()[1:3] == self.path(target).stat()[1:3], "another inode"

    def assert_settled(self, *binds, **members):
        """As asked: another apply has nothing to do, and check says so."""
        again = self.apply(*binds, **members)
        assert not again.reply["changed"], f"a second apply changed: {again.reply}"
        assert self.check(*binds, **members).status == 0


class Confined(Host):
    """A container without a root of its own, in which robind works too."""

    def __init__(self, host):
        self.kernel = host.kernel
        Served.__init__(self, host.commands, ["beside", "confined"], ENTER_USER)
        # From the host: whoever entered this user namespace may not enter what the host owns.
        self.enter = [*host.enter, "nsenter", "-t", str(self.number), "-m", *self.user, "--"]
