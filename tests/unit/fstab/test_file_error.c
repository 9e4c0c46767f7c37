/* SPDX-License-Identifier: Apache-2.0 */
/* What is said when fstab can be neither read nor written: of which file, at which step, and by whom. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fstab/file_private.h"
#include "fstab/file_error.h"
#include "suite.h"

/* What it begins with; the rest is what this machine knows of the place. */
/* clang-format off */
static const struct { enum fstab_file_step step; const char *path; int holder; int error; const char *says; } rows[] = {
	{ FSTAB_FILE_NOTHING, "",      0, EIO,       "'/no/fstab' cannot be looked at: " },
	{ FSTAB_FILE_FIND,    "/no/x", 0, ENOENT,    "'/no/x' cannot be found: " },
	{ FSTAB_FILE_READ,    "",      0, EIO,       "'/no/fstab' cannot be read: " },
	{ FSTAB_FILE_BACKUP,  "",      0, ENOSPC,    "'/no/fstab' cannot be copied: " },
	{ FSTAB_FILE_CREATE,  "",      0, EROFS,     "'/no/fstab' cannot be written anew beside itself: " },
	{ FSTAB_FILE_WRITE,   "/no/x", 0, ENOSPC,    "'/no/x' cannot be written: " },
	{ FSTAB_FILE_RENAME,  "",      0, EBUSY,     "'/no/fstab' cannot be put in the place of the old one: " },
	{ FSTAB_FILE_SYNC,    "",      0, EIO,       "'/no/fstab' cannot be brought to the disk for good: " },
	{ FSTAB_FILE_LOCK,    "",      0, ETIMEDOUT, "'/no/fstab' cannot be locked: a process that cannot be seen from here holds it; " },
	{ FSTAB_FILE_LOCK,    "",      1, ETIMEDOUT, "'/no/fstab' cannot be locked: process 1 holds it; " },
	{ FSTAB_FILE_LOCK,    "/no/x", 7, ETIMEDOUT, "'/no/x' cannot be locked: process 7 holds it; " },
	/* Who held the lock has nothing to do with what failed behind it. */
	{ FSTAB_FILE_RENAME,  "",      7, ETIMEDOUT, NULL },
};
/* clang-format on */

START_TEST(says_what_failed)
{
	struct fstab_file_error fault = {.step = rows[_i].step, .holder = rows[_i].holder};
	struct error err = {0};

	(void)snprintf(fault.path, sizeof(fault.path), "%s", rows[_i].path);
	ck_assert_int_eq(fstab_file_error_set(&err, &fault, "/no/fstab", -rows[_i].error),
			 -1);
	ck_assert_int_eq(err.kind, ERROR_FSTAB);
	ck_assert_int_eq(err.number, rows[_i].error);
	ck_assert_str_eq(err.at, "");
	if (rows[_i].says)
		ck_assert_msg(strncmp(err.text, rows[_i].says, strlen(rows[_i].says)) == 0,
			      "%s", err.text);
	else
		ck_assert_msg(!strstr(err.text, "process 7"), "%s", err.text);
}
END_TEST

START_TEST(no_memory_is_none_of_the_file)
{
	const struct fstab_file_error fault = {.step = FSTAB_FILE_READ};
	struct error err = {0};

	ck_assert_int_eq(fstab_file_error_set(&err, &fault, "/no/fstab", -ENOMEM), -1);
	ck_assert_int_eq(err.kind, ERROR_MEMORY);
}
END_TEST

/* The name is told of what was made alone. */
START_TEST(nothing_is_made_beside_what_has_no_folder)
{
	char *name = NULL;

	ck_assert_int_eq(fstab_file_make_beside("/no/such/folder/fstab", &name), -ENOENT);
	ck_assert_ptr_null(name);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("file_error");

	tcase_add_loop_test(tests, says_what_failed, 0, (int)ARRAY_LEN(rows));
	tcase_add_test(tests, no_memory_is_none_of_the_file);
	tcase_add_test(tests, nothing_is_made_beside_what_has_no_folder);
	return suite_run("file_error", tests);
}
