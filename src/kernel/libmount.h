/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libmount, loaded when it is first needed: on kernels that hand out their mounts as text
 * alone (before Linux 6.8), and where holders are searched. With what it brings along it is
 * a third of the time that a check of one bind takes, which elsewhere would be for nothing.
 */
#pragma once

#include <libmount.h>

#include "base/macro.h"

/* All that is called of it. */
#define LIBMOUNT_CALLS(CALL)                                                               \
	CALL(mnt_free_iter)                                                                \
	CALL(mnt_fs_get_devno)                                                             \
	CALL(mnt_fs_get_fstype)                                                            \
	CALL(mnt_fs_get_id)                                                                \
	CALL(mnt_fs_get_optional_fields)                                                   \
	CALL(mnt_fs_get_parent_id)                                                         \
	CALL(mnt_fs_get_root)                                                              \
	CALL(mnt_fs_get_source)                                                            \
	CALL(mnt_fs_get_swaptype)                                                          \
	CALL(mnt_fs_get_target)                                                            \
	CALL(mnt_fs_get_vfs_options)                                                       \
	CALL(mnt_new_iter)                                                                 \
	CALL(mnt_new_table)                                                                \
	CALL(mnt_table_get_nents)                                                          \
	CALL(mnt_table_next_fs)                                                            \
	CALL(mnt_table_parse_file)                                                         \
	CALL(mnt_table_parse_swaps)                                                        \
	CALL(mnt_table_set_parser_errcb)                                                   \
	CALL(mnt_unref_table)

#define LIBMOUNT_MEMBER(name) __typeof__(name) *name;
struct libmount {
	LIBMOUNT_CALLS(LIBMOUNT_MEMBER)
};
#undef LIBMOUNT_MEMBER

/*
 * The calls, by their names: libmount's own documentation says what each returns and who
 * owns it. *ret stays valid until the end. 0, -ELIBACC where the library or one of the calls
 * is not there, which is then the answer for good, or -ENOMEM.
 *
 * It is found as dlopen(3) finds it, by names in the mount namespace that the process is in:
 * whoever enters another one asks for it before, so that no code comes from there.
 */
MUST_CHECK int libmount_load(const struct libmount **ret);
