# SPDX-License-Identifier: Apache-2.0
"""The machine, its volumes, an engine and a report: what every chapter has at hand."""

import contextlib
import json

from answer import REPO

from . import clients, services
from .machine import Machine
from .waiting import wait

REQUEST = REPO / "manifests/requests/scene.json"
SOURCE, TARGET = "/mnt/volumes/mysql_socket", "/mnt/volumes_ro/mysql_socket"
RUN_TARGET = "/mnt/volumes_ro/postfix/mysql"
MAIL = ("dovecot", "dovecot-rslave")


class Stage:
    """One scene, from an empty machine to its end."""

    def __init__(self, engine, report):
        self.report = report
        self.request = json.loads(REQUEST.read_text(encoding="utf-8"))
        self.machine = Machine()
        self.engine = engine(self.machine)
        self.volumes = None
        self.mails = services.MAILS

    def end(self):
        """All of it, also where one of them cannot be ended."""
        with contextlib.ExitStack() as ends:
            ends.callback(self.machine.end)
            if self.volumes:
                ends.callback(self.volumes.end)
            ends.callback(self.engine.end)

    # robind

    def check(self):
        return self.machine.tell("check", self.request)

    def apply(self):
        return self.machine.tell("apply", self.request)

    def expect_in_sync(self):
        self.report.expect("robind check", "in sync, exit status 0", summary(self.check()))

    def mend(self, restart, **wrong):
        """check names what is wrong, apply mends it and says who has to be restarted; those
        who have not to be see it at once, the others once they were restarted."""
        said = self.check()
        self.report.expect("robind check names what is wrong", reasons(wrong), findings(said))
        said = self.apply()
        self.report.expect("robind apply mends it", "changed, exit status 0", summary(said))
        self.report.expect("robind names who has to be restarted", restart, self.restarts(said))
        for name in sorted(set(MAIL) - restart):
            self.expect_login(name)
        for name in sorted(restart & set(MAIL)):
            self.expect_no_database(name)
            self.engine.restart(name)
            services.wait_for_port(self.engine, name, clients.POP3S)
            self.expect_login(name, "restarted: a login over POP3S")
        said = self.check()
        self.report.expect("robind check", "in sync, exit status 0", summary(said))
        self.report.expect("still to be restarted", set(), self.restarts(said))

    def restarts(self, said):
        """Names of containers, the same by the reply's two lists."""
        holders = [holder for bind in said.reply["binds"] for holder in bind.get("holders", [])]
        by_process = self.engine.names_of({holder["pid"] for holder in holders})
        named = self.engine.named_for_restart(said.reply["needs_restart"])
        return named if named == by_process else {f"{named}, but holders are {by_process}"}

    # Containers

    def start_database(self):
        self.engine.start(services.container("mariadb"))
        services.wait_for_database(self.engine)

    def start_dovecot(self, name, container=None):
        self.engine.start(container or services.container(name))
        services.wait_for_port(self.engine, name, clients.POP3S)
        services.wait_for_port(self.engine, name, clients.IMAPS)

    def start_postfix(self):
        self.engine.start(services.container("postfix"))
        services.wait_for_port(self.engine, "postfix", clients.SMTP)

    def start_all(self):
        self.start_database()
        for name in MAIL:
            self.start_dovecot(name)
        self.start_postfix()

    # Clients

    def expect_login(self, name, what="a login over POP3S"):
        """Dovecot tries a lost database again, but not at once."""
        answers = []

        def is_in():
            answers.append(clients.pop3(self.engine, name)[0])
            return answers[-1].startswith("+OK")
        wait(is_in)
        self.report.expect(f"{name}: {what}", "+OK Logged in.", answers[-1])

    def expect_no_database(self, name):
        """A login would fail too, but Dovecot may take a minute to say so."""
        _, said = services.ask_database(self.engine, name)
        self.report.expect_text(f"{name}: a new connection to MariaDB", "Can't connect", said)

    def expect_mails(self, name):
        """Those in the box, over both protocols."""
        counts = []

        def has_all():
            counts.append(" ".join(clients.pop3(self.engine, name)[1].split()[:2]))
            return counts[-1] == f"+OK {self.mails}"
        wait(has_all)
        self.report.expect(f"{name}: STAT over POP3S", f"+OK {self.mails}", counts[-1])
        login, status = clients.imap(self.engine, name)
        self.report.expect_text(f"{name}: a login over IMAPS", "Logged in", login)
        self.report.expect(f"{name}: STATUS over IMAPS",
                           f"* STATUS INBOX (MESSAGES {self.mails})", status)

    def expect_lookup(self):
        _, said = self.engine.sh_in(
            "postfix", f"postmap -q {services.USER} mysql:/conf/postfix/mailboxes.cf")
        self.report.expect("postfix: a mailbox looked up in MariaDB",
                           f"{services.DOMAIN}/alice/", said)


def summary(said):
    """An answer in a few words."""
    reply = said.reply
    failed = [bind["error"]["code"] for bind in reply["binds"] if "error" in bind]
    word = "failed: " + " ".join(failed) if reply["failed"] else \
        "changed" if reply["changed"] else "in sync"
    return f"{word}, exit status {said.status}"


def reasons(wrong):
    """As findings() has them, of `run` and `volume`."""
    targets = {"volume": TARGET, "run": RUN_TARGET}
    return [f"{targets[which]}: {codes}" for which, codes in wrong.items()]


def findings(said):
    """What an answer complains of, bind by bind."""
    return [f"{bind['target']}: {' '.join(codes)}" for bind in said.reply["binds"] for codes in [
        [drift["code"] for drift in bind.get("drift", [])] +
        ([f"error {bind['error']['code']}"] if "error" in bind else [])] if codes]
