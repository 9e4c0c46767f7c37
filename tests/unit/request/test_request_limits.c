/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding: the last value that a member takes, and the first that it does not. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "request/request.h"
#include "suite.h"

/* `count` times the letter, with `before` in front. */
static json_t *long_text(const char *before, char letter, size_t count)
{
	size_t n = strlen(before);
	char *text = malloc(n + count + 1);
	json_t *v = NULL;

	ck_assert_ptr_nonnull(text);
	memcpy(text, before, n + 1);
	memset(text + n, letter, count);
	v = json_stringn(text, n + count);
	free(text);
	ck_assert_ptr_nonnull(v);
	return v;
}

/* clang-format off */
static const struct { const char *name; const char *before; size_t n; const char *at; } lengths[] = {
	{ "source",  "/",  4094, NULL },
	{ "source",  "/",  4095, "/source" },
	{ "target",  "/",  4094, NULL },
	{ "target",  "/",  4095, "/target" },
	{ "fstab",   "/",  4094, NULL },
	{ "fstab",   "/",  4095, "/fstab" },
	{ "set",     "",   64,   NULL },
	{ "set",     "",   65,   "/set" },
	{ "options", "no", 4000, "/options" },
	{ "state",   "",   4000, "/state" },
};
/* clang-format on */

START_TEST(texts_have_limits)
{
	json_t *doc = json_pack("{s:s, s:s}", "source", "/a", "target", "/t");
	json_t *v = long_text(lengths[_i].before, 'x', lengths[_i].n);
	struct request req = {0};
	struct error err = {0};
	int r = 0;

	ck_assert_int_eq(json_object_set_new(doc, lengths[_i].name, v), 0);
	r = request_decode(doc, false, &req, &err);
	ck_assert_msg(r == (lengths[_i].at ? -1 : 0), "%s of %zu: %s", lengths[_i].name,
		      lengths[_i].n, err.text);
	if (lengths[_i].at)
		ck_assert_str_eq(err.at, lengths[_i].at);
	request_done(&req);
	json_decref(doc);
}
END_TEST

/* clang-format off */
static const struct { const char *value; bool accept_text; bool is_taken; } timeouts[] = {
	{ "1",                       false, true },
	{ "0",                       false, false },
	{ "-1",                      false, false },
	{ "86400",                   false, true },
	{ "86401",                   false, false },
	{ "4294967297",              false, false }, /* 1, in 32 bits */
	{ "9223372036854775807",     false, false },
	{ "\"1\"",                   true,  true },
	{ "\"0\"",                   true,  false },
	{ "\"86401\"",               true,  false },
	{ "\"99999999999999999999\"", true, false },
	{ "\"30s\"",                 true,  false },
	{ "\"\"",                    true,  false },
	{ "\"30\\u0000\"",           true,  false },
	{ "\"0x1e\"",                true,  false },
	{ "\"1e1\"",                 true,  false },
	{ "30.0",                    true,  false },
};
/* clang-format on */

START_TEST(the_timeout_is_bounded)
{
	json_t *doc =
		json_pack("{s:s, s:s, s:o}", "source", "/a", "target", "/t", "timeout",
			  json_loads(timeouts[_i].value, JSON_DECODE_ANY | JSON_ALLOW_NUL,
				     NULL));
	struct request req = {0};
	struct error err = {0};
	int r = request_decode(doc, timeouts[_i].accept_text, &req, &err);

	ck_assert_msg(r == (timeouts[_i].is_taken ? 0 : -1), "%s: %u %s",
		      timeouts[_i].value, req.timeout, err.text);
	ck_assert_str_eq(err.at, timeouts[_i].is_taken ? "" : "/timeout");
	request_done(&req);
	json_decref(doc);
}
END_TEST

static json_t *many_binds(size_t n)
{
	json_t *binds = json_array();

	for (size_t i = 0; i < n; i++) {
		char target[32];

		(void)snprintf(target, sizeof(target), "/t/%zu", i);
		ck_assert_int_eq(json_array_append_new(binds,
						       json_pack("{s:s, s:s}", "source",
								 "/a", "target", target)),
				 0);
	}
	return json_pack("{s:o}", "binds", binds);
}

START_TEST(binds_are_counted)
{
	size_t n = REQUEST_MAX_BINDS + (size_t)_i;
	json_t *doc = many_binds(n);
	struct request req = {0};
	struct error err = {0};
	int r = request_decode(doc, false, &req, &err);

	ck_assert_msg(r == (_i == 0 ? 0 : -1), "%zu binds: %s", n, err.text);
	ck_assert_str_eq(err.at, _i == 0 ? "" : "/binds");
	ck_assert_uint_eq(req.n_wants, _i == 0 ? n : 0);
	request_done(&req);
	json_decref(doc);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("request_limits");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, texts_have_limits, 0, ARRAY_LEN(lengths));
	tcase_add_loop_test(tests, the_timeout_is_bounded, 0, ARRAY_LEN(timeouts));
	tcase_add_loop_test(tests, binds_are_counted, 0, 2);
	return suite_run("request_limits", tests);
}
