/* SPDX-License-Identifier: Apache-2.0 */
/* The order in which binds are begun. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/macro.h"
#include "request/order.h"
#include "suite.h"

#define MOUNTED   STATE_MOUNTED
#define EPHEMERAL STATE_EPHEMERAL
#define ABSENT    STATE_ABSENT
#define LINE      STATE_FSTAB_PRESENT

/* clang-format off */
static const struct row {
	const char *name;
	struct { const char *target; enum state state; const char *recursive; /* its source */ } wants[6];
	size_t n_purged; /* of these, the last ones */
	bool keeps_order;
	size_t order[6];
} rows[] = {
	{ .name = "none" },
	{ .name = "one", .wants = {{ "/a", MOUNTED }}, .order = { 0 } },
	{ .name = "as in the request", .wants = {{ "/b", MOUNTED }, { "/a", EPHEMERAL }, { "/c", MOUNTED }},
	  .order = { 0, 1, 2 } },
	{ .name = "parents first", .wants = {{ "/a/b/c", MOUNTED }, { "/a", MOUNTED }, { "/x/y", MOUNTED }, { "/a/b", EPHEMERAL }},
	  .order = { 1, 2, 3, 0 } },
	{ .name = "gone: children first", .wants = {{ "/a", ABSENT }, { "/a/b/c", ABSENT }, { "/a/b", ABSENT }},
	  .order = { 1, 2, 0 } },
	{ .name = "gone before there", .wants = {{ "/a", MOUNTED }, { "/z/y/x", MOUNTED }, { "/z/y", ABSENT }, { "/b/c/d", ABSENT }},
	  .order = { 3, 2, 0, 1 } },
	{ .name = "a line alone goes with the removals", .wants = {{ "/a", MOUNTED }, { "/b", LINE }},
	  .order = { 1, 0 } },
	{ .name = "the root is the parent of all", .wants = {{ "/a", MOUNTED }, { "/", MOUNTED }}, .order = { 1, 0 } },
	{ .name = "even the root is gone first", .wants = {{ "/", MOUNTED }, { "/", ABSENT }}, .order = { 1, 0 } },
	{ .name = "fstab's own order", .keeps_order = true, .wants = {{ "/a/b", EPHEMERAL }, { "/a", EPHEMERAL }},
	  .order = { 0, 1 } },
	{ .name = "purged last, children first", .n_purged = 3,
	  .wants = {{ "/a/b", MOUNTED }, { "/a", ABSENT }, { "/p", ABSENT }, { "/p/q/r", ABSENT }, { "/p/q", ABSENT }},
	  .order = { 1, 0, 3, 4, 2 } },
	{ .name = "recursive: after what is mounted in its source",
	  .wants = {{ "/t", MOUNTED, "/s" }, { "/s/x/y", MOUNTED }, { "/u", MOUNTED }, { "/s/x", EPHEMERAL }},
	  .order = { 3, 1, 0, 2 } },
	{ .name = "recursive: those that begin alike are not in it",
	  .wants = {{ "/t", MOUNTED, "/s" }, { "/a/s/x", MOUNTED }, { "/s.x/y", MOUNTED }, { "/s0/y", MOUNTED }, { "/s-/y", MOUNTED }},
	  .order = { 0, 2, 3, 4, 1 } },
	{ .name = "recursive: a chain",
	  .wants = {{ "/t", MOUNTED, "/s" }, { "/s/1/2", MOUNTED, "/r" }, { "/r/1/2/3", MOUNTED, "/q" }, { "/q/1/2/3/4", MOUNTED }},
	  .order = { 3, 2, 1, 0 } },
	{ .name = "recursive: and what lies below its target after it",
	  .wants = {{ "/t/z", MOUNTED }, { "/t", MOUNTED, "/s" }, { "/s/x/y/z", MOUNTED }},
	  .order = { 2, 1, 0 } },
	{ .name = "recursive: what is gone came before, and what is no mount is not waited for",
	  .wants = {{ "/t", MOUNTED, "/s" }, { "/s/x", ABSENT }, { "/s/y", LINE }},
	  .order = { 1, 2, 0 } },
	{ .name = "recursive: several in each source, which are all placed in between",
	  .wants = {{ "/t", MOUNTED, "/s" }, { "/u", MOUNTED, "/s" }, { "/s/a", MOUNTED }, { "/s/b", MOUNTED }, { "/s/c", MOUNTED }, { "/v", MOUNTED, "/s" }},
	  .order = { 2, 3, 4, 0, 1, 5 } },
	{ .name = "recursive: and what is above what it waits for",
	  .wants = {{ "/t", MOUNTED, "/s/x" }, { "/s/x/y", MOUNTED }, { "/s", MOUNTED }},
	  .order = { 2, 1, 0 } },
	{ .name = "recursive: through one above that is gone",
	  .wants = {{ "/t", MOUNTED, "/s/x" }, { "/s/x/y/z", MOUNTED }, { "/s/x/y", ABSENT }, { "/s", MOUNTED }},
	  .order = { 2, 3, 1, 0 } },
	{ .name = "recursive, and gone itself",
	  .wants = {{ "/t", ABSENT, "/s" }, { "/s/x", MOUNTED }}, .order = { 0, 1 } },
};
/* clang-format on */

