#include "fstab/file_error.h"

#include <errno.h>
#include <string.h>

/* clang-format off */
static const char *const doing[] = {
	[SYS_FSTAB_NOTHING] = "looked at",
	[SYS_FSTAB_FIND]    = "found",
	[SYS_FSTAB_LOCK]    = "locked",
	[SYS_FSTAB_READ]    = "read",
	[SYS_FSTAB_BACKUP]  = "copied",
	[SYS_FSTAB_MAKE]    = "written anew beside itself",
	[SYS_FSTAB_FILL]    = "written",
	[SYS_FSTAB_PLACE]   = "put in the place of the old one",
	[SYS_FSTAB_SETTLE]  = "brought to the disk for good",
};

/* What helps against an error that has one cure; what is not here gets the last one. */
static const struct { int err; const char *mend; } mends[] = {
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

int book_fail(struct fail *f, const struct sys_fstab_fault *fault, const char *path, int r)
{
	const char *name = fault->path[0] != '\0' ? fault->path : path;
	size_t i = 0;

	if (r == -ENOMEM)
		return fail_set(f, FAIL_MEMORY, ENOMEM, AT_ROOT, "out of memory");
	while (mends[i].err != 0 && mends[i].err != -r)
		i++;
	if (fault->step == SYS_FSTAB_LOCK && fault->holder > 0)
		return fail_set(f, FAIL_FSTAB, -r, AT_ROOT,
				"'%s' cannot be locked: process %ld holds it; %s", name,
				(long)fault->holder, mends[i].mend);
	return fail_set(f, FAIL_FSTAB, -r, AT_ROOT, "'%s' cannot be %s: %s; %s", name,
			doing[fault->step], strerror(-r), mends[i].mend);
}
