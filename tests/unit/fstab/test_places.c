/* SPDX-License-Identifier: Apache-2.0 */
/* Where the targets of an fstab lead to on a real tree: through links, dots, and to nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/macro.h"
#include "fstab/places.h"
#include "suite.h"

#define PATTERN "/tmp/robind-places.XXXXXX"

static char root[sizeof(PATTERN)];

static void path_in_root(char *buf, size_t size, const char *name)
{
	(void)snprintf(buf, size, "%s/%s", root, name);
}

/* real/sub, link -> real, loop -> loop */
static void make_tree(void)
{
	static const char *const folders[] = {"real", "real/sub"};
	static const char *const links[][2] = {{"real", "link"}, {"loop", "loop"}};
	char path[64];

	memcpy(root, PATTERN, sizeof(PATTERN));
	ck_assert_ptr_nonnull(mkdtemp(root));
	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		path_in_root(path, sizeof(path), folders[i]);
		ck_assert_int_eq(mkdir(path, 0755), 0);
	}
	for (size_t i = 0; i < ARRAY_LEN(links); i++) {
		path_in_root(path, sizeof(path), links[i][1]);
		ck_assert_int_eq(symlink(links[i][0], path), 0);
	}
}

static void remove_tree(void)
{
	static const char *const names[] = {"loop", "link", "real/sub", "real", ""};
	char path[64];

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		path_in_root(path, sizeof(path), names[i]);
		ck_assert_int_eq(remove(path), 0);
	}
}

/* With the tree's own path for each '@', allocated. */
static char *filled(const char *text)
{
	char *full = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&full, &size);

	ck_assert_ptr_nonnull(out);
	for (; *text != '\0'; text++) {
		if (*text == '@')
			(void)fputs(root, out);
		else
			(void)fputc(*text, out);
	}
	ck_assert_int_eq(fclose(out), 0);
	return full;
}

/* A target, where it leads to, and how it was written, where that is another path. */
/* clang-format off */
static const struct { const char *target; const char *place; const char *written; } rows[] = {
	{ "@/real",              "@/real",       NULL },
	{ "@/real/sub",          "@/real/sub",   NULL },
	{ "@//real/",            "@/real",       NULL },
	{ "@/link",              "@/real",       "@/link" },
	{ "@//link/",            "@/real",       "@/link" },
	{ "@/link/sub",          "@/real/sub",   "@/link/sub" },
	{ "@/link/none/x",       "@/real/none/x", "@/link/none/x" },
	{ "@/none",              "@/none",       NULL },
	{ "@/loop",              "@/loop",       NULL },
	{ "@/loop/x",            "@/loop/x",     NULL },
	/* with dots it is a place only where it leads somewhere */
	{ "@/real/../real",      "@/real",       "@/real/../real" },
	{ "@/./real",            "@/real",       "@/./real" },
	{ "@/link/../real/sub",  "@/real/sub",   "@/link/../real/sub" },
	{ "@/none/../real",      NULL,           NULL },
	{ "none",                NULL,           NULL },
	{ "swap",                NULL,           NULL },
	{ "real",                NULL,           NULL },
	{ "..",                  NULL,           NULL },
};
/* clang-format on */

static void expect(const char *found, const char *wanted)
{
	scoped_mem char *full = wanted ? filled(wanted) : NULL;

	ck_assert_pstr_eq(found, full);
}

START_TEST(leads_to)
{
	scoped_mem char *target = filled(rows[_i].target);
	scoped_mem char *place = rows[_i].place ? filled(rows[_i].place) : NULL;
	struct fstab fstab = {0};
	char text[256];

	(void)snprintf(text, sizeof(text), "/a /x none bind\n/a %s none bind\n", target);
	ck_assert_int_eq(fstab_parse(text, strlen(text), &fstab), 0);
	ck_assert_int_eq(fstab_find_places(&fstab), 0);
	expect(fstab.entries[0].place, "/x");
	expect(fstab.entries[1].place, rows[_i].place);
	expect(fstab.entries[1].written, rows[_i].written);
	if (place)
		ck_assert_uint_eq(fstab_find(&fstab, place), 1);
	fstab_done(&fstab);
}
END_TEST

/* By whatever names: the first of them is the first for the place. */
START_TEST(several_lines_for_one_place)
{
	scoped_mem char *text = filled("/a @/link none bind\n/b @/none none bind\n"
				       "/c @/real none bind\n/d @/link/. none bind\n");
	scoped_mem char *real = filled("@/real");
	struct fstab fstab = {0};

	ck_assert_int_eq(fstab_parse(text, strlen(text), &fstab), 0);
	ck_assert_int_eq(fstab_find_places(&fstab), 0);
	ck_assert_uint_eq(fstab_find(&fstab, real), 0);
	ck_assert_uint_eq(fstab_next(&fstab, 0, real), 2);
	ck_assert_uint_eq(fstab_next(&fstab, 2, real), 3);
	ck_assert_uint_eq(fstab_next(&fstab, 3, real), FSTAB_NONE);
	fstab_done(&fstab);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("places");

	tcase_add_checked_fixture(tests, make_tree, remove_tree);
	tcase_add_loop_test(tests, leads_to, 0, (int)ARRAY_LEN(rows));
	tcase_add_test(tests, several_lines_for_one_place);
	return suite_run("places", tests);
}
