# SPDX-License-Identifier: Apache-2.0
"""Clients that a person could be: `openssl s_client`, one line after the other."""

import os
import re
import selectors
import subprocess
import time

from .services import CONF, PASSWORD, USER
from .waiting import SECONDS

POP3S, IMAPS, SMTP = 995, 993, 25


class Dialogue:
    """A TLS connection into a container's network, its certificate verified."""

    def __init__(self, engine, name, port, *options):
        ca = str(engine.machine.path(f"{CONF}/cert.pem"))
        self.process = subprocess.Popen(
            [*engine.network(name), "openssl", "s_client", "-quiet", "-verify_quiet",
             "-verify_return_error", "-CAfile", ca, "-connect", f"127.0.0.1:{port}", *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/")
        self.unread = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def line(self):
        """The next one; empty when the other side has hung up."""
        deadline = time.monotonic() + SECONDS
        with selectors.DefaultSelector() as ready:
            ready.register(self.process.stdout, selectors.EVENT_READ)
            while b"\n" not in self.unread:
                if not ready.select(max(0, deadline - time.monotonic())):
                    return "(no answer)"
                more = os.read(self.process.stdout.fileno(), 65536)
                if not more:
                    return ""
                self.unread += more
        line, self.unread = self.unread.split(b"\n", 1)
        return line.decode(errors="replace").strip()

    def hear(self, pattern="."):
        """The first line like this, or whatever was the last."""
        while True:
            line = self.line()
            if line in ("", "(no answer)") or re.match(pattern, line):
                return line

    def ask(self, words, pattern="."):
        self.process.stdin.write(f"{words}\r\n".encode())
        self.process.stdin.flush()
        return self.hear(pattern)


def pop3(engine, name, password=PASSWORD):
    """The answers to a login and, if that went well, to STAT."""
    with Dialogue(engine, name, POP3S) as server:
        server.hear()
        server.ask(f"USER {USER}")
        login = server.ask(f"PASS {password}")
        return login, server.ask("STAT") if login.startswith("+OK") else ""


def imap(engine, name):
    """The answers to a login and to how many mails there are."""
    with Dialogue(engine, name, IMAPS) as server:
        server.hear()
        login = server.ask(f"a LOGIN {USER} {PASSWORD}", "a ")
        login = re.sub(r"\[CAPABILITY .*?\] ", "", login)
        return login, server.ask("b STATUS INBOX (MESSAGES)", r"\* STATUS|b ")


def smtp(engine, name, recipient):
    """The answers to RCPT TO and, if that went well, to the mail."""
    with Dialogue(engine, name, SMTP, "-starttls", "smtp") as server:
        server.ask("EHLO client.example.com", "250 ")
        server.ask("MAIL FROM:<bob@example.com>")
        answer = server.ask(f"RCPT TO:<{recipient}>")
        if not answer.startswith("250"):
            return answer, ""
        server.ask("DATA")
        return answer, server.ask(f"From: bob@example.com\r\nTo: {recipient}\r\n"
                                  "Subject: by SMTP\r\n\r\nA mail from outside.\r\n.")
