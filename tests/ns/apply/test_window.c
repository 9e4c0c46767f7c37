/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No instant at which the target is writable, or shows nothing: a process that tries all
 * the time never gets through, here and in a slave mount namespace that was there before.
 */
#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "sandbox.h"
#include "base/cleanup.h"

#define ROUNDS       100
#define INNER_ROUNDS 25 /* each of them waits a while for its readers */
/*
 * So long it waits, in seconds. A walk that is on its way through the old mount for longer, on a
 * busy machine, finds that detached, and no inner one: the kernel has no better way.
 */
#define WAITS 0.05

#define BIND "{'source': '%s', 'target': '%s', 'state': '%s', 'replace': true}"

static const char *target = "/mnt/ro";
static bool has_beneath; /* else what is replaced leaves a gap, and that is told */

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value && strcmp(value, "1") == 0;
}

/* More of them where there is time, fewer where each takes long. */
static int many(int rounds)
{
	if (is_set("TESTS_SHORT"))
		return rounds / 4;
	return is_set("TESTS_LONG") ? 5 * rounds : rounds;
}

static bool is_replaced(const json_t *bind)
{
	const json_t *action = NULL;
	size_t i = 0;

	json_array_foreach(json_object_get(bind, "actions"), i,
			   action) if (strcmp(json_string_value(action), "replace") ==
				       0) return true;
	return false;
}

static void apply(const char *source, const char *state, const char *expected)
{
	scoped_json json_t *reply = sandbox_apply(BIND, source, target, state);
	const json_t *bind = json_array_get(json_object_get(reply, "binds"), 0);
	bool has_gap = json_is_true(json_object_get(bind, "gap"));

	ck_assert_msg(strcmp(sandbox_status(reply), expected) == 0, "%s %s: %s", source,
		      state, json_dumps(reply, 0));
	ck_assert_msg(has_gap == (is_replaced(bind) && !has_beneath), "replaced %s a gap",
		      has_gap ? "with" : "without");
}

static void scene(void)
{
	sandbox_mkdir("/mnt/a/sub");
	sandbox_mkdir("/mnt/b");
	sandbox_mkdir("/mnt/ro");
	ck_assert(close(open("/mnt/a/f", O_CREAT | O_WRONLY, 0600)) == 0);
	ck_assert(close(open("/mnt/b/f", O_CREAT | O_WRONLY, 0600)) == 0);
}

/*
 * Each cycle: replaced by another source, and back, and replaced once more where it is
 * found shared, as mount(8) leaves it. The target lies on a read-only disk, so that whatever
 * the writer makes came through a bind, also where a kernel leaves it bare for a moment.
 */
START_TEST(no_write_gets_through)
{
	struct tally *tally = NULL;
	pid_t writer = 0;

	scene();
	sandbox_mkdir("/mnt/disk");
	ck_assert(mount("none", "/mnt/disk", "tmpfs", 0, NULL) == 0);
	sandbox_mkdir("/mnt/disk/ro");
	ck_assert(mount("none", "/mnt/disk", NULL, MS_REMOUNT | MS_RDONLY, NULL) == 0);
	target = "/mnt/disk/ro";
	writer = sandbox_writer(target, _i == 1, &tally);
	sandbox_await_try(tally);
	for (int n = 0; n < many(ROUNDS); n++) {
		apply("/mnt/a", "ephemeral", "changed");
		apply("/mnt/b", "ephemeral", "changed");
		ck_assert(mount("none", target, NULL, MS_SHARED, NULL) == 0);
		apply("/mnt/b", "ephemeral", "changed");
	}
	sandbox_end(writer);
	ck_assert_msg(tally->wins == 0, "%ld writes got through", tally->wins);
	ck_assert_int_eq(sandbox_count("/mnt/a"), 2);
	ck_assert_int_eq(sandbox_count("/mnt/b"), 1);
}
END_TEST

/* Made and removed: what the writer makes in between is below the target, never in the
 * source. */
START_TEST(no_write_reaches_the_source)
{
	struct tally *tally = NULL;
	pid_t writer = 0;

	scene();
	writer = sandbox_writer("/mnt/ro", _i == 1, &tally);
	for (int n = 0; n < many(ROUNDS); n++) {
		apply("/mnt/a", "ephemeral", "changed");
		apply("/mnt/a", "unmounted", "changed");
	}
	sandbox_end(writer);
	ck_assert_int_eq(sandbox_count("/mnt/a"), 2);
}
END_TEST

