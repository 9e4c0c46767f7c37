/* SPDX-License-Identifier: Apache-2.0 */
/* The table of option words against libmount's, and what two of them say together. */
#include <libmount.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

#include "base/macro.h"
#include "mount/option_list.h"
#include "suite.h"

#define NOSYMFOLLOW 256u /* MS_NOSYMFOLLOW, which not every header has */
#define SHOWN       (MOUNT_FLAG_RDONLY | MOUNT_FLAG_CARRIED)

static size_t count_words(void)
{
	size_t n = 0;

	while (option_word_at(n))
		n++;
	return n;
}

/* A word that the row stands for. */
static void example(const struct option_word *word, char *buf, size_t size)
{
	bool is_beginning = strchr("=-.", word->name[strlen(word->name) - 1]) != NULL;

	(void)snprintf(buf, size, "%s%s", word->name, is_beginning ? "z=1" : "");
}

START_TEST(a_word_is_found)
{
	const struct option_word *word = option_word_at((size_t)_i);
	char text[64];

	example(word, text, sizeof(text));
	ck_assert_msg(option_word_find(text, strlen(text)) == word, "%s", text);
	for (int i = 0; i < _i; i++)
		ck_assert_str_ne(option_word_at((size_t)i)->name, word->name);
	/* without its last byte it is another word, or none */
	ck_assert_ptr_ne(option_word_find(word->name, strlen(word->name) - 1), word);
	ck_assert_uint_eq(word->value & ~word->mask, 0);
	ck_assert((option_word_why(word) != NULL) == (word->why != NULL));
}
END_TEST

START_TEST(what_is_no_word)
{
	static const char *const none[] = {"",         "r",       "ROs",     "nosuid ",
					   " nosuid",  "nosuid=", "size=1m", "sync",
					   "x",        "X",       "comment", "offset",
					   "lazytime", "RO"};

	for (size_t i = 0; i < ARRAY_LEN(none); i++)
		ck_assert_msg(!option_word_find(none[i], strlen(none[i])), "%s", none[i]);
	ck_assert_ptr_nonnull(option_word_why(NULL));
}
END_TEST

/* ---- as libmount and the kernel have it ---- */

static bool is_of_mount2(const struct option_word *word)
{
	return (word->kind == OPTION_KIND_FLAG || word->kind == OPTION_KIND_TAKES_BACK ||
		word->kind == OPTION_KIND_READ_ONLY) &&
	       !strchr(word->name, '=');
}

/* The flags of mount(2) -> those of the mount that it makes: do_mount() in fs/namespace.c. */
static uint32_t attr_of_call(unsigned long call)
{
	uint32_t attr = (call & MS_RDONLY ? MOUNT_FLAG_RDONLY : 0) |
			(call & MS_NOSUID ? MOUNT_FLAG_NOSUID : 0) |
			(call & MS_NODEV ? MOUNT_FLAG_NODEV : 0) |
			(call & MS_NOEXEC ? MOUNT_FLAG_NOEXEC : 0) |
			(call & MS_NODIRATIME ? MOUNT_FLAG_NODIRATIME : 0) |
			(call & NOSYMFOLLOW ? MOUNT_FLAG_NOSYMFOLLOW : 0);

	if (call & MS_STRICTATIME)
		return attr | MOUNT_FLAG_STRICTATIME;
	return call & MS_NOATIME ? attr | MOUNT_FLAG_NOATIME : attr;
}

static struct options_told told_by(const char *list)
{
	struct mount_option option = {0};
	struct options_told told = {0};

	while (mount_option_next(&list, &option))
		mount_option_tell(&option, &told);
	ck_assert_msg(*list == '\0', "%s is left", list);
	return told;
}

static void expect_as_libmount(const char *list)
{
	struct options_told told = told_by(list);
	unsigned long call = 0;
	int r = mnt_optstr_get_flags(list, &call, mnt_get_builtin_optmap(MNT_LINUX_MAP));

	ck_assert_int_eq(r, 0);
	ck_assert_msg((told.value & SHOWN) == attr_of_call(call), "%s: %#x, not %#x", list,
		      told.value & SHOWN, attr_of_call(call));
	ck_assert_msg((told.value & ~told.decided) == 0, "%s: more than was decided", list);
}

