# SPDX-License-Identifier: Apache-2.0
"""What is told of a failed call: the place, the fact and the mend. Each row of the table happens
here, or the test is named in which it does."""

import re
import subprocess

import pytest

from failures import (
    ASKED, FROM, FSTAB, GONE, IN_FSTAB, NOBODY, NO_MODULES, REMOVED, SOURCE,
    asked, by_attribute, by_filter, by_fstab, by_module, by_server, confined, from_server,
    full_of_mounts, held_lock, lay, onto_server, sparse, taken_from_server, with_few_descriptors,
    without, without_server,
)
from host import DIR, HELPERS, bind

pytestmark = [pytest.mark.needs_root, pytest.mark.new_kernel("mount_setattr")]

LONG_NAME = "x" * 250
OWNER = {**ASKED, "owner": 5}
NAMED = {**ASKED, "owner": "db"}
IN_SYS = bind(SOURCE, "/sys/robind")
STICKY = 'mkdir "$1/ro/db"; chown 5 "$1/ro" "$1/ro/db"; chmod 1777 "$1/ro"'
SHUT = 'chown 5 "$1/volumes"; chmod 700 "$1/volumes"'
FULL = 'mount -t tmpfs -o {} full "$1/etc"; : >"$1/etc/fstab"; {}'
FILL = 'dd if=/dev/zero of="$1/etc/fill" bs=4k 2>/dev/null || :'
MANY = 'i=0; while touch "$1/etc/$i" 2>/dev/null; do i=$((i+1)); done'
SELINUX = 'mount -t tmpfs s /sys; mkdir -p /sys/fs/selinux; echo 1 >/sys/fs/selinux/enforce'
PROFILE = NO_MODULES + 'echo "mail (enforce)" >"$1/profile"'

