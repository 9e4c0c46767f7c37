/* SPDX-License-Identifier: Apache-2.0 */
/* A table of mounts for which there is not enough memory: an error, and nothing that is not seen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failing_memory.h"
#include "mount/propagation.h"
#include "suite.h"

struct row {
	const char *name;
	struct {
		uint64_t id, parent, group, master;
		const char *root, *point;
	} mounts[6];
	size_t count;
	uint64_t parent;
	const char *path;
	const char *places;
	const char *lost;
};

/* clang-format off */
static const struct row rows[] = {
	{ "alone", {{ 10, 9, 25, 0, "/", "/" }}, 1, 10, "/a", "", "" },
	{ "a peer and its mount", {{ 10, 9, 25, 0, "/", "/" }, { 11, 10, 25, 0, "/vol", "/ro" },
	    { 12, 11, 0, 0, "/x", "/ro/a" }}, 3, 10, "/vol/a", "/ro/a ", "/ro/a " },
	{ "slaves of slaves", {{ 10, 9, 25, 0, "/", "/" }, { 12, 10, 26, 25, "/vol", "/one" },
	    { 13, 10, 26, 25, "/vol", "/two" }, { 14, 10, 0, 26, "/vol/a", "/three" }}, 4,
	  10, "/vol/a/b", "/one/a/b /two/a/b /three/b ", "" },
	{ "many groups", {{ 10, 9, 1, 0, "/", "/" }, { 11, 10, 2, 1, "/", "/b" },
	    { 12, 10, 3, 2, "/", "/c" }, { 13, 10, 4, 3, "/", "/d" }, { 14, 10, 5, 4, "/", "/e" },
	    { 15, 10, 6, 5, "/", "/f" }}, 6, 12, "/c/x", "/d/x /e/x /f/x ", "" },
};
/* clang-format on */

static int fill(const struct row *row, struct mount_list *list)
{
	list->items = calloc(row->count, sizeof(*list->items));
	for (size_t i = 0; list->items && i < row->count; i++) {
		struct mount *m = &list->items[list->count++];

		*m = (struct mount){.id = row->mounts[i].id,
				    .parent = row->mounts[i].parent,
				    .peer_group = row->mounts[i].group,
				    .master = row->mounts[i].master,
				    .superblock = 61};
		if (mount_set_text(m, row->mounts[i].root, row->mounts[i].point, "tmpfs") <
		    0)
			return -1;
	}
	return list->items ? 0 : -1;
}

#define TEXT_SIZE 256u

static bool note(const struct mount *m, const char *place, void *data)
{
	char *text = data;
	size_t used = strlen(text);

	(void)m;
	(void)snprintf(text + used, TEXT_SIZE - used, "%s ", place);
	return false;
}

static char *look(const void *arg)
{
	const struct row *row = arg;
	struct mount_list list = {0};
	struct propagation p = {0};
	char places[TEXT_SIZE] = "";
	char lost[TEXT_SIZE] = "";
	char *text = NULL;
	bool is_done = fill(row, &list) == 0 && propagation_make(&list, 10, &p) == 0;

	if (is_done) {
		const struct mount *parent = mount_tree_find(&p.tree, row->parent);

		is_done =
			propagation_each_place(&p, parent, row->path, note, places) == 0 &&
			propagation_each_lost(&p, parent, row->path, note, lost) == 0;
	}
	(void)failing_memory_end();
	if (is_done)
		ck_assert(asprintf(&text, "%s; %s", places, lost) > 0);
	propagation_done(&p);
	mount_list_done(&list);
	return text;
}

START_TEST(each_table)
{
	char *text = look(&rows[_i]);
	char expected[TEXT_SIZE];

	(void)snprintf(expected, sizeof(expected), "%s; %s", rows[_i].places,
		       rows[_i].lost);
	ck_assert_str_eq(text, expected);
	free(text);
	failing_memory_sweep(look, rows[_i].name, &rows[_i]);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("memory");

	tcase_add_loop_test(tests, each_table, 0, ARRAY_LEN(rows));
	return suite_run("memory", tests);
}
