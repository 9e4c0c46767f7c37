/* SPDX-License-Identifier: Apache-2.0 */
/* Plans as such: lists of steps, what is foreseen, and the one refusal; and what would be lost. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "plan/loss.h"
#include "plan/planner.h"
#include "suite.h"

#define RO     MOUNT_FLAG_RDONLY
#define NOSUID MOUNT_FLAG_NOSUID
#define NOEXEC MOUNT_FLAG_NOEXEC
#define SHARED PROPAGATION_SHARED
#define ALONE  PROPAGATION_PRIVATE

/* Each differs from the first in one thing. */
/* clang-format off */
static const struct target_state states[] = {
	{ true,  true,  true,  true,  SHARED, NOSUID, 2, true },
	{ false, true,  true,  true,  SHARED, NOSUID, 2, true },
	{ true,  false, true,  true,  SHARED, NOSUID, 2, true },
	{ true,  true,  false, true,  SHARED, NOSUID, 2, true },
	{ true,  true,  true,  false, SHARED, NOSUID, 2, true },
	{ true,  true,  true,  true,  ALONE,  NOSUID, 2, true },
	{ true,  true,  true,  true,  SHARED, NOEXEC, 2, true },
	{ true,  true,  true,  true,  SHARED, NOSUID, 1, true },
	{ true,  true,  true,  true,  SHARED, NOSUID, 2, false },
};
/* clang-format on */

START_TEST(states_are_compared_whole)
{
	const struct target_state copy = states[_i];

	ck_assert(target_state_is_equal(&copy, &states[_i]));
	ck_assert(target_state_is_equal(&states[0], &states[_i]) == (_i == 0));
}
END_TEST

START_TEST(steps_are_counted)
{
	struct step_list list = {0};

	ck_assert(!step_list_has(&list, STEP_PEEL) && !step_list_has_new_mount(&list));
	ck_assert_int_eq(step_list_add(&list, STEP_PEEL), 0);
	ck_assert_int_eq(step_list_reserve(&list, 2), 0);
	step_list_put(&list, STEP_PEEL);
	ck_assert(!step_list_has_new_mount(&list));
	step_list_put(&list, _i == 0 ? STEP_ATTACH : STEP_REPLACE);
	ck_assert_uint_eq(step_list_count(&list, STEP_PEEL), 2);
	ck_assert_uint_eq(step_list_count(&list, STEP_DETACH), 0);
	ck_assert(step_list_has(&list, STEP_PEEL) && !step_list_has(&list, STEP_DETACH));
	ck_assert(step_list_has_new_mount(&list));
	step_list_done(&list);
	ck_assert_uint_eq(list.count, 0);
}
END_TEST

START_TEST(the_first_refusal_stands)
{
	const struct error other = {.kind = ERROR_RACE, .text = "other"};
	struct plan plan = {0};
	struct error err = {0};

	ck_assert_int_eq(plan_refuse(&plan, ERROR_LOCKED, PTR_KEY(PTR_ROOT, "target"),
				     "'%s' is %d", "/t", 7),
			 0);
	ck_assert_int_eq(plan_refuse(&plan, ERROR_FSTAB, PTR_ROOT, "not that"), 0);
	ck_assert_int_eq(plan_refuse_as(&plan, &other), 0);
	ck_assert_int_eq(plan_refused(&plan, &err), -1);
	ck_assert_int_eq(err.kind, ERROR_LOCKED);
	ck_assert_int_eq(err.number, 0);
	ck_assert_str_eq(err.at, "/target");
	ck_assert_str_eq(err.text, "'/t' is 7");
	plan_done(&plan);
	ck_assert_ptr_null(plan.refusal);
}
END_TEST

/* ---- what is foreseen ---- */

struct seen {
	enum layer_kind kind;
	uint32_t attr;
	uint32_t propagation;
};

