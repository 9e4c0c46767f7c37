/* SPDX-License-Identifier: Apache-2.0 */
/* The table of what is told of failed calls: no row is hidden by another one, and there is one
 * for whatever may happen. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/failure.h"
#include "base/macro.h"
#include "suite.h"

#define FACT_ALL ((1u << FACT_COUNT) - 1)

static size_t row_count(void)
{
	size_t n = 0;

	while (failure_row_at(n))
		n++;
	return n;
}

/* One that no row is about stands for all others. */
static int number_for(const struct failure_row *row)
{
	return row->number != 0 ? row->number : ENOTTY;
}

/* A row that no call reaches, or one of its calls does not, would never be told. */
START_TEST(each_row_is_reached)
{
	const struct failure_row *row = failure_row_at((size_t)_i);

	for (unsigned call = 0; call < CALL_COUNT_; call++) {
		if ((row->calls & (1u << call)) == 0)
			continue;
		if (failure_row_find(call, number_for(row), row->facts) == row)
			return;
	}
	ck_abort_msg("row %d (%s: %s) is hidden", _i, strerror(row->number), row->fact);
}
END_TEST

START_TEST(each_call_has_a_row)
{
	for (int number = 1; number < 256; number++) {
		ck_assert_ptr_nonnull(failure_row_find(_i, number, 0));
		ck_assert_ptr_nonnull(failure_row_find(_i, number, FACT_ALL));
	}
}
END_TEST

/* The more is known, the more is told: what is special never comes after what is general. */
START_TEST(facts_come_before_none)
{
	const struct failure_row *row = failure_row_at((size_t)_i);
	const struct failure_row *later = NULL;

	for (size_t k = (size_t)_i + 1; (later = failure_row_at(k)); k++) {
		if (later->number == row->number && (later->calls & ~row->calls) == 0)
			ck_assert_msg((row->facts & ~later->facts) != 0,
				      "row %zu (%s) comes after row %d (%s)", k,
				      later->fact, _i, row->fact);
	}
}
END_TEST

static bool is_known_word(const char *name, size_t n)
{
	static const char *const known[] = {"place", "folder", "mount",   "fs",
					    "lsm",   "holder", "obstacle"};

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (strlen(known[i]) == n && strncmp(known[i], name, n) == 0)
			return true;
	}
	return false;
}

static void check_text(const char *text)
{
	size_t n = strlen(text);

	ck_assert_uint_gt(n, 0);
	ck_assert_msg(text[n - 1] != '.' && !strchr(text, ';') && !strchr(text, '\n'), "%s",
		      text);
	for (const char *open = strchr(text, '{'); open; open = strchr(open + 1, '{'))
		ck_assert_msg(is_known_word(open + 1, strcspn(open + 1, "}")), "%s", text);
}

/* A fact and a mend, in words that can be filled in. */
START_TEST(each_row_is_whole)
{
	const struct failure_row *row = failure_row_at((size_t)_i);

	ck_assert_uint_ne(row->calls, 0);
	ck_assert_int_ne(row->kind, ERROR_NONE);
	ck_assert(row->fact || row->number == 0);
	if (row->fact)
		check_text(row->fact);
	check_text(row->mend);
}
END_TEST

/* Who is root is told of something that root lacks, and not to be root. */
START_TEST(root_is_not_told_to_be_root)
{
	for (unsigned call = 0; call < CALL_COUNT_; call++) {
		const struct failure_row *row =
			failure_row_find(call, _i == 0 ? EPERM : EACCES, 0);

		ck_assert_msg(!strstr(row->mend, "as root"), "call %u: %s", call,
			      row->mend);
		row = failure_row_find(call, _i == 0 ? EPERM : EACCES, FACT_NOT_ROOT);
		ck_assert_msg(strstr(row->mend, "as root"), "call %u: %s", call, row->mend);
	}
}
END_TEST

/* ---- the sentence ---- */

static const struct failure_words words = {
	.place = "/ro/db",
	.folder = "/ro",
	.mount = "/",
	.fs = "ext4",
	.lsm = "docker-default",
	.obstacle = "/net/{place}",
	.holder = "77",
};

