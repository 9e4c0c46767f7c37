/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of an fstab: what is one, what is in it, and how it is found. */
#include <libmount.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "fstab/parse.h"
#include "suite.h"

/* As far as strtol() goes on this machine, for libmount as for us. */
#if LONG_MAX > INT_MAX
#define LARGEST "9223372036854775807"
#else
#define LARGEST "2147483647"
#endif

/* clang-format off */
static const struct { const char *name; const char *text; const char *read; } lines[] = {
	{ "six fields",       "/a /b none bind,ro 0 0\n",        "/a|/b|none|bind,ro" },
	{ "five fields",      "/a /b none bind 0\n",             "/a|/b|none|bind" },
	{ "four fields",      "/a /b none bind\n",               "/a|/b|none|bind" },
	{ "three fields",     "/a /b none\n",                    "/a|/b|none|" },
	{ "two fields",       "/a /b\n",                         NULL },
	{ "one word",         "hello\n",                         NULL },
	{ "no end",           "/a /b none bind 0 0",             "/a|/b|none|bind" },
	{ "CR LF",            "/a /b none bind\r\n",             "/a|/b|none|bind" },
	{ "CR without end",   "/a /b none bind\r",               "/a|/b|none|bind" },
	{ "only one CR goes", "/a /b none bind\r\r\n",           "/a|/b|none|bind\r" },
	{ "tabs and blanks",  " \t/a\t\t/b \tnone\tbind  0\t0 ", "/a|/b|none|bind" },
	{ "odd numbers",      "/a /b none bind 00 -1\n",         "/a|/b|none|bind" },
	{ "trailing text",    "/a /b none bind 0 0 # why\n",     "/a|/b|none|bind" },
	{ "5th is a word",    "/a /b none bind x 0\n",           NULL },
	{ "6th is a word",    "/a /b none bind 0 0x\n",          NULL },
	{ "number too large", "/a /b none bind 9223372036854775808 0\n", NULL },
	{ "number too small", "/a /b none bind -9223372036854775809 0\n", NULL },
	{ "5th large at end", "/a /b none bind 9223372036854775808\n", "/a|/b|none|bind" },
	{ "6th large at end", "/a /b none bind 0 9223372036854775808\n", "/a|/b|none|bind" },
	{ "small at end",     "/a /b none bind 0 -9223372036854775809\n", "/a|/b|none|bind" },
	{ "large, CR LF",     "/a /b none bind 0 99999999999999999999999999\r\n", "/a|/b|none|bind" },
	{ "large, no end",    "/a /b none bind 0 99999999999999999999999999", "/a|/b|none|bind" },
	{ "number too large, blank", "/a /b none bind 0 99999999999999999999999999 \n", NULL },
	{ "large, CR CR LF",  "/a /b none bind 0 99999999999999999999999999\r\r\n", NULL },
	{ "large and text",   "/a /b none bind 0 99999999999999999999999999x\n", NULL },
	{ "large number",     "/a /b none bind " LARGEST " +" LARGEST "\n", "/a|/b|none|bind" },
	{ "many zeros",       "/a /b none bind 000000000000000000000000000000 -000000000000000000000000000001\n",
	  "/a|/b|none|bind" },
	{ "a sign alone",     "/a /b none bind 0 -\n",           NULL },
	{ "two signs",        "/a /b none bind 0 +-1\n",         NULL },
	{ "other blanks",     "/a /b none bind \f\v 0 \r0\n",    "/a|/b|none|bind" },
	{ "a blank within",   "/a /b none bind 0 0\f0\n",        NULL },
	{ "a sign within",    "/a /b none bind 0 0-1\n",         NULL },
	{ "blanks alone",     "/a /b none bind 0 \f\n",          NULL },
	{ "a blank behind",   "/a /b none bind 0\f 0\n",         NULL },
	{ "comment after 4",  "/a /b none bind # why\n",         NULL },
	{ "comment",          "  # /a /b none bind 0 0\n",       "" },
	{ "empty",            "\n",                              "" },
	{ "blanks",           " \t \n",                          "" },
	{ "blank CR LF",      "\r\n",                            "" },
	{ "escapes",          "/a\\040b /c\\011d\\134 none x 0 0\n", "/a b|/c\td\\|none|x" },
	{ "no escapes",       "/a\\04 /b\\8000 none \\ 0 0\n",   "/a\\04|/b\\8000|none|\\" },
	{ "escape at end",    "/a /b\\040\n/c /d\\040 none\n",   NULL },
	{ "quotes",           "\"/a /b\" none bind 0\n",         "\"/a|/b\"|none|bind" },
	{ "swap",             "/dev/sda2 none swap sw 0 0\n",    "/dev/sda2|none|swap|sw" },
	{ "tag",              "LABEL=x / ext4 defaults 0 1\n",   "LABEL=x|/|ext4|defaults" },
};
/* clang-format on */

static char *join(const struct fstab_entry *entry)
{
	char *text = NULL;

	ck_assert(asprintf(&text, "%s|%s|%s|%s", entry->source, entry->target, entry->type,
			   entry->options) > 0);
	return text;
}

