/* SPDX-License-Identifier: Apache-2.0 */
/* Some binds of a request alone: the others are left out, and are not taken for left over. */
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"
#include "request/request.h"
#include "suite.h"

#define ALL "{\"set\":\"s\",\"purge\":true,\"binds\":[1,2,3],\"diff\":true}"

/* clang-format off */
static const struct { const char *doc; size_t n_all; size_t which[3]; size_t n; const char *part; } rows[] = {
	{ ALL,            3, { 0, 2 },    2, "{\"set\":\"s\",\"binds\":[1,3],\"diff\":true}" },
	{ ALL,            3, { 1 },       1, "{\"set\":\"s\",\"binds\":[2],\"diff\":true}" },
	{ ALL,            3, { 0 },       0, "{\"set\":\"s\",\"binds\":[],\"diff\":true}" },
	{ ALL,            3, { 0, 1, 2 }, 3, ALL },
	{ "{\"a\":1}",    1, { 0 },       1, "{\"a\":1}" },
	{ "{\"a\":1}",    1, { 0 },       0, "{\"a\":1}" },
};
/* clang-format on */

START_TEST(is_left)
{
	json_t *doc = json_loads(rows[_i].doc, 0, NULL);
	json_t *part = request_part(doc, rows[_i].n_all, rows[_i].which, rows[_i].n);
	char *text = json_dumps(part, JSON_COMPACT);
	char *whole = json_dumps(doc, JSON_COMPACT);

	ck_assert_pstr_eq(text, rows[_i].part);
	ck_assert_str_eq(whole, rows[_i].doc);
	ck_assert((part == doc) == (strcmp(rows[_i].part, rows[_i].doc) == 0));
	free(text);
	free(whole);
	json_decref(part);
	json_decref(doc);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("request_part");

	tcase_add_loop_test(tests, is_left, 0, (int)ARRAY_LEN(rows));
	return suite_run("request_part", tests);
}
