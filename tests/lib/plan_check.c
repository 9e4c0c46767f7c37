/* SPDX-License-Identifier: Apache-2.0 */
#include "plan_check.h"

#include <check.h>

static void assert_list(const char *row, const char *what, const unsigned expected[],
			const unsigned found[], size_t n)
{
	size_t i = 0;

	for (; i < n; i++)
		ck_assert_msg(expected[i] == found[i], "%s: %s %zu is %u, not %u", row,
			      what, i, found[i], expected[i]);
	ck_assert_msg(expected[i] == LIST_END, "%s: %s %zu is missing", row, what, i);
}

void assert_plan(const char *row, const struct plan *plan, const struct expected *expected)
{
	unsigned found[16] = {0};

	ck_assert_msg(plan->drift.count < ARRAY_LEN(found), "%s: too much drift", row);
	for (size_t i = 0; i < plan->drift.count; i++)
		found[i] = plan->drift.items[i].code;
	assert_list(row, "drift", expected->drift, found, plan->drift.count);
	ck_assert_msg(plan->steps.count < ARRAY_LEN(found), "%s: too many steps", row);
	for (size_t i = 0; i < plan->steps.count; i++)
		found[i] = plan->steps.items[i];
	assert_list(row, "step", expected->steps, found, plan->steps.count);
	ck_assert_msg((plan->refusal ? plan->refusal->kind : ERROR_NONE) ==
			      expected->refusal,
		      "%s: refused as %s", row,
		      plan->refusal ? error_code(plan->refusal->kind) : "nothing");
}
