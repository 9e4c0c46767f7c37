/* SPDX-License-Identifier: Apache-2.0 */
/* Stacks of mounts at a target: what is peeled, what is ours, and what a new mount is like. */
#include <string.h>
#include <sys/stat.h>

#include "plan/planner.h"
#include "plan_check.h"
#include "suite.h"

#define RO      MOUNT_FLAG_RDONLY
#define NOEXEC  MOUNT_FLAG_NOEXEC
#define NOSUID  MOUNT_FLAG_NOSUID
#define SHARED  PROPAGATION_SHARED
#define ALONE   PROPAGATION_PRIVATE
#define END     LIST_END
#define SAME    LAYER_SAME
#define OTHER   LAYER_OTHER
#define STALE   LAYER_STALE
#define COVERED LAYER_COVERED

struct row_layer {
	enum layer_kind kind;
	uint32_t attr;
	uint32_t propagation;
	const char *root;
	bool goes_along;
};

struct row {
	const char *name;
	struct row_layer layers[4];
	size_t n_layers;
	bool base_shared;
	bool in_fstab; /* the top layer is what the line in fstab lists */
	bool gone;
	bool read_only_alone;
	uint32_t set; /* flags that are asked for, and those that must not be */
	uint32_t clear;
	struct expected plan;
	const char *covered; /* the root of what stays hidden below ours */
	uint32_t new_set;    /* the flags of a new mount, beside read-only */
	uint32_t new_clear;
};