/* clang-format off */
static const struct foreseen {
	const char *name;
	struct seen layers[3];
	size_t n_layers;
	bool gone;
	bool recursive;
	bool read_only_alone;
	bool replace;
	bool has_copy; /* of a mount in the source */
	uint32_t source_attr;
	uint32_t options;
	struct target_state after;
} foreseen[] = {
	{ .name = "nothing, and nothing is asked for", .gone = true },
	{ .name = "a new one", .after = { true, true, true, false, ALONE, 0, 1, false } },
	{ .name = "a new one, recursive", .recursive = true, .after = { true, true, true, true, ALONE, 0, 1, false } },
	{ .name = "a new one, with the source's flags", .source_attr = RO | NOSUID, .after = { true, true, true, false, ALONE, NOSUID, 1, false } },
	{ .name = "and with those asked for", .source_attr = NOSUID, .options = NOEXEC,
	  .after = { true, true, true, false, ALONE, NOSUID | NOEXEC, 1, false } },
	{ .name = "as it is", .layers = {{ LAYER_SAME, RO | NOSUID, ALONE }}, .n_layers = 1, .source_attr = NOEXEC,
	  .after = { true, true, true, false, ALONE, NOSUID, 1, false } },
	{ .name = "made read-only", .layers = {{ LAYER_SAME, 0, ALONE }}, .n_layers = 1,
	  .after = { true, true, true, false, ALONE, 0, 1, false } },
	{ .name = "made private", .layers = {{ LAYER_SAME, RO, SHARED }}, .n_layers = 1,
	  .after = { true, true, true, false, ALONE, 0, 1, false } },
	{ .name = "left shared", .layers = {{ LAYER_SAME, 0, SHARED }}, .n_layers = 1, .read_only_alone = true,
	  .after = { true, true, true, false, SHARED, 0, 1, false } },
	{ .name = "flags in place", .layers = {{ LAYER_SAME, RO | NOSUID, ALONE }}, .n_layers = 1, .options = NOEXEC,
	  .after = { true, true, true, false, ALONE, NOSUID | NOEXEC, 1, false } },
	{ .name = "another in its place", .layers = {{ LAYER_OTHER, RO, ALONE }}, .n_layers = 1, .replace = true, .source_attr = NOSUID,
	  .after = { true, true, true, false, ALONE, NOSUID, 1, false } },
	{ .name = "a double of it goes", .layers = {{ LAYER_SAME, RO, ALONE }, { LAYER_SAME, RO | NOEXEC, ALONE }}, .n_layers = 2,
	  .after = { true, true, true, false, ALONE, NOEXEC, 1, false } },
	{ .name = "two doubles of it go", .layers = {{ LAYER_SAME, RO, ALONE }, { LAYER_SAME, RO, ALONE }, { LAYER_SAME, RO | NOSUID, ALONE }},
	  .n_layers = 3, .after = { true, true, true, false, ALONE, NOSUID, 1, false } },
	{ .name = "a double of it goes, and what is left stays shared", .read_only_alone = true,
	  .layers = {{ LAYER_SAME, RO, ALONE }, { LAYER_SAME, RO, SHARED }}, .n_layers = 2,
	  .after = { true, true, true, false, SHARED, 0, 1, false } },
	{ .name = "with what is mounted on it", .layers = {{ LAYER_SAME, RO, ALONE }}, .n_layers = 1, .has_copy = true,
	  .after = { true, true, true, true, ALONE, 0, 1, false } },
	{ .name = "a double of it goes, with what is mounted on that", .has_copy = true,
	  .layers = {{ LAYER_SAME, RO, ALONE }, { LAYER_SAME, RO, ALONE }}, .n_layers = 2,
	  .after = { true, true, true, false, ALONE, 0, 1, false } },
	{ .name = "gone", .layers = {{ LAYER_SAME, RO | NOSUID, SHARED }}, .n_layers = 1, .gone = true },
};
/* clang-format on */

