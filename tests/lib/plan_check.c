/* SPDX-License-Identifier: Apache-2.0 */
#include "plan_check.h"

#include <check.h>
#include <stdio.h>

#include "failing_memory.h"

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

/* ---- without memory ---- */

struct plan_of {
	const struct want *want;
	const struct have *have;
};

static void show_state(const struct target_state *state, FILE *out)
{
	(void)fprintf(out, "%d %d %d %d %x %x %zu %d\n", state->mounted, state->read_only,
		      state->same_as_source, state->recursive, state->propagation,
		      state->attr, state->stacked, state->in_fstab);
}

static char *shown(const struct plan *plan)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(out);
	for (size_t i = 0; i < plan->drift.count; i++)
		(void)fprintf(out, "%u %s %s %s\n", (unsigned)plan->drift.items[i].code,
			      plan->drift.items[i].want, plan->drift.items[i].have,
			      plan->drift.items[i].path);
	for (size_t i = 0; i < plan->steps.count; i++)
		(void)fprintf(out, "%s ", step_names[plan->steps.items[i]]);
	(void)fprintf(out, "%x %x %d %d %s %s\n", plan->new_flags.set,
		      plan->new_flags.clear, plan->clear_below, plan->leaves_copies,
		      plan->covered, plan->kept);
	(void)fprintf(out, "%d %zu %zu %zu %s %s %s\n", plan->line.action, plan->line.first,
		      plan->line.n_binds, plan->line.conflict, plan->line.line,
		      plan->line.differs_want, plan->line.differs_have);
	show_state(&plan->before, out);
	show_state(&plan->after, out);
	if (plan->refusal)
		(void)fprintf(out, "%s %s %s\n", error_code(plan->refusal->kind),
			      plan->refusal->at, plan->refusal->text);
	ck_assert_int_eq(fclose(out), 0);
	return text;
}

static char *make(const void *row)
{
	const struct plan_of *of = row;
	struct plan plan = {0};
	struct error err = {0};
	int r = plan_make(of->want, NULL, of->have, false, &plan, &err);
	char *text = NULL;

	(void)failing_memory_end();
	ck_assert(r == 0 || err.kind == ERROR_MEMORY);
	text = r == 0 ? shown(&plan) : NULL;
	plan_done(&plan);
	return text;
}

void assert_plan_or_no_memory(const char *row, const struct want *want,
			      const struct have *have)
{
	const struct plan_of of = {want, have};

	failing_memory_sweep(make, row, &of);
}
