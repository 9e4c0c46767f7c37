# SPDX-License-Identifier: Apache-2.0
"""A command on a terminal of its own: `python3 on_terminal.py COLUMNS TERM COMMAND...` prints what
would stand there, with ESC made visible, and ends as the command does."""

import fcntl
import os
import pty
import struct
import sys
import termios


def main(columns, term, *argv):
    pid, fd = pty.fork()
    if pid == 0:
        os.environ["TERM"] = term
        # The other end has set no size yet: wait for it.
        os.read(0, 1)
        os.execvp(argv[0], argv)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(columns), 0, 0))
    settings = termios.tcgetattr(fd)
    settings[3] &= ~termios.ECHO
    termios.tcsetattr(fd, termios.TCSANOW, settings)
    os.write(fd, b"\n")
    said = b""
    while True:
        try:
            part = os.read(fd, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        said += part
    text = said.decode().replace("\r\n", "\n").replace("\x1b", "␛")
    sys.stdout.buffer.write(text.encode())
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


sys.exit(main(*sys.argv[1:]))
