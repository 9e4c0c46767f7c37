/* SPDX-License-Identifier: Apache-2.0 */
/* The line of a long run: when it appears, how often, and that nothing of it is left. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program/progress.h"
#include "suite.h"

static char *text;
static size_t size;

static struct progress begin(void)
{
	FILE *out = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(out);
	return progress_begin(out, 100);
}

static void end(struct progress *progress, const char *expected)
{
	progress_end(progress);
	(void)fclose(progress->out);
	ck_assert_str_eq(text, expected);
	free(text);
}

START_TEST(a_short_run_is_silent)
{
	struct progress progress = begin();

	progress_tell(&progress, 100.99, 4310, 10000);
	end(&progress, "");
}
END_TEST

START_TEST(a_long_run_is_told)
{
	struct progress progress = begin();

	progress_tell(&progress, 101, 4310, 10000);
	end(&progress, "\rrobind: 4,310 of 10,000 binds"
		       "\r                             \r");
}
END_TEST

START_TEST(a_few_times_a_second)
{
	struct progress progress = begin();

	progress_tell(&progress, 101, 1, 3);
	progress_tell(&progress, 101.05, 2, 3);
	progress_tell(&progress, 101.11, 3, 3);
	end(&progress, "\rrobind: 1 of 3 binds\rrobind: 3 of 3 binds"
		       "\r                    \r");
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("progress");

	tcase_add_test(tests, a_short_run_is_silent);
	tcase_add_test(tests, a_long_run_is_told);
	tcase_add_test(tests, a_few_times_a_second);
	return suite_run("progress", tests);
}
