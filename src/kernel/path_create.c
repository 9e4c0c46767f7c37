/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/path_walk.h"

/* A path as parent and last component, both allocated; NULL when there is no memory. */
struct split {
	char *parent;
	char *name;
};

static struct split split(const char *path, size_t length)
{
	size_t slash = length - 1;

	while (path[slash] != '/')
		slash--;
	return (struct split){
		.parent = strndup(path, slash > 0 ? slash : 1),
		.name = strndup(path + slash + 1, length - slash - 1),
	};
}

static void split_done(const struct split *s)
{
	free(s->parent);
	free(s->name);
}

#define scoped_split __attribute__((cleanup(split_done)))

static const struct new_place parent_place = {.is_directory = true, .mode = 0755};
static const struct new_place plain_file = {.mode = 0444};

static bool is_plain(const struct new_place *as)
{
	const struct new_place *plain = as->is_directory ? &parent_place : &plain_file;

	return as->mode == plain->mode && as->owner == 0 && as->group == 0;
}

static bool has_owners(const struct stat *st, const struct new_place *as)
{
	return st->st_uid == as->owner && st->st_gid == as->group;
}

/*
 * Set owner and mode on the descriptor of what was just made: no umask, no default ACL. The
 * mode comes last, for a new owner takes set-user-ID and set-group-ID away. File systems that
 * know neither may take both and keep others: no matter, unless these were asked for.
 */
static int own(int fd, const struct new_place *as)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!has_owners(&st, as) && fchown(fd, as->owner, as->group) < 0)
		return -errno;
	if (fchmod(fd, as->mode) < 0 || fstat(fd, &st) < 0)
		return -errno;
	return is_plain(as) || (has_owners(&st, as) && (st.st_mode & 07777) == as->mode)
		       ? 0
		       : -EPERM;
}

/* Until it is owned by whom it shall be, nobody has a right that the mode will not give. */
static int make_directory(int parent, const char *name, const struct new_place *as)
{
	scoped_fd int fd = -1;
	int r = 0;

	if (mkdirat(parent, name, as->mode & 0700) < 0)
		return -errno;
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	r = fd < 0 ? -errno : own(fd, as);
	if (r < 0)
		(void)unlinkat(parent, name, AT_REMOVEDIR);
	return r;
}

static int make_file(int parent, const char *name, const struct new_place *as)
{
	scoped_fd int fd =
		openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		       as->mode & 0400);
	int r = fd < 0 ? -errno : own(fd, as);

	if (fd >= 0 && r < 0)
		(void)unlinkat(parent, name, 0);
	return r;
}

void place_unmake(const char *path, bool directory, size_t made)
{
	for (size_t length = strlen(path); made > 0; made--) {
		scoped_split struct split s = split(path, length);
		scoped_fd int parent = s.parent ? walk_here(s.parent) : -1;

		if (parent < 0 || !s.name ||
		    unlinkat(parent, s.name, directory ? AT_REMOVEDIR : 0) < 0)
			return;
		directory = true;
		length = strlen(s.parent);
	}
}

/* A directory that is there and says that it is not: /proc takes nothing new. */
static int explain(int r, int parent)
{
	struct stat st;

	return r == -ENOENT && fstat(parent, &st) == 0 && st.st_nlink > 0 ? -EOPNOTSUPP : r;
}

static int make_at(int parent, const char *name, const struct new_place *as)
{
	int r = as->is_directory ? make_directory(parent, name, as)
				 : make_file(parent, name, as);

	return explain(r, parent);
}

/* Make the first `length` bytes of path, and before them what is missing above. */
static int make_upto(const char *path, size_t length, const struct new_place *as,
		     size_t *made)
{
	scoped_split struct split s = split(path, length);
	scoped_fd int parent = -1;
	int r = 0;

	if (!s.parent || !s.name)
		return -ENOMEM;
	parent = walk_here(s.parent);
	if (parent == -ENOENT) {
		r = make_upto(path, strlen(s.parent), &parent_place, made);
		if (r < 0)
			return r;
		parent = walk_here(s.parent);
	}
	r = parent < 0 ? parent : make_at(parent, s.name, as);
	if (r < 0) {
		place_unmake(s.parent, true, *made);
		*made = 0;
	}
	*made += r == 0;
	return r;
}

int place_make(const char *path, const struct new_place *as, size_t *ret_made)
{
	*ret_made = 0;
	return make_upto(path, strlen(path), as, ret_made);
}

int place_remove(const char *path)
{
	scoped_split struct split s = split(path, strlen(path));
	scoped_fd int parent = s.parent && s.name ? walk_here(s.parent) : -ENOMEM;
	struct stat st;

	if (parent < 0)
		return parent == -ENOENT ? 0 : parent;
	if (fstatat(parent, s.name, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISDIR(st.st_mode) && (!S_ISREG(st.st_mode) || st.st_size > 0))
		return -ENOTEMPTY;
	if (unlinkat(parent, s.name, S_ISDIR(st.st_mode) ? AT_REMOVEDIR : 0) == 0)
		return 0;
	return errno == EEXIST ? -ENOTEMPTY : -errno;
}
