/* SPDX-License-Identifier: Apache-2.0 */
/* What two binds, or one, must not ask for together; and which bind lies above which. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "request/validate.h"
#include "suite.h"

#define MAX_BINDS 3

/*
 * Binds as "SOURCE>TARGET", with letters behind a blank: r recursive, and one for a state
 * other than ephemeral: m mounted, f fstab_present, o fstab_only, u unmounted, a absent,
 * g fstab_absent ("gone"). `at` is where the mistake is, NULL where there is none.
 */
/* clang-format off */
static const struct { const char *name; const char *binds[MAX_BINDS + 1]; const char *at; } rows[] = {
	{ "no binds",                     { NULL },                                  NULL },
	{ "strangers",                    { "/a>/t", "/b>/u" },                      NULL },
	{ "one source, two targets",      { "/a>/t", "/a>/u" },                      NULL },
	{ "names that begin alike",       { "/a>/t", "/t2>/u", "/tt/x>/v" },         NULL },
	/* targets */
	{ "one target",                   { "/a>/t", "/b>/t" },                      "/binds/1/target" },
	{ "one bind twice",               { "/a>/t", "/a>/t" },                      "/binds/1/target" },
	{ "third is the first",           { "/a>/t", "/b>/u", "/c>/t" },             "/binds/2/target" },
	{ "one target, to be gone",       { "/a>/t", "/a>/t u" },                    "/binds/1/target" },
	{ "one target, two ways",         { ">/t u", ">/t a" },                      "/binds/1/target" },
	{ "one target, of fstab",         { "/a>/t f", "/b>/t g" },                  "/binds/1/target" },
	{ "target below a target",        { "/a>/t", "/b>/t/x" },                    NULL },
	/* a source that is seen through a target */
	{ "source is a target",           { "/a>/t", "/t>/u" },                      "/binds/1/source" },
	{ "source is a later target",     { "/t>/u", "/a>/t" },                      "/binds/0/source" },
	{ "source below a target",        { "/a>/t", "/t/x/y>/u" },                  "/binds/1/source" },
	{ "source below a later target",  { "/t/x>/u", "/a>/t" },                    "/binds/0/source" },
	{ "nearest target is gone",       { "/a>/t", ">/t/x u", "/t/x/y>/u" },       "/binds/2/source" },
	{ "nearest two are gone",         { ">/t a", ">/t/x u", "/t/x/y>/u" },       NULL },
	{ "own target, one between gone", { "/t/x/y>/t", ">/t/x u" },                "/binds/0/source" },
	/* what is mounted in the source of a recursive bind */
	{ "target in another's tree",     { "/a>/t r", "/b>/a/x" },                  NULL },
	{ "trees in each other",          { "/a>/b/t r", "/b>/a/t r" },              "/binds/0/source" },
	{ "trees in each other, one flat",{ "/a>/b/t r", "/b>/a/t" },                NULL },
	{ "a circle of three",            { "/a>/b/t r", "/b>/c/t r", "/c>/a/t r" }, "/binds/0/source" },
	{ "a circle below a target",      { "/a>/t r", "/b>/a/x r", "/c>/b/y" },     NULL },
	{ "target in fstab alone",        { "/a>/t f", "/t/x>/u" },                  "/binds/1/source" },
	{ "target in fstab, not mounted", { "/a>/t o", "/t>/u" },                    "/binds/1/source" },
	{ "target that goes",             { ">/t u", "/t/x>/u" },                    NULL },
	{ "target that goes for good",    { ">/t a", "/t>/u" },                      NULL },
	{ "target out of fstab",          { ">/t g", "/t>/u" },                      NULL },
	{ "source of what goes",          { "/a>/t", "/t>/u u" },                    NULL },
	{ "source of what goes for good", { "/a>/t", "/t/x>/u a" },                  NULL },
	{ "source of fstab alone",        { "/a>/t", "/t/x>/u f" },                  "/binds/1/source" },
	{ "target above a source",        { "/a>/t", "/>/u" },                       NULL },
	{ "a ring",                       { "/a>/b", "/b>/a" },                      "/binds/0/source" },
	/* one bind alone */
	{ "self-bind",                    { "/t>/t" },                               NULL },
	{ "self-bind, recursive",         { "/t>/t r" },                             NULL },
	{ "self-bind below a target",     { "/a>/t", "/t/x>/t/x" },                  "/binds/1/source" },
	{ "source of a self-bind",        { "/t>/t", "/t>/u" },                      "/binds/1/source" },
	{ "source below a self-bind",     { "/t>/t", "/t/x>/u" },                    "/binds/1/source" },
	{ "source below its target",      { "/t/x>/t" },                             "/binds/0/source" },
	{ "source below it, to be gone",  { "/t/x>/t u" },                           NULL },
	{ "source below it, in fstab",    { "/t/x>/t f" },                           "/binds/0/source" },
	{ "target in its source",         { "/a>/a/t" },                             NULL },
	{ "target in it, recursive",      { "/a>/a/t r" },                           "/binds/0/target" },
	{ "target in /, recursive",       { "/>/t r" },                              "/binds/0/target" },
	{ "target in it, in fstab",       { "/a>/a/t rf" },                          "/binds/0/target" },
	{ "target in it, to be gone",     { "/a>/a/t ru" },                          NULL },
	{ "another's target in it",       { "/a>/t r", "/b>/a/x" },                  NULL },
	{ "nested recursive binds",       { "/a>/t r", "/b>/t/x r" },                NULL },
	{ "recursive, names alike",       { "/a>/ab r" },                            NULL },
};
/* clang-format on */

