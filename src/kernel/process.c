#include "kernel/process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libmount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "mount/flags.h"

static int by_value(const void *a, const void *b)
{
	const pid_t *x = a;
	const pid_t *y = b;

	return (*x > *y) - (*x < *y);
}

int sys_processes(pid_t **ret, size_t *ret_n)
{
	DIR *proc = opendir("/proc");
	scoped_mem pid_t *pids = NULL;
	size_t n = 0;

	if (!proc)
		return -errno;
	for (const struct dirent *entry = readdir(proc); entry; entry = readdir(proc)) {
		char *end = NULL;
		long pid = strtol(entry->d_name, &end, 10);

		if (*end != '\0' || pid <= 0)
			continue;
		if (ARRAY_RESERVE(pids, n, 1) < 0) {
			(void)closedir(proc);
			return -ENOMEM;
		}
		pids[n++] = (pid_t)pid;
	}
	(void)closedir(proc);
	if (n == 0)
		return -ENOENT; /* a directory, but nothing is mounted there */
	qsort(pids, n, sizeof(*pids), by_value);
	*ret = STEAL(pids);
	*ret_n = n;
	return 0;
}

int sys_process_namespace(pid_t pid, uint64_t *ret)
{
	char path[48];
	struct stat st;

	(void)snprintf(path, sizeof(path), "/proc/%d/ns/mnt", (int)pid);
	if (stat(path, &st) < 0)
		return -errno;
	*ret = st.st_ino;
	return 0;
}

int sys_process_text(pid_t pid, const char *name, char **ret)
{
	char path[48];
	size_t size = 0;
	scoped_mem char *text = NULL;
	FILE *file = NULL;
	int r = 0;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	errno = 0;
	/* There are no NUL bytes in these files, so this is all of it. */
	if (getdelim(&text, &size, '\0', file) < 0)
		r = errno ? -errno : -ESRCH;
	(void)fclose(file);
	if (r == 0)
		*ret = STEAL(text);
	return r;
}

/* ---- mountinfo ---- */

static int fill(struct libmnt_fs *fs, struct mount *m)
{
	const char *root = mnt_fs_get_root(fs);
	const char *point = mnt_fs_get_target(fs);
	const char *type = mnt_fs_get_fstype(fs);
	const char *options = mnt_fs_get_vfs_options(fs);
	dev_t device = mnt_fs_get_devno(fs);
	size_t sizes[3];

	if (!root || !point || !type || !options)
		return -EINVAL;
	sizes[0] = strlen(root) + 1;
	sizes[1] = strlen(point) + 1;
	sizes[2] = strlen(type) + 1;
	*m = (struct mount){
		.id = (uint64_t)mnt_fs_get_id(fs),
		.parent = (uint64_t)mnt_fs_get_parent_id(fs),
		.superblock = (uint64_t)major(device) << 32 | minor(device),
		.attr = mnt_optstr_get_option(options, "ro", NULL, NULL) == 0
				? MOUNT_FLAG_RDONLY
				: 0,
		.text = malloc(sizes[0] + sizes[1] + sizes[2]),
	};
	if (!m->text)
		return -ENOMEM;
	m->root = memcpy(m->text, root, sizes[0]);
	m->point = memcpy(m->text + sizes[0], point, sizes[1]);
	m->fs_type = memcpy(m->text + sizes[0] + sizes[1], type, sizes[2]);
	return 0;
}

static int fill_all(struct libmnt_table *table, struct mount_list *list)
{
	size_t n = (size_t)mnt_table_get_nents(table);
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs = NULL;
	int r = 0;

	list->items = calloc(n + 1, sizeof(*list->items));
	if (!iter || !list->items)
		r = -ENOMEM;
	while (r == 0 && list->count < n && mnt_table_next_fs(table, iter, &fs) == 0) {
		r = fill(fs, &list->items[list->count]);
		list->count += r == 0;
		r = r == -EINVAL ? 0 : r; /* a line that is none: as if it were not there */
	}
	mnt_free_iter(iter);
	return r;
}

int sys_process_mounts(pid_t pid, struct mount_list *ret)
{
	char path[48];
	struct libmnt_table *table = mnt_new_table();
	struct mount_list list = {0};
	int r = 0;

	if (!table)
		return -ENOMEM;
	(void)snprintf(path, sizeof(path), "/proc/%d/mountinfo", (int)pid);
	r = mnt_table_parse_file(table, path);
	if (r > 0)
		r = -EINVAL;
	if (r == 0)
		r = fill_all(table, &list);
	if (r == 0 && list.count == 0)
		r = -ESRCH; /* what an ended process has */
	mnt_unref_table(table);
	if (r < 0)
		mount_list_done(&list);
	else
		*ret = list;
	return r;
}
