# SPDX-License-Identifier: Apache-2.0
"""What goes wrong on real hosts, and what robind makes of it."""

from . import services, volumes
from .services import LIVES_IN, SOCKET
from .stage import MAIL, RUN_TARGET, TARGET, findings, reasons, summary


def restart_database(stage):
    stage.report.chapter("MariaDB is restarted: a new socket in the same directory")
    path = stage.machine.path(f"{LIVES_IN}/{SOCKET}")
    before = path.stat().st_ctime_ns
    stage.engine.restart("mariadb")
    services.wait_for_database(stage.engine)
    stage.report.expect("the socket", "another one",
                        "another one" if path.stat().st_ctime_ns != before else "the same")
    stage.expect_in_sync()
    stage.report.expect("to be restarted", set(), stage.restarts(stage.check()))
    expect_service(stage)


def delete_directory(stage):
    stage.report.chapter("The socket's directory is deleted and made anew")
    stage.engine.stop("mariadb")
    stage.machine.run("rm", "-r", LIVES_IN)
    stage.machine.run("install", "-d", "-o", "mysql", "-g", "mysql", LIVES_IN)
    stage.start_database()
    stage.mend({"dovecot"}, run="stale_source")
    stage.expect_lookup()


def make_writable(stage):
    stage.report.chapter("Somebody makes the target writable")
    stage.machine.run("mount", "-o", "remount,bind,rw", TARGET)
    stage.mend(set(), volume="writable")
    stage.report.expect(f"can root write at {TARGET}", "no",
                        "yes" if stage.machine.is_writable(TARGET) else "no")


def unmount_volume(stage):
    stage.report.chapter("The volume is unmounted, and mounted again")
    volumes.unmount(stage.machine, "mysql_socket")
    said = stage.check()
    stage.report.expect("robind check names what is wrong", reasons({
        "volume": "error source_unmounted", "run": "error source_unmounted"}), findings(said))
    said = stage.apply()
    stage.report.expect("robind apply leaves the binds, which still work",
                        "failed: source_unmounted source_unmounted, exit status 1", summary(said))
    expect_service(stage)
    volumes.mount(stage.machine, "mysql_socket")
    stage.expect_in_sync()
    expect_service(stage)


def mount_too_late(stage):
    stage.report.chapter("The volume is mounted after the binds and the containers")
    stop_all(stage)
    drop_mounts(stage, "mysql_socket")
    stage.machine.dir(LIVES_IN)
    for target in (TARGET, RUN_TARGET):
        stage.machine.run("mount", target)
    for name in MAIL:
        stage.start_dovecot(name)
        stage.expect_no_database(name)
    volumes.mount(stage.machine, "mysql_socket")
    stage.start_database()
    stage.mend({"dovecot"}, volume="source_covered", run="source_covered")
    stage.start_postfix()
    stage.expect_lookup()


def reboot(stage):
    stage.report.chapter("The host is rebooted, and of fstab only the volumes are mounted")
    shut_down(stage)
    stage.machine.run("mount", "-a", "-t", "ext3")
    stage.report.expect("robind check names what is wrong", reasons({
        "volume": "not_mounted", "run": "not_mounted"}), findings(stage.check()))
    stage.report.expect("robind boot", "changed, exit status 0", summary(boot(stage)))
    stage.expect_in_sync()
    start_up(stage)

    stage.report.chapter("The host is rebooted, and all of fstab is mounted")
    shut_down(stage)
    stage.machine.run("mount", "-a")
    stage.report.expect("robind boot", "in sync, exit status 0", summary(boot(stage)))
    stage.expect_in_sync()
    start_up(stage)


def shut_down(stage):
    stop_all(stage)
    stage.engine.end()
    drop_mounts(stage, *volumes.MEGABYTES)
    stage.report.expect("what is mounted below /mnt/volumes and /mnt/volumes_ro", [], [
        mount.target for mount in stage.machine.mounts()
        if mount.target.startswith(volumes.ROOT)])


def boot(stage):
    return stage.machine.robind("boot")


def start_up(stage):
    stage.engine.begin()
    stage.start_all()
    expect_service(stage)
    stage.expect_mails("dovecot")
    stage.report.expect("to be restarted", set(), stage.restarts(stage.check()))


def expect_service(stage):
    for name in MAIL:
        stage.expect_login(name)
    stage.expect_lookup()


def stop_all(stage):
    for name in reversed(list(stage.engine.running)):
        stage.engine.stop(name)


def drop_mounts(stage, *names):
    for target in (RUN_TARGET, TARGET):
        stage.machine.run("umount", target)
    for name in names:
        volumes.unmount(stage.machine, name)

