/* SPDX-License-Identifier: Apache-2.0 */
/* Where else a mount is seen, and what goes with it, by tables as the kernel wrote them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mount/propagation.h"
#include "suite.h"

/* The mount that our root directory lies on; what it is mounted on is beyond. */
#define ROOT 10

#define TOP     "10 9 0:61 / / rw shared:25 - tmpfs tmpfs rw\n"
#define VIEW    "11 10 0:61 /vol /ro rw shared:25 - tmpfs tmpfs rw\n"
#define VIEW2   "12 10 0:61 /vol /ro rw shared:25 - tmpfs tmpfs rw\n"
#define SLAVE   "11 10 0:61 /vol /ro rw master:25 - tmpfs tmpfs rw\n"
#define ONE     "12 10 0:61 /vol /one rw shared:26 master:25 - tmpfs tmpfs rw\n"
#define TWO     "13 10 0:61 /vol /two rw shared:26 master:25 - tmpfs tmpfs rw\n"
#define SLAVE_A "14 11 0:61 /x /ro/a ro - tmpfs tmpfs rw\n"

/* clang-format off */
static const struct {
	const char *name;
	const char *table;
	uint64_t parent; /* the mount on which something is mounted, or taken off */
	const char *path;
	const char *places; /* where else it is seen then; what else goes then */
	const char *lost;
} rows[] = {
	{ "alone", TOP, 10, "/vol/a", "", "" },
	{ "private", TOP "11 10 0:61 /vol /ro rw - tmpfs tmpfs rw\n", 11, "/ro/a", "", "" },
	{ "peer of a folder", TOP VIEW, 11, "/ro/a", "/vol/a ", "" },
	{ "peer from above", TOP VIEW, 10, "/vol/a", "/ro/a ", "" },
	{ "its root", TOP VIEW, 10, "/vol", "/ro ", "" },
	{ "outside its root", TOP VIEW, 10, "/volume/a", "", "" },
	{ "of the whole", TOP "11 10 0:61 / /ro rw shared:25 - tmpfs tmpfs rw\n", 11, "/ro/a", "/a ", "" },
	{ "of a folder of another group", TOP "11 10 0:61 /vol /ro rw shared:26 - tmpfs tmpfs rw\n", 11, "/ro/a", "", "" },
	{ "to a folder of another group", TOP "11 10 0:61 /vol /ro rw shared:26 - tmpfs tmpfs rw\n", 10, "/vol/a", "", "" },
	{ "of one folder in several groups", TOP "11 10 0:61 /vol /a rw shared:40 - tmpfs tmpfs rw\n" VIEW2
	  "13 10 0:61 /vol /b rw shared:30 - tmpfs tmpfs rw\n"
	  "14 11 0:62 / /a/x rw - tmpfs tmpfs rw\n" "15 12 0:62 / /ro/x rw - tmpfs tmpfs rw\n"
	  "16 13 0:62 / /b/x rw - tmpfs tmpfs rw\n", 10, "/vol/x", "/ro/x ", "/ro/x " },
	{ "to a slave", TOP SLAVE, 10, "/vol/a", "/ro/a ", "" },
	{ "from a slave", TOP SLAVE, 11, "/ro/a", "", "" },
	{ "to slaves that are peers", TOP ONE TWO, 10, "/vol/a", "/one/a /two/a ", "" },
	{ "among slaves that are peers", TOP ONE TWO, 12, "/one/a", "/two/a ", "" },
	{ "to slaves of slaves", TOP ONE TWO "14 10 0:61 /vol/a /three rw master:26 - tmpfs tmpfs rw\n",
	  10, "/vol/a/b", "/one/a/b /two/a/b /three/b ", "" },
	{ "beneath a slave's mount", TOP SLAVE SLAVE_A, 10, "/vol/a", "/ro/a ", "/ro/a " },
	{ "below a slave's mount", TOP SLAVE SLAVE_A, 10, "/vol/a/b", "", "" },
	{ "what was handed on", TOP SLAVE "14 10 0:61 /x /vol/a rw - tmpfs tmpfs rw\n" SLAVE_A,
	  10, "/vol/a", "/ro/a ", "/ro/a " },
	{ "hidden peer", TOP VIEW "15 11 0:62 / /ro rw - tmpfs tmpfs rw\n", 10, "/vol/a", "", "" },
	{ "hidden, but with a mount", TOP VIEW SLAVE_A "15 11 0:62 / /ro rw - tmpfs tmpfs rw\n",
	  10, "/vol/a", "", "/ro/a " },
	/* mount --bind /vol /vol, twice */
	{ "stack on itself", TOP "20 10 0:61 /vol /vol rw shared:25 - tmpfs tmpfs rw\n"
	  "21 20 0:61 /vol /vol rw shared:25 - tmpfs tmpfs rw\n"
	  "22 21 0:61 /vol /vol rw shared:25 - tmpfs tmpfs rw\n", 22, "/vol/a", "", "" },
	{ "off a stack on itself", TOP "20 10 0:61 /vol /vol rw shared:25 - tmpfs tmpfs rw\n"
	  "21 20 0:61 /vol /vol rw shared:25 - tmpfs tmpfs rw\n"
	  "22 21 0:61 /vol /vol rw shared:25 - tmpfs tmpfs rw\n", 21, "/vol", "/vol /vol /vol ", "/vol /vol " },
	{ "beneath a copy on a root", TOP "11 10 0:61 /vol /ro rw shared:25 - tmpfs tmpfs rw\n"
	  "12 10 0:61 /x /vol rw shared:25 - tmpfs tmpfs rw\n"
	  "13 11 0:61 /x /ro rw shared:25 - tmpfs tmpfs rw\n", 10, "/vol", "/ro ", "/ro " },
	{ "blanks", TOP "11 10 0:61 /my\\040vol /ro rw shared:25 - tmpfs tmpfs rw\n",
	  11, "/ro/a", "/my\\040vol/a ", "" },
	{ "a name that goes on", TOP "11 10 0:61 /vol /ro rw shared:25 - tmpfs tmpfs rw\n"
	  "12 10 0:61 /vol/a /ro2 rw shared:25 - tmpfs tmpfs rw\n", 10, "/vol/ab", "/ro/ab ", "" },
	{ "a deleted root", TOP "11 10 0:61 /vol//deleted /ro rw shared:25 - tmpfs tmpfs rw\n",
	  10, "/vol/a", "", "" },
	{ "over the root directory", TOP "11 10 0:61 / / rw shared:25 - tmpfs tmpfs rw\n",
	  10, "/vol", "", "" },
	{ "at the root directory", TOP "11 10 0:61 / / rw shared:25 - tmpfs tmpfs rw\n", 10, "/", "", "" },
	{ "from the top of all", "10 10 0:61 / / rw shared:25 - tmpfs tmpfs rw\n" VIEW, 11, "/ro/a", "/vol/a ", "" },
	{ "masters in a circle", TOP "11 10 0:61 / /b rw shared:31 master:32 - tmpfs tmpfs rw\n"
	  "12 10 0:61 / /c rw shared:32 master:31 - tmpfs tmpfs rw\n", 11, "/b/a", "/c/a ", "" },
	{ "mounts in a circle", TOP "11 12 0:61 /vol /ro rw shared:25 - tmpfs tmpfs rw\n"
	  "12 11 0:61 /vol /ro rw shared:25 - tmpfs tmpfs rw\n", 10, "/vol/a", "", "" },
};
/* clang-format on */

