/* SPDX-License-Identifier: Apache-2.0 */
/* What a step would do elsewhere refuses it; what stays is at least not writable. */
#include <string.h>
#include <sys/stat.h>

#include "plan/planner.h"
#include "plan/reach.h"
#include "plan_check.h"
#include "suite.h"

#define RO   MOUNT_FLAG_RDONLY
#define NONE LIST_END

struct row {
	const char *name;
	struct layer layers[3]; /* their kinds and flags */
	size_t n_layers;
	bool gone;   /* it shall be unmounted */
	bool seen;   /* a new mount would be seen elsewhere */
	bool lost;   /* another mount would go with the one at the target */
	bool shared; /* what carries the target is */
	enum reach_kind kind;
	struct expected plan;
	const char *says;
};

#define LAYER(layer, flags)                                                                \
	{                                                                                  \
		.kind = (layer), .mount =                                                  \
		{.attr = (flags),                                                          \
		 .root = (layer) == LAYER_OTHER ? "/o" : "/s",                             \
		 .propagation = PROPAGATION_PRIVATE,                                       \
		 .fs_type = "tmpfs" }                                                      \
	}

/* clang-format off */
static const struct row rows[] = {
	{ .name = "new, and seen at the source", .seen = true,
	  .plan = {{ DRIFT_NOT_MOUNTED, NONE }, { STEP_ATTACH, NONE }, ERROR_REACHES_ELSEWHERE },
	  .says = "'/t' would be seen at '/p' as well, which would cover the source" },
	{ .name = "new, and seen at another target", .seen = true, .kind = REACH_TARGET,
	  .plan = {{ DRIFT_NOT_MOUNTED, NONE }, { STEP_ATTACH, NONE }, ERROR_REACHES_ELSEWHERE },
	  .says = "at '/p' as well, which is" },
	{ .name = "new, and others would be lost if anything went", .lost = true,
	  .plan = {{ DRIFT_NOT_MOUNTED, NONE }, { STEP_ATTACH, NONE }} },
	{ .name = "as asked, whatever would be", .layers = { LAYER(LAYER_SAME, RO) }, .n_layers = 1,
	  .seen = true, .lost = true, .plan = {{ NONE }, { NONE }} },
	{ .name = "made read-only in place", .layers = { LAYER(LAYER_SAME, 0) }, .n_layers = 1,
	  .seen = true, .plan = {{ DRIFT_WRITABLE, NONE }, { STEP_SET_READ_ONLY, NONE }} },
	{ .name = "in the place of a stale one", .layers = { LAYER(LAYER_STALE, RO) }, .n_layers = 1,
	  .lost = true,
	  .plan = {{ DRIFT_STALE_SOURCE, NONE }, { STEP_REPLACE, NONE }, ERROR_REACHES_ELSEWHERE },
	  .says = "another one at '/l' would be unmounted" },
	{ .name = "unmounted", .layers = { LAYER(LAYER_SAME, RO) }, .n_layers = 1, .gone = true,
	  .lost = true,
	  .plan = {{ DRIFT_UNEXPECTED_MOUNT, NONE }, { STEP_DETACH, NONE }, ERROR_REACHES_ELSEWHERE },
	  .says = "another one at '/l' would be unmounted" },
	{ .name = "unmounted, which is seen nowhere", .layers = { LAYER(LAYER_SAME, RO) }, .n_layers = 1,
	  .gone = true, .seen = true,
	  .plan = {{ DRIFT_UNEXPECTED_MOUNT, NONE }, { STEP_DETACH, NONE }} },
	{ .name = "one of two alike", .n_layers = 2, .lost = true,
	  .layers = { LAYER(LAYER_SAME, RO), LAYER(LAYER_SAME, RO) },
	  .plan = {{ DRIFT_STACKED, NONE }, { STEP_PEEL, NONE }, ERROR_REACHES_ELSEWHERE },
	  .says = "'/l'" },
	{ .name = "one of two alike, which is writable", .n_layers = 2, .lost = true,
	  .layers = { LAYER(LAYER_SAME, 0), LAYER(LAYER_SAME, RO) },
	  .plan = {{ DRIFT_STACKED, DRIFT_WRITABLE, NONE },
		   { STEP_PEEL, STEP_SET_READ_ONLY, NONE }, ERROR_REACHES_ELSEWHERE },
	  .says = "'/l'" },
};
/* clang-format on */

