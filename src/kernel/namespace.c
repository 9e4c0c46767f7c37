/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "kernel/fd.h"
#include "kernel/libmount.h"
#include "kernel/mountinfo.h"
#include "mount/mount.h"

/*
 * A mount is in one namespace only, and its number is nobody else's while it is there: when
 * process 1 sees the one that our root directory lies on, it is in the namespace too.
 */
static bool does_init_see_our_root(void)
{
	scoped_fd int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct fd_info info = {0};
	struct mount_list mounts = {0};
	bool found = false;

	if (root < 0 || sys_fd_info(root, &info) < 0 || sys_process_mounts(1, &mounts) < 0)
		return false;
	for (size_t i = 0; i < mounts.count && !found; i++)
		found = mounts.items[i].id == info.mount;
	mount_list_done(&mounts);
	return found;
}

bool sys_is_namespace_of_init(void)
{
	struct stat own;
	struct stat first;

	if (stat("/proc/self/ns/mnt", &own) < 0 || stat("/proc/1/ns/mnt", &first) < 0)
		return does_init_see_our_root();
	return own.st_ino == first.st_ino && own.st_dev == first.st_dev;
}

uint64_t sys_namespace_number(void)
{
	struct stat own;

	return stat("/proc/self/ns/mnt", &own) < 0 ? 0 : own.st_ino;
}

int sys_enter_namespace(const char *name)
{
	const struct libmount *unused = NULL;
	bool is_process = name[strspn(name, "0123456789")] == '\0' && strlen(name) < 20;
	scoped_fd int fd = -1;
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%.20s/ns/mnt", name);
	fd = open(is_process ? path : name, O_RDONLY | O_CLOEXEC);
	/* Now, so that it is not looked for among files of whoever is in there. */
	if (fd >= 0 && libmount_load(&unused) == -ENOMEM)
		return -ENOMEM;
	return fd < 0 || setns(fd, CLONE_NEWNS) < 0 ? -errno : 0;
}
