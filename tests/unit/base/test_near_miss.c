/* SPDX-License-Identifier: Apache-2.0 */
/* Which known word a misspelt one is near to, and which are too far from all. */
#include <string.h>

#include "base/macro.h"
#include "base/near_miss.h"
#include "suite.h"

/* clang-format off */
static const struct { const char *a; const char *b; size_t distance; } pairs[] = {
	{ "",       "",        0 },
	{ "",       "abc",     3 },
	{ "source", "source",  0 },
	{ "sorce",  "source",  1 }, /* left out */
	{ "sourcee", "source", 1 }, /* added */
	{ "sourse", "source",  1 }, /* changed */
	{ "soruce", "source",  1 }, /* swapped */
	{ "SOURCE", "source",  0 },
	{ "check-mode", "check_mode", 0 },
	{ "kitten", "sitting", 3 },
	{ "ab",     "ba",      1 },
	{ "abc",    "ca",      3 }, /* what is swapped is left as it is */
};

#define KNOWN "source", "target", "state", "mode", "options", "opts", "nofail", "mounted"
static const struct { const char *given; const char *best; } words[] = {
	{ "sorce",   "source" },
	{ "Source",  "source" },
	{ "sate",    "state" },
	{ "mount",   "mounted" },
	{ "optoins", "options" },
	{ "no-fail", "nofail" },
	{ "colour",  NULL },
	{ "x",       NULL },
	{ "",        NULL },
	{ "a word that is far longer than any that is known anywhere", NULL },
};
/* clang-format on */

START_TEST(distance)
{
	size_t there = edit_distance(pairs[_i].a, strlen(pairs[_i].a), pairs[_i].b,
				     strlen(pairs[_i].b));
	size_t back = edit_distance(pairs[_i].b, strlen(pairs[_i].b), pairs[_i].a,
				    strlen(pairs[_i].a));

	ck_assert_msg(there == pairs[_i].distance && back == there,
		      "'%s' and '%s' are %zu and %zu, not %zu, apart", pairs[_i].a,
		      pairs[_i].b, there, back, pairs[_i].distance);
}
END_TEST

START_TEST(nearest)
{
	static const char *const known[] = {KNOWN};
	struct near_miss miss = near_miss_of(words[_i].given, strlen(words[_i].given));
	char text[NEAR_MISS_SIZE];

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		near_miss_try(&miss, known[i]);
	if (!words[_i].best) {
		ck_assert_msg(!miss.best, "'%s' is near '%s'", words[_i].given, miss.best);
		ck_assert_str_eq(near_miss_text(&miss, text), "");
		return;
	}
	ck_assert_msg(miss.best && strcmp(miss.best, words[_i].best) == 0,
		      "'%s' is near '%s', not '%s'", words[_i].given,
		      miss.best ? miss.best : "nothing", words[_i].best);
	ck_assert_ptr_nonnull(strstr(near_miss_text(&miss, text), words[_i].best));
}
END_TEST

START_TEST(another_name)
{
	struct near_miss miss = near_miss_of("dst", 3);

	near_miss_try_as(&miss, "dest", "target");
	ck_assert_str_eq(miss.best, "target");
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("near_miss");

	tcase_add_loop_test(tests, distance, 0, (int)ARRAY_LEN(pairs));
	tcase_add_loop_test(tests, nearest, 0, (int)ARRAY_LEN(words));
	tcase_add_test(tests, another_name);
	return suite_run("near_miss", tests);
}