/* clang-format off */
static const struct row rows[] = {
	{ .name = "three, one upon the other", .n_layers = 3,
	  .layers = {{ SAME, RO, ALONE, "/s" }, { SAME, RO, ALONE, "/s" }, { SAME, RO, ALONE, "/s" }},
	  .plan = {{ DRIFT_STACKED, END }, { STEP_PEEL, STEP_PEEL, END }} },
	{ .name = "a writable one over a right one", .n_layers = 2,
	  .layers = {{ SAME, 0, ALONE, "/s" }, { SAME, RO, ALONE, "/s" }},
	  .plan = {{ DRIFT_STACKED, DRIFT_WRITABLE, END }, { STEP_PEEL, END }} },
	{ .name = "writable ones over a right one", .n_layers = 3,
	  .layers = {{ SAME, 0, ALONE, "/s" }, { SAME, 0, ALONE, "/s" }, { SAME, RO, ALONE, "/s" }},
	  .plan = {{ DRIFT_STACKED, DRIFT_WRITABLE, END }, { STEP_PEEL, STEP_PEEL, END }} },
	{ .name = "writable ones alone", .n_layers = 2,
	  .layers = {{ SAME, 0, ALONE, "/s" }, { SAME, 0, ALONE, "/s" }},
	  .plan = {{ DRIFT_STACKED, DRIFT_WRITABLE, END }, { STEP_PEEL, STEP_SET_READ_ONLY, END }} },
	{ .name = "a stale one over a right one", .n_layers = 2,
	  .layers = {{ STALE, RO, ALONE, "/s//deleted" }, { SAME, RO, ALONE, "/s" }},
	  .plan = {{ DRIFT_STALE_SOURCE, DRIFT_STACKED, END }, { STEP_PEEL, END }} },
	{ .name = "a right one over a stale one", .n_layers = 2,
	  .layers = {{ SAME, RO, ALONE, "/s" }, { STALE, RO, ALONE, "/s//deleted" }},
	  .plan = {{ END }, { END }}, .covered = "/s//deleted" },
	{ .name = "a foreign one over a right one", .n_layers = 2,
	  .layers = {{ OTHER, RO, ALONE, "/o" }, { SAME, RO, ALONE, "/s" }},
	  .plan = {{ DRIFT_WRONG_SOURCE, END }, { END }, ERROR_WRONG_SOURCE } },
	{ .name = "a foreign one, which is nothing but what fstab lists", .n_layers = 1,
	  .in_fstab = true, .layers = {{ OTHER, RO, ALONE, "/o" }},
	  .plan = {{ DRIFT_WRONG_SOURCE, END }, { STEP_REPLACE, END }} },
	{ .name = "what is left of a peeled stack is judged", .n_layers = 2, .set = NOEXEC,
	  .layers = {{ SAME, RO, ALONE, "/s" }, { SAME, RO, SHARED, "/s" }},
	  .plan = {{ DRIFT_STACKED, DRIFT_OPTIONS, DRIFT_PROPAGATION, END },
		   { STEP_PEEL, STEP_SET_OPTIONS, STEP_SET_PRIVATE, END }}, .new_set = NOEXEC },
	{ .name = "the one below is what carries the top", .n_layers = 2,
	  .layers = {{ SAME, 0, ALONE, "/s" }, { OTHER, RO, SHARED, "/o" }},
	  .plan = {{ DRIFT_WRITABLE, END }, { STEP_SET_READ_ONLY, STEP_REPLACE, END }},
	  .covered = "/o" },
	{ .name = "the one below goes along with the top", .n_layers = 3, .in_fstab = true,
	  .layers = {{ OTHER, RO, SHARED, "/o" }, { OTHER, RO, SHARED, "/o", true }, { OTHER, RO, SHARED, "/p" }},
	  .plan = {{ DRIFT_WRONG_SOURCE, END }, { STEP_REPLACE, END }}, .covered = "/p" },
	{ .name = "all below go along with the top", .n_layers = 2, .in_fstab = true,
	  .layers = {{ OTHER, RO, SHARED, "/o" }, { OTHER, RO, SHARED, "/o", true }},
	  .plan = {{ DRIFT_WRONG_SOURCE, END }, { STEP_REPLACE, END }} },
	{ .name = "the one below would go along with a top that stays", .n_layers = 2,
	  .layers = {{ SAME, RO, ALONE, "/s" }, { OTHER, RO, SHARED, "/o", true }},
	  .plan = {{ END }, { END }}, .covered = "/o" },
	{ .name = "propagation as it is", .n_layers = 1, .read_only_alone = true,
	  .base_shared = true, .layers = {{ SAME, RO, SHARED, "/s" }},
	  .plan = {{ END }, { END }} },
	{ .name = "flags as they are", .n_layers = 1, .read_only_alone = true, .set = NOEXEC,
	  .clear = NOSUID, .layers = {{ SAME, RO | NOSUID, ALONE, "/s" }}, .plan = {{ END }, { END }} },
	{ .name = "a new mount with the flags as they were", .n_layers = 1, .read_only_alone = true,
	  .base_shared = true, .set = NOEXEC, .layers = {{ SAME, NOSUID, ALONE, "/s" }},
	  .plan = {{ DRIFT_WRITABLE, END }, { STEP_SET_READ_ONLY, STEP_REPLACE, END }}, .new_set = NOSUID },
	{ .name = "a new mount with the flags of its line", .n_layers = 1, .read_only_alone = true,
	  .in_fstab = true, .set = NOEXEC, .layers = {{ OTHER, RO | NOSUID, ALONE, "/o" }},
	  .plan = {{ DRIFT_WRONG_SOURCE, END }, { STEP_REPLACE, END }}, .new_set = NOEXEC },
	{ .name = "a new mount keeps the flags of the old one", .n_layers = 1, .set = NOSUID,
	  .layers = {{ STALE, RO | NOEXEC, ALONE, "/s//deleted" }},
	  .plan = {{ DRIFT_STALE_SOURCE, END }, { STEP_REPLACE, END }}, .new_set = NOSUID | NOEXEC },
	{ .name = "but not those that must not be", .n_layers = 1, .clear = NOEXEC,
	  .layers = {{ COVERED, RO | NOEXEC | NOSUID, ALONE, "/s" }},
	  .plan = {{ DRIFT_SOURCE_COVERED, END }, { STEP_REPLACE, END }},
	  .new_set = NOSUID, .new_clear = NOEXEC },
	{ .name = "nor those of somebody's mount", .n_layers = 1, .in_fstab = true,
	  .layers = {{ OTHER, RO | NOEXEC, ALONE, "/o" }},
	  .plan = {{ DRIFT_WRONG_SOURCE, END }, { STEP_REPLACE, END }} },
	{ .name = "all of a stack goes", .n_layers = 3, .gone = true,
	  .layers = {{ SAME, RO, ALONE, "/s" }, { STALE, RO, ALONE, "/s//deleted" }, { COVERED, 0, ALONE, "/x" }},
	  .plan = {{ DRIFT_UNEXPECTED_MOUNT, END }, { STEP_DETACH, STEP_DETACH, STEP_DETACH, END }} },
	{ .name = "up to a foreign one", .n_layers = 2, .gone = true,
	  .layers = {{ SAME, RO, ALONE, "/s" }, { OTHER, RO, ALONE, "/o" }},
	  .plan = {{ DRIFT_UNEXPECTED_MOUNT, END }, { STEP_DETACH, END }, ERROR_WRONG_SOURCE } },
	{ .name = "what fstab lists goes, as often as it is there", .n_layers = 2, .gone = true,
	  .in_fstab = true, .layers = {{ OTHER, RO, ALONE, "/o" }, { OTHER, RO, ALONE, "/o" }},
	  .plan = {{ DRIFT_UNEXPECTED_MOUNT, END }, { STEP_DETACH, STEP_DETACH, END }} },
	{ .name = "what fstab lists goes, and nothing else", .n_layers = 2, .gone = true,
	  .in_fstab = true, .layers = {{ OTHER, RO, ALONE, "/o" }, { OTHER, RO, ALONE, "/p" }},
	  .plan = {{ DRIFT_UNEXPECTED_MOUNT, END }, { STEP_DETACH, END }, ERROR_WRONG_SOURCE } },
};
/* clang-format on */

