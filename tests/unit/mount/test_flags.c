/* SPDX-License-Identifier: Apache-2.0 */
/* Changes of per-mount flags. The time of access is one value in three bits. */
#include <stdbool.h>
#include <string.h>

#include "base/macro.h"
#include "mount/flags.h"
#include "mount/mount.h"
#include "suite.h"

#define RO     MOUNT_FLAG_RDONLY
#define NOSUID MOUNT_FLAG_NOSUID
#define NODEV  MOUNT_FLAG_NODEV
#define NOEXEC MOUNT_FLAG_NOEXEC
#define NODIR  MOUNT_FLAG_NODIRATIME
#define NOSYM  MOUNT_FLAG_NOSYMFOLLOW
#define ATIME  MOUNT_FLAG_ATIME_MASK
#define NOA    MOUNT_FLAG_NOATIME
#define STRICT MOUNT_FLAG_STRICTATIME

/* A mount's flags, a change, and the flags after it; `met` when that is nothing new. */
/* clang-format off */
static const struct { const char *name; uint32_t have; struct flag_change change; uint32_t after; } changes[] = {
	{ "nothing of nothing",          0,               { 0, 0 },                0 },
	{ "nothing",                     RO | NOSUID,     { 0, 0 },                RO | NOSUID },
	{ "set one",                     RO,              { NOSUID, 0 },           RO | NOSUID },
	{ "set what is set",             RO | NOSUID,     { NOSUID, 0 },           RO | NOSUID },
	{ "clear one",                   RO | NOSUID,     { 0, NOSUID },           RO },
	{ "clear what is clear",         RO,              { 0, NOSUID },           RO },
	{ "set and clear",               RO | NOSUID,     { NOEXEC, NOSUID },      RO | NOEXEC },
	{ "relatime to noatime",         0,               { NOA, ATIME & ~NOA },   NOA },
	{ "strictatime to noatime",      STRICT | NODEV,  { NOA, ATIME & ~NOA },   NOA | NODEV },
	{ "noatime to strictatime",      NOA,             { STRICT, ATIME & ~STRICT }, STRICT },
	{ "noatime to relatime",         NOA | NODIR,     { 0, ATIME },            NODIR },
	{ "noatime stays",               NOA,             { NOA, ATIME & ~NOA },   NOA },
	{ "the highest bit",             0,               { NOSYM, 0 },            NOSYM },
	{ "set wins",                    0,               { NOSUID, NOSUID },      NOSUID },
};
/* clang-format on */

START_TEST(a_change_is_made)
{
	uint32_t after = flags_apply(changes[_i].have, changes[_i].change);

	ck_assert_msg(after == changes[_i].after, "%s: %#x", changes[_i].name, after);
	ck_assert_msg(flags_are_met(changes[_i].have, changes[_i].change) ==
			      (changes[_i].have == changes[_i].after),
		      "%s: met", changes[_i].name);
	ck_assert_msg(flags_are_met(after, changes[_i].change), "%s: not met after it",
		      changes[_i].name);
}
END_TEST

/* What a clone must have that takes the place of a mount with these flags. */
/* clang-format off */
static const struct { const char *name; uint32_t attr; struct flag_change change; } carried[] = {
	{ "nothing",             0,                  { 0, 0 } },
	{ "read-only is no part", RO,                { 0, 0 } },
	{ "restrictions",        NOSUID | NODEV | NOEXEC, { NOSUID | NODEV | NOEXEC, 0 } },
	{ "all others",          NODIR | NOSYM,      { NODIR | NOSYM, 0 } },
	{ "noatime",             NOA,                { NOA, ATIME & ~NOA } },
	{ "strictatime",         RO | STRICT,        { STRICT, ATIME & ~STRICT } },
	{ "bits of later kernels", 0x00100000,       { 0, 0 } },
};
/* clang-format on */

START_TEST(flags_are_carried_over)
{
	struct flag_change change = flags_from_attr(carried[_i].attr);

	ck_assert_msg(change.set == carried[_i].change.set &&
			      change.clear == carried[_i].change.clear,
		      "%s: +%#x-%#x", carried[_i].name, change.set, change.clear);
	/* Whatever the clone had: it ends up with one time of access, and no flag less. */
	for (uint32_t have = 0; have < 0x100; have++) {
		uint32_t after = flags_apply(have, change);

		ck_assert_msg((after & (NOSUID | NODEV | NOEXEC)) ==
				      ((have | carried[_i].attr) &
				       (NOSUID | NODEV | NOEXEC)),
			      "%s: %#x became %#x", carried[_i].name, have, after);
		if (carried[_i].attr & ATIME)
			ck_assert_uint_eq(after & ATIME, carried[_i].attr & ATIME);
	}
}
END_TEST