/* What libmount makes of the same text: its first entry, NULL for none. */
static char *read_by_libmount(const char *text, size_t size)
{
	struct libmnt_table *table = mnt_new_table();
	struct libmnt_fs *fs = NULL;
	char *read = NULL;
	FILE *in = fmemopen((void *)text, size, "r");

	ck_assert(in != NULL && mnt_table_parse_stream(table, in, "fstab") == 0);
	if (mnt_table_first_fs(table, &fs) == 0)
		ck_assert(asprintf(&read, "%s|%s|%s|%s", mnt_fs_get_source(fs),
				   mnt_fs_get_target(fs), mnt_fs_get_fstype(fs),
				   mnt_fs_get_options(fs) ? mnt_fs_get_options(fs) : "") >
			  0);
	(void)fclose(in);
	mnt_unref_table(table);
	return read;
}

START_TEST(a_line_is_read_as_libmount_does)
{
	const char *name = lines[_i].name;
	const char *want = lines[_i].read;
	size_t size = strlen(lines[_i].text);
	/* Before 2.37 a number that has no room passes. */
	bool is_old = mnt_get_library_version(NULL) < 2370 &&
		      strncmp(name, "number too", 10) == 0;
	char *theirs = is_old ? NULL : read_by_libmount(lines[_i].text, size);
	struct fstab fstab = {0};
	char *ours = NULL;

	ck_assert_int_eq(fstab_parse(lines[_i].text, size, &fstab), 0);
	ours = fstab.n_entries > 0 ? join(&fstab.entries[0]) : NULL;
	ck_assert_msg((ours != NULL) == (theirs != NULL), "%s: %s, libmount: %s", name,
		      ours, theirs);
	ck_assert_msg(!ours || strcmp(ours, theirs) == 0, "%s: %s, libmount: %s", name,
		      ours, theirs);
	if (want && want[0] != '\0')
		ck_assert_msg(ours && strcmp(ours, want) == 0, "%s: %s", name, ours);
	else if (want)
		ck_assert_msg(!ours && fstab.n_bad == 0, "%s: is an entry", name);
	else
		ck_assert_msg(fstab.n_bad == 1 && fstab.bad[0] == 1, "%s: is not bad",
			      name);
	free(ours);
	free(theirs);
	fstab_done(&fstab);
	fstab_done(&fstab);
}
END_TEST

START_TEST(fields_stand_where_they_are_said_to)
{
	static const char text[] =
		"# x\n\n  /a\\040b\t/c  none\tbind,ro 0 1 tail\r\n/x /y z";
	struct fstab fstab = {0};
	const struct fstab_entry *entry = NULL;

	ck_assert_int_eq(fstab_parse(text, strlen(text), &fstab), 0);
	ck_assert_uint_eq(fstab.n_entries, 2);
	ck_assert_uint_eq(fstab.n_lines, 4);
	ck_assert(fstab.has_crlf);
	entry = &fstab.entries[0];
	ck_assert_uint_eq(entry->line, 3);
	ck_assert_uint_eq(entry->whole.at, 5);
	ck_assert_uint_eq(entry->whole.length,
			  strlen("  /a\\040b\t/c  none\tbind,ro 0 1 tail"));
	ck_assert_uint_eq(entry->fields[FSTAB_SOURCE].at, 7);
	ck_assert_uint_eq(entry->fields[FSTAB_SOURCE].length, strlen("/a\\040b"));
	ck_assert(strncmp(text + entry->fields[FSTAB_OPTIONS].at, "bind,ro ", 8) == 0);
	ck_assert_uint_eq(entry->fields[FSTAB_PASSNO].length, 1);
	entry = &fstab.entries[1];
	ck_assert_uint_eq(entry->fields[FSTAB_OPTIONS].at, strlen(text));
	ck_assert_uint_eq(entry->fields[FSTAB_OPTIONS].length, 0);
	fstab_done(&fstab);
}
END_TEST

START_TEST(targets_are_found_in_their_order)
{
	static const char text[] = "/a /t none bind 0 0\n"
				   "/b //t/ none bind 0 0\n"
				   "/c none swap sw 0 0\n"
				   "/d /t/./u none bind\n"
				   "/e /t\\040u none bind\n"
				   "/f /t none bind\n";
	struct fstab fstab = {0};
	size_t entry = 0;

	ck_assert_int_eq(fstab_parse(text, strlen(text), &fstab), 0);
	entry = fstab_find(&fstab, "/t");
	ck_assert_uint_eq(entry, 0);
	entry = fstab_next(&fstab, entry, "/t");
	ck_assert_uint_eq(entry, 1);
	entry = fstab_next(&fstab, entry, "/t");
	ck_assert_uint_eq(entry, 5);
	ck_assert_uint_eq(fstab_next(&fstab, entry, "/t"), FSTAB_NONE);
	ck_assert_uint_eq(fstab_find(&fstab, "/t u"), 4);
	ck_assert_uint_eq(fstab_find(&fstab, "none"), FSTAB_NONE);
	ck_assert_uint_eq(fstab_find(&fstab, "/t/u"), FSTAB_NONE);
	ck_assert_ptr_null(fstab.entries[2].place);
	fstab_done(&fstab);
}
END_TEST

