/* SPDX-License-Identifier: Apache-2.0 */
#include "holders/kernel_writers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "kernel/libmount.h"
#include "kernel/loop_device.h"
#include "kernel/mount_query.h"
#include "kernel/path_open.h"
#include "kernel/read.h"

#define TEXT_MAX 8192u /* a path with all that may be beside it */

struct looking {
	const struct bind_location *locations;
	size_t n;
	struct kernel_writer_list *found;
};

/* A file that the kernel writes to. */
struct written_file {
	const char *path;
	const char *device;      /* /dev/NAME; NULL: swap */
	struct loop_file behind; /* of a device */
};

/* Another source may have a file of that name, too; of swap no more than the name is told. */
static bool is_it(const struct written_file *file, const struct bind_location *location,
		  const char *path)
{
	scoped_fd int fd = sys_open(path);
	struct file_id file_id = {0};

	if (fd < 0 || sys_stat(fd, &file_id) < 0 || !S_ISREG(file_id.mode) ||
	    file_id.dev != location->dev)
		return false;
	return !file->device ||
	       (file_id.dev == file->behind.dev && file_id.ino == file->behind.ino);
}

static int add(struct kernel_writer_list *list, size_t bind, const char *device,
	       const char *path)
{
	struct kernel_writer writer = {
		.bind = bind,
		.device = device ? strdup(device) : NULL,
		.path = strdup(path),
	};

	if (!writer.path || (device && !writer.device) ||
	    ARRAY_RESERVE(list->items, list->count, 1) < 0) {
		free(writer.path);
		free(writer.device);
		return -1;
	}
	list->items[list->count++] = writer;
	return 0;
}

/*
 * Of a mount that is still there the whole path is told. So what this path leads to, where
 * it leads to anything, has to be taken for the file that is meant.
 */
static int check_file(const struct looking *l, const struct written_file *file)
{
	const char *rest = path_rest(file->path, "/");
	scoped_fd int here = -1;

	if (!rest)
		return 0;
	here = sys_open(file->path);
	for (size_t i = 0; here < 0 && i < l->n; i++) {
		const struct bind_location *location = &l->locations[i];
		scoped_mem char *whole =
			location->source ? path_join(location->source, rest) : NULL;

		if (location->source && !whole)
			return -1;
		if (whole && is_it(file, location, whole) &&
		    add(l->found, location->bind, file->device, rest) < 0)
			return -1;
	}
	return 0;
}

/* A file of sysfs, without its last newline. *ret NULL: it cannot be read. */
static int read_attribute(int block, const char *device, const char *name, char **ret)
{
	scoped_mem char *path = NULL;
	scoped_fd int fd = -1;
	size_t size = 0;

	*ret = NULL;
	if (asprintf(&path, "%s/%s", device, name) < 0) {
		path = NULL;
		return -1;
	}
	fd = openat(block, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || sys_read_all(fd, TEXT_MAX, ret, &size) < 0)
		return 0;
	if (size > 0 && (*ret)[size - 1] == '\n')
		(*ret)[size - 1] = '\0';
	return 0;
}

static int check_loop_device(const struct looking *l, int block, const char *device)
{
	scoped_mem char *read_only = NULL;
	scoped_mem char *path = NULL;
	scoped_mem char *node = NULL;
	struct written_file file = {0};

	if (read_attribute(block, device, "loop/backing_file", &path) < 0 ||
	    read_attribute(block, device, "ro", &read_only) < 0)
		return -1;
	if (!path || !read_only || strcmp(read_only, "0") != 0)
		return 0;
	if (asprintf(&node, "/dev/%s", device) < 0) {
		node = NULL;
		return -1;
	}
	file = (struct written_file){.path = path, .device = node};
	return sys_loop_file(node, &file.behind) < 0 ? 0 : check_file(l, &file);
}

static int check_loop_devices(const struct looking *l, const char *block)
{
	DIR *directory = opendir(block);
	int r = 0;

	if (!directory)
		return 0;
	for (const struct dirent *entry = readdir(directory); r == 0 && entry;
	     entry = readdir(directory)) {
		if (strncmp(entry->d_name, "loop", 4) == 0)
			r = check_loop_device(l, dirfd(directory), entry->d_name);
	}
	(void)closedir(directory);
	return r;
}

static int check_swap(const struct looking *l, const char *path)
{
	const struct written_file file = {.path = path};

	return check_file(l, &file);
}

static int check_swaps(const struct looking *l, const char *swaps)
{
	const struct libmount *lib = NULL;
	struct libmnt_table *table = NULL;
	struct libmnt_iter *each = NULL;
	struct libmnt_fs *fs = NULL;
	int r = libmount_load(&lib);

	if (r < 0)
		return r == -ENOMEM ? -1 : 0;
	table = lib->mnt_new_table();
	each = lib->mnt_new_iter(MNT_ITER_FORWARD);
	r = table && each ? 0 : -1;
	if (r == 0 && lib->mnt_table_parse_swaps(table, swaps) == 0)
		while (r == 0 && lib->mnt_table_next_fs(table, each, &fs) == 0)
			if (strcmp(lib->mnt_fs_get_swaptype(fs), "file") == 0)
				r = check_swap(l, lib->mnt_fs_get_source(fs));
	lib->mnt_free_iter(each);
	lib->mnt_unref_table(table);
	return r;
}

int kernel_writers_find(const struct kernel_writer_places *places,
			const struct bind_location locations[], size_t n,
			struct kernel_writer_list *ret)
{
	struct kernel_writer_list found = {0};
	struct looking l = {locations, n, &found};

	if (check_loop_devices(&l, places->block) < 0 ||
	    check_swaps(&l, places->swaps) < 0) {
		kernel_writers_done(&found);
		return -1;
	}
	*ret = found;
	return 0;
}

void kernel_writers_done(struct kernel_writer_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i].device);
		free(list->items[i].path);
	}
	free(list->items);
	*list = (struct kernel_writer_list){0};
}
