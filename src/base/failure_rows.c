/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every failed call that is told of, and what is told. A row more is all that a new sentence
 * takes; tests/lib/failures.py has a way to make each of them happen.
 */
#include <errno.h>

#include "base/failure.h"
#include "base/macro.h"

#define OF(call) (1u << CALL_##call)
#define ALL      ((1u << CALL_COUNT_) - 1)
#define SETS     (OF(SET_READ_ONLY) | OF(SET_OPTIONS) | OF(SET_PRIVATE) | OF(SET_COPY))
#define MOUNTS   (OF(CLONE) | SETS | OF(ATTACH) | OF(DETACH) | OF(CARRY) | OF(CLEAR))
#define STEPS    (MOUNTS | OF(CREATE) | OF(REMOVE) | OF(OPEN_AGAIN))
#define FSTAB                                                                              \
	(OF(FSTAB_LOOK) | OF(FSTAB_FIND) | OF(FSTAB_LOCK) | OF(FSTAB_READ) |               \
	 OF(FSTAB_BACKUP) | OF(FSTAB_CREATE) | OF(FSTAB_WRITE) | OF(FSTAB_RENAME) |        \
	 OF(FSTAB_SYNC))
#define PATHS                                                                              \
	(OF(REACH) | OF(CREATE) | OF(REMOVE) | OF(OPEN_AGAIN) | OF(READ_MOUNTS) |          \
	 OF(LOCK_RUN) | OF(READ_ACCOUNTS) | FSTAB)
#define FACT(name) FACT_##name
#define NO_FACT    0u

#define IMMUTABLE_HERE   "'{folder}' is immutable"
#define APPEND_ONLY_HERE "nothing can be taken out of '{folder}', which is append-only"
#define READ_ONLY_HERE   "'{mount}', which it lies on, is read-only"
#define SEE_LOG          "see the kernel's log (dmesg)"

