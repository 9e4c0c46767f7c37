/* SPDX-License-Identifier: Apache-2.0 */
/* What a line of the table of mounts tells of an automount. */
#include "base/macro.h"
#include "kernel/automount.h"
#include "suite.h"

#define DEV "37 29 0:41 / /a\\040-\\040autofs "
#define MNT DEV "rw,relatime shared:7 - "

/* clang-format off */
static const struct {
	const char *name;
	const char *line;
	bool is_automount;
	bool is_map;
	bool is_of_systemd;
} rows[] = {
	{ "systemd's", MNT "autofs systemd-1 rw,fd=36,pgrp=1,timeout=0,direct,pipe_ino=5",
	  true, false, true },
	{ "a map", MNT "autofs /etc/auto.home rw,fd=6,pgrp=9,indirect,pipe_ino=5", true, true, false },
	{ "a map, its last word", MNT "autofs m indirect", true, true, false },
	{ "a map by name", MNT "autofs indirect rw,direct", true, false, false },
	{ "an offset", MNT "autofs m rw,offset", true, false, false },
	{ "systemd's of another kind", MNT "autofs systemd-11 rw,direct", true, false, false },
	{ "one named after it", MNT "autofs xsystemd-1 rw,direct", true, false, false },
	{ "no fields", DEV "rw - autofs systemd-1 rw,direct", true, false, true },
	{ "no source", MNT "autofs  rw,indirect", true, true, false },
	{ "no options", MNT "autofs systemd-1 ", true, false, true },
	{ "cut short", MNT "autofs ", true, false, false },
	{ "another file system", MNT "tmpfs systemd-1 rw,indirect", false, false, false },
	{ "named like one", MNT "tmpfs autofs rw", false, false, false },
	{ "no number", "37 29 x / /a rw - autofs m rw", false, false, false },
	{ "nothing", "", false, false, false },
};
/* clang-format on */

START_TEST(one_line)
{
	struct automount found = {.superblock = 1};

	ck_assert_msg(automount_read_line(rows[_i].line, &found) == rows[_i].is_automount,
		      "%s", rows[_i].name);
	ck_assert_uint_eq(found.superblock, rows[_i].is_automount ? 41 : 1);
	ck_assert_msg(found.is_map == rows[_i].is_map, "%s", rows[_i].name);
	ck_assert_msg(found.is_of_systemd == rows[_i].is_of_systemd, "%s", rows[_i].name);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("automounts");

	tcase_add_loop_test(tests, one_line, 0, ARRAY_LEN(rows));
	return suite_run("automounts", tests);
}