/* clang-format off */
static const struct {
	enum failed_call call;
	int number;
	unsigned facts;
	enum error_kind kind;
	const char *told;
} sentences[] = {
	{ CALL_CREATE, EPERM, FACT_IMMUTABLE, ERROR_PERMISSION,
	  "'/ro/db' cannot be made: '/ro' is immutable; make it mutable (chattr -i '/ro'), or name a target elsewhere" },
	{ CALL_ATTACH, ENOSPC, FACT_NO_INODES, ERROR_LIMIT,
	  "'/ro/db' cannot be mounted: this mount namespace has as many mounts as the sysctl fs.mount-max allows; "
	  "raise that, or unmount some" },
	{ CALL_CREATE, ENOSPC, 0, ERROR_LIMIT,
	  "'/ro/db' cannot be made: the file system at '/' has no room left; make room there (see df)" },
	{ CALL_ATTACH, EACCES, FACT_APPARMOR, ERROR_PERMISSION,
	  "'/ro/db' cannot be mounted: AppArmor denies it, by the profile 'docker-default'; allow it in that profile "
	  "(the kernel's log has what was denied), or run robind outside of it" },
	/* A path is not looked through for words. */
	{ CALL_REACH, ETIMEDOUT, 0, ERROR_TIMEOUT,
	  "'/ro/db' cannot be reached: '/net/{place}', on the way, does not answer; see to the server of its file "
	  "system, or raise \"timeout\"" },
	{ CALL_READ_MOUNTS, ETIMEDOUT, 0, ERROR_TIMEOUT,
	  "the mounts at '/ro/db' cannot be read: '/net/{place}', on the way, does not answer; see to the server of "
	  "its file system, or raise \"timeout\"" },
	{ CALL_FSTAB_LOCK, ETIMEDOUT, FACT_HOLDER, ERROR_FSTAB,
	  "'/ro/db' cannot be locked: process 77 holds it; wait for that, or raise \"timeout\"" },
	{ CALL_FSTAB_WRITE, ENOSPC, 0, ERROR_FSTAB,
	  "'/ro/db' cannot be written: the file system at '/' has no room left; make room there (see df)" },
	{ CALL_LOCK_RUN, ENOLCK, 0, ERROR_LOCKED_OUT,
	  "'/ro/db' cannot be locked: its file system (ext4) has no lock to give; see to its server, or to the "
	  "kernel's limits" },
	{ CALL_READ_MOUNTS, ENOENT, 0, ERROR_RACE,
	  "the mounts at '/ro/db' cannot be read: it was removed meanwhile; run robind again" },
	/* One that nobody thought of. */
	{ CALL_ATTACH, ENOTTY, 0, ERROR_SYSTEM,
	  "'/ro/db' cannot be mounted: Inappropriate ioctl for device; mend that, and run robind again" },
};
/* clang-format on */

START_TEST(sentence)
{
	const struct failure_row *row =
		failure_row_find(sentences[_i].call, sentences[_i].number,
				 sentences[_i].facts);
	char text[1024];

	failure_tell(sentences[_i].call, sentences[_i].number, row, &words, text,
		     sizeof(text));
	ck_assert_str_eq(text, sentences[_i].told);
	ck_assert_int_eq(failure_kind_of(sentences[_i].call, row), sentences[_i].kind);
}
END_TEST

/* Cut where it ends, and never written beyond. */
START_TEST(short_of_room)
{
	const struct failure_row *row = failure_row_find(CALL_CREATE, ENOSPC, 0);
	char whole[1024];
	char text[64];

	failure_tell(CALL_CREATE, ENOSPC, row, &words, whole, sizeof(whole));
	for (size_t size = 1; size <= sizeof(text); size++) {
		memset(text, 'x', sizeof(text));
		failure_tell(CALL_CREATE, ENOSPC, row, &words, text, size);
		ck_assert_uint_eq(strlen(text), size - 1);
		ck_assert(strncmp(text, whole, size - 1) == 0);
		ck_assert(size == sizeof(text) || text[size] == 'x');
	}
}
END_TEST

/* What cannot be found out is named by the place. */
START_TEST(words_that_are_not_known)
{
	const struct failure_words few = {.place = "/ro/db"};
	char text[1024];

	failure_tell(CALL_CREATE, ENOSPC, failure_row_find(CALL_CREATE, ENOSPC, 0), &few,
		     text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "the file system at '/ro/db' has no room left"));
}
END_TEST

/* Nothing is looked for that would change nothing. */
START_TEST(facts_that_matter)
{
	unsigned facts = failure_facts_that_matter(CALL_CREATE, EPERM);

	ck_assert_uint_eq(failure_facts_that_matter(CALL_REACH, ETIMEDOUT), 0);
	ck_assert_uint_eq(failure_facts_that_matter(CALL_ATTACH, EMFILE), 0);
	ck_assert_uint_eq(failure_facts_that_matter(CALL_CREATE, EIO), FACT_IS_NAMED);
	ck_assert(facts & FACT_IMMUTABLE);
	ck_assert(!(facts & FACT_NO_INODES));
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("failure");
	int n = (int)row_count();

	tcase_add_loop_test(tests, each_row_is_reached, 0, n);
	tcase_add_loop_test(tests, facts_come_before_none, 0, n);
	tcase_add_loop_test(tests, each_row_is_whole, 0, n);
	tcase_add_loop_test(tests, each_call_has_a_row, 0, CALL_COUNT_);
	tcase_add_loop_test(tests, root_is_not_told_to_be_root, 0, 2);
	tcase_add_loop_test(tests, sentence, 0, ARRAY_LEN(sentences));
	tcase_add_test(tests, short_of_room);
	tcase_add_test(tests, words_that_are_not_known);
	tcase_add_test(tests, facts_that_matter);
	return suite_run("failure", tests);
}