START_TEST(is_foreseen)
{
	const struct foreseen *row = &foreseen[_i];
	struct layer layers[3] = {0};
	struct mount copy = {.root = "/",
			     .point = "/t/in",
			     .attr = RO,
			     .propagation = ALONE};
	enum below_kind kind = BELOW_COPY;
	const struct want want = {
		.source = (char *)"/s",
		.target = (char *)"/t",
		.state = row->gone ? STATE_UNMOUNTED : STATE_EPHEMERAL,
		.recursive = row->recursive,
		.read_only_alone = row->read_only_alone,
		.replace = row->replace,
		.options = {.set = row->options},
		.outer = WANT_NONE,
	};
	const struct have have = {
		.source = {.file_id = {.mode = S_IFDIR}},
		.target = {.file_id = {.mode = S_IFDIR}},
		.layers = layers,
		.n_layers = row->n_layers,
		.source_attr = row->source_attr,
		.below = {&copy, row->has_copy},
		.below_kinds = &kind,
	};
	struct plan plan = {0};
	struct error err = {0};

	for (size_t i = 0; i < row->n_layers; i++)
		layers[i] = (struct layer){
			.kind = row->layers[i].kind,
			.mount = {.attr = row->layers[i].attr,
				  .propagation = row->layers[i].propagation,
				  .root = "/s",
				  .fs_type = "ext4"},
		};
	ck_assert_int_eq(plan_make(&want, NULL, &have, false, &plan, &err), 0);
	ck_assert_msg(!plan.refusal, "%s", row->name);
	ck_assert_msg(target_state_is_equal(&plan.after, &row->after),
		      "%s: %d %d %d %d, %x, %x, %zu, %d", row->name, plan.after.mounted,
		      plan.after.read_only, plan.after.same_as_source, plan.after.recursive,
		      plan.after.propagation, plan.after.attr, plan.after.stacked,
		      plan.after.in_fstab);
	plan_done(&plan);
}
END_TEST

/* ---- what would be lost ---- */

/* clang-format off */
static const struct { enum below_kind kind; bool gone; bool replace; bool is_lost; } losses[] = {
	{ BELOW_COPY,     false, false, false }, { BELOW_COPY,     true, false, false },
	{ BELOW_LEFT,     false, false, false }, { BELOW_LEFT,     true, false, false },
	{ BELOW_REQUEST,  false, false, false }, { BELOW_REQUEST,  true, false, true },
	{ BELOW_REQUEST,  true,  true,  true },  { BELOW_IN_FSTAB, false, true, false },
	{ BELOW_IN_FSTAB, false, false, false }, { BELOW_IN_FSTAB, true, true,  true },
	{ BELOW_KEPT,     false, false, true },  { BELOW_KEPT,     false, true, true },
	{ BELOW_KEPT,     true,  false, true },  { BELOW_KEPT,     true, true,  false },
	{ BELOW_FOREIGN,  false, false, true },  { BELOW_FOREIGN,  false, true, false },
	{ BELOW_FOREIGN,  true,  false, true },  { BELOW_FOREIGN,  true, true,  false },
};
/* clang-format on */

START_TEST(would_be_lost)
{
	struct mount below[] = {{.point = "/t/copy"}, {.point = "/t/in"}};
	enum below_kind kinds[] = {BELOW_COPY, losses[_i].kind};
	const struct have have = {.below = {.items = below, .count = 2},
				  .below_kinds = kinds};
	const struct want want = {
		.target = (char *)"/t",
		.state = losses[_i].gone ? STATE_UNMOUNTED : STATE_EPHEMERAL,
		.replace = losses[_i].replace,
	};
	struct error err = {0};

	ck_assert_ptr_eq(loss_find(&want, &have), losses[_i].is_lost ? &below[1] : NULL);
	ck_assert_int_eq(loss_error(&err, &want, &below[1]), -1);
	ck_assert_int_eq(err.kind, ERROR_SUBMOUNT_IN_THE_WAY);
	ck_assert_int_eq(err.number, 0);
	ck_assert_str_eq(err.at, "/target");
	ck_assert_str_eq(
		err.text,
		"'/t/in' is mounted below '/t' and would be lost; unmount it first");
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("plan_as_such");

	tcase_add_loop_test(tests, states_are_compared_whole, 0, (int)ARRAY_LEN(states));
	tcase_add_loop_test(tests, steps_are_counted, 0, 2);
	tcase_add_test(tests, the_first_refusal_stands);
	tcase_add_loop_test(tests, is_foreseen, 0, (int)ARRAY_LEN(foreseen));
	tcase_add_loop_test(tests, would_be_lost, 0, (int)ARRAY_LEN(losses));
	return suite_run("plan_as_such", tests);
}