START_TEST(one_row)
{
	const struct row *row = &rows[_i];
	struct layer layers[3];
	const struct want want = {.source = (char *)"/s",
				  .target = (char *)"/t",
				  .state = row->gone ? STATE_UNMOUNTED : STATE_EPHEMERAL,
				  .outer = WANT_NONE};
	struct have have = {.source = {.file_id = {.mode = S_IFDIR}},
			    .target = {.file_id = {.mode = S_IFDIR}},
			    .layers = layers,
			    .n_layers = row->n_layers,
			    .is_base_shared = row->shared,
			    .reach = {.place = row->seen ? (char *)"/p" : NULL,
				      .with = (char *)"/w",
				      .lost = row->lost ? (char *)"/l" : NULL,
				      .carrier = (char *)"/c",
				      .kind = row->kind}};
	struct plan plan = {0};
	struct error err = {0};

	memcpy(layers, row->layers, sizeof(layers));
	ck_assert_int_eq(plan_make(&want, NULL, &have, false, &plan, &err), 0);
	assert_plan(row->name, &plan, &row->plan);
	assert_plan_or_no_memory(row->name, &want, &have);
	if (row->says) {
		ck_assert_msg(strstr(plan.refusal->text, row->says), "%s: %s", row->name,
			      plan.refusal->text);
		ck_assert_msg(strstr(plan.refusal->text, "make '/c' private"), "%s: %s",
			      row->name, plan.refusal->text);
		ck_assert_str_eq(plan.refusal->at, "/target");
		ck_assert_int_eq(plan.refusal->number, 0);
	}
	plan_done(&plan);
}
END_TEST

/* clang-format off */
static const struct { const char *name; enum step_kind steps[3]; size_t n; size_t detached; bool attaches; } does[] = {
	{ "nothing",             { STEP_PEEL },                                   0, 0, false },
	{ "a new one",           { STEP_CREATE_TARGET, STEP_ATTACH },             2, 0, true },
	{ "another one",         { STEP_REPLACE },                                1, 1, true },
	{ "two less",            { STEP_PEEL, STEP_DETACH },                      2, 2, false },
	{ "two less, one new",   { STEP_PEEL, STEP_REPLACE },                     2, 2, true },
	{ "in place, or anew",   { STEP_SET_READ_ONLY },                          1, 1, true },
	{ "in place and anew",   { STEP_SET_READ_ONLY, STEP_REPLACE },            2, 1, true },
	{ "in place, and less",  { STEP_PEEL, STEP_SET_READ_ONLY },               2, 2, true },
	{ "options",             { STEP_SET_OPTIONS, STEP_SET_PRIVATE },          2, 0, false },
	{ "the target",          { STEP_DETACH, STEP_REMOVE_TARGET },             2, 1, false },
};
/* clang-format on */

START_TEST(what_the_steps_do)
{
	struct plan plan = {0};
	struct reach_steps found;

	for (size_t i = 0; i < does[_i].n; i++)
		ck_assert_int_eq(step_list_add(&plan.steps, does[_i].steps[i]), 0);
	found = reach_steps_of(&plan);
	ck_assert_msg(found.n_detached == does[_i].detached, "%s: %zu", does[_i].name,
		      (size_t)found.n_detached);
	ck_assert_msg(found.attaches == does[_i].attaches, "%s", does[_i].name);
	plan_done(&plan);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("reach");

	tcase_add_loop_test(tests, one_row, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tests, what_the_steps_do, 0, ARRAY_LEN(does));
	return suite_run("reach", tests);
}