static struct have have_of(const struct row *row, struct layer layers[4])
{
	for (size_t i = 0; i < row->n_layers; i++)
		layers[i] =
			(struct layer){.kind = row->layers[i].kind,
				       .mount = {.attr = row->layers[i].attr,
						 .propagation = row->layers[i].propagation,
						 .root = row->layers[i].root,
						 .fs_type = "ext4"},
				       .goes_along = row->layers[i].goes_along};
	return (struct have){
		.source = {.file_id = {.mode = S_IFDIR}},
		.target = {.file_id = {.mode = S_IFDIR}},
		.layers = layers,
		.n_layers = row->n_layers,
		.is_base_shared = row->base_shared,
		.matches_fstab = row->in_fstab,
	};
}

START_TEST(one_row)
{
	const struct row *row = &rows[_i];
	const struct want want = {
		.source = "/s",
		.target = "/t",
		.state = row->gone ? STATE_UNMOUNTED : STATE_EPHEMERAL,
		.read_only_alone = row->read_only_alone,
		.options = {.set = row->set, .clear = row->clear},
		.outer = WANT_NONE,
	};
	struct layer layers[4] = {0};
	const struct have have = have_of(row, layers);
	struct plan plan = {0};
	struct error err = {0};

	ck_assert_int_eq(plan_make(&want, NULL, &have, false, &plan, &err), 0);
	assert_plan(row->name, &plan, &row->plan);
	assert_plan_or_no_memory(row->name, &want, &have);
	ck_assert_msg((plan.covered == NULL) == (row->covered == NULL) &&
			      (!plan.covered || strcmp(plan.covered, row->covered) == 0),
		      "%s: covers %s", row->name, plan.covered);
	if (step_list_has_new_mount(&plan.steps)) {
		ck_assert_msg((plan.new_flags.set & MOUNT_FLAG_CARRIED) == row->new_set,
			      "%s: sets %#x", row->name, plan.new_flags.set);
		ck_assert_msg((plan.new_flags.clear & row->new_clear) == row->new_clear,
			      "%s: clears %#x", row->name, plan.new_flags.clear);
	}
	plan_done(&plan);
}
END_TEST

/*
 * What is below a bind goes with it, whether it is replaced or taken away. Copies that hold mounts
 * themselves are not reached by a replace.
 */
START_TEST(copies_may_be_left)
{
	struct layer layer = {.kind = LAYER_SAME,
			      .mount = {.root = "/s", .propagation = ALONE}};
	struct mount below = {.point = "/t/a", .root = "/", .attr = RO};
	enum below_kind kind = BELOW_REQUEST;
	const struct want want = {.source = "/s",
				  .target = "/t",
				  .state = _i == 0 ? STATE_EPHEMERAL : STATE_UNMOUNTED,
				  .outer = WANT_NONE};
	struct have have = {
		.source = {.file_id = {.mode = S_IFDIR}},
		.target = {.file_id = {.mode = S_IFDIR}},
		.layers = &layer,
		.n_layers = 1,
		.below = {&below, 1},
		.below_kinds = &kind,
	};
	struct error err = {0};

	for (int shared = 0; shared <= 1; shared++) {
		for (size_t n = 0; n <= 1; n++) {
			struct plan plan = {0};

			have.is_base_shared = shared;
			have.below.count = n;
			ck_assert_int_eq(plan_make(&want, NULL, &have, false, &plan, &err),
					 0);
			ck_assert_int_eq(plan.leaves_copies, _i == 0 && shared && n > 0);
			ck_assert_int_eq(plan.clear_below, n > 0);
			plan_done(&plan);
		}
	}
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("rules_mount");

	tcase_add_loop_test(tests, one_row, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tests, copies_may_be_left, 0, 2);
	return suite_run("rules_mount", tests);
}
