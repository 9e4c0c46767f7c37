/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/mount_id.h"

#include <errno.h>
#include <fcntl.h>

#include "kernel/fd.h"
#include "kernel/features.h"
#include "kernel/mount_old_id.h"
#include "kernel/syscalls.h"

static int read_id(int fd, uint64_t *ret)
{
	struct fd_info info = {0};
	int r = sys_fd_info(fd, &info);

	if (r == 0)
		*ret = info.mount;
	return r;
}

static int id_by_proc(int fd, uint64_t *ret)
{
	uint64_t id = 0;
	int r = read_id(fd, &id);

	if (r < 0 || sys_ids_are_unique())
		return r < 0 ? r : sys_unique_id(id, ret);
	*ret = id;
	return 0;
}

int sys_mount_id(int fd, uint64_t *ret)
{
	struct shim_statx buf = {0};

	if (!features_found()->mount_id)
		return read_id(fd, ret);
	if (shim_statx(fd, "", AT_EMPTY_PATH | SHIM_AT_DONT_SYNC | AT_NO_AUTOMOUNT,
		       features_found()->mount_id, &buf) < 0) {
		int number = errno;

		/* Its file system was asked all the same, and may have failed. */
		return id_by_proc(fd, ret) < 0 ? -number : 0;
	}
	*ret = buf.mnt_id;
	return 0;
}
