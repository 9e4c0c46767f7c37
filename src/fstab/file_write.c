/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "fstab/file_private.h"
#include "kernel/syscalls.h"

/* A file that is being made. */
struct fresh {
	char *name;
	int fd;
};

int fstab_file_fill(int fd, const char *text, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, text, size);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			text += n;
			size -= (size_t)n;
		}
	}
	return 0;
}

/* The file that was read, open; -ESTALE when it is no longer that. */
static int open_old(const struct fstab_file *old)
{
	scoped_fd int fd = open(old->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0)
		return errno == ENOENT || errno == ELOOP ? -ESTALE : -errno;
	if (!fstab_file_is_unchanged(old, fd))
		return -ESTALE;
	return steal_fd(&fd);
}

/* A failed call leaves no file behind. */
static int give_up(struct fresh *fresh, enum fstab_file_step step, int r,
		   struct fstab_file_error *fault)
{
	r = fstab_file_fail(fault, step, fresh->name, -r);
	(void)unlink(fresh->name);
	(void)close(fresh->fd);
	free(fresh->name);
	return r;
}

/* On success fresh->fd is closed, and the name is the caller's. */
static int fill(struct fresh *fresh, int old, const char *text, size_t size,
		struct fstab_file_error *fault)
{
	int r = old >= 0                       ? fstab_file_copy_owner(old, fresh->fd)
		: fchmod(fresh->fd, 0644) == 0 ? 0
					       : -errno;

	if (r < 0)
		return give_up(fresh, FSTAB_FILE_CREATE, r, fault);
	r = fstab_file_fill(fresh->fd, text, size);
	if (r == 0 && fsync(fresh->fd) < 0)
		r = -errno;
	return r < 0 ? give_up(fresh, FSTAB_FILE_WRITE, r, fault) : 0;
}

/* Some file systems cannot fsync a folder, and have nothing to be written then. */
static int settle(const char *path, struct fstab_file_error *fault)
{
	scoped_mem char *folder = fstab_file_folder(path);
	scoped_fd int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (!folder)
		return fstab_file_fail(fault, FSTAB_FILE_SYNC, path, ENOMEM);
	if (fd < 0 || (fsync(fd) < 0 && errno != EINVAL && errno != ENOTSUP))
		return fstab_file_fail(fault, FSTAB_FILE_SYNC, folder, errno);
	return 0;
}

/* A missing file must still be missing; not all file systems can check and rename at once. */
static int place_first(const char *name, const char *path)
{
	struct stat st;

	if (shim_rename_new(name, path) == 0)
		return 0;
	if (errno == EEXIST)
		return -ESTALE;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	if (lstat(path, &st) == 0)
		return -ESTALE;
	return rename(name, path) < 0 ? -errno : 0;
}

static int place(const struct fstab_file *old, const char *name)
{
	scoped_fd int fd = -1;

	if (!old->is_there)
		return place_first(name, old->path);
	fd = open_old(old);
	if (fd < 0)
		return fd;
	return rename(name, old->path) < 0 ? -errno : 0;
}

int fstab_file_write(const struct fstab_file *old, const char *text, size_t size,
		     struct fstab_file_error *fault)
{
	scoped_fd int fd = old->is_there ? open_old(old) : -1;
	struct fresh fresh = {0};
	int r = 0;

	if (old->is_there && fd < 0)
		return fstab_file_fail(fault, FSTAB_FILE_RENAME, old->path, -fd);
	fresh.fd = fstab_file_make_beside(old->path, &fresh.name);
	if (fresh.fd < 0 || !fresh.name)
		return fstab_file_fail(fault, FSTAB_FILE_CREATE, old->path, -fresh.fd);
	r = fill(&fresh, fd, text, size, fault);
	if (r < 0)
		return r;
	r = place(old, fresh.name);
	if (r < 0) {
		r = give_up(&fresh, FSTAB_FILE_RENAME, r, fault);
		return fstab_file_fail(fault, FSTAB_FILE_RENAME, old->path, -r);
	}
	(void)close(fresh.fd);
	free(fresh.name);
	return settle(old->path, fault);
}

/* The name as Ansible gives it; a second one in the same second gets a number more. */
static int make_backup(const char *path, struct fresh *fresh)
{
	time_t now = time(NULL);
	struct tm tm;
	char date[32];

	if (!localtime_r(&now, &tm) || strftime(date, sizeof(date), "%F@%T", &tm) == 0)
		return -EINVAL;
	for (unsigned n = 0;; n++) {
		char more[16] = "";

		if (n > 0)
			(void)snprintf(more, sizeof(more), ".%u", n);
		if (asprintf(&fresh->name, "%s.%ld.%s%s~", path, (long)getpid(), date,
			     more) < 0)
			return -ENOMEM;
		fresh->fd =
			open(fresh->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fresh->fd >= 0)
			return 0;
		free(STEAL(fresh->name));
		if (errno != EEXIST)
			return -errno;
	}
}

int fstab_file_backup(const struct fstab_file *old, char **ret_name,
		      struct fstab_file_error *fault)
{
	scoped_fd int fd = old->is_there ? open_old(old) : -1;
	struct fresh fresh = {0};
	int r = 0;

	*ret_name = NULL;
	if (!old->is_there)
		return 0;
	if (fd < 0)
		return fstab_file_fail(fault, FSTAB_FILE_BACKUP, old->path, -fd);
	r = make_backup(old->path, &fresh);
	if (r < 0 || !fresh.name)
		return fstab_file_fail(fault, FSTAB_FILE_BACKUP, old->path, -r);
	r = fill(&fresh, fd, old->text, old->size, fault);
	if (r < 0) {
		fault->step = FSTAB_FILE_BACKUP;
		return r;
	}
	(void)close(fresh.fd);
	*ret_name = fresh.name;
	return 0;
}

void fstab_file_drop_backup(const char *name)
{
	(void)unlink(name);
}
