/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/mount_query.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/macro.h"
#include "kernel/fd.h"
#include "kernel/features.h"
#include "kernel/mount_id.h"
#include "kernel/mount_table.h"
#include "kernel/syscalls.h"
#include "mount/mount.h"

/*
 * Before 5.8 statx tells neither the mount nor whether this is its root: where the name of
 * the descriptor is the mount's own point, it is.
 */
static bool is_at_its_point(const char *path, const struct mount *m)
{
	static const char deleted[] = " (deleted)";
	size_t n = strlen(path);
	size_t end = sizeof(deleted) - 1;

	if (strcmp(path, m->point) == 0)
		return true;
	return n > end && strcmp(path + n - end, deleted) == 0 &&
	       strlen(m->point) == n - end && strncmp(path, m->point, n - end) == 0;
}

/*
 * A directory's name may be changed at any moment, and the table knows of it later; but
 * ".." leads out of a mount from its root alone. *ret is left where that cannot be seen.
 */
static void look_above(int fd, bool *ret)
{
	scoped_fd int above = openat(fd, "..", O_PATH | O_CLOEXEC);
	struct fd_info inner = {0};
	struct fd_info outer = {0};

	if (above >= 0 && sys_fd_info(fd, &inner) == 0 && sys_fd_info(above, &outer) == 0 &&
	    outer.mount != inner.mount)
		*ret = true;
}

static int look_for_root(int fd, struct file_id *ret)
{
	struct fd_path link = sys_fd_path(fd);
	struct mount m = {0};
	char path[PATH_MAX];
	ssize_t n = readlink(link.text, path, sizeof(path) - 1);
	int r = n < 0 ? -errno : sys_mount(ret->mount, true, &m);

	if (r == -ENOENT)
		return 0; /* a detached tree */
	if (r < 0)
		return r;
	path[n] = '\0';
	ret->is_mount_root = m.point && is_at_its_point(path, &m);
	mount_done(&m);
	if (!ret->is_mount_root && (ret->mode & S_IFMT) == S_IFDIR)
		look_above(fd, &ret->is_mount_root);
	return 0;
}

int sys_stat_name(int dir, const char *name, struct file_id *ret)
{
	unsigned mask = SHIM_STATX_TYPE | SHIM_STATX_MODE | SHIM_STATX_INO |
			SHIM_STATX_SIZE | features_found()->mount_id;
	struct shim_statx buf = {0};

	if (shim_statx(dir, name,
		       AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT |
			       SHIM_AT_DONT_SYNC,
		       mask, &buf) < 0)
		return -errno;
	*ret = (struct file_id){
		.dev = makedev(buf.dev_major, buf.dev_minor),
		.ino = buf.ino,
		.mode = buf.mode,
		.mount = buf.mnt_id,
		.is_mount_root = (buf.attributes & SHIM_ATTR_MOUNT_ROOT) != 0,
		.size = buf.size,
	};
	return 0;
}

/* All but is_mount_root where that is not told along with the rest. */
static int stat_file(int fd, struct file_id *ret)
{
	int r = sys_stat_name(fd, "", ret);

	return r < 0 || features_found()->mount_id ? r : sys_mount_id(fd, &ret->mount);
}

int sys_stat(int fd, struct file_id *ret)
{
	int r = stat_file(fd, ret);

	return r < 0 || features_found()->mount_id ? r : look_for_root(fd, ret);
}

bool errno_is_of_failed_fs(int number)
{
	static const int numbers[] = {EIO,   ESTALE,    ENOTCONN,  ECONNABORTED, ENODEV,
				      ENXIO, ESHUTDOWN, EHOSTDOWN, EUCLEAN};

	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		if (numbers[i] == number)
			return true;
	}
	return false;
}

