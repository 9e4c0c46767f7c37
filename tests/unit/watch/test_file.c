/* SPDX-License-Identifier: Apache-2.0 */
/* Which binds of a request can be judged alone, what a part of it asks for, what is remembered. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"
#include "suite.h"
#include "watch/file.h"

/* Sources and targets in turn; and of each bind whether it is alone. */
/* clang-format off */
static const struct { const char *paths[8]; const char *alone; } relations[] = {
	{ { "/s/a", "/t/a", "/s/b", "/t/b" }, "yy" },
	{ { "/s",   "/t/a", "/s",   "/t/b" }, "yy" },   /* one source, seen twice */
	{ { "/s/a", "/t",   "/s/b", "/t/b" }, "nn" },   /* a target within another */
	{ { "/s/a", "/t",   "/s/b", "/t-b" }, "yy" },   /* which only looks so */
	{ { "/s",   "/t/a", "/s/b", "/t/b" }, "yy" },   /* a source within another: each its own */
	{ { "/s/a", "/t/a", "/s/b", "/s/a/t" }, "nn" }, /* a target within the other's source */
	{ { "/s",   "/t/a", "/s",   "/t/b", "/x", "/s/x" }, "nnn" },
	{ { "/s/a", "/t/a", "/s/b", "/t/b", "/s/c", "/t/b/c" }, "ynn" },
	{ { "/s/a", "/t/a", "/s/b", "/s/a!", "/s/c", "/s/a/b" }, "nyn" },
};
/* clang-format on */

static json_t *document(const char *const paths[8])
{
	json_t *binds = json_array();

	for (size_t i = 0; i < 8 && paths[i]; i += 2)
		json_array_append_new(binds, json_pack("{s:s, s:s, s:s}", "source",
						       paths[i], "target", paths[i + 1],
						       "state", "ephemeral"));
	return json_pack("{s:o, s:s, s:b, s:s}", "binds", binds, "set", "x", "purge", 1,
			 "fstab", "/x/fstab");
}

static struct watch_file taken(const char *const paths[8], struct watch_file *old)
{
	struct watch_file f;
	struct error err = {0};
	int r = watch_file_take(document(paths), false, old, &f, &err);

	ck_assert_msg(r == 0, "%s", err.text);
	return f;
}

START_TEST(alone)
{
	struct watch_file f = taken(relations[_i].paths, NULL);

	ck_assert_uint_eq(f.n_binds, strlen(relations[_i].alone));
	for (size_t i = 0; i < f.n_binds; i++)
		ck_assert_msg(f.binds[i].is_alone == (relations[_i].alone[i] == 'y'),
			      "bind %zu", i);
	watch_file_done(&f);
}
END_TEST

START_TEST(part)
{
	static const char *const paths[8] = {"/s/a", "/t/a", "/s/b",
					     "/t/b", "/s/c", "/t/c"};
	static const size_t some[] = {0, 2};
	static const size_t all[] = {0, 1, 2};
	struct watch_file f = taken(paths, NULL);
	struct request req = {0};
	struct error err = {0};

	f.binds[2].seen.mount = 42;
	ck_assert_int_eq(watch_file_request(&f, some, 2, &req, &err), 0);
	ck_assert_uint_eq(req.n_wants, 2);
	ck_assert_str_eq(req.wants[1].target, "/t/c");
	ck_assert_uint_eq(req.wants[1].own_mount, 42);
	ck_assert_str_eq(req.set, "x");
	ck_assert_int_eq(req.purge, PURGE_NONE);
	request_done(&req);
	ck_assert_int_eq(watch_file_request(&f, all, 3, &req, &err), 0);
	ck_assert_uint_eq(req.n_wants, 3);
	ck_assert_int_eq(req.purge, PURGE_REST);
	request_done(&req);
	watch_file_done(&f);
}
END_TEST

/* Of the bind that is the same; one with another source is another bind. */
START_TEST(memory)
{
	static const char *const before[8] = {"/s/a", "/t/a", "/s/b", "/t/b"};
	static const char *const after[8] = {"/s/b", "/t/b", "/s/other", "/t/a"};
	struct watch_file old = taken(before, NULL);
	struct watch_file f;

	old.binds[0].seen.mount = 1;
	old.binds[1].seen.mount = 2;
	old.binds[1].seen_on = strdup("/s");
	f = taken(after, &old);
	ck_assert_uint_eq(f.binds[0].seen.mount, 2);
	ck_assert_str_eq(f.binds[0].seen_on, "/s");
	ck_assert_uint_eq(f.binds[1].seen.mount, 0);
	watch_file_done(&old);
	watch_file_done(&f);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("watch_file");

	tcase_add_loop_test(tests, alone, 0, (int)ARRAY_LEN(relations));
	tcase_add_test(tests, part);
	tcase_add_test(tests, memory);
	return suite_run("watch_file", tests);
}
