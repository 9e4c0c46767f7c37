/* SPDX-License-Identifier: Apache-2.0 */
/* The mount that a source must lie on: as a line keeps it, and as fstab tells it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "fstab/source_mount.h"
#include "suite.h"

/* clang-format off */
static const struct { struct source_mount asked; const char *word; } words[] = {
	{ {0},                              NULL },
	{ {.is_any = true},                 "x-robind.source-mount=any" },
	{ {.is_asked = true},               "x-robind.source-mount" },
	{ {.is_asked = true, .path = (char *)"/v"}, "x-robind.source-mount=/v" },
	{ {.is_asked = true, .path = (char *)"/a,b c\"d"}, "x-robind.source-mount=/a%2Cb%20c%22d" },
	{ {.is_asked = true, .path = (char *)"/100%'\\#"}, "x-robind.source-mount=/100%25%27%5C%23" },
	{ {.is_asked = true, .path = (char *)"/\xc3\xa4"}, "x-robind.source-mount=/\xc3\xa4" },
};

/* Words of a line that robind has not written. */
static const struct { const char *options; bool is_asked; const char *path; bool is_any; } lines[] = {
	{ "bind,ro,x-robind",                                    false, NULL,   false },
	{ "x-robind.source-mountain=/v",                         false, NULL,   false },
	{ "x-robind.source-mount",                               true,  NULL,   false },
	{ "x-robind.source-mount=//v//w/",                       true,  "/v/w", false },
	{ "x-robind.source-mount=relative",                      true,  NULL,   false },
	{ "x-robind.source-mount=",                              true,  NULL,   false },
	{ "x-robind.source-mount=/a%2",                          true,  "/a%2", false },
	{ "x-robind.source-mount=/v,x-robind.source-mount=any",  false, NULL,   true },
	{ "x-robind.source-mount=any,x-robind.source-mount",     true,  NULL,   false },
};

#define FSTAB                                                     \
	"/dev/a / ext4 defaults 0 1\n"                            \
	"/dev/b /srv ext4 defaults 0 2\n"                         \
	"/dev/c /srv/www/ ext4 nofail 0 2\n"                      \
	"/dev/d /media/usb vfat noauto,user 0 0\n"                \
	"/dev/e /net/x nfs noauto,x-systemd.automount 0 0\n"      \
	"/dev/f none swap sw 0 0\n"                               \
	"/srv/own /srv/own none bind,ro 0 0\n"

static const struct { const char *path; const char *except; const char *found; } places[] = {
	{ "/",                NULL,       NULL },
	{ "/home/a",          NULL,       NULL },
	{ "/srv",             NULL,       "/srv" },
	{ "/srv/a/b",         NULL,       "/srv" },
	{ "/srv/www",         NULL,       "/srv/www" },
	{ "/srv/www/a",       NULL,       "/srv/www" },
	{ "/srv/wwwroot",     NULL,       "/srv" },
	{ "/srvx",            NULL,       NULL },
	{ "/media/usb/a",     NULL,       NULL },
	{ "/net/x/y",         NULL,       "/net/x" },
	{ "/srv/own",         "/srv/own", "/srv" },
	{ "/srv/own/a",       "/srv/own", "/srv" },
	{ "/srv/own/a",       "/x",       "/srv/own" },
};
/* clang-format on */

static bool is_equal(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

START_TEST(word_says_it_and_is_read_again)
{
	const struct source_mount *asked = &words[_i].asked;
	struct source_mount found = {0};
	struct fstab_entry entry = {0};
	char *word = NULL;

	ck_assert_int_eq(source_mount_word(asked, &word), 0);
	ck_assert_msg(is_equal(word, words[_i].word), "%s", word);
	entry.options = word ? word : (char *)"ro";
	ck_assert_int_eq(source_mount_of_line(&entry, &found), 0);
	ck_assert(found.is_asked == asked->is_asked && found.is_any == asked->is_any);
	ck_assert_msg(is_equal(found.path, asked->path), "%s", found.path);
	free(found.path);
	free(word);
}
END_TEST

START_TEST(last_word_of_a_line_counts)
{
	struct fstab_entry entry = {.options = (char *)lines[_i].options};
	struct source_mount found = {0};

	ck_assert_int_eq(source_mount_of_line(&entry, &found), 0);
	ck_assert_msg(found.is_asked == lines[_i].is_asked, "%s", lines[_i].options);
	ck_assert_msg(found.is_any == lines[_i].is_any, "%s", lines[_i].options);
	ck_assert_msg(is_equal(found.path, lines[_i].path), "%s", lines[_i].options);
	free(found.path);
}
END_TEST

START_TEST(fstab_tells_the_last_mount_above)
{
	struct fstab fstab = {0};
	bool *points = NULL;
	const char *found = NULL;

	ck_assert_int_eq(fstab_parse(FSTAB, strlen(FSTAB), &fstab), 0);
	points = fstab_mount_points(&fstab);
	ck_assert_ptr_nonnull(points);
	found = fstab_mount_above(&fstab, points, places[_i].path, places[_i].except);
	ck_assert_msg(is_equal(found, places[_i].found), "%s: %s", places[_i].path, found);
	free(points);
	fstab_done(&fstab);
}
END_TEST

/* Of as many look-ups as there are lines, none of which is due, for one mount point. */
static double time_of_look_ups(size_t n)
{
	struct strbuf text = {0};
	struct fstab fstab = {0};
	double start = 0;
	bool *points = NULL;

	for (size_t i = 0; i < n; i++)
		strbuf_add(&text, "/a /vol ext4 noauto\n");
	ck_assert_int_eq(fstab_parse(text.bytes, text.size, &fstab), 0);
	start = clock_used();
	points = fstab_mount_points(&fstab);
	ck_assert_ptr_nonnull(points);
	for (size_t i = 0; i < n; i++)
		ck_assert_ptr_null(fstab_mount_above(&fstab, points, "/vol/s", NULL));
	start = clock_used() - start;
	free(points);
	fstab_done(&fstab);
	strbuf_done(&text);
	return start;
}

/* 16 times as many take about 16 times as long, not 256 times. */
START_TEST(time_is_linear)
{
	suite_check_linear(time_of_look_ups, 4000, 16, 100);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("source_mount");

	tcase_add_loop_test(tests, word_says_it_and_is_read_again, 0, ARRAY_LEN(words));
	tcase_add_loop_test(tests, last_word_of_a_line_counts, 0, ARRAY_LEN(lines));
	tcase_add_loop_test(tests, fstab_tells_the_last_mount_above, 0, ARRAY_LEN(places));
	tcase_add_test(tests, time_is_linear);
	return suite_run("fstab_source_mount", tests);
}