/* The kernel knows the type, and an O_PATH descriptor asks nobody else. */
static uint32_t type_of(int fd)
{
	struct fd_path link = sys_fd_path(fd);
	scoped_fd int again = open(link.text, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return again < 0 && errno == ENOTDIR ? S_IFREG : S_IFDIR;
}

/* After an error of its file system: what is known without it, or that error. */
static int stat_without_fs(int fd, int failure, struct file_id *ret)
{
	if (!errno_is_of_failed_fs(-failure))
		return failure;
	*ret = (struct file_id){.mode = type_of(fd), .failure = -failure};
	return sys_mount_id(fd, &ret->mount) < 0 ? failure : 0;
}

int sys_stat_walked(int fd, struct file_id *ret)
{
	int r = stat_file(fd, ret);

	return r < 0 ? stat_without_fs(fd, r, ret) : 0;
}

int sys_stat_mount(int fd, struct file_id *ret)
{
	int failure = sys_stat(fd, ret);

	if (failure == 0)
		return 0;
	if (stat_without_fs(fd, failure, ret) < 0 || look_for_root(fd, ret) < 0)
		return failure;
	return 0;
}

static void fill(struct mount *m, const struct shim_statmount *s)
{
	*m = (struct mount){
		.id = s->mnt_id,
		.parent = s->mnt_parent_id,
		.superblock = (uint64_t)s->sb_dev_major << 32 | s->sb_dev_minor,
		.magic = s->sb_magic,
		.attr = (uint32_t)s->mnt_attr,
		.propagation = (uint32_t)s->mnt_propagation,
		.peer_group = s->mnt_peer_group,
		.master = s->mnt_master,
	};
}

/* The texts lie behind the struct, in one piece that ends where `size` says. */
static int fill_text(struct mount *m, const struct shim_statmount *s)
{
	size_t n = s->size > sizeof(*s) ? s->size - sizeof(*s) : 0;

	m->text = malloc(n + 1);
	if (!m->text)
		return -ENOMEM;
	memcpy(m->text, s->str, n);
	m->text[n] = '\0';
	m->root = m->text + s->mnt_root;
	m->point = m->text + s->mnt_point;
	m->fs_type = m->text + s->fs_type;
	return 0;
}

#define BASIC (SHIM_STATMOUNT_SB_BASIC | SHIM_STATMOUNT_MNT_BASIC)
#define TEXTS (SHIM_STATMOUNT_MNT_ROOT | SHIM_STATMOUNT_MNT_POINT | SHIM_STATMOUNT_FS_TYPE)

/* Two paths of PATH_MAX bytes and a name fit; deeper mounts than that take a second try. */
static int mount_with_text(uint64_t id, struct mount *ret)
{
	for (size_t size = sizeof(struct shim_statmount) + 2304; size <= (1u << 20);
	     size *= 8) {
		scoped_mem struct shim_statmount *s = calloc(1, size);

		if (!s)
			return -ENOMEM;
		if (shim_statmount(id, BASIC | TEXTS, s, size) == 0) {
			fill(ret, s);
			return fill_text(ret, s);
		}
		if (errno != EOVERFLOW)
			return -errno;
	}
	return -EOVERFLOW;
}

int sys_mount(uint64_t id, bool with_text, struct mount *ret)
{
	struct shim_statmount s = {0};

	if (!features_found()->view_calls)
		return sys_table_mount(id, with_text, ret);
	if (with_text)
		return mount_with_text(id, ret);
	if (shim_statmount(id, BASIC, &s, sizeof(s)) < 0)
		return -errno;
	fill(ret, &s);
	return 0;
}

int sys_mount_master_here(uint64_t id, uint64_t *ret)
{
	struct shim_statmount s = {0};
	struct mount m = {0};
	int r = 0;

	if (features_found()->view_calls) {
		if (shim_statmount(id, SHIM_STATMOUNT_PROPAGATE_FROM, &s, sizeof(s)) < 0)
			return -errno;
		*ret = s.propagate_from;
		return 0;
	}
	r = sys_table_mount(id, false, &m);
	if (r == 0)
		*ret = m.master;
	return r;
}

int sys_mounts_below(uint64_t id, uint64_t **ret, size_t *ret_n)
{
	scoped_mem uint64_t *ids = NULL;
	size_t used = 0;

	if (!features_found()->view_calls)
		return sys_table_below(id, ret, ret_n);
	for (bool is_cut = true; is_cut;) {
		size_t most = used + 256;
		ssize_t n = 0;

		if (ARRAY_RESERVE(ids, used, most) < 0)
			return -ENOMEM;
		n = shim_listmount(id, used > 0 ? ids[used - 1] : 0, ids + used, most);
		if (n < 0)
			return -errno;
		used += (size_t)n;
		is_cut = (size_t)n == most;
	}
	*ret = STEAL(ids);
	*ret_n = used;
	return 0;
}
