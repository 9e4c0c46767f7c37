/* SPDX-License-Identifier: Apache-2.0 */
/* The rules, on made-up machines: plan_make() is pure, so nothing is mounted here. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "plan/planner.h"
#include "plan_check.h"
#include "suite.h"

#define RO     MOUNT_FLAG_RDONLY
#define SHARED PROPAGATION_SHARED
#define ALONE  PROPAGATION_PRIVATE
#define NONE   LIST_END

/* One mount at the target. */
struct row_layer {
	enum layer_kind kind;
	uint32_t attr;
	uint32_t propagation;
	const char *root;
	uint64_t superblock; /* 0: that of the source */
};

struct row {
	const char *name;
	struct row_layer layers[4];
	size_t n_layers;
	bool no_target;
	bool no_source;
	bool base_shared;
	bool replace;
	bool gone;
	bool no_create;
	bool no_name;       /* the request has no source */
	bool empty;         /* the source is an empty directory */
	bool elsewhere;     /* the file system that the target shows is mounted elsewhere */
	size_t point;       /* how long the path is at which the source's is mounted */
	bool on_mount;      /* it is asked for to be a mount point */
	bool is_mount_root; /* and is one */
	uint32_t options;   /* flags that are asked for */
	struct expected plan;
};

/* clang-format off */
static const struct row rows[] = {
	{ .name = "first mount",
	  .plan.drift = { DRIFT_NOT_MOUNTED, NONE }, .plan.steps = { STEP_ATTACH, NONE } },
	{ .name = "target missing", .no_target = true,
	  .plan.drift = { DRIFT_TARGET_MISSING, DRIFT_NOT_MOUNTED, NONE },
	  .plan.steps = { STEP_CREATE_TARGET, STEP_ATTACH, NONE } },
	{ .name = "target missing, not to be created", .no_target = true, .no_create = true,
	  .plan.drift = { DRIFT_TARGET_MISSING, DRIFT_NOT_MOUNTED, NONE },
	  .plan.steps = { STEP_ATTACH, NONE }, .plan.refusal = ERROR_TARGET_MISSING },
	{ .name = "source missing", .no_source = true,
	  .plan.drift = { DRIFT_SOURCE_MISSING, DRIFT_NOT_MOUNTED, NONE },
	  .plan.steps = { STEP_ATTACH, NONE }, .plan.refusal = ERROR_SOURCE_MISSING },
	{ .name = "as asked", .layers = {{ LAYER_SAME, RO, ALONE, "/s" }}, .n_layers = 1,
	  .plan.drift = { NONE }, .plan.steps = { NONE } },
	{ .name = "writable", .layers = {{ LAYER_SAME, 0, ALONE, "/s" }}, .n_layers = 1,
	  .plan.drift = { DRIFT_WRITABLE, NONE }, .plan.steps = { STEP_SET_READ_ONLY, NONE } },
	{ .name = "writable below a shared mount", .base_shared = true,
	  .layers = {{ LAYER_SAME, 0, ALONE, "/s" }}, .n_layers = 1,
	  .plan.drift = { DRIFT_WRITABLE, NONE },
	  .plan.steps = { STEP_SET_READ_ONLY, STEP_REPLACE, NONE } },
	{ .name = "shared", .layers = {{ LAYER_SAME, RO, SHARED, "/s" }}, .n_layers = 1,
	  .plan.drift = { DRIFT_PROPAGATION, NONE }, .plan.steps = { STEP_SET_PRIVATE, NONE } },
	{ .name = "shared below a shared mount", .base_shared = true,
	  .layers = {{ LAYER_SAME, RO, SHARED, "/s" }}, .n_layers = 1,
	  .plan.drift = { DRIFT_PROPAGATION, NONE }, .plan.steps = { STEP_REPLACE, NONE } },
	{ .name = "options", .options = MOUNT_FLAG_NOSUID,
	  .layers = {{ LAYER_SAME, RO | MOUNT_FLAG_NOEXEC, ALONE, "/s" }}, .n_layers = 1,
	  .plan.drift = { DRIFT_OPTIONS, NONE }, .plan.steps = { STEP_SET_OPTIONS, NONE } },
	{ .name = "stale", .layers = {{ LAYER_STALE, RO, ALONE, "/s//deleted" }}, .n_layers = 1,
	  .plan.drift = { DRIFT_STALE_SOURCE, NONE }, .plan.steps = { STEP_REPLACE, NONE } },
	{ .name = "another source", .layers = {{ LAYER_OTHER, RO, ALONE, "/o" }}, .n_layers = 1,
	  .plan.drift = { DRIFT_WRONG_SOURCE, NONE }, .plan.steps = { NONE }, .plan.refusal = ERROR_WRONG_SOURCE },
	{ .name = "another source, to be replaced", .replace = true,
	  .layers = {{ LAYER_OTHER, RO, ALONE, "/o" }}, .n_layers = 1,
	  .plan.drift = { DRIFT_WRONG_SOURCE, NONE }, .plan.steps = { STEP_REPLACE, NONE } },
	{ .name = "a disk", .layers = {{ LAYER_OTHER, 0, ALONE, "/" }}, .n_layers = 1,
	  .plan.drift = { DRIFT_UNEXPECTED_MOUNT, NONE }, .plan.steps = { NONE },
	  .plan.refusal = ERROR_UNEXPECTED_MOUNT },
	{ .name = "covered", .layers = {{ LAYER_COVERED, RO, ALONE, "/s" }}, .n_layers = 1,
	  .plan.drift = { DRIFT_SOURCE_COVERED, NONE }, .plan.steps = { STEP_REPLACE, NONE } },
	{ .name = "no mount point", .on_mount = true,
	  .plan.drift = { DRIFT_SOURCE_MISSING, DRIFT_NOT_MOUNTED, NONE },
	  .plan.steps = { STEP_ATTACH, NONE }, .plan.refusal = ERROR_SOURCE_MISSING },
	{ .name = "bind of no mount point", .on_mount = true,
	  .layers = {{ LAYER_SAME, RO, ALONE, "/s" }}, .n_layers = 1,
	  .plan.drift = { DRIFT_SOURCE_MISSING, NONE }, .plan.steps = { NONE }, .plan.refusal = ERROR_SOURCE_MISSING },
	{ .name = "mount point", .on_mount = true, .is_mount_root = true,
	  .layers = {{ LAYER_SAME, RO, ALONE, "/s" }}, .n_layers = 1,
	  .plan.drift = { NONE }, .plan.steps = { NONE } },
	{ .name = "lost volume", .empty = true, .replace = true,
	  .layers = {{ LAYER_OTHER, RO, ALONE, "/", 7 }}, .n_layers = 1,
	  .plan.drift = { NONE }, .plan.steps = { NONE }, .plan.refusal = ERROR_SOURCE_UNMOUNTED },
	{ .name = "lost volume, and the source with it", .no_source = true, .replace = true,
	  .layers = {{ LAYER_OTHER, RO, ALONE, "/s", 7 }}, .n_layers = 1,
	  .plan.drift = { NONE }, .plan.steps = { NONE }, .plan.refusal = ERROR_SOURCE_UNMOUNTED },
	{ .name = "lost volume that is asked for", .on_mount = true, .replace = true,
	  .layers = {{ LAYER_OTHER, RO, ALONE, "/", 7 }}, .n_layers = 1,
	  .plan.drift = { NONE }, .plan.steps = { NONE }, .plan.refusal = ERROR_SOURCE_UNMOUNTED },
	{ .name = "no lost volume: the source is not empty", .replace = true,
	  .layers = {{ LAYER_OTHER, RO, ALONE, "/", 7 }}, .n_layers = 1,
	  .plan.drift = { DRIFT_UNEXPECTED_MOUNT, NONE }, .plan.steps = { STEP_REPLACE, NONE } },
	{ .name = "no lost volume: one is mounted", .empty = true, .is_mount_root = true,
	  .replace = true, .layers = {{ LAYER_OTHER, RO, ALONE, "/", 7 }}, .n_layers = 1,
	  .plan.drift = { DRIFT_UNEXPECTED_MOUNT, NONE }, .plan.steps = { STEP_REPLACE, NONE } },
	{ .name = "lost volume, of the root directory's", .empty = true, .replace = true, .point = 1,
	  .layers = {{ LAYER_OTHER, RO, ALONE, "/", 7 }}, .n_layers = 1,
	  .plan.drift = { NONE }, .plan.steps = { NONE }, .plan.refusal = ERROR_SOURCE_UNMOUNTED },
	{ .name = "no lost volume: another one is at its place", .empty = true, .replace = true, .point = 2,
	  .layers = {{ LAYER_OTHER, RO, ALONE, "/", 7 }}, .n_layers = 1,
	  .plan.drift = { DRIFT_UNEXPECTED_MOUNT, NONE }, .plan.steps = { STEP_REPLACE, NONE } },
	{ .name = "no lost volume: it is mounted elsewhere", .empty = true, .replace = true, .elsewhere = true,
	  .layers = {{ LAYER_OTHER, RO, ALONE, "/", 7 }}, .n_layers = 1,
	  .plan.drift = { DRIFT_UNEXPECTED_MOUNT, NONE }, .plan.steps = { STEP_REPLACE, NONE } },
	{ .name = "no lost volume, and not ours", .empty = true, .elsewhere = true,
	  .layers = {{ LAYER_OTHER, RO, ALONE, "/", 7 }}, .n_layers = 1,
	  .plan.drift = { DRIFT_UNEXPECTED_MOUNT, NONE }, .plan.steps = { NONE }, .plan.refusal = ERROR_UNEXPECTED_MOUNT },
	{ .name = "no lost volume: writable", .empty = true, .replace = true,
	  .layers = {{ LAYER_OTHER, 0, ALONE, "/", 7 }}, .n_layers = 1,
	  .plan.drift = { DRIFT_UNEXPECTED_MOUNT, NONE }, .plan.steps = { STEP_REPLACE, NONE } },
	{ .name = "no lost volume: the same file system", .empty = true, .replace = true,
	  .layers = {{ LAYER_OTHER, RO, ALONE, "/" }}, .n_layers = 1,
	  .plan.drift = { DRIFT_UNEXPECTED_MOUNT, NONE }, .plan.steps = { STEP_REPLACE, NONE } },
	{ .name = "no lost volume: another directory", .empty = true, .replace = true,
	  .layers = {{ LAYER_OTHER, RO, ALONE, "/x/s", 7 }}, .n_layers = 1,
	  .plan.drift = { DRIFT_WRONG_SOURCE, NONE }, .plan.steps = { STEP_REPLACE, NONE } },
	{ .name = "twice", .layers = {{ LAYER_SAME, RO, ALONE, "/s" }, { LAYER_SAME, RO, ALONE, "/s" }},
	  .n_layers = 2, .plan.drift = { DRIFT_STACKED, NONE }, .plan.steps = { STEP_PEEL, NONE } },
	{ .name = "read-only over writable is never peeled",
	  .layers = {{ LAYER_SAME, RO, ALONE, "/s" }, { LAYER_SAME, 0, ALONE, "/s" }},
	  .n_layers = 2, .plan.drift = { NONE }, .plan.steps = { NONE } },
	{ .name = "over a disk", .layers = {{ LAYER_SAME, RO, ALONE, "/s" }, { LAYER_OTHER, 0, ALONE, "/" }},
	  .n_layers = 2, .plan.drift = { NONE }, .plan.steps = { NONE } },
	{ .name = "gone", .gone = true, .plan.drift = { NONE }, .plan.steps = { NONE } },
	{ .name = "to be gone", .gone = true, .layers = {{ LAYER_SAME, RO, ALONE, "/s" }}, .n_layers = 1,
	  .plan.drift = { DRIFT_UNEXPECTED_MOUNT, NONE }, .plan.steps = { STEP_DETACH, NONE } },
	{ .name = "a disk is not ours to remove", .gone = true,
	  .layers = {{ LAYER_OTHER, 0, ALONE, "/" }}, .n_layers = 1,
	  .plan.drift = { DRIFT_UNEXPECTED_MOUNT, NONE }, .plan.steps = { NONE },
	  .plan.refusal = ERROR_UNEXPECTED_MOUNT },
	{ .name = "a lost volume is not removed", .gone = true, .empty = true, .on_mount = true,
	  .layers = {{ LAYER_OTHER, RO, ALONE, "/", 7 }}, .n_layers = 1,
	  .plan.drift = { DRIFT_UNEXPECTED_MOUNT, NONE }, .plan.steps = { NONE },
	  .plan.refusal = ERROR_SOURCE_UNMOUNTED },
	{ .name = "a lost volume is removed", .gone = true, .empty = true, .replace = true,
	  .layers = {{ LAYER_OTHER, RO, ALONE, "/", 7 }}, .n_layers = 1,
	  .plan.drift = { DRIFT_UNEXPECTED_MOUNT, NONE }, .plan.steps = { STEP_DETACH, NONE } },
	{ .name = "a double of nobody knows what", .gone = true, .no_name = true, .replace = true,
	  .layers = {{ LAYER_OTHER, RO, ALONE, "/" }, { LAYER_OTHER, 0, ALONE, "/" }}, .n_layers = 2,
	  .plan.drift = { DRIFT_UNEXPECTED_MOUNT, NONE }, .plan.steps = { STEP_DETACH, STEP_DETACH, NONE },
	  .plan.refusal = ERROR_WRONG_SOURCE },
	{ .name = "a stack of nobody knows what", .gone = true, .no_name = true, .replace = true,
	  .layers = {{ LAYER_OTHER, RO, ALONE, "/" }, { LAYER_OTHER, 0, ALONE, "/", 7 }}, .n_layers = 2,
	  .plan.drift = { DRIFT_UNEXPECTED_MOUNT, NONE }, .plan.steps = { STEP_DETACH, STEP_DETACH, NONE } },
};
/* clang-format on */