static uint64_t number_after(const char *line, const char *key)
{
	const char *at = strstr(line, key);

	return at ? strtoull(at + strlen(key), NULL, 10) : 0;
}

/* The words of a table as they are: what blanks are in there plays no part here. */
static struct mount_list read_table(const char *table)
{
	struct mount_list list = {.items = calloc(64, sizeof(struct mount))};

	for (const char *next = table; *next != '\0'; next = strchr(next, '\n') + 1) {
		struct mount *m = &list.items[list.count++];
		size_t n = strcspn(next, "\n");
		char *line = strndup(next, n);
		char root[64] = "";
		char point[64] = "";

		ck_assert_int_eq(sscanf(line, "%" SCNu64 " %" SCNu64 " %*s %63s %63s",
					&m->id, &m->parent, root, point),
				 4);
		m->peer_group = number_after(line, "shared:");
		m->master = number_after(line, "master:");
		ck_assert_int_eq(mount_set_text(m, root, point, "tmpfs"), 0);
		free(line);
	}
	return list;
}

/* Room for the places of a row, each with a blank behind it. */
#define PLACES_SIZE 256u

static bool note(const struct mount *m, const char *place, void *data)
{
	char *text = data;
	size_t used = strlen(text);

	ck_assert_ptr_nonnull(m);
	(void)snprintf(text + used, PLACES_SIZE - used, "%s ", place);
	return false;
}

static bool stop(const struct mount *m, const char *place, void *data)
{
	(void)note(m, place, data);
	return true;
}

static struct propagation read_propagation(const char *table)
{
	struct mount_list list = read_table(table);
	struct propagation p = {0};

	ck_assert_int_eq(propagation_make(&list, ROOT, &p), 0);
	ck_assert_ptr_null(list.items);
	return p;
}

START_TEST(each_row)
{
	struct propagation p = read_propagation(rows[_i].table);
	const struct mount *parent = mount_tree_find(&p.tree, rows[_i].parent);
	const char *path = rows[_i].path;
	char places[PLACES_SIZE] = "";
	char lost[PLACES_SIZE] = "";

	ck_assert_int_eq(propagation_each_place(&p, parent, path, note, places), 0);
	ck_assert_int_eq(propagation_each_lost(&p, parent, path, note, lost), 0);
	ck_assert_msg(strcmp(places, rows[_i].places) == 0, "%s: seen at '%s'",
		      rows[_i].name, places);
	ck_assert_msg(strcmp(lost, rows[_i].lost) == 0, "%s: lost '%s'", rows[_i].name,
		      lost);
	propagation_done(&p);
}
END_TEST

