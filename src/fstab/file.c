/* SPDX-License-Identifier: Apache-2.0 */
#include "fstab/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "fstab/file_private.h"
#include "kernel/read.h"

#define SIZE_MAX_READ ((size_t)64 << 20)
#define TRIES         10 /* of reading a file that is being written */
#define MARK          ".robind-"
#define WILD          "XXXXXX"

int fstab_file_fail(struct fstab_file_error *fault, enum fstab_file_step step,
		    const char *path, int error)
{
	error = error > 0 ? error : EIO; /* a failure is never 0 */
	fault->step = step;
	(void)snprintf(fault->path, sizeof(fault->path), "%s", path);
	return -error;
}

/* A path whose last component is not there. */
static int find_missing(const char *path, char **ret, struct fstab_file_error *fault)
{
	scoped_mem char *copy = NULL;
	scoped_mem char *folder = NULL;
	const char *name = strrchr(path, '/');
	struct stat st;

	if (lstat(path, &st) == 0)
		return fstab_file_fail(fault, FSTAB_FILE_FIND, path, ENOENT);
	copy = strdup(path);
	if (!copy)
		return fstab_file_fail(fault, FSTAB_FILE_FIND, path, ENOMEM);
	folder = realpath(dirname(copy), NULL);
	if (!folder)
		return fstab_file_fail(fault, FSTAB_FILE_FIND, copy, errno);
	if (asprintf(ret, "%s/%s", folder[1] == '\0' ? "" : folder,
		     name ? name + 1 : path) < 0)
		return fstab_file_fail(fault, FSTAB_FILE_FIND, path, ENOMEM);
	return 0;
}

int fstab_file_find(const char *path, char **ret, struct fstab_file_error *fault)
{
	char *real = realpath(path, NULL);

	if (!real && errno == ENOENT)
		return find_missing(path, ret, fault);
	if (!real)
		return fstab_file_fail(fault, FSTAB_FILE_FIND, path, errno);
	*ret = real;
	return 0;
}

/* Where the last component begins. */
static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

char *fstab_file_folder(const char *path)
{
	return strndup(path, (size_t)(base_of(path) - path));
}

int fstab_file_make_beside(const char *path, char **ret_name)
{
	const char *base = base_of(path);
	char *name = NULL;
	int fd = -1;

	if (asprintf(&name, "%.*s.%s" MARK WILD, (int)(base - path), path, base) < 0)
		return -ENOMEM;
	fd = mkostemp(name, O_CLOEXEC);
	if (fd < 0) {
		fd = -errno;
		free(name);
		return fd;
	}
	*ret_name = name;
	return fd;
}

/* Whether a name in the file's folder is one of ours. */
static bool is_beside(const char *name, const char *base)
{
	size_t length = strlen(base);

	return name[0] == '.' && strncmp(name + 1, base, length) == 0 &&
	       strncmp(name + 1 + length, MARK, strlen(MARK)) == 0 &&
	       strlen(name + 1 + length + strlen(MARK)) == strlen(WILD);
}

static bool walk_beside(const char *path, bool remove)
{
	const char *base = base_of(path);
	scoped_mem char *folder =
		base > path ? strndup(path, (size_t)(base - path)) : strdup(".");
	DIR *dir = folder ? opendir(folder) : NULL;
	const struct dirent *entry = NULL;
	bool found = false;

	while (dir && (entry = readdir(dir))) {
		if (!is_beside(entry->d_name, base))
			continue;
		found = true;
		if (remove)
			(void)unlinkat(dirfd(dir), entry->d_name, 0);
	}
	if (dir)
		(void)closedir(dir);
	return found;
}

bool fstab_file_has_beside(const char *path)
{
	return walk_beside(path, false);
}

void fstab_file_remove_beside(const char *path)
{
	(void)walk_beside(path, true);
}

int fstab_lock_fd(int fd)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (fcntl(fd, F_OFD_SETLK, &lock) == 0)
		return 0;
	return errno == EACCES ? -EAGAIN : -errno;
}

bool fstab_file_is_at(int fd, const char *path)
{
	struct stat here;
	struct stat there;

	return fstat(fd, &here) == 0 && lstat(path, &there) == 0 &&
	       here.st_dev == there.st_dev && here.st_ino == there.st_ino;
}

static void note_stamp(struct fstab_file *file, const struct stat *st)
{
	file->dev = st->st_dev;
	file->ino = st->st_ino;
	file->said_size = st->st_size;
	file->mtime = st->st_mtim;
	file->ctime = st->st_ctim;
}

static bool is_same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

bool fstab_file_is_unchanged(const struct fstab_file *file, int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_dev == file->dev && st.st_ino == file->ino &&
	       st.st_size == file->said_size && is_same_time(&st.st_mtim, &file->mtime) &&
	       is_same_time(&st.st_ctim, &file->ctime);
}

/* Read once; -EAGAIN when somebody wrote in the meantime. */
static int read_once(int fd, struct fstab_file *file)
{
	struct stat st;
	int r = 0;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	if (st.st_size > (off_t)SIZE_MAX_READ)
		return -EFBIG;
	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	note_stamp(file, &st);
	r = sys_read_all(fd, SIZE_MAX_READ, &file->text, &file->size);
	if (r == 0 && file->size > SIZE_MAX_READ)
		r = -EFBIG;
	if (r == 0 && !fstab_file_is_unchanged(file, fd))
		r = -EAGAIN;
	file->is_there = r == 0;
	if (r < 0)
		free(STEAL(file->text));
	return r;
}

static int read_file(struct fstab_file *file)
{
	const struct timespec pause = {.tv_nsec = 2000000};
	scoped_fd int fd =
		open(file->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	int r = -EAGAIN;

	if (fd < 0 && errno == ENOENT) {
		file->text = strdup("");
		return file->text ? 0 : -ENOMEM;
	}
	if (fd < 0)
		return -errno;
	for (int i = 0; i < TRIES && r == -EAGAIN; i++) {
		if (i > 0)
			(void)nanosleep(&pause, NULL);
		r = read_once(fd, file);
	}
	return r;
}

int fstab_file_read(const char *path, struct fstab_file *ret,
		    struct fstab_file_error *fault)
{
	struct fstab_file file = {0};
	int r = fstab_file_find(path, &file.path, fault);

	if (r < 0 || !file.path)
		return r;
	r = read_file(&file);
	if (r < 0) {
		r = fstab_file_fail(fault, FSTAB_FILE_READ, file.path, -r);
		fstab_file_done(&file);
		return r;
	}
	*ret = file;
	return 0;
}

void fstab_file_done(struct fstab_file *file)
{
	free(file->path);
	free(file->text);
	*file = (struct fstab_file){0};
}
