#include "fstab/file_error.h"

#include <errno.h>
#include <string.h>

#include "base/macro.h"
#include "kernel/privilege.h"

/* clang-format off */
static const char *const doing[] = {
	[FSTAB_FILE_NOTHING] = "looked at",
	[FSTAB_FILE_FIND]    = "found",
	[FSTAB_FILE_LOCK]    = "locked",
	[FSTAB_FILE_READ]    = "read",
	[FSTAB_FILE_BACKUP]  = "copied",
	[FSTAB_FILE_CREATE]    = "written anew beside itself",
	[FSTAB_FILE_WRITE]    = "written",
	[FSTAB_FILE_RENAME]   = "put in the place of the old one",
	[FSTAB_FILE_SYNC]  = "brought to the disk for good",
};

/* What helps against an error that has one cure; what is not here gets the last one. */
static const struct {
	int number;
	const char *repair;
	const char *of_root; /* told to root instead, unless NULL */
} mends[] = {
	{ EBUSY,     "something is mounted on the file, as in a container; unmount it, or name the real file as \"fstab\"", NULL },
	{ EPERM,     "it may be immutable, see lsattr(1), or robind is not root",
	             "it may be immutable, see lsattr(1), or a capability is missing" },
	{ EACCES,    "run robind as root",
	             "its file system, its server or a security module keeps out even root; see who may write there" },
	{ EROFS,     "make its file system writable, or ask for \"ephemeral\"", NULL },
	{ ENOSPC,    "make room on its file system", NULL },
	{ EDQUOT,    "make room on its file system", NULL },
	{ EISDIR,    "it must be a file", NULL },
	{ EINVAL,    "it must be a regular file", NULL },
	{ ENOENT,    "mend the symlink that leads there, or make its folder", NULL },
	{ ELOOP,     "mend the symlinks that lead there", NULL },
	{ EFBIG,     "it is too large to be one", NULL },
	{ ETIMEDOUT, "wait for who holds the lock, or raise \"timeout\"", NULL },
	{ ESTALE,    "somebody changes it all the time; see who", NULL },
	{ 0,         "mend that, then run robind again", NULL },
};
/* clang-format on */

static const char *repair_of(enum fstab_file_step step, int number)
{
	size_t i = 0;

	if (number == EFBIG && step != FSTAB_FILE_READ)
		return "raise the limit on the size of a file, see prlimit(1)";
	for (i = 0; mends[i].number != 0 && mends[i].number != number;)
		i++;
	return sys_advice(mends[i].repair, mends[i].of_root);
}

int fstab_file_error_set(struct error *err, const struct fstab_file_error *fault,
			 const char *path, int r)
{
	const char *name = fault->path[0] != '\0' ? fault->path : path;
	const char *repair = repair_of(fault->step, -r);

	if (r == -ENOMEM)
		return error_no_memory(err);
	if (fault->step == FSTAB_FILE_LOCK && fault->holder > 0)
		return error_set(err, ERROR_FSTAB, -r, PTR_ROOT,
				 "'%s' cannot be locked: process %ld holds it; %s", name,
				 (long)fault->holder, repair);
	return error_set(err, ERROR_FSTAB, -r, PTR_ROOT, "'%s' cannot be %s: %s; %s", name,
			 doing[fault->step], strerror(-r), repair);
}