START_TEST(order)
{
	const struct row *row = &rows[_i];
	struct want wants[ARRAY_LEN(row->wants)];
	struct request req = {.wants = wants, .keeps_order = row->keeps_order};
	scoped_mem size_t *found = NULL;

	for (; req.n_wants < ARRAY_LEN(wants) && row->wants[req.n_wants].target;
	     req.n_wants++)
		wants[req.n_wants] = (struct want){
			.target = (char *)row->wants[req.n_wants].target,
			.state = row->wants[req.n_wants].state,
			.source = (char *)row->wants[req.n_wants].recursive,
			.recursive = row->wants[req.n_wants].recursive != NULL,
		};
	req.n_named = req.n_wants - row->n_purged;
	ck_assert_int_eq(request_map_targets(&req), 0);
	found = request_order(&req);
	ck_assert_ptr_nonnull(found);
	for (size_t i = 0; i < req.n_wants; i++)
		ck_assert_msg(found[i] == row->order[i], "%s: %zu comes at %zu, not %zu",
			      row->name, found[i], i, row->order[i]);
	hash_table_done(&req.targets);
	targets_done(&req.by_path);
}
END_TEST

enum { DEPTH = 2047 };

static char paths[DEPTH][2 * DEPTH + 1];
static struct want deep[DEPTH + 1];

/* Each target on its own level of a path as deep as there can be, the deepest first. */
static struct request deepest(enum state state)
{
	for (size_t i = 0; i < DEPTH; i++) {
		for (size_t k = 0; k <= i; k++)
			memcpy(paths[i] + 2 * k, "/a", 3);
		deep[DEPTH - 1 - i] = (struct want){.target = paths[i], .state = state};
	}
	return (struct request){.wants = deep, .n_wants = DEPTH, .n_named = DEPTH};
}

START_TEST(the_deepest_come_last)
{
	const struct request req = deepest(STATE_MOUNTED);
	scoped_mem size_t *found = request_order(&req);

	ck_assert_ptr_nonnull(found);
	for (size_t i = 0; i < DEPTH; i++)
		ck_assert_uint_eq(found[i], DEPTH - 1 - i);
}
END_TEST

START_TEST(the_deepest_are_removed_first)
{
	const struct request req = deepest(STATE_ABSENT);
	scoped_mem size_t *found = request_order(&req);

	ck_assert_ptr_nonnull(found);
	for (size_t i = 0; i < DEPTH; i++)
		ck_assert_uint_eq(found[i], i);
}
END_TEST

/* What is to be purged comes after the deepest one that is made. */
START_TEST(a_purge_is_last)
{
	struct request req = deepest(STATE_MOUNTED);
	scoped_mem size_t *found = NULL;

	deep[req.n_wants++] = (struct want){.target = (char *)"/z", .state = STATE_ABSENT};
	found = request_order(&req);
	ck_assert_ptr_nonnull(found);
	ck_assert_uint_eq(found[DEPTH - 1], 0);
	ck_assert_uint_eq(found[DEPTH], DEPTH);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("order");

	tcase_add_loop_test(tests, order, 0, ARRAY_LEN(rows));
	tcase_add_test(tests, the_deepest_come_last);
	tcase_add_test(tests, the_deepest_are_removed_first);
	tcase_add_test(tests, a_purge_is_last);
	return suite_run("order", tests);
}