static enum state state_of(const char *letters)
{
	static const char states[STATE_COUNT_ + 1] = {
		[STATE_MOUNTED] = 'm',       [STATE_EPHEMERAL] = 'e',
		[STATE_UNMOUNTED] = 'u',     [STATE_ABSENT] = 'a',
		[STATE_FSTAB_PRESENT] = 'f', [STATE_FSTAB_ABSENT] = 'g',
		[STATE_FSTAB_ONLY] = 'o',
	};

	for (size_t i = 0; i < STATE_COUNT_; i++) {
		if (strchr(letters, states[i]))
			return (enum state)i;
	}
	return STATE_EPHEMERAL;
}

static struct want want_of(const char *bind)
{
	const char *arrow = strchr(bind, '>');
	const char *letters = strchrnul(arrow, ' ');
	size_t n = (size_t)(letters - arrow) - 1;
	struct want want = {
		.source = arrow > bind ? strndup(bind, (size_t)(arrow - bind)) : NULL,
		.target = strndup(arrow + 1, n),
		.state = state_of(letters),
		.recursive = strchr(letters, 'r') != NULL,
		.outer = 77, /* none of them */
	};

	ck_assert_ptr_nonnull(want.target);
	return want;
}

/* The binds of a row, as the `order` says. */
static struct request request_of(const char *const *binds, const size_t *order)
{
	struct request req = {.wants = calloc(MAX_BINDS, sizeof(struct want))};

	ck_assert_ptr_nonnull(req.wants);
	for (; binds[req.n_wants]; req.n_wants++)
		req.wants[req.n_wants] =
			want_of(binds[order ? order[req.n_wants] : req.n_wants]);
	return req;
}

static int check(struct request *req, struct error *err)
{
	ck_assert_int_eq(request_map_targets(req), 0);
	return conflicts_check(req, err);
}

START_TEST(conflicts_are_found)
{
	struct request req = request_of(rows[_i].binds, NULL);
	struct error err = {0};
	int r = check(&req, &err);

	ck_assert_msg(r == (rows[_i].at ? -1 : 0), "%s: %d %s", rows[_i].name, r, err.text);
	if (rows[_i].at) {
		ck_assert_int_eq(err.kind, ERROR_REQUEST);
		ck_assert_msg(strcmp(err.at, rows[_i].at) == 0, "%s: at '%s', not '%s'",
			      rows[_i].name, err.at, rows[_i].at);
	}
	request_done(&req);
}
END_TEST

static const size_t orders[][MAX_BINDS] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
					   {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

/* Whether the order is one of the row's binds alone. */
static bool fits(const char *const *binds, const size_t *order)
{
	size_t n = 0;

	while (binds[n])
		n++;
	for (size_t i = 0; i < n; i++) {
		if (order[i] >= n)
			return false;
	}
	return true;
}

START_TEST(the_order_is_no_matter)
{
	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		struct request req = {0};
		struct error err = {0};
		int r = 0;

		if (!fits(rows[_i].binds, orders[i]))
			continue;
		req = request_of(rows[_i].binds, orders[i]);
		r = check(&req, &err);
		ck_assert_msg(r == (rows[_i].at ? -1 : 0), "%s, order %zu: %d %s",
			      rows[_i].name, i, r, err.text);
		request_done(&req);
	}
}
END_TEST