/* clang-format off */
static const struct { const char *name; struct flag_change under, over, both; } merges[] = {
	{ "nothing",          { 0, 0 },             { 0, 0 },             { 0, 0 } },
	{ "under alone",      { NOSUID, NOEXEC },   { 0, 0 },             { NOSUID, NOEXEC } },
	{ "over alone",       { 0, 0 },             { NOSUID, NOEXEC },   { NOSUID, NOEXEC } },
	{ "strangers",        { NOSUID, 0 },        { NODEV, NOEXEC },    { NOSUID | NODEV, NOEXEC } },
	{ "over sets",        { 0, NOSUID },        { NOSUID, 0 },        { NOSUID, 0 } },
	{ "over clears",      { NOSUID, 0 },        { 0, NOSUID },        { 0, NOSUID } },
	{ "both say the same", { NOSUID, 0 },       { NOSUID, 0 },        { NOSUID, 0 } },
	{ "noatime over relatime", { 0, ATIME },    { NOA, ATIME & ~NOA }, { NOA, ATIME & ~NOA } },
	{ "relatime over noatime", { NOA, ATIME & ~NOA }, { 0, ATIME },   { 0, ATIME } },
	{ "strictatime over noatime", { NOA, ATIME & ~NOA }, { STRICT, ATIME & ~STRICT }, { STRICT, ATIME & ~STRICT } },
};
/* clang-format on */

START_TEST(two_changes_are_one)
{
	struct flag_change both = flags_merge(merges[_i].under, merges[_i].over);

	ck_assert_msg(both.set == merges[_i].both.set &&
			      both.clear == merges[_i].both.clear,
		      "%s: +%#x-%#x", merges[_i].name, both.set, both.clear);
	/* As if the one were made, and then the other. */
	for (uint32_t have = 0; have < 0x100; have++)
		ck_assert_uint_eq(flags_apply(have, both),
				  flags_apply(flags_apply(have, merges[_i].under),
					      merges[_i].over));
}
END_TEST

/* clang-format off */
static const struct { uint32_t attr; const char *words; } shown[] = {
	{ 0,                       "" },
	{ RO,                      "" },
	{ RO | NOSUID,             "nosuid" },
	{ NOSUID | NODEV | NOEXEC, "nosuid nodev noexec" },
	{ NOA,                     "noatime" },
	{ STRICT,                  "strictatime" },
	{ NODIR,                   "nodiratime" },
	{ NOA | NODIR | NOSYM | NOSUID, "nosuid nosymfollow noatime nodiratime" },
};
/* clang-format on */

START_TEST(flags_have_words)
{
	const char *at = shown[_i].words;
	const char *word = NULL;

	for (size_t i = 0; (word = flags_word_of(shown[_i].attr, i)); i++) {
		size_t n = strcspn(at, " ");

		ck_assert_msg(strlen(word) == n && strncmp(word, at, n) == 0,
			      "'%s': '%s' at %zu", shown[_i].words, word, i);
		at += n + (at[n] == ' ');
	}
	ck_assert_msg(*at == '\0', "'%s': no '%s'", shown[_i].words, at);
}
END_TEST

/* A list that would come back as an endless one would hang the schema. */
START_TEST(known_words_are_different_and_come_to_an_end)
{
	size_t n = 0;

	for (; flags_word_known(n); n++) {
		ck_assert_uint_lt(n, 100);
		for (size_t i = 0; i < n; i++)
			ck_assert_str_ne(flags_word_known(i), flags_word_known(n));
	}
	ck_assert_uint_ge(n, 12);
}
END_TEST

/* clang-format off */
static const struct { uint32_t propagation; const char *text; } propagations[] = {
	{ PROPAGATION_SHARED,                       "shared" },
	{ PROPAGATION_SLAVE,                        "slave" },
	{ PROPAGATION_SHARED | PROPAGATION_SLAVE,   "shared,slave" },
	{ PROPAGATION_UNBINDABLE,                   "unbindable" },
	{ PROPAGATION_PRIVATE,                      "private" },
};
/* clang-format on */

START_TEST(propagation_has_a_word)
{
	ck_assert_str_eq(propagation_text(propagations[_i].propagation),
			 propagations[_i].text);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("flags");

	tcase_add_loop_test(tests, a_change_is_made, 0, ARRAY_LEN(changes));
	tcase_add_loop_test(tests, flags_are_carried_over, 0, ARRAY_LEN(carried));
	tcase_add_loop_test(tests, two_changes_are_one, 0, ARRAY_LEN(merges));
	tcase_add_loop_test(tests, flags_have_words, 0, ARRAY_LEN(shown));
	tcase_add_loop_test(tests, propagation_has_a_word, 0, ARRAY_LEN(propagations));
	tcase_add_test(tests, known_words_are_different_and_come_to_an_end);
	return suite_run("flags", tests);
}