/* The entry leads to another place than is written. */
static void lead(struct fstab_entry *entry, const char *place)
{
	entry->written = entry->place;
	entry->place = strdup(place);
}

/* As "1 3": the entries for the target, in their order. */
static const char *entries_for(const struct fstab *fstab, const char *target)
{
	static char text[64];
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = fstab_find(fstab, target); i != FSTAB_NONE;
	     i = fstab_next(fstab, i, target))
		n += (size_t)snprintf(text + n, sizeof(text) - n, n > 0 ? " %zu" : "%zu",
				      i);
	return text;
}

START_TEST(places_lead_elsewhere)
{
	static const char text[] = "/a /link/t none bind\n"
				   "/b /t none bind\n"
				   "/c /link/t none bind\n"
				   "/d /door none bind\n"
				   "/e /u none bind\n"
				   "/f /t none bind\n";
	struct fstab fstab = {0};

	ck_assert_int_eq(fstab_parse(text, strlen(text), &fstab), 0);
	lead(&fstab.entries[0], "/t");
	lead(&fstab.entries[2], "/t");
	lead(&fstab.entries[3], "/t");
	ck_assert_int_eq(fstab_index(&fstab), 0);
	ck_assert_str_eq(entries_for(&fstab, "/t"), "0 1 2 3 5");
	ck_assert_str_eq(entries_for(&fstab, "/link/t"), "0 2");
	ck_assert_str_eq(entries_for(&fstab, "/door"), "3");
	ck_assert_str_eq(entries_for(&fstab, "/u"), "4");
	ck_assert_str_eq(fstab_written(&fstab.entries[2]), "/link/t");
	ck_assert_str_eq(fstab_written(&fstab.entries[5]), "/t");
	fstab_done(&fstab);
}
END_TEST

START_TEST(nul_bytes)
{
	static const char text[] =
		"/a /t none\0 bind 0 0\n/b /u none bind 0 0\n/c /v none\0x";
	struct fstab fstab = {0};

	ck_assert_int_eq(fstab_parse(text, sizeof(text) - 1, &fstab), 0);
	ck_assert_uint_eq(fstab.n_bad, 1);
	ck_assert_uint_eq(fstab.bad[0], 1);
	ck_assert_uint_eq(fstab.n_entries, 2);
	ck_assert_str_eq(fstab.entries[1].type, "none");
	fstab_done(&fstab);
	ck_assert_int_eq(fstab_parse("", 0, &fstab), 0);
	ck_assert_uint_eq(fstab_find(&fstab, "/"), FSTAB_NONE);
	fstab_done(&fstab);
}
END_TEST

/* Text without its end, into the midst of other text. */
static void put(char *at, const char *text)
{
	while (*text != '\0')
		*at++ = *text++;
}

START_TEST(a_long_line)
{
	size_t size = (size_t)1 << 20;
	char *text = malloc(size);
	struct fstab fstab = {0};

	memset(text, 'x', size);
	put(text, "/a /t none ");
	put(text + size - 7, " 0 0\n\n\n");
	ck_assert_int_eq(fstab_parse(text, size, &fstab), 0);
	ck_assert_uint_eq(fstab.n_entries, 1);
	ck_assert_uint_eq(strlen(fstab.entries[0].options), size - 18);
	fstab_done(&fstab);
	free(text);
}
END_TEST

static double time_of(size_t n)
{
	char *text = calloc(n, 64);
	size_t size = 0;
	struct fstab fstab = {0};
	double start = 0;

	for (size_t i = 0; i < n; i++)
		size += (size_t)sprintf(text + size,
					"/srv/%zu /export/%zu none bind,ro 0 0\n", i, i);
	start = clock_used();
	ck_assert_int_eq(fstab_parse(text, size, &fstab), 0);
	for (size_t i = 0; i < n; i++) {
		char target[32];

		(void)snprintf(target, sizeof(target), "/export/%zu", i);
		ck_assert_uint_eq(fstab_find(&fstab, target), i);
	}
	fstab_done(&fstab);
	free(text);
	return clock_used() - start;
}

/* 32 times as many take about 32 times as long; a scan for each would take 1,000 times. */
START_TEST(time_is_linear)
{
	suite_check_linear(time_of, 4000, 32, 200);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("fstab");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, a_line_is_read_as_libmount_does, 0, ARRAY_LEN(lines));
	tcase_add_test(tests, fields_stand_where_they_are_said_to);
	tcase_add_test(tests, targets_are_found_in_their_order);
	tcase_add_test(tests, places_lead_elsewhere);
	tcase_add_test(tests, nul_bytes);
	tcase_add_test(tests, a_long_line);
	tcase_add_test(tests, time_is_linear);
	return suite_run("fstab", tests);
}
