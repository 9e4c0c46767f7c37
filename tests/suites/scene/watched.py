# SPDX-License-Identifier: Apache-2.0
"""Nobody runs a command: `robind watch` is there."""

import contextlib
import json
import subprocess
import time
from dataclasses import replace

from answer import ROBIND

from . import clients, services
from .machine import SCRATCH
from .services import CONF, LIVES_IN, SOCKET, SOCKETS
from .stage import RUN_TARGET, summary
from .waiting import SECONDS, wait

LOGINS = 6

# With the socket in it, which MariaDB goes on to listen at.
MAKE_ANEW = """
install -d -o mysql -g mysql "$1.new"
ln "$1/$2" "$1.new/$2"
rm -r "$1"
mv "$1.new" "$1"
"""


def make_anew(stage):
    """Dovecot reads through the bind of the directory itself, over a new connection each time."""
    stage.report.chapter("The same while robind watch runs, and users log in once a second")
    stage.start_dovecot("dovecot-run", through_run(stage))
    drop_connections(stage)
    with watching(stage):
        slowest = 0
        for n in range(LOGINS):
            if n == LOGINS // 2:
                stage.machine.sh(MAKE_ANEW, LIVES_IN, SOCKET)
            begun = time.monotonic()
            stage.expect_login("dovecot-run")
            took = time.monotonic() - begun
            slowest = max(slowest, took)
            drop_connections(stage)
            time.sleep(max(0, begun + 1 - time.monotonic()))
        stage.report.judge("how long nobody could log in", "no longer than a second",
                           f"{slowest:.2f} s", slowest < 1)
        same = stage.machine.path(LIVES_IN).samefile(stage.machine.path(RUN_TARGET))
        stage.report.expect("the directory and its view", "the same one",
                            "the same one" if same else "others")
    stage.engine.stop("dovecot-run")
    said = stage.check()
    stage.report.expect("robind check", "in sync, exit status 0", summary(said))
    stage.report.expect("to be restarted", {"dovecot"}, stage.restarts(said))
    stage.engine.restart("dovecot")
    services.wait_for_port(stage.engine, "dovecot", clients.POP3S)


@contextlib.contextmanager
def watching(stage):
    """From its first pass on."""
    machine, told = stage.machine, f"{SCRATCH}/watch"
    machine.write("/etc/robind/watch.json", json.dumps({**stage.request, "namespace": "here"}))
    with machine.path(told).open("wb") as out:
        watch = subprocess.Popen([*machine.enter, ROBIND, "watch", "/etc/robind/watch.json"],
                                 stdout=out, cwd="/")
    try:
        is_ready = wait(lambda: '"ready"' in machine.path(told).read_text(encoding="utf-8"))
        stage.report.expect("robind watch", "ready", "ready" if is_ready else "not ready")
        yield
    finally:
        watch.terminate()
        status = watch.wait(SECONDS)
    stage.report.expect("robind watch, told to end", "exit status 0", f"exit status {status}")


def through_run(stage):
    """A Dovecot as one that need not be restarted, at the socket in the other bind."""
    usual = services.container("dovecot-rslave")
    name = "dovecot-run"
    stage.machine.write(f"{CONF}/{name}.conf", services.DOVECOT.format(name=name))
    socket = f"{RUN_TARGET}/{SOCKET}".removeprefix("/mnt")
    stage.machine.write(f"{CONF}/{name}-sql.conf", services.DOVECOT_SQL.format(socket=socket))
    return replace(usual, name=name, command=["dovecot", "-F", "-c", f"/conf/{name}.conf"])


def drop_connections(stage):
    """Those of all who ask MariaDB for users: they have to come anew."""
    stage.engine.sh_in("mariadb", f"mariadb --no-defaults -uroot -S {SOCKETS['mariadb']}/{SOCKET} "
                                  "-e \"KILL USER 'mail'@'localhost'\"")