START_TEST(any_two_words_are_to_libmount)
{
	const struct option_word *first = option_word_at((size_t)_i);
	const struct option_word *second = NULL;
	char list[64];

	if (!is_of_mount2(first))
		return;
	expect_as_libmount(first->name);
	for (size_t i = 0; (second = option_word_at(i)); i++) {
		if (!is_of_mount2(second))
			continue;
		(void)snprintf(list, sizeof(list), "%s,%s", first->name, second->name);
		expect_as_libmount(list);
	}
}
END_TEST

/* What mount(2) is told of a mount's flags makes a mount with the same flags. */
START_TEST(flags_go_to_mount2_and_back)
{
	static const uint32_t atimes[] = {0, MOUNT_FLAG_NOATIME, MOUNT_FLAG_STRICTATIME};
	uint32_t others = SHOWN & ~MOUNT_FLAG_ATIME_MASK;
	uint32_t attr = 0;

	do {
		for (size_t i = 0; i < ARRAY_LEN(atimes); i++) {
			unsigned long call = flags_for_mount2(attr | atimes[i]);

			ck_assert_uint_eq(attr_of_call(call), attr | atimes[i]);
			/* or the kernel would keep the time of access that was there */
			ck_assert(call & (MS_NOATIME | MS_RELATIME | MS_STRICTATIME));
		}
		attr = (attr - others) & others;
	} while (attr != 0);
}
END_TEST

/* ---- what is contrary ---- */

START_TEST(of_two_contrary_words_the_last_one_counts)
{
	const struct option_word *first = option_word_at((size_t)_i);
	const struct option_word *second = NULL;
	char list[64];

	for (size_t i = 0; (second = option_word_at(i)); i++) {
		struct options_told told;

		if (!option_word_is_contrary(second, first->mask, first->value) ||
		    first->kind == OPTION_KIND_TAKES_BACK || strchr(second->name, '='))
			continue;
		(void)snprintf(list, sizeof(list), "%s,%s", first->name, second->name);
		told = told_by(list);
		if (second->kind == OPTION_KIND_TAKES_BACK) {
			ck_assert_msg((told.decided & first->mask) == 0, "%s", list);
			continue;
		}
		ck_assert_msg(first->kind == OPTION_KIND_USERS ||
				      option_word_is_contrary(first, second->mask,
							      second->value),
			      "%s: not both ways", list);
		ck_assert_msg(told.decided == (first->mask | second->mask), "%s", list);
		if (second->mask != MOUNT_FLAG_ATIME_MASK)
			ck_assert_msg((told.value & second->mask) == second->value,
				      "%s: %#x", list, told.value);
	}
}
END_TEST