static struct want want_of(const struct row *row)
{
	return (struct want){
		.source = row->no_name ? NULL : "/s",
		.target = "/t",
		.state = row->gone ? STATE_UNMOUNTED : STATE_EPHEMERAL,
		.create = !row->no_create,
		.replace = row->replace,
		.options = {.set = row->options},
		.source_mount = {.is_asked = row->on_mount},
		.outer = WANT_NONE,
	};
}

static struct have have_of(const struct row *row, struct layer layers[4])
{
	for (size_t i = 0; i < row->n_layers; i++)
		layers[i] =
			(struct layer){.kind = row->layers[i].kind,
				       .mount = {.attr = row->layers[i].attr,
						 .propagation = row->layers[i].propagation,
						 .root = row->layers[i].root,
						 .superblock = row->layers[i].superblock,
						 .fs_type = "ext4"}};
	return (struct have){
		.source = {.fd = row->no_source ? -1 : 0,
			   .file_id = {.mode = S_IFDIR,
				       .is_mount_root = row->is_mount_root}},
		.is_source_empty = row->empty,
		.is_volume_mounted = row->elsewhere,
		.source_point_length = row->point,
		.target = {.fd = row->no_target ? -1 : 0, .file_id = {.mode = S_IFDIR}},
		.layers = layers,
		.n_layers = row->n_layers,
		.is_base_shared = row->base_shared,
	};
}

