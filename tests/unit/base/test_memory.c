/* SPDX-License-Identifier: Apache-2.0 */
/* JSON of which a part cannot be kept: never another text. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_load.h"
#include "failing_memory.h"
#include "suite.h"

#define LONG "a text that is longer than what jansson begins with, \\u00e4 and more of it"

/* clang-format off */
static const struct { const char *name; const char *text; } rows[] = {
	{ "nothing long",     "[1, true, null, \"a\", {}]" },
	{ "a long text",      "{\"source\": \"/srv/a/folder/with/a/name\", \"b\": 1}" },
	{ "longer and longer", "[\"0123456789abcd\", \"0123456789abcdef\", \"" LONG "\", \"" LONG LONG "\", 1]" },
	{ "a long key",       "{\"" LONG "\": \"" LONG "\"}" },
	{ "long numbers",     "[100000000000000, 1000000000000000, -123456789012345678, 0.25000000000000000000001]" },
	{ "a text alone",     "\"" LONG "\"" },
	{ "two values",       "\"0123456789abcdef0123456789abcdef\", 1" },
	{ "closed before",    "1], [2" },
	{ "no end",           "{\"0123456789abcdef0123456789abcdef\": 1" },
	{ "nothing",          "" },
	/* The quotation mark behind it is what makes jansson's buffer grow. */
	{ "16 bytes",         "[\"0123456789abcd\", 1]" },
	{ "32 bytes",         "{\"0123456789abcdef0123456789abcd\": {}}" },
	{ "16 bytes, no end", "[\"0123456789abcd\", 1" },
	{ "32 bytes, no end", "{\"0123456789abcdef0123456789abcd\": {}" },
};
/* clang-format on */

/* What was read, or why it could not be. */
static char *load(const void *row)
{
	const char *text = ((const __typeof__(rows[0]) *)row)->text;
	json_error_t e = {0};
	json_t *v = json_load(text, strlen(text), &e);
	bool is_read = v || errno == 0;
	char *told = NULL;
	size_t size = 0;
	FILE *out = NULL;

	(void)failing_memory_end();
	if (!is_read)
		return NULL;
	out = open_memstream(&told, &size);
	ck_assert_ptr_nonnull(out);
	if (!v)
		(void)fprintf(out, "%s at %d", e.text, e.position);
	else
		ck_assert_int_eq(json_dumpf(v, out, JSON_ENCODE_ANY), 0);
	json_decref(v);
	ck_assert_int_eq(fclose(out), 0);
	return told;
}

START_TEST(json_is_whole_or_not_there)
{
	failing_memory_sweep(load, rows[_i].name, &rows[_i]);
}
END_TEST

/* clang-format off */
static const struct { const char *text; bool is_taken; } values[] = {
	{ "1", true },         { " [1, 2] ", true },  { "\"\"", true },
	{ "\"a\\u0000b\"", true }, { "{\"a\": {\"a\": 1}}", true },
	{ "", false },         { "1, 2", false },     { "1]", false },
	{ "1], [2", false },   { "{\"a\": 1, \"a\": 1}", false }, { "[", false },
	{ "]", false },        { ",1", false },       { "1,", false },
	{ "\"0123456789abcd\"", true }, { "[\"0123456789abcd\"", false }, { "\"0123456789abcd", false },
};
/* clang-format on */

START_TEST(takes_what_jansson_takes)
{
	const char *text = values[_i].text;
	const size_t flags = JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_ANY;
	json_error_t ours = {0};
	json_error_t theirs = {0};
	json_t *v = json_load(text, strlen(text), &ours);
	json_t *alone = json_loadb(text, strlen(text), flags, &theirs);

	ck_assert_msg((v != NULL) == values[_i].is_taken, "%s", text);
	ck_assert_msg(v ? json_equal(v, alone) : !alone && errno == 0, "%s", text);
	if (!v) {
		ck_assert_str_eq(ours.text, theirs.text);
		ck_assert_int_eq(ours.position, theirs.position);
	}
	json_decref(v);
	json_decref(alone);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("memory");

	tcase_add_loop_test(tests, json_is_whole_or_not_there, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tests, takes_what_jansson_takes, 0, ARRAY_LEN(values));
	return suite_run("memory", tests);
}
