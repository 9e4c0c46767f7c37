/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/syscalls.h"

#include <fcntl.h>
#include <unistd.h>

#include "kernel/call_numbers.h"

/* struct mnt_id_req in the size of 6.8, which every later kernel takes. */
struct id_request {
	uint32_t size;
	uint32_t spare;
	uint64_t id;
	uint64_t param;
};

/* struct open_how of openat2(2). */
struct how {
	uint64_t flags;
	uint64_t mode;
	uint64_t resolve;
};

int shim_open_tree(int dirfd, const char *path, unsigned flags)
{
	return (int)syscall(SYS_open_tree, dirfd, path, flags);
}

int shim_move_mount(int from, int to, const char *name, unsigned flags)
{
	return (int)syscall(SYS_move_mount, from, "", to, name,
			    flags | SHIM_MOVE_EMPTY_PATHS);
}

int shim_mount_setattr(int fd, unsigned flags, const struct shim_mount_attr *attr,
		       size_t size)
{
	return (int)syscall(SYS_mount_setattr, fd, "", flags, attr, size);
}

int shim_openat2(int dirfd, const char *path, uint64_t flags, uint64_t resolve)
{
	const struct how how = {.flags = flags, .resolve = resolve};

	return (int)syscall(SYS_openat2, dirfd, path, &how, sizeof(how));
}

_Static_assert(sizeof(struct shim_statx) == 256, "the kernel writes 256 bytes");

int shim_statx(int fd, const char *path, int flags, unsigned mask, struct shim_statx *buf)
{
	return (int)syscall(SYS_statx, fd, path, flags, mask, buf);
}

int shim_statmount(uint64_t id, uint64_t mask, struct shim_statmount *buf, size_t size)
{
	const struct id_request req = {.size = sizeof(req), .id = id, .param = mask};

	return (int)syscall(SYS_statmount, &req, buf, size, 0);
}

ssize_t shim_listmount(uint64_t id, uint64_t after, uint64_t *ids, size_t n)
{
	const struct id_request req = {.size = sizeof(req), .id = id, .param = after};

	return syscall(SYS_listmount, &req, ids, n, 0);
}

ssize_t shim_getdents(int fd, void *buf, size_t size)
{
	return syscall(SYS_getdents64, fd, buf, size);
}

int shim_rename_new(const char *from, const char *to)
{
	const unsigned no_replace = 1; /* RENAME_NOREPLACE */

	return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, no_replace);
}

int shim_umount2(const char *path, int flags)
{
	return (int)syscall(SYS_umount2, path, flags);
}

int shim_close_range(unsigned first, unsigned last)
{
	return (int)syscall(SYS_close_range, first, last, 0);
}