START_TEST(one_row)
{
	const struct row *row = &rows[_i];
	struct layer layers[4] = {0};
	const struct want want = want_of(row);
	const struct have have = have_of(row, layers);
	struct plan plan = {0};
	struct error err = {0};

	ck_assert_int_eq(plan_make(&want, NULL, &have, false, &plan, &err), 0);
	assert_plan(row->name, &plan, &row->plan);
	assert_plan_or_no_memory(row->name, &want, &have);
	plan_done(&plan);
}
END_TEST

/* What a plan foresees of a bind that shall be there is always right, or is refused. */
START_TEST(foresees_what_was_asked)
{
	const struct row *row = &rows[_i];
	struct layer layers[4] = {0};
	const struct want want = want_of(row);
	const struct have have = have_of(row, layers);
	struct plan plan = {0};
	struct error err = {0};

	ck_assert_int_eq(plan_make(&want, NULL, &have, false, &plan, &err), 0);
	if (!plan.refusal) {
		ck_assert_msg(plan.after.mounted == !row->gone, "%s: mounted", row->name);
		ck_assert_msg(row->gone || plan.after.read_only, "%s: writable", row->name);
		ck_assert_msg(row->gone || plan.after.propagation == ALONE, "%s: shared",
			      row->name);
		ck_assert_msg((plan.after.attr & row->options) == row->options,
			      "%s: options", row->name);
	}
	plan_done(&plan);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("plan");

	tcase_add_loop_test(tests, one_row, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tests, foresees_what_was_asked, 0, ARRAY_LEN(rows));
	return suite_run("plan", tests);
}
