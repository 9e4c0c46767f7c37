# SPDX-License-Identifier: Apache-2.0
"""The scene as it is meant to be."""

import mountinfo

from . import clients, services, volumes
from .services import LIVES_IN, SOCKET, UNKNOWN, USER
from .stage import MAIL, RUN_TARGET, SOURCE, TARGET, reasons, findings, summary


def set_up(stage):
    stage.report.chapter("Three volumes")
    stage.volumes = volumes.make(stage.machine)
    stage.report.note(volumes=stage.volumes.kind)
    for name, megabytes in volumes.MEGABYTES.items():
        seen = stage.machine.sh(
            'set -- $(findmnt -nro SOURCE,FSTYPE,VFS-OPTIONS "$1"); '
            'echo "$2, ${3%%,*}, $(($(blockdev --getsize64 "$1") >> 20)) MiB"',
            f"{volumes.ROOT}/{name}").stdout.decode()
        stage.report.expect(f"{volumes.ROOT}/{name}", f"ext3, rw, {megabytes} MiB", seen.strip())
    services.write_conf(stage.machine)
    services.fill_volumes(stage.machine)


def share(stage):
    stage.report.chapter("robind shares the socket's volume read-only")
    new = "target_missing not_mounted fstab_missing"
    said = stage.check()
    stage.report.expect("robind check names what is wrong", reasons({"volume": new, "run": new}),
                        findings(said))
    stage.report.expect("robind apply", "changed, exit status 0", summary(stage.apply()))
    stage.report.expect("robind apply, once more", "in sync, exit status 0",
                        summary(stage.apply()))
    lines = stage.machine.path("/etc/fstab").read_text(encoding="ascii").splitlines()
    stage.report.expect("its lines in fstab", [
        f"{source} {target} none bind,ro,private,nosuid,nodev,noexec,"
        f"x-robind.source-mount{volume},x-robind 0 0"
        for source, target, volume in ((SOURCE, TARGET, ""), (LIVES_IN, RUN_TARGET, f"={SOURCE}"))],
        [line for line in lines if "x-robind" in line])
    for place, expected in ((SOURCE, "yes"), (TARGET, "no"), (RUN_TARGET, "no")):
        stage.report.expect(f"can root write at {place}", expected,
                            "yes" if stage.machine.is_writable(place) else "no")


def serve(stage):
    stage.report.chapter("MariaDB and its clients, each in a container")
    stage.start_database()
    stage.report.expect(
        "the socket that MariaDB made", "a socket, the same one at all three places",
        ", ".join({describe(stage, f"{place}/{SOCKET}") for place in (
            LIVES_IN, f"{TARGET}/run", RUN_TARGET)}) + ", the same one at all three places")
    for name in MAIL:
        stage.start_dovecot(name)
    stage.start_postfix()
    views = {
        "dovecot": ["/socket/mysql ro"],
        "dovecot-rslave": ["/volumes_ro/mysql_socket ro", "/volumes_ro/postfix/mysql ro"],
        "postfix": ["/shared/mysql ro"],
        "mariadb": ["/socket rw"],
    }
    for name, view in views.items():
        stage.report.expect(f"{name}: what it sees of the volume", view, view_of(stage, name))


def describe(stage, name):
    seen = stage.machine.path(name)
    same = seen.samefile(stage.machine.path(f"{LIVES_IN}/{SOCKET}"))
    return ("a socket" if seen.is_socket() else "something else") if same else "another file"


def view_of(stage, name):
    """Every mount of the socket's volume in a container."""
    volume = stage.machine.top(SOURCE).device
    return sorted(f"{mount.target} {'ro' if 'ro' in mount.options else 'rw'}"
                  for mount in mountinfo.parse(stage.engine.mounts(name))
                  if mount.device == volume)


def use(stage):
    stage.report.chapter("Mail, with users and passwords read through the socket")
    for name in MAIL:
        answer, _ = clients.pop3(stage.engine, name, "wrong")
        stage.report.expect_text(f"{name}: a wrong password", "-ERR [AUTH]", answer)
        stage.expect_login(name)
        stage.expect_mails(name)
    stage.expect_lookup()
    answer, queued = clients.smtp(stage.engine, "postfix", USER)
    stage.report.expect_text(f"postfix: RCPT TO:<{USER}>", "250", answer)
    stage.report.expect_text("postfix: the mail", "250 2.0.0 Ok: queued", queued)
    answer, _ = clients.smtp(stage.engine, "postfix", UNKNOWN)
    stage.report.expect_text(f"postfix: RCPT TO:<{UNKNOWN}>", "550 5.1.1", answer)
    stage.mails += 1
    for name in MAIL:
        stage.expect_mails(name)
