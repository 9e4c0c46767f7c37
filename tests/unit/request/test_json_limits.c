/* SPDX-License-Identifier: Apache-2.0 */
/* A request as text: the largest that is taken, and the first that is not. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "request/json_parse.h"
#include "suite.h"

/* "[[[...]]]" or {"a":{"a":...}}, `depth` brackets one in the other. */
static char *nested(const char *opening, char closing, size_t depth)
{
	size_t n = strlen(opening);
	char *text = malloc(depth * (n + 1) + 2);
	size_t used = 0;

	ck_assert_ptr_nonnull(text);
	for (size_t i = 0; i < depth; i++, used += n)
		memcpy(text + used, opening, n);
	text[used++] = '0';
	memset(text + used, closing, depth);
	text[used + depth] = '\0';
	return text;
}

/* "[0,0,...]" of `n` values; the array is one as well. */
static char *flat(size_t n)
{
	char *text = malloc(2 * n + 2);

	ck_assert_ptr_nonnull(text);
	for (size_t i = 0; i < n; i++)
		memcpy(text + 1 + 2 * i, "0,", 2);
	text[0] = '[';
	text[2 * n] = ']';
	text[2 * n + 1] = '\0';
	return text;
}

/* A string that fills a text of `size` bytes. */
static char *wide(size_t size)
{
	char *text = malloc(size + 1);

	ck_assert_ptr_nonnull(text);
	memset(text, 'x', size);
	text[0] = text[size - 1] = '"';
	text[size] = '\0';
	return text;
}

enum limit {
	ARRAYS,
	OBJECTS,
	VALUES,
	BYTES,
};

static char *text_at_limit(enum limit limit, size_t n)
{
	switch (limit) {
	case ARRAYS:
		return nested("[", ']', n);
	case OBJECTS:
		return nested("{\"a\":", '}', n);
	case VALUES:
		return flat(n);
	case BYTES:
		break;
	}
	return wide(n);
}

/* clang-format off */
static const struct { const char *name; enum limit limit; size_t n; bool is_taken; } limits[] = {
	{ "depth of arrays",           ARRAYS,  JSONTEXT_MAX_DEPTH,      true },
	{ "depth of arrays, over",     ARRAYS,  JSONTEXT_MAX_DEPTH + 1,  false },
	{ "depth of arrays, far over", ARRAYS,  100000,                  false },
	{ "depth of objects",          OBJECTS, JSONTEXT_MAX_DEPTH,      true },
	{ "depth of objects, over",    OBJECTS, JSONTEXT_MAX_DEPTH + 1,  false },
	{ "values",                    VALUES,  JSONTEXT_MAX_VALUES,     true },
	{ "values, over",              VALUES,  JSONTEXT_MAX_VALUES + 1, false },
	{ "bytes",                     BYTES,   JSONTEXT_MAX_BYTES,      true },
	{ "bytes, over",               BYTES,   JSONTEXT_MAX_BYTES + 1,  false },
};
/* clang-format on */

static size_t n_allocations;

static void *counting_malloc(size_t size)
{
	n_allocations++;
	return malloc(size);
}

START_TEST(limits_are_exact_and_cost_no_memory)
{
	char *text = text_at_limit(limits[_i].limit, limits[_i].n);
	struct error err = {0};
	json_t *doc = NULL;
	int r = 0;

	json_set_alloc_funcs(counting_malloc, free);
	r = jsontext_parse(text, strlen(text), &doc, &err);
	ck_assert_msg(r == (limits[_i].is_taken ? 0 : -1), "%s: %d %s", limits[_i].name, r,
		      err.text);
	ck_assert_msg(r == 0 || (err.kind == ERROR_REQUEST && err.number == 0 &&
				 err.at[0] == '\0'),
		      "%s: %s at '%s'", limits[_i].name, error_code(err.kind), err.at);
	ck_assert_msg((n_allocations > 0) == limits[_i].is_taken, "%s: %zu allocations",
		      limits[_i].name, n_allocations);
	json_decref(doc);
	free(text);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("json_limits");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, limits_are_exact_and_cost_no_memory, 0,
			    ARRAY_LEN(limits));
	return suite_run("json_limits", tests);
}