START_TEST(a_reader_sees_no_gap)
{
	volatile long *failures = NULL;
	pid_t reader = 0;

	scene();
	apply("/mnt/a", "ephemeral", "changed");
	reader = sandbox_reader("/mnt/ro/f", INFINITY, &failures);
	for (int n = 0; n < many(ROUNDS); n++)
		apply(n % 2 ? "/mnt/a" : "/mnt/b", "ephemeral", "changed");
	sandbox_end(reader);
	ck_assert_msg(*failures == 0, "%ld reads failed", *failures);
}
END_TEST

/* The bind around it is replaced: what is bound within comes along. */
START_TEST(a_reader_of_an_inner_bind_sees_no_gap)
{
	volatile long *failures = NULL;
	pid_t reader = 0;

	scene();
	sandbox_mkdir("/mnt/a/in");
	sandbox_mkdir("/mnt/b/in");
	sandbox_mkdir("/mnt/c");
	ck_assert(close(open("/mnt/c/f", O_CREAT | O_WRONLY, 0600)) == 0);
	if (_i == 1)
		ck_assert(mount("none", "/mnt", NULL, MS_SHARED, NULL) == 0);
	for (int n = 0; n < many(INNER_ROUNDS); n++) {
		scoped_json json_t *reply =
			sandbox_apply("{'binds': [{'source': '%s', 'target': '/mnt/ro',"
				      " 'state': 'ephemeral', 'replace': true},"
				      "{'source': '/mnt/c', 'target': '/mnt/ro/in',"
				      " 'state': 'ephemeral'}]}",
				      n % 2 ? "/mnt/a" : "/mnt/b");
		const json_t *bind = json_array_get(json_object_get(reply, "binds"), 0);

		ck_assert_msg(strcmp(sandbox_status(reply), "changed") == 0 &&
				      !json_object_get(bind, "gap") &&
				      !json_is_true(json_object_get(reply, "failed")),
			      "round %d: %s", n, json_dumps(reply, 0));
		if (n == 0)
			reader = sandbox_reader("/mnt/ro/in/f", WAITS, &failures);
	}
	sandbox_end(reader);
	ck_assert_msg(*failures == 0, "%ld reads failed", *failures);
	ck_assert(open("/mnt/ro/in/x", O_CREAT | O_WRONLY, 0600) < 0 && errno == EROFS);
	ck_assert_int_eq(sandbox_count("/mnt/c"), 1);
}
END_TEST

/* EBUSY: in place it cannot be made read-only, so it is replaced. */
START_TEST(a_writer_cannot_prevent_mending)
{
	scoped_fd int location = -1;

	scene();
	ck_assert(mount("/mnt/a", "/mnt/ro", NULL, MS_BIND, NULL) == 0);
	if (_i == 1)
		ck_assert(mount("none", "/mnt/ro", NULL, MS_PRIVATE, NULL) == 0);
	location = open("/mnt/ro/f", O_WRONLY);
	ck_assert(location >= 0);
	apply("/mnt/a", "ephemeral", "changed");
	ck_assert(open("/mnt/ro/f", O_WRONLY) < 0 && errno == EROFS);
	ck_assert(write(location, "x", 1) == 1);
	apply("/mnt/a", "ephemeral", "ok");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("window");
	TCase *cases = tcase_create("window");
	SRunner *runner = srunner_create(suite);
	int failed = 0;

	if (!sandbox_is_possible())
		return 77;
	has_beneath = sandbox_has_beneath();
	suite_add_tcase(suite, cases);
	tcase_set_timeout(cases, 120);
	tcase_add_checked_fixture(cases, sandbox_enter, NULL);
	tcase_add_loop_test(cases, no_write_gets_through, 0, 2);
	tcase_add_loop_test(cases, no_write_reaches_the_source, 0, 2);
	if (has_beneath)
		tcase_add_test(cases, a_reader_sees_no_gap);
	if (has_beneath && sandbox_has_detached_trees())
		tcase_add_loop_test(cases, a_reader_of_an_inner_bind_sees_no_gap, 0, 2);
	tcase_add_loop_test(cases, a_writer_cannot_prevent_mending, 0, 2);
	srunner_set_fork_status(runner, CK_FORK);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