# Error, words of the fact and the mend, how it happens.
CASES = [
    # not permitted: mounts
    ("EPERM", "which this user lacks", asked(ASKED, wrap=NOBODY)),
    ("EPERM", "and root lacks it here", asked(ASKED, wrap=without("sys_admin"))),
    ("EPERM", "it takes CAP_SYS_ADMIN over that one", asked(ASKED, wrap=("unshare", "-Ur"))),
    ("EPERM", "a seccomp filter forbids it", by_filter("move_mount", "EPERM", 1)),
    # not permitted: paths
    ("EPERM", "(chattr -i '{folder}'), or name a target", by_attribute("i", ASKED)),
    ("EPERM", "(chattr -i '{folder}'), or leave", by_attribute("i", REMOVED, made=[ASKED])),
    ("EPERM", "(chattr -i '{folder}'), or ask for", by_fstab('chattr +i "$1/etc"')),
    ("EPERM", "(chattr -i '{folder}'), or ask for", by_fstab('chattr +i "$1/etc/fstab"')),
    ("EPERM", "(chattr -a '{folder}'), or leave", by_attribute("a", REMOVED, made=[ASKED])),
    ("EPERM", "(chattr -a '{folder}'), or ask for", by_fstab('chattr +a "$1/etc"')),
    ("EPERM", "takes no new names and gives none", asked(IN_SYS)),
    ("EACCES", "takes no new names and gives none", asked(bind(f"{SOURCE}/file", "/sys/robind"))),
    ("EOPNOTSUPP", "takes no new names", asked(bind(SOURCE, "/proc/robind"))),
    ("EPERM", "one of which is missing here", asked(OWNER, wrap=without("chown"))),
    ("EACCES", "this user may not", asked(ASKED, wrap=NOBODY, prepare='chmod 700 "$1/volumes"')),
    ("EPERM", "this user may not", by_fstab('chmod 1777 "$1/etc"', wrap=NOBODY)),
    ("EACCES", "lets in nobody but its user", by_server("none", "EIO", FROM, user=("5",))),
    ("EACCES", "keeps out even root, as root_squash", from_server("EACCES")),
    ("EPERM", "forbids it even to root, as root_squash", onto_server("EPERM")),
    ("EACCES", "root lacks CAP_DAC_OVERRIDE", asked(
        ASKED, wrap=without("dac_override", "dac_read_search"), prepare=SHUT)),
    ("EPERM", "root lacks CAP_CHOWN", by_fstab('chown 5 "$1/etc/fstab"', wrap=without("chown"))),
    ("EACCES", "the root of which has no right there", confined(SHUT, ":")),
    ("EPERM", "the root of which may not change it", confined(
        STICKY, ":", REMOVED, made=[ASKED], fstab=FSTAB)),
    # not permitted: security modules
    ("EACCES", "AppArmor denies it", by_module(PROFILE, f"{DIR}/profile")),
    ("EACCES", "SELinux denies it", by_module(SELINUX)),
    ("EACCES", "a security module keeps out", by_module(
        NO_MODULES + "echo capability,smack >/sys/kernel/security/lsm")),
    ("EACCES", "({fs}) keeps out even root; see who", by_module(NO_MODULES)),
    ("EPERM", "the kernel forbids it even to root", by_filter("mkdirat", "EPERM", 1)),
    # read-only
    ("EROFS", "it does not exist, and", onto_server("EROFS")),
    ("EROFS", "leave \"remove_target\" out", taken_from_server),
    ("EROFS", "or ask for \"ephemeral\"", by_fstab(
        'mount --bind "$1/etc" "$1/etc"; mount -o remount,bind,ro "$1/etc"')),
    # no room
    ("ENOSPC", "fs.mount-max", full_of_mounts),
    ("ENOSPC", "no inodes left", by_fstab(FULL.format("nr_inodes=20", MANY))),
    ("ENOSPC", "no room left", by_fstab(FULL.format("size=64k", FILL))),
    ("EDQUOT", "the quota", onto_server("EDQUOT")),
    ("EMLINK", "as many directories", onto_server("EMLINK")),
    ("EMFILE", "robind has as many files open", with_few_descriptors),
    ("ENFILE", "fs.file-max", by_filter("open_tree", "ENFILE", 2)),
    ("ENOMEM", "there is no memory for it", by_filter("open_tree", "ENOMEM", 2)),
    ("EFBIG", "too large to be an fstab", sparse),
    ("EFBIG", "larger than a file of robind's", by_fstab(":", wrap=("prlimit", "--fsize=8", "--"))),
    ("ENOLCK", "no lock to give", by_filter("flock", "ENOLCK", 1)),
    # what is there has failed
    ("ESTALE", "a stale handle", from_server("ESTALE")),
    ("ENOTCONN", "is gone", without_server),
    ("ECONNABORTED", "was aborted", from_server("ECONNABORTED")),
    ("EHOSTDOWN", "is down", from_server("EHOSTDOWN")),
    ("ESHUTDOWN", "was shut down", from_server("ESHUTDOWN")),
    ("EUCLEAN", "is damaged", from_server("EUCLEAN")),
    ("EIO", "the disk or the server", from_server("EIO")),
    ("ENODEV", "the device of", from_server("ENODEV")),
    ("ENXIO", "the device of", from_server("ENXIO")),
    ("ETIMEDOUT", "process {holder} holds it", held_lock),
    # it is not what it was
    ("ENOENT", "what it leads to does not exist", by_fstab(
        'rm "$1/etc/fstab"; ln -s none/there "$1/etc/fstab"')),
    ("ENOENT", "it was removed meanwhile", by_filter("open_tree", "ENOENT", 2)),
    ("ESTALE", "another mount than the one", by_filter("umount2", "ESTALE", 1, GONE, made=[ASKED])),
    ("ESTALE", "changes it all the time", by_filter(
        "rename", "ESTALE", "always", IN_FSTAB, made=[ASKED], fstab=FSTAB)),
    ("ENOTDIR", "is not a directory; name another path", asked(
        bind(SOURCE, f"{DIR}/volumes/db/file/x"))),
    ("ENOTDIR", "no directory any more", onto_server("ENOTDIR")),
    ("ENOTDIR", "name the right file", by_fstab(":", fstab=f"{SOURCE}/file/fstab")),
    ("EISDIR", "it is a directory", by_fstab('rm "$1/etc/fstab"; mkdir "$1/etc/fstab"')),
    ("EEXIST", "somebody made it", onto_server("EEXIST")),
    ("ELOOP", "in a circle", by_fstab('rm "$1/etc/fstab"; ln -s fstab "$1/etc/fstab"')),
    ("ELOOP", "became a symlink meanwhile", onto_server("ELOOP")),
    ("ENAMETOOLONG", "a shorter path as", by_fstab(":", fstab=f"{DIR}/etc/{LONG_NAME}")),
    ("ENAMETOOLONG", "in it, is longer", asked(bind(SOURCE, f"{DIR}/{LONG_NAME}{LONG_NAME}"))),
    # it is in use, or not for that
    ("EBUSY", "open for writing", by_filter("mount_setattr", "EBUSY", "always")),
    ("EBUSY", "something is mounted on the file", by_fstab(
        'mount --bind "$1/etc/fstab" "$1/etc/fstab"')),
    ("EBUSY", "it is in use", by_filter("umount2", "EBUSY", "always", GONE, made=[ASKED])),
    ("ETXTBSY", "a program that runs", onto_server("ETXTBSY")),
    ("EINVAL", "its owner is nobody", confined(
        'chmod 777 "$1/etc"; chown 5 "$1/etc/fstab"', ":", IN_FSTAB, made=[ASKED], fstab=FSTAB)),
    ("EINVAL", "it is no regular file", by_fstab('rm "$1/etc/fstab"; mkfifo "$1/etc/fstab"')),
    ("EINVAL", "is unbindable, or of another", by_filter("open_tree", "EINVAL", "always")),
    ("EINVAL", "does not know one of the flags", by_filter("mount_setattr", "EINVAL", "always")),
    ("EINVAL", "was unmounted meanwhile, or", by_filter("move_mount", "EINVAL", 1)),
    ("ENOSYS", "no such call", by_filter("move_mount", "ENOSYS", 1)),
    # all others
    ("any", "give a number", asked(NAMED, prepare="rm -f /etc/passwd; mkdir /etc/passwd")),
    ("any", "mend that, and run robind again", onto_server("EBADMSG")),
]

