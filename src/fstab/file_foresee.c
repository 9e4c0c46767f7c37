/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "fstab/file_private.h"
#include "kernel/mount_query.h"

/* What keeps out whoever may write anything else; who may not is no matter of the file. */
static int find_obstacle(const char *path)
{
	if (access(path, W_OK) == 0 || (errno != EROFS && errno != EPERM))
		return 0;
	return errno;
}

static int look_at_folder(const char *path, struct fstab_file_error *fault)
{
	scoped_mem char *folder = fstab_file_folder(path);
	int number = folder ? find_obstacle(folder) : ENOMEM;

	return number != 0 ? fstab_file_fail(fault, FSTAB_FILE_LOCK, path, number) : 0;
}

/* A file that is not there, or that cannot be looked at, is in nobody's way. */
static bool is_mounted_on(const char *path)
{
	scoped_fd int fd = open(path, O_PATH | O_CLOEXEC | O_NOFOLLOW);
	struct file_id id = {0};

	return fd >= 0 && sys_stat(fd, &id) == 0 && id.is_mount_root;
}

int fstab_file_foresee(const char *path, struct fstab_file_error *fault)
{
	scoped_mem char *real = NULL;
	int number = 0;
	int r = fstab_file_find(path, &real, fault);

	if (r == 0)
		r = look_at_folder(real, fault);
	if (r < 0)
		return r;
	number = is_mounted_on(real) ? EBUSY : find_obstacle(real);
	return number != 0 ? fstab_file_fail(fault, FSTAB_FILE_RENAME, real, number) : 0;
}