/* What a list decides, and how; of the time of access. */
/* clang-format off */
#define SECURE (MOUNT_FLAG_NOSUID | MOUNT_FLAG_NODEV)
static const struct { const char *list; uint32_t decided; uint32_t value; } rows[] = {
	{ "", 0, 0 },
	{ "defaults,async,bind,rbind,x-a,_netdev,comment=a,size=1m,loop", 0, 0 },
	/* words that stand for several */
	{ "users",            SECURE | MOUNT_FLAG_NOEXEC, SECURE | MOUNT_FLAG_NOEXEC },
	{ "user",             SECURE | MOUNT_FLAG_NOEXEC, SECURE | MOUNT_FLAG_NOEXEC },
	{ "owner",            SECURE, SECURE },
	{ "group",            SECURE, SECURE },
	{ "users,exec",       SECURE | MOUNT_FLAG_NOEXEC, SECURE },
	{ "exec,users",       SECURE | MOUNT_FLAG_NOEXEC, SECURE | MOUNT_FLAG_NOEXEC },
	{ "group,suid,dev",   SECURE, 0 },
	{ "users,nousers",    SECURE | MOUNT_FLAG_NOEXEC, SECURE | MOUNT_FLAG_NOEXEC },
	{ "noexec,defaults",  MOUNT_FLAG_NOEXEC, MOUNT_FLAG_NOEXEC },
	{ "user=joe",         0, 0 },
	/* for who reads fstab */
	{ "noauto,auto",      OPTION_NOAUTO, 0 },
	{ "auto,noauto",      OPTION_NOAUTO, OPTION_NOAUTO },
	{ "nofail,fail",      OPTION_NOFAIL, 0 },
	{ "fail,nofail",      OPTION_NOFAIL, OPTION_NOFAIL },
	{ "shared,private",   OPTION_SHARING, 0 },
	{ "rprivate,rslave",  OPTION_SHARING, OPTION_SHARING },
	{ "remount",          OPTION_REMOUNT, OPTION_REMOUNT },
	/* the strictest time of access, in any order */
	{ "noatime,relatime", MOUNT_FLAG_ATIME_MASK, MOUNT_FLAG_NOATIME },
	{ "relatime,noatime", MOUNT_FLAG_ATIME_MASK, MOUNT_FLAG_NOATIME },
	{ "strictatime,noatime,relatime", MOUNT_FLAG_ATIME_MASK, MOUNT_FLAG_STRICTATIME },
	{ "noatime,atime",    0, 0 },
	{ "atime,noatime",    MOUNT_FLAG_ATIME_MASK, MOUNT_FLAG_NOATIME },
	{ "strictatime,atime", MOUNT_FLAG_ATIME_MASK, MOUNT_FLAG_STRICTATIME },
	{ "nodiratime,diratime", 0, 0 },
	/* what only some heed counts where it takes a restriction away */
	{ "ro=recursive",     0, 0 },
	{ "ro,rw=recursive",  MOUNT_FLAG_RDONLY, 0 },
	{ "noexec=recursive", 0, 0 },
	{ "noexec,exec=recursive", MOUNT_FLAG_NOEXEC, 0 },
	{ "x=a\\,noexec",     0, 0 },
	{ "noexec,x=a\\,exec", MOUNT_FLAG_NOEXEC, 0 },
	{ "x=a\\,,noexec",    MOUNT_FLAG_NOEXEC, MOUNT_FLAG_NOEXEC },
	{ "private,x=a\\,shared", OPTION_SHARING, 0 },
	/* quotes */
	{ "ro,x=\"a,rw,noexec\"", MOUNT_FLAG_RDONLY, MOUNT_FLAG_RDONLY },
	{ "ro,x=\"a\",noexec", MOUNT_FLAG_RDONLY | MOUNT_FLAG_NOEXEC, MOUNT_FLAG_RDONLY | MOUNT_FLAG_NOEXEC },
};
/* clang-format on */

START_TEST(what_a_list_decides)
{
	struct options_told told = told_by(rows[_i].list);
	struct flag_change flags = options_flags(&told);

	ck_assert_msg(told.decided == rows[_i].decided && told.value == rows[_i].value,
		      "%s: %#x of %#x", rows[_i].list, told.value, told.decided);
	ck_assert_uint_eq(flags.set, rows[_i].value & MOUNT_FLAG_CARRIED);
	ck_assert_uint_eq(flags.clear,
			  rows[_i].decided & ~rows[_i].value & MOUNT_FLAG_CARRIED);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("option_words");
	int n = (int)count_words();

	tcase_add_loop_test(tests, a_word_is_found, 0, n);
	tcase_add_test(tests, what_is_no_word);
	tcase_add_loop_test(tests, any_two_words_are_to_libmount, 0, n);
	tcase_add_test(tests, flags_go_to_mount2_and_back);
	tcase_add_loop_test(tests, of_two_contrary_words_the_last_one_counts, 0, n);
	tcase_add_loop_test(tests, what_a_list_decides, 0, ARRAY_LEN(rows));
	return suite_run("option_words", tests);
}
