/* SPDX-License-Identifier: Apache-2.0 */
/* Mounts from memory, and those below a path: by asking for each, or by one table. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"
#include "base/path.h"
#include "fake_machine.h"
#include "kernel/mount_query.h"
#include "kernel/path_open.h"
#include "observe/mount_cache.h"
#include "suite.h"

/* The mounts below a path, by their relative paths, in their order. */
/* clang-format off */
static const struct { const char *machine, *path, *below; } rows[] = {
	{ "docker-host", "/srv/mail",         "in" },
	{ "docker-host", "/srv/robind",       "db mail mail/in mysqld shadow shadow" },
	{ "docker-host", "/srv/robind/mail",  "in" },
	{ "docker-host", "/srv/robin",        "" },
	{ "docker-host", "/srv/mail/in",      "" },
	{ "docker-host", "/run",              "docker/netns/3f1c docker/netns/9ab4" },
	{ "docker-host", "/run/docker",       "netns/3f1c netns/9ab4" },
	{ "docker-host", "/dev",              "pts shm" },
	{ "docker-host", "/etc",              "" },
	{ "desktop",     "/media",            "ann/My Disk" },
	{ "desktop",     "/net",              "nas/music" },
	{ "desktop",     "/net/nas",          "music" },
	{ "desktop",     "/srv/share",        "Albums Ann's Music Photos" },
	{ "desktop",     "/proc/sys/fs",      "binfmt_misc binfmt_misc" },
	{ "desktop",     "/run/user",         "1000 1000/doc 1000/gvfs" },
	{ "overlay-stack", "/srv",            "t t t t t u u" },
	{ "bind-of-bind", "/srv/outer",       "x" },
	{ "bind-of-bind", "/srv/a",           "b/c" },
};
/* clang-format on */

static char *show(const struct mount_list *list, const char *path)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(out);
	for (size_t i = 0; i < list->count; i++)
		(void)fprintf(out, "%s%s", i > 0 ? " " : "",
			      path_rest(list->items[i].point, path));
	ck_assert_int_eq(fclose(out), 0);
	return text;
}

static void expect_below(struct mounts *mounts, const char *path, bool fresh,
			 const char *below)
{
	struct file_id file_id = {0};
	struct mount_list list = {0};
	int fd = sys_open(path);
	char *shown = NULL;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(sys_stat(fd, &file_id), 0);
	ck_assert_int_eq(mounts_below(mounts, file_id.mount, path, file_id.is_mount_root,
				      fresh, &list),
			 0);
	shown = show(&list, path);
	ck_assert_msg(strcmp(shown, below) == 0, "%s: '%s', not '%s'", path, shown, below);
	free(shown);
	mount_list_done(&list);
}

START_TEST(mounts_below_a_path)
{
	for (int way = 0; way < 4; way++) {
		struct mounts mounts;

		fake_machine_load(rows[_i].machine);
		mounts_init(&mounts, way & 1);
		expect_below(&mounts, rows[_i].path, way & 2, rows[_i].below);
		mounts_done(&mounts);
		fake_machine_done();
	}
}
END_TEST

#define WITHOUT_X                                                                          \
	"1 0 8:1 / / rw - ext4 /dev/a rw\n"                                                \
	"2 1 8:1 /a /t rw - ext4 /dev/a rw\n"
#define WITH_X WITHOUT_X "3 2 0:9 / /t/x rw - tmpfs x rw\n"

/* The table is older than the mount: a fresh one is asked for, another may be missed. */
START_TEST(what_is_fresh_is_asked_for)
{
	struct mounts mounts;

	fake_machine_load_text(WITHOUT_X);
	mounts_init(&mounts, true);
	expect_below(&mounts, "/t", false, "");
	fake_machine_load_text(WITH_X);
	expect_below(&mounts, "/t", true, "x");
	mounts_done(&mounts);
	fake_machine_done();
}
END_TEST

/* What the table names and the kernel no longer has is left out. */
START_TEST(what_is_gone_is_left_out)
{
	struct mounts mounts;

	fake_machine_load_text(WITH_X);
	mounts_init(&mounts, true);
	expect_below(&mounts, "/t", false, "x");
	fake_machine_load_text(WITHOUT_X);
	expect_below(&mounts, "/t", false, "");
	mounts_done(&mounts);
	fake_machine_done();
}
END_TEST

/* ---- one mount that many binds share ---- */

START_TEST(one_question_is_enough)
{
	struct mounts mounts;
	const struct mount *m = NULL;
	bool is_reused = _i == 1;

	fake_machine_load_text("1 0 8:1 / / rw - ext4 /dev/a rw\n");
	if (is_reused)
		fake_machine_reuse_ids();
	mounts_init(&mounts, false);
	for (int i = 0; i < 10; i++) {
		ck_assert_int_eq(mounts_shared(&mounts, 1, &m), 0);
		ck_assert_str_eq(m->point, "/");
		ck_assert_uint_eq(m->id, 1);
	}
	ck_assert_uint_eq(fake_machine_questions(), is_reused ? 10 : 1);
	mounts_done(&mounts);
	mounts_done(&mounts);
	fake_machine_done();
}
END_TEST

