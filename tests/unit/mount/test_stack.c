/* SPDX-License-Identifier: Apache-2.0 */
/* Which mounts of a stack go with one above them, as the kernel takes them off. */
#include <string.h>

#include "mount/stack.h"
#include "suite.h"

#define MOUNTS_MAX 6

/* What is mounted at /p: from the top down, and last what carries it, which is at /. */
struct row {
	const char *name;
	struct {
		const char *root;
		uint64_t group;
		uint64_t master;
	} mounts[MOUNTS_MAX];
	size_t n; /* beside the last */
	size_t n_detached;
	unsigned holds;    /* a bit for each that has a mount in it */
	const char *along; /* x: goes along */
};

/* clang-format off */
static const struct row rows[] = {
	{ "one", {{ "/x", 0, 0 }, { "/", 1, 0 }}, 1, 1, 0, "." },
	{ "private", {{ "/x", 0, 0 }, { "/p", 0, 0 }, { "/x", 0, 0 }, { "/", 0, 0 }}, 3, 3, 0, "..." },
	/* mount --bind /p /p; mount ... /p */
	{ "a copy beneath a bind onto itself", {{ "/x", 2, 0 }, { "/p", 1, 0 }, { "/x", 2, 0 }, { "/", 1, 0 }}, 3, 3, 0, "..x" },
	{ "the bind itself, where there is no copy", {{ "/x", 2, 0 }, { "/p", 1, 0 }, { "/", 1, 0 }}, 2, 2, 0, ".x" },
	{ "beneath another group", {{ "/x", 2, 0 }, { "/p", 3, 0 }, { "/x", 2, 0 }, { "/", 1, 0 }}, 3, 3, 0, "..." },
	{ "beneath the next group", {{ "/x", 5, 0 }, { "/p", 1, 0 }, { "/x", 5, 0 }, { "/", 2, 0 }}, 3, 3, 0, "..." },
	{ "beneath the group before", {{ "/x", 5, 0 }, { "/p", 2, 0 }, { "/x", 5, 0 }, { "/", 1, 0 }}, 3, 3, 0, "..." },
	{ "beneath another place", {{ "/x", 2, 0 }, { "/q", 1, 0 }, { "/x", 2, 0 }, { "/", 1, 0 }}, 3, 3, 0, "..." },
	{ "beneath a master", {{ "/x", 2, 0 }, { "/p", 3, 1 }, { "/x", 2, 0 }, { "/", 1, 0 }}, 3, 3, 0, "..." },
	{ "beneath a slave", {{ "/x", 2, 0 }, { "/p", 1, 0 }, { "/x", 2, 0 }, { "/p", 3, 1 }, { "/", 9, 0 }}, 4, 4, 0, "..x." },
	{ "that has a mount in it", {{ "/x", 2, 0 }, { "/p", 1, 0 }, { "/x", 2, 0 }, { "/", 1, 0 }}, 3, 3, 4, "..." },
	{ "while its copy has one", {{ "/x", 2, 0 }, { "/p", 1, 0 }, { "/x", 2, 0 }, { "/", 1, 0 }}, 3, 3, 1, "..x" },
	{ "of which the top stays", {{ "/x", 2, 0 }, { "/p", 1, 0 }, { "/x", 2, 0 }, { "/", 1, 0 }}, 3, 0, 0, "..." },
	{ "of which the top goes", {{ "/x", 2, 0 }, { "/p", 1, 0 }, { "/x", 2, 0 }, { "/", 1, 0 }}, 3, 1, 0, "..x" },
	/* mount --bind /p /p, twice */
	{ "all onto itself", {{ "/p", 1, 0 }, { "/p", 1, 0 }, { "/p", 1, 0 }, { "/", 1, 0 }}, 3, 3, 0, ".xx" },
	{ "all that is carried by the same place", {{ "/x", 2, 0 }, { "/p", 1, 0 }, { "/y", 3, 0 }, { "/p", 1, 0 }, { "/z", 4, 0 }, { "/", 1, 0 }},
	  5, 5, 0, "..xxx" },
	{ "the lowest first, then what was beneath it", {{ "/x", 2, 0 }, { "/p", 1, 0 }, { "/x", 2, 0 }, { "/p", 1, 0 }, { "/", 1, 0 }},
	  4, 4, 0, "..xx" },
};
/* clang-format on */

static void fill(const struct row *row, struct mount mounts[MOUNTS_MAX], struct stack *s)
{
	*s = (struct stack){.point = "/p", .n = row->n};
	for (size_t i = 0; i <= row->n; i++) {
		mounts[i] = (struct mount){.id = 10 + i,
					   .root = row->mounts[i].root,
					   .point = i < row->n ? "/p" : "/",
					   .peer_group = row->mounts[i].group,
					   .master = row->mounts[i].master};
		s->mounts[i] = &mounts[i];
		if (i < row->n)
			s->holds[i] = (row->holds & (1u << i)) != 0;
	}
}

static void find(const struct row *row, struct stack *s, char *ret)
{
	struct mount mounts[MOUNTS_MAX];
	struct group_tree groups = {0};

	fill(row, mounts, s);
	ck_assert_int_eq(group_tree_make(&(struct mount_list){mounts, row->n + 1}, &groups),
			 0);
	mounts[0].root = NULL; /* the top needs none */
	ck_assert_int_eq(stack_find_along(s, &groups, row->n_detached), 0);
	for (size_t i = 0; i < row->n; i++)
		ret[i] = s->along[i] ? 'x' : '.';
	ret[row->n] = '\0';
	group_tree_done(&groups);
}

START_TEST(each_row)
{
	struct stack s;
	char along[MOUNTS_MAX + 1];

	find(&rows[_i], &s, along);
	ck_assert_msg(strcmp(along, rows[_i].along) == 0, "%s: %s", rows[_i].name, along);
}
END_TEST

/* As many as there is room for, one bind upon the other: with the top go all of them. */
START_TEST(full)
{
	static struct mount mounts[STACK_MAX + 1];
	struct group_tree groups = {0};
	struct stack s = {.point = "/p", .n = STACK_MAX};

	for (size_t i = 0; i <= s.n; i++) {
		mounts[i] = (struct mount){.id = 10 + i,
					   .root = i < s.n ? "/p" : "/",
					   .point = i < s.n ? "/p" : "/",
					   .peer_group = 1};
		s.mounts[i] = &mounts[i];
	}
	ck_assert_int_eq(group_tree_make(&(struct mount_list){mounts, s.n + 1}, &groups),
			 0);
	ck_assert_int_eq(stack_find_along(&s, &groups, s.n), 0);
	ck_assert(!s.along[0]);
	for (size_t i = 1; i < s.n; i++)
		ck_assert_msg(s.along[i], "%zu stays", i);
	ck_assert_uint_eq(s.n, STACK_MAX);
	group_tree_done(&groups);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("stack");

	tcase_add_loop_test(tests, each_row, 0, ARRAY_LEN(rows));
	tcase_add_test(tests, full);
	return suite_run("stack", tests);
}
