/* SPDX-License-Identifier: Apache-2.0 */
/* When a bind that is undone again and again may be mended. */
#include "suite.h"
#include "watch/mends.h"

/* When it was mended, and how long the next time has to wait for that. */
/* clang-format off */
static const struct { double at; double pause; bool is_told; } fight[] = {
	{ 100,   0,  false },
	{ 101,   0,  false },
	{ 102,   1,  false }, /* the third within ten seconds: no more are free */
	{ 103,   2,  true },  /* it had to wait: told, once */
	{ 105,   4,  false },
	{ 109,   8,  false },
	{ 117,   16, false },
	{ 133,   32, false },
	{ 165,   60, false },
	{ 225,   60, false },
	{ 824,   60, false }, /* not yet ten quiet minutes */
	{ 1424,  0,  false }, /* and now: all is forgotten */
	{ 1425,  0,  false },
	{ 1426,  1,  false },
	{ 1427,  2,  true },
};

static const struct { double at; } slow[] = {
	{ 10 }, { 16 }, { 22 }, { 28 }, { 34 }, { 40 },
};
/* clang-format on */

START_TEST(test_fight)
{
	struct mends m = {0};

	ck_assert(mends_ready(&m, 100) == 0);
	for (size_t i = 0; i < sizeof(fight) / sizeof(fight[0]); i++) {
		bool is_told = mends_note(&m, fight[i].at);
		double ready = mends_ready(&m, fight[i].at);

		ck_assert_msg(is_told == fight[i].is_told, "told at %g", fight[i].at);
		ck_assert_msg(ready == (fight[i].pause > 0 ? fight[i].at + fight[i].pause
							   : 0),
			      "at %g: ready at %g", fight[i].at, ready);
	}
}
END_TEST

/* Twice in ten seconds, for ever, is no fight. */
START_TEST(test_slow)
{
	struct mends m = {0};

	for (size_t i = 0; i < sizeof(slow) / sizeof(slow[0]); i++) {
		ck_assert(!mends_note(&m, slow[i].at));
		ck_assert(mends_ready(&m, slow[i].at) == 0);
		ck_assert(!mends_is_fight(&m, slow[i].at));
	}
}
END_TEST

START_TEST(test_is_fight)
{
	struct mends m = {0};

	for (int at = 1; at < 5; at++)
		(void)!mends_note(&m, at);
	ck_assert(mends_is_fight(&m, 5));
	ck_assert(mends_is_fight(&m, 4 + MENDS_QUIET - 1));
	ck_assert(!mends_is_fight(&m, 4 + MENDS_QUIET));
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("mends");

	tcase_add_test(tests, test_fight);
	tcase_add_test(tests, test_slow);
	tcase_add_test(tests, test_is_fight);
	return suite_run("mends", tests);
}
