/* SPDX-License-Identifier: Apache-2.0 */
/* A place in a document, as RFC 6901 writes it. */
#include <string.h>

#include "base/json_pointer.h"
#include "suite.h"

static const char *rendered(const struct json_pointer *at)
{
	static char text[64];

	memset(text, 'x', sizeof(text));
	json_pointer_render(at, text, sizeof(text));
	return text;
}

START_TEST(names_the_place)
{
	const struct json_pointer *binds = PTR_KEY(PTR_ROOT, "binds");
	const struct json_pointer *third = PTR_INDEX(binds, 2);

	ck_assert_str_eq(rendered(PTR_ROOT), "");
	ck_assert_str_eq(rendered(binds), "/binds");
	ck_assert_str_eq(rendered(third), "/binds/2");
	ck_assert_str_eq(rendered(PTR_KEY(third, "options")), "/binds/2/options");
	ck_assert_str_eq(rendered(PTR_INDEX(PTR_INDEX(PTR_ROOT, 0), 10)), "/0/10");
	ck_assert_str_eq(rendered(PTR_KEY(PTR_ROOT, "")), "/");
}
END_TEST

/* RFC 6901, section 3: the two bytes that mean something; no others. */
START_TEST(escapes)
{
	ck_assert_str_eq(rendered(PTR_KEY(PTR_ROOT, "a/b~c")), "/a~1b~0c");
	ck_assert_str_eq(rendered(PTR_KEY(PTR_ROOT, "~1")), "/~01");
	ck_assert_str_eq(rendered(PTR_KEY(PTR_ROOT, "\"\\ %")), "/\"\\ %");
}
END_TEST

START_TEST(is_cut_at_the_end)
{
	const struct json_pointer *at = PTR_INDEX(PTR_KEY(PTR_ROOT, "binds"), 12);
	static const char whole[] = "/binds/12";

	for (size_t size = 1; size <= sizeof(whole) + 1; size++) {
		char text[16];
		size_t n = size < sizeof(whole) ? size - 1 : sizeof(whole) - 1;

		memset(text, 'x', sizeof(text));
		json_pointer_render(at, text, size);
		ck_assert_uint_eq(strlen(text), n);
		ck_assert_mem_eq(text, whole, n);
		ck_assert_int_eq(text[size], 'x');
	}
}
END_TEST

START_TEST(writes_nothing_into_nothing)
{
	char text[] = "x";

	json_pointer_render(PTR_KEY(PTR_ROOT, "binds"), text, 0);
	ck_assert_str_eq(text, "x");
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("json_pointer");

	tcase_add_test(tests, names_the_place);
	tcase_add_test(tests, escapes);
	tcase_add_test(tests, is_cut_at_the_end);
	tcase_add_test(tests, writes_nothing_into_nothing);
	return suite_run("json_pointer", tests);
}