/* More of them than are remembered; what was given before the last one is still there. */
START_TEST(more_than_can_be_remembered)
{
	char text[8192] = "1 0 8:1 / / rw - ext4 /dev/a rw\n";
	size_t used = strlen(text);
	struct mounts mounts;
	const struct mount *m = NULL;

	for (unsigned i = 2; i < 2 * MOUNTS_KNOWN; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%u 1 8:1 /%u /t/%u rw - ext4 /dev/a rw\n", i, i,
					 i);
	fake_machine_load_text(text);
	mounts_init(&mounts, false);
	for (unsigned i = 2; i < 6 * MOUNTS_KNOWN; i++) {
		unsigned id = 2 + i * 7 % (2 * MOUNTS_KNOWN - 2);
		const struct mount *before = m;
		uint64_t before_id = before ? before->id : 0;
		char point[16];

		(void)snprintf(point, sizeof(point), "/t/%u", id);
		ck_assert_int_eq(mounts_shared(&mounts, id, &m), 0);
		ck_assert_uint_eq(m->id, id);
		ck_assert_str_eq(m->point, point);
		ck_assert(!before || before->id == before_id);
	}
	mounts_done(&mounts);
	fake_machine_done();
}
END_TEST

/* Also when it was remembered, and is the oldest of all that are. */
START_TEST(what_was_given_outlives_one_call)
{
	char text[8192] = "1 0 8:1 / / rw - ext4 /dev/a rw\n";
	size_t used = strlen(text);
	struct mounts mounts;
	const struct mount *oldest = NULL;
	const struct mount *m = NULL;

	for (unsigned i = 2; i <= MOUNTS_KNOWN + 1; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%u 1 8:1 /%u /t/%u rw - ext4 /dev/a rw\n", i, i,
					 i);
	fake_machine_load_text(text);
	mounts_init(&mounts, false);
	for (unsigned i = 1; i <= MOUNTS_KNOWN; i++)
		ck_assert_int_eq(mounts_shared(&mounts, i, &m), 0);
	ck_assert_int_eq(mounts_shared(&mounts, 1, &oldest), 0);
	ck_assert_int_eq(mounts_shared(&mounts, MOUNTS_KNOWN + 1, &m), 0);
	ck_assert_uint_eq(oldest->id, 1);
	ck_assert_str_eq(oldest->point, "/");
	mounts_done(&mounts);
	fake_machine_done();
}
END_TEST

START_TEST(an_unknown_mount_is_a_failure)
{
	struct mounts mounts;
	struct mount_list list = {0};
	const struct mount *m = NULL;

	fake_machine_load_text("1 0 8:1 / / rw - ext4 /dev/a rw\n");
	mounts_init(&mounts, false);
	ck_assert_int_eq(mounts_shared(&mounts, 99, &m), -ENOENT);
	ck_assert_int_eq(mounts_below(&mounts, 99, "/t", true, false, &list), -ENOENT);
	ck_assert(!list.items && list.count == 0);
	mounts_done(&mounts);
	fake_machine_done();
}
END_TEST

/* ---- the mount at a target ---- */

static unsigned questions_for_top(struct mounts *mounts, uint64_t id)
{
	unsigned before = fake_machine_questions();
	struct mount m = {0};

	ck_assert_int_eq(mounts_top(mounts, id, &m), 0);
	ck_assert_uint_eq(m.id, id);
	ck_assert_ptr_null(m.text);
	return fake_machine_questions() - before;
}

/* Once for each look at a bind. */
START_TEST(a_top_is_asked_for_once_in_a_look)
{
	struct mounts mounts;

	fake_machine_load_text(WITH_X);
	if (_i == 1)
		fake_machine_reuse_ids();
	mounts_init(&mounts, false);
	ck_assert_uint_eq(questions_for_top(&mounts, 2), 1);
	ck_assert_uint_eq(questions_for_top(&mounts, 2), _i);
	ck_assert_uint_eq(questions_for_top(&mounts, 3), 1);
	mounts_begin(&mounts, &(struct mount){0});
	ck_assert_uint_eq(questions_for_top(&mounts, 3), 1);
	mounts_done(&mounts);
	fake_machine_done();
}
END_TEST

/* The table tells, but not what it does not have, and not after a change of ours. */
START_TEST(a_top_is_as_the_table_has_it)
{
	struct mounts mounts;

	fake_machine_load_text(WITHOUT_X);
	mounts_init(&mounts, true);
	expect_below(&mounts, "/t", false, "");
	fake_machine_load_text(WITH_X);
	ck_assert_uint_eq(questions_for_top(&mounts, 2), 0);
	ck_assert_uint_eq(questions_for_top(&mounts, 3), 1);
	mounts.is_changed = true;
	ck_assert_uint_eq(questions_for_top(&mounts, 2), 1);
	mounts_done(&mounts);
	fake_machine_done();
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("mount_cache");

	tcase_add_loop_test(tests, mounts_below_a_path, 0, ARRAY_LEN(rows));
	tcase_add_test(tests, what_is_fresh_is_asked_for);
	tcase_add_test(tests, what_is_gone_is_left_out);
	tcase_add_loop_test(tests, one_question_is_enough, 0, 2);
	tcase_add_test(tests, more_than_can_be_remembered);
	tcase_add_test(tests, what_was_given_outlives_one_call);
	tcase_add_test(tests, an_unknown_mount_is_a_failure);
	tcase_add_loop_test(tests, a_top_is_asked_for_once_in_a_look, 0, 2);
	tcase_add_test(tests, a_top_is_as_the_table_has_it);
	return suite_run("mount_cache", tests);
}
