# SPDX-License-Identifier: Apache-2.0
"""Commands that a process of another namespace runs for us (commands.c): to enter one for each
takes longer than most of them do.
"""

import array
import os
import select
import socket
import struct
import subprocess
import time

CREDENTIALS = struct.Struct("3i")  # process, user and group, as this process sees them
CHUNK = 65536


class Commands:
    """A socket, of which a process gets the other end as its standard input."""

    def __init__(self):
        self.socket, self.theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)

    def numbers(self):
        """Of whoever got it, which has begun by then: the one seen here, and the one there."""
        self.theirs.close()
        said, ancillary, _, _ = self.socket.recvmsg(16, socket.CMSG_SPACE(CREDENTIALS.size))
        assert said, "whoever should run the commands has ended"
        return CREDENTIALS.unpack(ancillary[0][2])[0], int(said)

    def end(self):
        self.socket.close()

    def start(self, argv, *standard, kind=b"c"):
        """A command, with three descriptors, or a job of who runs them ("j"). Returns where its
        wait status will be read."""
        status, theirs = os.pipe()
        # A file, since a message may not be of any length.
        with open(os.memfd_create("arguments"), "wb") as arguments:
            arguments.write(b"".join(os.fsencode(argument) + b"\0" for argument in argv))
            arguments.flush()
            fds = array.array("i", [arguments.fileno(), theirs, *standard])
            self.socket.sendmsg([kind], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
        os.close(theirs)
        return status

    def run(self, argv, given, timeout):
        """As subprocess.run() does, with its output captured."""
        stdout, stderr, stdin = os.pipe(), os.pipe(), (0, None) if given is None else os.pipe()
        status = self.start(argv, stdin[0], stdout[1], stderr[1])
        for fd in (stdout[1], stderr[1], *stdin[:1] * (given is not None)):
            os.close(fd)
        said = exchange(
            (stdout[0], stderr[0], status), stdin[1], memoryview(given or b""), timeout)
        if said is None:
            raise subprocess.TimeoutExpired(argv, timeout)
        return subprocess.CompletedProcess(argv, exit_status(said[2]), said[0], said[1])


def exchange(sources, sink, given, timeout):
    """Read each of the sources to its end, and write what is given meanwhile; all are closed.
    Nothing when it takes too long."""
    said = {fd: bytearray() for fd in sources}
    poll, left = select.poll(), set(sources)
    for fd in sources:
        poll.register(fd, select.POLLIN)
    if sink is not None:
        os.set_blocking(sink, False)
        poll.register(sink, select.POLLOUT)
        left.add(sink)
    deadline = time.monotonic() + timeout
    while left and time.monotonic() < deadline:
        for fd, _ in poll.poll(1000 * timeout):
            if fd == sink:
                given = write_some(fd, given)
                is_through = not given
            else:
                read = os.read(fd, CHUNK)
                said[fd] += read
                is_through = not read
            if is_through:
                poll.unregister(fd)
                os.close(fd)
                left.remove(fd)
    for fd in left:
        os.close(fd)
    return None if left else [bytes(said[fd]) for fd in sources]


def write_some(fd, given):
    """What is left of it; nothing when nobody reads it."""
    try:
        return given[os.write(fd, given[:CHUNK]):]
    except BrokenPipeError:
        return b""


def exit_status(report):
    """As subprocess tells it."""
    assert report, "whoever runs the commands has ended"
    status = int.from_bytes(report, "little")
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)