# Where another test makes them happen.
ELSEWHERE = {
    ("EPERM", "a flag of the mount was inherited"): "mounts/test_locked.py",
    ("EINVAL", "; run robind outside, in the namespace that"): "mounts/test_locked.py",
    ("EINVAL", "what is mounted below was inherited"): "mounts/test_locked.py",
    ("EPERM", "does not keep the mode, owner and group"): "paths/test_made_as.py",
    ("EPERM", "AppArmor may deny it"): "the same file tells of EACCES",
    ("EPERM", "SELinux may deny it"): "the same file tells of EACCES",
    ("EIO", "systemctl failed"): "fstab/test_daemon_reload.py",
    ("ETIMEDOUT", "it did not answer in time"): "fstab/test_daemon_reload.py",
    ("ENOENT", "there is no systemctl"): "fstab/test_daemon_reload.py",
    ("any", "run systemctl daemon-reload"): "fstab/test_daemon_reload.py",
    ("ETIMEDOUT", "cannot be seen from here"): "ns/fstab/test_file_lock.c",
    ("ETIMEDOUT", "on the way, does not answer"): "paths/test_hang.py",
}


def rows():
    done = subprocess.run([HELPERS / "failure_rows"], capture_output=True, check=True, text=True)
    for line in done.stdout.splitlines():
        error, fact, mend = line.split("\t")
        yield error, f"{fact}; {mend}"


def row_of(error, words):
    """The texts of the rows that are meant: one, or some that say the same."""
    found = {text for number, text in rows() if number == error and words in text}
    assert len(found) == 1, f"{error} {words}: {found}"
    return found.pop()


def as_pattern(text):
    """With any text for {words}, and for what strerror(3) says."""
    escaped = re.sub(r"\\\{\w+\\\}", ".+", re.escape(text))
    return f": {'.+' if text.startswith(';') else ''}{escaped}$"


@pytest.mark.parametrize("error, words, how", [
    pytest.param(*case, id=f"{case[0]} {case[1]}") for case in CASES])
def test_told(host, error, words, how):
    lay(host)
    said = how(host)
    assert error in ("any", said.error.get("errno")), said.reply
    row = row_of(error, words)
    assert re.search(as_pattern(row), said.error["msg"]), said.error["msg"]
    if "meanwhile" in row and row.endswith("run robind again"):
        assert said.error["code"] == "race", said.error
    # There is a place in it, and no more than one sentence.
    assert "'/" in said.error["msg"] and said.error["msg"][-1] != ".", said.error


def test_each_row_is_told():
    told = {(error, row_of(error, words)) for error, words, _ in CASES}
    told |= {(error, row_of(error, words)) for error, words in ELSEWHERE}
    assert set(rows()) - told == set()


@pytest.mark.parametrize("how", [
    asked(ASKED, prepare='mount --bind "$1/ro" "$1/ro"; mount -o remount,bind,ro "$1/ro"'),
    from_server("EIO"), from_server("ESTALE"), from_server("ENOTCONN"), from_server("EACCES"),
])
def test_check_says_the_same(host, how, monkeypatch):
    """What check can know, it tells as apply does."""
    lay(host)
    applied = how(host)
    monkeypatch.setattr(host, "apply", host.check)
    host.sh('umount "$1/ro" 2>/dev/null || :; umount "$1/fuse" 2>/dev/null || :', DIR)
    assert how(host).error == applied.error