/* A bind that stands at the top level has no "/binds/0" in its pointer. */
START_TEST(a_single_bind_is_pointed_at)
{
	static const char *const binds[][2] = {{"/t/x>/t"}, {"/a>/a/t r"}};
	static const char *const at[] = {"/source", "/target"};
	struct request req = request_of(binds[_i], NULL);
	struct error err = {0};

	req.is_single = true;
	ck_assert_int_eq(check(&req, &err), -1);
	ck_assert_str_eq(err.at, at[_i]);
	request_done(&req);
}
END_TEST

/* A caller can only go by the name of the real source. */
START_TEST(the_real_source_is_named)
{
	static const char *const binds[] = {"/a/b>/t", "/t/x/y>/u", NULL};
	struct request req = request_of(binds, NULL);
	struct error err = {0};

	ck_assert_int_eq(check(&req, &err), -1);
	ck_assert_msg(strstr(err.text, "'/a/b/x/y'") != NULL, "%s", err.text);
	request_done(&req);
}
END_TEST

/* ---- which bind lies next above ---- */

#define NO (-1)

/* clang-format off */
static const struct { const char *name; const char *binds[MAX_BINDS + 1]; int outer[MAX_BINDS]; } nested[] = {
	{ "one",                  { "/a>/t" },                                 { NO } },
	{ "strangers",            { "/a>/t", "/b>/u", "/c>/tt" },              { NO, NO, NO } },
	{ "a chain",              { "/a>/t", "/b>/t/x", "/c>/t/x/y" },         { NO, 0, 1 } },
	{ "a chain, upside down", { "/c>/t/x/y", "/b>/t/x", "/a>/t" },         { 1, 2, NO } },
	{ "two in one",           { "/a>/t/x", "/b>/t", "/c>/t/y/z" },         { 1, NO, 1 } },
	{ "not by its beginning", { "/a>/t/x", "/b>/t/xy", "/c>/t" },          { 2, 2, NO } },
	{ "of what goes, too",    { ">/t u", "/b>/t/x", ">/t/x/y a" },         { NO, 0, 1 } },
};
/* clang-format on */

static void expect_outer(const char *name, const struct request *req, const int *outer)
{
	for (size_t i = 0; i < req->n_wants; i++) {
		size_t wanted = outer[i] == NO ? WANT_NONE : (size_t)outer[i];
		const char *target = req->wants[i].target;

		ck_assert_msg(req->wants[i].outer == wanted, "%s: %s: %zu", name, target,
			      req->wants[i].outer);
		ck_assert_uint_eq(hash_table_get(&req->targets, target, strlen(target)), i);
	}
}

START_TEST(outer_binds_are_found)
{
	struct request req = request_of(nested[_i].binds, NULL);
	struct error err = {0};

	ck_assert_msg(check(&req, &err) == 0, "%s: %s", nested[_i].name, err.text);
	expect_outer(nested[_i].name, &req, nested[_i].outer);
	request_done(&req);
	req = request_of(nested[_i].binds, NULL);
	ck_assert_int_eq(request_map_targets(&req), 0);
	expect_outer(nested[_i].name, &req, nested[_i].outer);
	request_done(&req);
}
END_TEST

/* What fstab lists may be as contradictory as it likes: it is only mapped. */
START_TEST(a_map_judges_nothing)
{
	struct request req = request_of(rows[_i].binds, NULL);

	ck_assert_msg(request_map_targets(&req) == 0, "%s", rows[_i].name);
	for (size_t i = 0; i < req.n_wants; i++) {
		const char *target = req.wants[i].target;
		size_t found = hash_table_get(&req.targets, target, strlen(target));

		ck_assert_msg(found <= i && strcmp(req.wants[found].target, target) == 0,
			      "%s: %s", rows[_i].name, target);
	}
	request_done(&req);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("validate");

	tcase_add_loop_test(tests, conflicts_are_found, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tests, the_order_is_no_matter, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tests, a_single_bind_is_pointed_at, 0, 2);
	tcase_add_test(tests, the_real_source_is_named);
	tcase_add_loop_test(tests, outer_binds_are_found, 0, ARRAY_LEN(nested));
	tcase_add_loop_test(tests, a_map_judges_nothing, 0, ARRAY_LEN(rows));
	return suite_run("validate", tests);
}