static bool has_id(const struct mount *m, const void *arg)
{
	return m->id == *(const uint64_t *)arg;
}

/* What hid it, or would be there instead, is taken off; also where it was looked at before. */
START_TEST(what_is_left_out)
{
	struct propagation p =
		read_propagation(TOP VIEW "15 11 0:62 / /ro rw - tmpfs tmpfs rw\n");
	const struct mount *parent = mount_tree_find(&p.tree, ROOT);
	const uint64_t cover = 15;
	const uint64_t other = 16;
	char places[3][PLACES_SIZE] = {"", "", ""};

	ck_assert_int_eq(propagation_each_place(&p, parent, "/vol/a", note, places[0]), 0);
	propagation_leave_out(&p, has_id, &other);
	ck_assert_int_eq(propagation_each_place(&p, parent, "/vol/a", note, places[1]), 0);
	propagation_leave_out(&p, has_id, &cover);
	ck_assert_int_eq(propagation_each_place(&p, parent, "/vol/a", note, places[2]), 0);
	ck_assert_str_eq(places[0], "");
	ck_assert_str_eq(places[1], "");
	ck_assert_str_eq(places[2], "/ro/a ");
	propagation_done(&p);
}
END_TEST

/* A view on a mount that is taken off is seen no more. */
START_TEST(seen_before_it_is_left_out)
{
	struct propagation p = read_propagation(
		TOP "15 10 0:62 / /in rw - tmpfs tmpfs rw\n"
		    "16 15 0:61 /vol /in/ro rw shared:25 - tmpfs tmpfs rw\n");
	const struct mount *parent = mount_tree_find(&p.tree, ROOT);
	const uint64_t carrier = 15;
	char before[PLACES_SIZE] = "";
	char after[PLACES_SIZE] = "";

	ck_assert_int_eq(propagation_each_place(&p, parent, "/vol/a", note, before), 0);
	propagation_leave_out(&p, has_id, &carrier);
	ck_assert_int_eq(propagation_each_place(&p, parent, "/vol/a", note, after), 0);
	ck_assert_str_eq(before, "/in/ro/a ");
	ck_assert_str_eq(after, "");
	propagation_done(&p);
}
END_TEST

START_TEST(stops_when_told)
{
	struct propagation p = read_propagation(TOP ONE TWO);
	const struct mount *parent = mount_tree_find(&p.tree, ROOT);
	char places[PLACES_SIZE] = "";

	ck_assert_int_eq(propagation_each_place(&p, parent, "/vol/a", stop, places), 0);
	ck_assert_str_eq(places, "/one/a ");
	propagation_done(&p);
}
END_TEST

/* clang-format off */
static const struct { const char *name; const char *table; bool is_alone; } groups[] = {
	{ "one", TOP, true },
	{ "no such group", "10 9 0:61 / / rw - tmpfs tmpfs rw\n", true },
	{ "another group", TOP "11 10 0:62 / /a rw shared:26 - tmpfs tmpfs rw\n", true },
	{ "a peer", TOP VIEW, false },
	{ "a slave", TOP SLAVE, false },
	{ "a slave that is shared", TOP ONE, false },
	{ "a master", TOP "12 10 0:61 /vol /one rw master:24 - tmpfs tmpfs rw\n", true },
};
/* clang-format on */

START_TEST(each_group)
{
	struct mount_list list = read_table(groups[_i].table);
	struct group_tree tree = {0};

	ck_assert_int_eq(group_tree_make(&list, &tree), 0);
	ck_assert_msg(group_tree_is_alone(&tree, 25) == groups[_i].is_alone, "%s",
		      groups[_i].name);
	group_tree_done(&tree);
	mount_list_done(&list);
}
END_TEST

/* Each is the slave of the one before: no stack runs full, and the last one is reached. */
START_TEST(long_chain)
{
	enum { LENGTH = 100000 };
	struct mount_list list = {calloc(LENGTH, sizeof(struct mount)), LENGTH};
	struct group_tree tree = {0};
	const struct group *first = NULL;
	const struct group *last = NULL;

	for (size_t i = 0; i < LENGTH; i++)
		list.items[i] = (struct mount){.peer_group = LENGTH - i,
					       .master = i > 0 ? LENGTH - i + 1 : 0};
	ck_assert_int_eq(group_tree_make(&list, &tree), 0);
	first = group_tree_find(&tree, LENGTH);
	last = group_tree_find(&tree, 1);
	ck_assert_uint_eq(first->last - first->first, LENGTH);
	ck_assert_uint_eq(last->first, LENGTH - 1);
	ck_assert(group_tree_is_alone(&tree, 1));
	ck_assert(!group_tree_is_alone(&tree, 2));
	group_tree_done(&tree);
	free(list.items);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("propagation");

	tcase_add_loop_test(tests, each_row, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tests, each_group, 0, ARRAY_LEN(groups));
	tcase_add_test(tests, what_is_left_out);
	tcase_add_test(tests, seen_before_it_is_left_out);
	tcase_add_test(tests, stops_when_told);
	tcase_add_test(tests, long_chain);
	return suite_run("propagation", tests);
}
