# SPDX-License-Identifier: Apache-2.0
"""What root in a container tries against the socket of another one, and how it goes."""

from dataclasses import dataclass, replace

from . import services
from .containers import Share
from .services import CLIENTS, LIVES_IN, SOCKET, SOCKETS
from .stage import MAIL, TARGET

READ_ONLY, NO_RIGHT = "refused: it is read-only", "refused: no right to"
REFUSALS = {  # what programs say then
    READ_ONLY: ("Read-only file system",),
    NO_RIGHT: ("permission denied", "Operation not permitted", "must be superuser"),
}


@dataclass(frozen=True)
class Deed:
    """A command: {0} is the socket's directory, {1} the mount it lies on."""

    script: str
    refused: str


# In this order each finds what it wants even after the others have gone through.
FILES = [
    Deed("touch {0}/mine", READ_ONLY),
    Deed(f"chmod 0 {{0}}/{SOCKET}", READ_ONLY),
    Deed(f"mv {{0}}/{SOCKET} {{0}}/away", READ_ONLY),
    Deed("rm {0}/*", READ_ONLY),
]
MOUNTS = [
    Deed("mount -o remount,bind,rw {1}", NO_RIGHT),
    Deed("mount --bind /tmp {1}", NO_RIGHT),
    Deed("umount {1}", NO_RIGHT),
]


def try_in(stage, name, deed):
    folder = SOCKETS.get(name, SOCKETS["dovecot"])
    script = deed.script.format(folder, folder.removesuffix("/run"))
    status, said = stage.engine.sh_in(name, script)
    return script, status, said.split("\n")[0]


def expect_refused(stage, name, deed):
    script, status, said = try_in(stage, name, deed)
    stage.report.judge(f"{name}: {script}", deed.refused, said or f"exit status {status}",
                       status != 0 and any(text in said for text in REFUSALS[deed.refused]))


def expect_done(stage, name, deed):
    script, status, said = try_in(stage, name, deed)
    stage.report.judge(f"{name}: {script}", "done", "done" if status == 0 else said, status == 0)


def defend(stage):
    stage.report.chapter("The attack, as root in the containers")
    path = stage.machine.path(f"{LIVES_IN}/{SOCKET}")
    before = path.stat()
    for name in CLIENTS:
        for deed in FILES + MOUNTS:
            expect_refused(stage, name, deed)
    after = path.stat()
    is_same = (after.st_ino, after.st_mode) == (before.st_ino, before.st_mode)
    stage.report.expect("the socket and its mode", "as before",
                        "as before" if is_same else f"{before}, now {after}")
    for name in MAIL:
        stage.expect_login(name)
    stage.expect_lookup()


def forget_ro(stage):
    stage.report.chapter("The same attack where the container was not given the bind as :ro")
    given = Share(f"{TARGET}/run", SOCKETS["dovecot"])
    stage.start_dovecot("dovecot-plain", like_dovecot("dovecot-plain", given))
    for deed in FILES + MOUNTS:
        expect_refused(stage, "dovecot-plain", deed)
    stage.expect_login("dovecot-plain")
    stage.engine.stop("dovecot-plain")


def share_without_robind(stage):
    stage.report.chapter("The same attack where the volume itself is shared: it goes through")
    open_share = Share(LIVES_IN, SOCKETS["dovecot"])
    stage.start_dovecot("dovecot-rw", like_dovecot("dovecot-rw", open_share))
    stage.expect_login("dovecot-rw")
    for deed in FILES:
        expect_done(stage, "dovecot-rw", deed)
    stage.engine.stop("dovecot-rw")
    stage.expect_no_database("dovecot")
    stage.engine.restart("mariadb")
    services.wait_for_database(stage.engine)
    stage.expect_login("dovecot", "MariaDB restarted: a login over POP3S")


def give_admin_rights(stage):
    stage.report.chapter("CAP_SYS_ADMIN, which no container should have, undoes its own view")
    given = Share(f"{TARGET}/run", SOCKETS["dovecot"], "ro")
    stage.start_dovecot("dovecot-admin", like_dovecot("dovecot-admin", given, is_admin=True))
    for deed in MOUNTS:
        expect_done(stage, "dovecot-admin", deed)
    stage.engine.stop("dovecot-admin")
    stage.expect_in_sync()


def like_dovecot(name, share, is_admin=False):
    """Dovecot's container with another share of the socket's directory."""
    usual = services.container("dovecot")
    shares = [other for other in usual.shares if other.at != share.at]
    return replace(usual, name=name, shares=[*shares, share], is_admin=is_admin)
