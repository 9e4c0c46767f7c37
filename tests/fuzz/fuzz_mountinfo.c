/* SPDX-License-Identifier: Apache-2.0 */
/* A file as /proc/PID/mountinfo: what is left is whole, and as libmount has it. */
#include <libmount.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "kernel/fd.h"
#include "kernel/mountinfo.h"
#include "mount/flags.h"
#include "mount/mount_tree.h"

/* No id twice, and up from each comes to an end. */
static void check_whole(const struct mount_tree *tree)
{
	const struct mount_list *list = &tree->mounts;

	for (size_t i = 0; i < list->count; i++) {
		const struct mount *m = &list->items[i];
		size_t steps = 0;

		MUST(i == 0 || list->items[i - 1].id < m->id);
		MUST(m->root && m->point && m->fs_type);
		while (m && m->parent != m->id && steps++ <= list->count)
			m = mount_tree_find(tree, m->parent);
		MUST(steps <= list->count);
	}
}

/* Each is found below its parent, once. */
static void check_children(const struct mount_tree *tree)
{
	for (size_t i = 0; i < tree->mounts.count; i++) {
		const struct mount *m = &tree->mounts.items[i];
		size_t at = mount_tree_first_child(tree, m->parent);
		size_t found = 0;

		for (; at < tree->mounts.count; at++) {
			const struct mount *child = &tree->mounts.items[tree->children[at]];

			if (child->parent != m->parent)
				break;
			found += child->id == m->id;
		}
		MUST(found == 1);
	}
}

/* The last line of libmount's that has this id. */
static struct libmnt_fs *find(struct libmnt_table *table, uint64_t id)
{
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_BACKWARD);
	struct libmnt_fs *fs = NULL;
	struct libmnt_fs *found = NULL;

	MUST(iter);
	while (!found && mnt_table_next_fs(table, iter, &fs) == 0)
		if ((uint64_t)mnt_fs_get_id(fs) == id && mnt_fs_get_root(fs) &&
		    mnt_fs_get_target(fs) && mnt_fs_get_fstype(fs))
			found = fs;
	mnt_free_iter(iter);
	return found;
}

static void check_one(struct libmnt_fs *fs, const struct mount *m)
{
	unsigned long flags = 0;
	const char *options = mnt_fs_get_vfs_options(fs);
	unsigned long sharing = 0;

	MUST(strcmp(mnt_fs_get_root(fs), m->root) == 0);
	MUST(strcmp(mnt_fs_get_target(fs), m->point) == 0);
	MUST(strcmp(mnt_fs_get_fstype(fs), m->fs_type) == 0);
	MUST((uint64_t)mnt_fs_get_parent_id(fs) == m->parent);
	/* Blanks and escapes in options mean something to nobody; the kernel writes none. */
	if (options && !strpbrk(options, "\\\"= ") && !strstr(options, "user") &&
	    !strstr(options, "owner") && !strstr(options, "group") &&
	    !strstr(options, "defaults")) {
		MUST(mnt_optstr_get_flags(options, &flags,
					  mnt_get_builtin_optmap(MNT_LINUX_MAP)) == 0);
		MUST(((flags & MS_RDONLY) != 0) == mount_is_read_only(m));
		MUST(((flags & MS_NOSUID) != 0) == ((m->attr & MOUNT_FLAG_NOSUID) != 0));
		MUST(((flags & MS_NODEV) != 0) == ((m->attr & MOUNT_FLAG_NODEV) != 0));
		MUST(((flags & MS_NOEXEC) != 0) == ((m->attr & MOUNT_FLAG_NOEXEC) != 0));
	}
	if (mnt_fs_get_propagation(fs, &sharing) == 0 && (sharing & MS_SHARED))
		MUST(mount_is_shared(m));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fd_path path = sys_fd_path(input_file(data, size));
	struct mount_list list = {0};
	struct mount_tree tree = {0};
	struct libmnt_table *table = mnt_new_table();

	MUST(table);
	if (sys_read_mountinfo(path.text, &list) == 0) {
		MUST(mnt_table_parse_file(table, path.text) == 0);
		MUST(list.count <= (size_t)mnt_table_get_nents(table));
		for (size_t i = 0; i < list.count; i++) {
			struct libmnt_fs *fs = find(table, list.items[i].id);

			MUST(fs);
			check_one(fs, &list.items[i]);
		}
		MUST(mount_tree_make(&list, 0, &tree) == 0);
		check_whole(&tree);
		check_children(&tree);
		(void)mount_tree_look_up(&tree, "/a/b", true);
		mount_tree_done(&tree);
	}
	mnt_unref_table(table);
	return 0;
}
