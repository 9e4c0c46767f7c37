#include "fstab/file_error.h"

#include <errno.h>
#include <string.h>

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
static const struct { int number; const char *repair; } mends[] = {
	{ EBUSY,     "something is mounted on the file, as in a container; unmount it, or name the real file as \"fstab\"" },
	{ EPERM,     "it may be immutable, see lsattr(1), or robind is not root" },
	{ EACCES,    "run robind as root" },
	{ EROFS,     "make its file system writable, or ask for \"ephemeral\"" },
	{ ENOSPC,    "make room on its file system" },
	{ EDQUOT,    "make room on its file system" },
	{ EISDIR,    "it must be a file" },
	{ EINVAL,    "it must be a regular file" },
	{ ENOENT,    "mend the symlink that leads there, or make its folder" },
	{ ELOOP,     "mend the symlinks that lead there" },
	{ EFBIG,     "it is too large to be one" },
	{ ETIMEDOUT, "wait for who holds the lock, or raise \"timeout\"" },
	{ ESTALE,    "somebody changes it all the time; see who" },
	{ 0,         "mend that, then run robind again" },
};
/* clang-format on */

int fstab_file_error_set(struct error *err, const struct fstab_file_error *fault,
			 const char *path, int r)
{
	const char *name = fault->path[0] != '\0' ? fault->path : path;
	size_t i = 0;

	if (r == -ENOMEM)
		return error_no_memory(err);
	while (mends[i].number != 0 && mends[i].number != -r)
		i++;
	if (fault->step == FSTAB_FILE_LOCK && fault->holder > 0)
		return error_set(err, ERROR_FSTAB, -r, PTR_ROOT,
				 "'%s' cannot be locked: process %ld holds it; %s", name,
				 (long)fault->holder, mends[i].repair);
	return error_set(err, ERROR_FSTAB, -r, PTR_ROOT, "'%s' cannot be %s: %s; %s", name,
			 doing[fault->step], strerror(-r), mends[i].repair);
}
