#include "kernel/automount.h"

#include <errno.h>
#include <libmount.h>

#include "kernel/features.h"
#include "kernel/syscalls.h"

/* The id that /proc gives of a mount; negative: there is none. */
static int id_in_proc(uint64_t id)
{
	struct shim_statmount s = {0};

	if (!sys_ids_are_unique())
		return (int)id;
	return shim_statmount(id, SHIM_STATMOUNT_MNT_BASIC, &s, sizeof(s)) < 0
		       ? -1
		       : (int)s.mnt_id_old;
}

static bool is_indirect(struct libmnt_fs *fs)
{
	const char *options = mnt_fs_get_fs_options(fs);

	return options && mnt_optstr_get_option(options, "indirect", NULL, NULL) == 0;
}

int sys_is_map_directory(uint64_t id, bool *ret)
{
	int old = id_in_proc(id);
	struct libmnt_table *tb = mnt_new_table_from_file("/proc/self/mountinfo");
	struct libmnt_iter *it = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs = NULL;
	int r = it ? 0 : -ENOMEM;

	*ret = false;
	while (tb && it && old >= 0 && mnt_table_next_fs(tb, it, &fs) == 0) {
		if (mnt_fs_get_id(fs) == old)
			*ret = is_indirect(fs);
	}
	mnt_free_iter(it);
	mnt_unref_table(tb);
	return r;
}
