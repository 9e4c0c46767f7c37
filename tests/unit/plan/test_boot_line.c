/* SPDX-License-Identifier: Apache-2.0 */
/* What a boot makes of a line: see suites/boot/test_next_boot.py for systemd's own word. */
#include "base/macro.h"
#include "plan/boot_line.h"
#include "suite.h"

/* clang-format off */
static const struct {
	const char *path;
	bool is_misread;
} paths[] = {
	{"/", false},
	{"/t", false},
	{"/t b", false},
	{"/ t", false},
	{"/t /b", false},
	{"/t\\x", false},
	{"/t\x01\x7f", false},
	{"/\xc3\xbc", false},
	{"/t ", true},
	{"/t\t", true},
	{"/t\r", true},
	{"/t\\", true},
	{"/t\\\\", false},
	{"/t\\\\\\", true},
	{"/t\rx", true},
	{"/$", false},
	{"/$x", false},
	{"/a$b}{", false},
	{"/${", false},
	{"/}${x", false},
	{"/${}", true},
	{"/a/${x}/b", true},
	{"/$$", true},
	{"/a$$b", true},
	{"/a\nb", true},
	{"/a/\n", true},
	{"/t\xff", true},
	{"/t\xc3", true},
	{"/\xc3/t", true},
};

static const struct {
	const char *line; /* NULL for none */
	const char *more; /* one word that is asked for, or NULL */
	struct boot_words words;
} rows[] = {
	{NULL, NULL, {false, false, false}},
	{"bind,ro", NULL, {false, false, false}},
	{"bind,ro,noauto", NULL, {true, false, false}},
	{"noauto,bind,auto", NULL, {false, false, false}},
	{"auto,bind,noauto", NULL, {true, false, false}},
	{NULL, "noauto", {true, false, false}},
	{"bind,ro", "noauto", {true, false, false}},
	{"bind,noautox,xnoauto", NULL, {false, false, false}},
	{"bind,x-systemd.automount", "noauto", {true, true, false}},
	{"bind,ro", "x-systemd.automount", {false, true, false}},
	{"bind,x-initrd.mount,ro", NULL, {false, false, true}},
	{NULL, "x-initrd.mount", {false, false, true}},
};
/* clang-format on */

START_TEST(is_misread)
{
	ck_assert_msg(boot_path_is_misread(paths[_i].path) == paths[_i].is_misread, "'%s'",
		      paths[_i].path);
}
END_TEST

START_TEST(finds_words)
{
	const struct fstab_entry line = {.options = (char *)rows[_i].line};
	char *more[] = {(char *)rows[_i].more};
	const struct want want = {.fstab_options = {more, rows[_i].more != NULL}};
	const struct boot_words found =
		boot_words_find(&want, rows[_i].line ? &line : NULL);

	ck_assert(found.is_noauto == rows[_i].words.is_noauto);
	ck_assert(found.is_automount == rows[_i].words.is_automount);
	ck_assert(found.is_of_initrd == rows[_i].words.is_of_initrd);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("boot_line");

	tcase_add_loop_test(tests, is_misread, 0, ARRAY_LEN(paths));
	tcase_add_loop_test(tests, finds_words, 0, ARRAY_LEN(rows));
	return suite_run("boot_line", tests);
}