/* clang-format off */
static const struct failure_row rows[] = {
	/* ---- not permitted: mounts ---- */
	{ EPERM, SETS, FACT(INHERITED), ERROR_LOCKED,
	  "a flag of the mount was inherited from another user namespace, which keeps it as it is",
	  "ask for less in \"options\", or run robind outside, in the namespace that made the mount" },
	{ EINVAL, OF(DETACH), FACT(INHERITED), ERROR_LOCKED,
	  "it was inherited from another user namespace, which keeps it as it is",
	  "run robind outside, in the namespace that made the mount" },
	{ EINVAL, OF(CLONE), FACT(INHERITED), ERROR_LOCKED,
	  "what is mounted below was inherited from another user namespace, which keeps it as it is",
	  "say \"recursive\": true, or run robind outside, in the namespace that made the mount" },
	{ EPERM, MOUNTS | OF(CHANGE), FACT(NOT_ROOT), ERROR_PERMISSION,
	  "that needs CAP_SYS_ADMIN, which this user lacks", "run robind as root" },
	{ EPERM, MOUNTS | OF(CHANGE), FACT(NO_ADMIN), ERROR_PERMISSION,
	  "that needs CAP_SYS_ADMIN, and root lacks it here, as in a container",
	  "run robind on the host, or grant it" },
	{ EPERM, OF(CHANGE), FACT(CONFINED), ERROR_PERMISSION,
	  "these mounts belong to another user namespace, and it takes CAP_SYS_ADMIN over that one",
	  "run robind outside, or in a mount namespace of its own (unshare -m)" },
	{ EPERM, MOUNTS | OF(CHANGE), FACT(FILTERED), ERROR_PERMISSION,
	  "a seccomp filter forbids it, as those of container engines do",
	  "run robind on the host, or allow it in that filter" },

	/* ---- not permitted: paths ---- */
	{ EPERM, OF(CREATE), FACT(IMMUTABLE), ERROR_PERMISSION, IMMUTABLE_HERE,
	  "make it mutable (chattr -i '{folder}'), or name a target elsewhere" },
	{ EPERM, OF(REMOVE), FACT(IMMUTABLE), ERROR_PERMISSION, IMMUTABLE_HERE,
	  "make it mutable (chattr -i '{folder}'), or leave \"remove_target\" out" },
	{ EPERM, FSTAB, FACT(IMMUTABLE), ERROR_FSTAB, IMMUTABLE_HERE,
	  "make it mutable (chattr -i '{folder}'), or ask for \"ephemeral\"" },
	{ EPERM, OF(REMOVE), FACT(APPEND_ONLY), ERROR_PERMISSION, APPEND_ONLY_HERE,
	  "take that off (chattr -a '{folder}'), or leave \"remove_target\" out" },
	{ EPERM, FSTAB, FACT(APPEND_ONLY), ERROR_FSTAB, APPEND_ONLY_HERE,
	  "take that off (chattr -a '{folder}'), or ask for \"ephemeral\"" },
	{ EPERM, OF(CREATE) | OF(REMOVE), FACT(FIXED_NAMES), ERROR_PERMISSION,
	  "the file system at '{mount}' ({fs}) takes no new names and gives none away",
	  "name a target elsewhere" },
	{ EACCES, OF(CREATE) | OF(REMOVE), FACT(FIXED_NAMES), ERROR_PERMISSION,
	  "the file system at '{mount}' ({fs}) takes no new names and gives none away",
	  "name a target elsewhere" },
	{ EOPNOTSUPP, OF(CREATE), NO_FACT, ERROR_SYSTEM,
	  "its file system ({fs}) takes no new names", "name a target elsewhere" },
	{ EPERM, OF(CREATE), FACT(NO_OWN) | FACT(AS_ASKED), ERROR_PERMISSION,
	  "the mode, owner and group that it shall have take CAP_CHOWN, CAP_FOWNER and CAP_FSETID, "
	  "one of which is missing here",
	  "grant that, or leave them out" },
	{ EPERM, OF(CREATE), FACT(AS_ASKED), ERROR_PERMISSION,
	  "its file system ({fs}) does not keep the mode, owner and group that it shall have, "
	  "as vfat does not",
	  "name a target elsewhere, or leave them out" },
	{ EACCES, ALL, FACT(NOT_ROOT), ERROR_PERMISSION, "this user may not", "run robind as root" },
	{ EPERM, ALL, FACT(NOT_ROOT), ERROR_PERMISSION, "this user may not", "run robind as root" },
	{ EACCES, PATHS, FACT(FUSE_CLOSED), ERROR_PERMISSION,
	  "the FUSE file system at '{mount}' lets in nobody but its user, and so not even root",
	  "mount that with allow_other or allow_root" },
	{ EACCES, PATHS, FACT(REMOTE), ERROR_PERMISSION,
	  "the server of '{mount}' ({fs}) keeps out even root, as root_squash does",
	  "let root of this host in there (no_root_squash)" },
	{ EPERM, PATHS, FACT(REMOTE), ERROR_PERMISSION,
	  "the server of '{mount}' ({fs}) forbids it even to root, as root_squash does",
	  "let root of this host do it there (no_root_squash)" },
	{ EACCES, PATHS, FACT(NO_OVERRIDE), ERROR_PERMISSION,
	  "root lacks CAP_DAC_OVERRIDE here, and '{folder}' does not let it in without",
	  "grant that capability, or let root in there by its mode" },
	{ EPERM, PATHS, FACT(NO_OWN), ERROR_PERMISSION,
	  "root lacks CAP_CHOWN, CAP_FOWNER or CAP_FSETID here, and may not give a file its owner and mode",
	  "grant these capabilities" },
	{ EACCES, PATHS, FACT(CONFINED), ERROR_PERMISSION,
	  "the owner of '{folder}' is nobody in this user namespace, the root of which has no right there",
	  "run robind outside, in the user namespace of the host" },
	{ EPERM, PATHS, FACT(CONFINED), ERROR_PERMISSION,
	  "the owner of '{folder}' is nobody in this user namespace, the root of which may not change it",
	  "run robind outside, in the user namespace of the host" },

	/* ---- not permitted: security modules ---- */
	{ EACCES, ALL, FACT(APPARMOR), ERROR_PERMISSION,
	  "AppArmor denies it, by the profile '{lsm}'",
	  "allow it in that profile (the kernel's log has what was denied), or run robind outside of it" },
	{ EPERM, ALL, FACT(APPARMOR), ERROR_PERMISSION,
	  "AppArmor may deny it, by the profile '{lsm}'",
	  "see whether the kernel's log has it as denied, and allow it in that profile" },
	{ EACCES, ALL, FACT(SELINUX), ERROR_PERMISSION,
	  "SELinux denies it to '{lsm}'", "see what was denied (ausearch -m avc), and allow it" },
	{ EPERM, ALL, FACT(SELINUX), ERROR_PERMISSION,
	  "SELinux may deny it to '{lsm}'", "see what was denied (ausearch -m avc), and allow it" },
	{ EACCES, ALL, FACT(OTHER_LSM), ERROR_PERMISSION,
	  "a security module keeps out even root, of those that are active here ({lsm})",
	  "see which one, and allow it there" },
	{ EACCES, ALL, NO_FACT, ERROR_PERMISSION,
	  "its file system ({fs}) keeps out even root", "see who may do that there" },
	{ EPERM, ALL, NO_FACT, ERROR_PERMISSION,
	  "the kernel forbids it even to root", SEE_LOG ", and " "lsattr(1) of '{folder}'" },

	/* ---- read-only ---- */
	{ EROFS, OF(CREATE), NO_FACT, ERROR_TARGET_MISSING,
	  "it does not exist, and " READ_ONLY_HERE, "make it where that file system can be written to" },
	{ EROFS, OF(REMOVE), NO_FACT, ERROR_SYSTEM, READ_ONLY_HERE, "leave \"remove_target\" out" },
	{ EROFS, FSTAB, NO_FACT, ERROR_FSTAB,
	  READ_ONLY_HERE, "make that writable, or ask for \"ephemeral\"" },

	/* ---- no room ---- */
	{ ENOSPC, MOUNTS, NO_FACT, ERROR_LIMIT,
	  "this mount namespace has as many mounts as the sysctl fs.mount-max allows",
	  "raise that, or unmount some" },
	{ ENOSPC, PATHS, FACT(NO_INODES), ERROR_LIMIT,
	  "the file system at '{mount}' has no inodes left for a new file",
	  "remove files there (see df -i)" },
	{ ENOSPC, PATHS, NO_FACT, ERROR_LIMIT,
	  "the file system at '{mount}' has no room left", "make room there (see df)" },
	{ EDQUOT, PATHS, NO_FACT, ERROR_SYSTEM,
	  "the quota on the file system at '{mount}' is used up",
	  "raise it, or remove files there (see quota(1))" },
	{ EMLINK, OF(CREATE), NO_FACT, ERROR_SYSTEM,
	  "'{folder}' has as many directories as its file system takes",
	  "remove some, or name a target elsewhere" },
	{ EMFILE, ALL, NO_FACT, ERROR_SYSTEM,
	  "robind has as many files open as it may",
	  "raise that limit (ulimit -n, or LimitNOFILE= of its unit)" },
	{ ENFILE, ALL, NO_FACT, ERROR_SYSTEM,
	  "the host has as many files open as the sysctl fs.file-max allows", "raise that" },
	{ ENOMEM, ALL, NO_FACT, ERROR_MEMORY,
	  "there is no memory for it", "free some, or raise the limit that robind runs under" },
	{ EFBIG, OF(FSTAB_READ), NO_FACT, ERROR_FSTAB,
	  "it is too large to be an fstab", "name the right file as \"fstab\"" },
	{ EFBIG, FSTAB, NO_FACT, ERROR_FSTAB,
	  "it is larger than a file of robind's may be", "raise that limit (ulimit -f)" },
	{ ENOLCK, OF(FSTAB_LOCK) | OF(LOCK_RUN), NO_FACT, ERROR_SYSTEM,
	  "its file system ({fs}) has no lock to give", "see to its server, or to the kernel's limits" },

	/* ---- what is there has failed ---- */
	{ ESTALE, ALL, FACT(IS_DEAD), ERROR_SYSTEM,
	  "the server of '{mount}' ({fs}) no longer knows it (a stale handle)",
	  "unmount that (umount -l '{mount}'), and mount it anew" },
	{ ESTALE, OF(REACH) | OF(CREATE) | OF(REMOVE), NO_FACT, ERROR_SYSTEM,
	  "the server of '{mount}' ({fs}) no longer knows it (a stale handle)",
	  "unmount that (umount -l '{mount}'), and mount it anew" },
	{ ENOTCONN, ALL, NO_FACT, ERROR_SYSTEM,
	  "the server of the FUSE file system at '{mount}' is gone",
	  "unmount that (umount -l '{mount}'), and start its server anew" },
	{ ECONNABORTED, ALL, NO_FACT, ERROR_SYSTEM,
	  "the FUSE file system at '{mount}' was aborted",
	  "unmount that (umount -l '{mount}'), and start its server anew" },
	{ EHOSTDOWN, ALL, NO_FACT, ERROR_SYSTEM,
	  "the server of '{mount}' ({fs}) is down", "start it, or unmount that (umount -l '{mount}')" },
	{ ESHUTDOWN, ALL, NO_FACT, ERROR_SYSTEM,
	  "the file system at '{mount}' ({fs}) was shut down after an error",
	  SEE_LOG ", unmount it, check it (fsck), and mount it again" },
	{ EUCLEAN, ALL, NO_FACT, ERROR_SYSTEM,
	  "the file system at '{mount}' ({fs}) is damaged", "unmount it, check it (fsck), and mount it again" },
	{ EIO, OF(TELL_SYSTEMD), NO_FACT, ERROR_SYSTEM, "systemctl failed", "run systemctl daemon-reload" },
	{ EIO, ALL, NO_FACT, ERROR_SYSTEM,
	  "the disk or the server of '{mount}' ({fs}) fails", SEE_LOG ", and mend that first" },
	{ ENODEV, ALL, NO_FACT, ERROR_SYSTEM,
	  "the device of '{mount}' ({fs}) is gone", "bring it back, or unmount that (umount -l '{mount}')" },
	{ ENXIO, ALL, NO_FACT, ERROR_SYSTEM,
	  "the device of '{mount}' ({fs}) is gone", "bring it back, or unmount that (umount -l '{mount}')" },
	{ ETIMEDOUT, OF(TELL_SYSTEMD), NO_FACT, ERROR_SYSTEM,
	  "it did not answer in time", "run systemctl daemon-reload" },
	{ ETIMEDOUT, OF(FSTAB_LOCK), FACT(HOLDER), ERROR_FSTAB,
	  "process {holder} holds it", "wait for that, or raise \"timeout\"" },
	{ ETIMEDOUT, OF(FSTAB_LOCK), NO_FACT, ERROR_FSTAB,
	  "a process that cannot be seen from here holds it", "wait for that, or raise \"timeout\"" },
	{ ETIMEDOUT, ALL, NO_FACT, ERROR_TIMEOUT,
	  "'{obstacle}', on the way, does not answer",
	  "see to the server of its file system, or raise \"timeout\"" },

	/* ---- it is not what it was ---- */
	{ ENOENT, OF(TELL_SYSTEMD), NO_FACT, ERROR_SYSTEM,
	  "there is no systemctl", "run systemctl daemon-reload" },
	{ ENOENT, FSTAB, NO_FACT, ERROR_FSTAB,
	  "what it leads to does not exist", "mend the symlink that leads there, or make its folder" },
	{ ENOENT, STEPS | OF(READ_MOUNTS), NO_FACT, ERROR_RACE, "it was removed meanwhile", "run robind again" },
	{ ESTALE, STEPS, NO_FACT, ERROR_RACE,
	  "it shows another mount than the one just judged", "run robind again" },
	{ ESTALE, FSTAB, NO_FACT, ERROR_FSTAB, "somebody changes it all the time", "see who, and stop that" },
	{ ENOTDIR, OF(REACH), NO_FACT, ERROR_TYPE_MISMATCH,
	  "a component of it is not a directory", "name another path" },
	{ ENOTDIR, STEPS, NO_FACT, ERROR_SYSTEM,
	  "a component of it is no directory any more", "see who changes it, and run robind again" },
	{ ENOTDIR, FSTAB, NO_FACT, ERROR_FSTAB,
	  "a component of it is not a directory", "name the right file as \"fstab\"" },
	{ EISDIR, FSTAB, NO_FACT, ERROR_FSTAB, "it is a directory", "name a file as \"fstab\"" },
	{ EEXIST, OF(CREATE), NO_FACT, ERROR_RACE, "somebody made it meanwhile", "run robind again" },
	{ ELOOP, FSTAB, NO_FACT, ERROR_FSTAB,
	  "the symlinks that lead there go in a circle", "mend them" },
	{ ELOOP, ALL, NO_FACT, ERROR_SYMLINK,
	  "a component of it became a symlink meanwhile", "see who changes it" },
	{ ENAMETOOLONG, FSTAB, NO_FACT, ERROR_FSTAB,
	  "it, or a name beside it that robind needs, is longer than its file system takes",
	  "name a shorter path as \"fstab\"" },
	{ ENAMETOOLONG, ALL, NO_FACT, ERROR_SYSTEM,
	  "it, or a name in it, is longer than its file system takes", "name a shorter path" },

	/* ---- it is in use, or not for that ---- */
	{ EBUSY, SETS, NO_FACT, ERROR_SYSTEM,
	  "a process holds a file in it open for writing", "stop that (see fuser -vm '{place}')" },
	{ EBUSY, FSTAB, NO_FACT, ERROR_FSTAB,
	  "something is mounted on the file, as in a container",
	  "unmount that, or name the real file as \"fstab\"" },
	{ EBUSY, ALL, NO_FACT, ERROR_SYSTEM,
	  "it is in use", "stop what uses it (see fuser -vm '{place}')" },
	{ ETXTBSY, ALL, NO_FACT, ERROR_SYSTEM,
	  "it is a program that runs, or a file that is swapped to", "stop that first" },
	{ EINVAL, OF(FSTAB_CREATE) | OF(FSTAB_BACKUP), FACT(CONFINED), ERROR_FSTAB,
	  "its owner is nobody in this user namespace, so no new file can be given to that one",
	  "run robind outside, in the user namespace of the host" },
	{ EINVAL, FSTAB, NO_FACT, ERROR_FSTAB, "it is no regular file", "name a regular file as \"fstab\"" },
	{ EINVAL, OF(CLONE), NO_FACT, ERROR_SYSTEM,
	  "the mount that it lies on is unbindable, or of another mount namespace",
	  "make that private (mount --make-private '{mount}'), or name a path of this namespace" },
	{ EINVAL, SETS, NO_FACT, ERROR_SYSTEM,
	  "this kernel does not know one of the flags, or keeps it from this mount",
	  "leave that out of \"options\"" },
	{ EINVAL, OF(ATTACH), NO_FACT, ERROR_RACE,
	  "what is there was unmounted meanwhile, or is of another mount namespace", "run robind again" },
	{ ENOSYS, MOUNTS | OF(REACH), NO_FACT, ERROR_SYSTEM,
	  "this kernel, or a seccomp filter, has no such call",
	  "allow it in that filter, or run robind on the host" },

	/* ---- all others ---- */
	{ 0, OF(READ_ACCOUNTS), NO_FACT, ERROR_SYSTEM, NULL, "give a number" },
	{ 0, OF(TELL_SYSTEMD), NO_FACT, ERROR_SYSTEM, NULL, "run systemctl daemon-reload" },
	{ 0, ALL, NO_FACT, ERROR_SYSTEM, NULL, "mend that, and run robind again" },
};
/* clang-format on */

const struct failure_row *failure_row_at(size_t i)
{
	return i < ARRAY_LEN(rows) ? &rows[i] : NULL;
}
