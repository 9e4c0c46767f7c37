/* SPDX-License-Identifier: Apache-2.0 */
/* What is mounted below a target, or should be: the drift, the steps and the refusals. */
#include <sys/stat.h>

#include "plan/planner.h"
#include "plan_check.h"
#include "suite.h"

#define RO     MOUNT_FLAG_RDONLY
#define SHARED PROPAGATION_SHARED
#define ALONE  PROPAGATION_PRIVATE
#define END    LIST_END

#define BELOW_MAX 3

/* One mount below the target, or below the source. */
struct row_mount {
	const char *point;
	enum below_kind kind;
	uint32_t attr;
	uint32_t propagation;
};

struct row {
	const char *name;
	bool recursive;
	bool replace;
	bool gone;
	bool self;
	bool nothing;     /* is mounted at the target */
	bool is_other;    /* somebody else's bind is */
	bool is_doubled;  /* the source is mounted below that as well, read-only */
	bool writable;    /* what is mounted there */
	bool shared;      /* is that mount */
	bool base_shared; /* is what that is mounted on */
	uint32_t options;
	struct row_mount below[BELOW_MAX];
	size_t n_below;
	struct row_mount
		missing[BELOW_MAX]; /* below the source, and not below the target */
	size_t n_missing;
	struct expected plan;
};

/* clang-format off */
static const struct row rows[] = {
	{ .name = "a writable copy that nobody asked for", .n_below = 1,
	  .below = {{ "/t/a", BELOW_COPY, 0, ALONE }},
	  .plan = {{ DRIFT_SUBMOUNT_WRITABLE, END }, { STEP_REPLACE, END }} },
	{ .name = "a read-only copy that nobody asked for", .n_below = 1,
	  .below = {{ "/t/a", BELOW_COPY, RO, ALONE }},
	  .plan = {{ END }, { END }} },
	{ .name = "a writable copy that belongs there", .recursive = true, .n_below = 1,
	  .below = {{ "/t/a", BELOW_COPY, 0, ALONE }},
	  .plan = {{ DRIFT_SUBMOUNT_WRITABLE, END }, { STEP_SET_READ_ONLY, END }} },
	{ .name = "a writable copy that others may have as well", .recursive = true, .n_below = 1,
	  .below = {{ "/t/a", BELOW_COPY, 0, ALONE }}, .base_shared = true,
	  .plan = {{ DRIFT_SUBMOUNT_WRITABLE, END },
		   { STEP_SET_READ_ONLY, STEP_REPLACE, END }} },
	{ .name = "a writable mount of somebody", .n_below = 1,
	  .below = {{ "/t/a", BELOW_FOREIGN, 0, ALONE }},
	  .plan = {{ DRIFT_SUBMOUNT_WRITABLE, END }, { END }, ERROR_SUBMOUNT_WRITABLE } },
	{ .name = "a writable mount of somebody that may go", .replace = true, .n_below = 1,
	  .below = {{ "/t/a", BELOW_FOREIGN, 0, ALONE }},
	  .plan = {{ DRIFT_SUBMOUNT_WRITABLE, END }, { STEP_REPLACE, END }} },
	{ .name = "a writable mount of somebody before a copy", .n_below = 2,
	  .below = {{ "/t/a", BELOW_FOREIGN, 0, ALONE }, { "/t/b", BELOW_COPY, 0, ALONE }},
	  .plan = {{ DRIFT_SUBMOUNT_WRITABLE, DRIFT_SUBMOUNT_WRITABLE, END },
		   { STEP_REPLACE, END }, ERROR_SUBMOUNT_WRITABLE } },
	{ .name = "a writable mount of somebody after a copy", .n_below = 2,
	  .below = {{ "/t/a", BELOW_COPY, 0, ALONE }, { "/t/b", BELOW_FOREIGN, 0, ALONE }},
	  .plan = {{ DRIFT_SUBMOUNT_WRITABLE, DRIFT_SUBMOUNT_WRITABLE, END },
		   { STEP_REPLACE, END }, ERROR_SUBMOUNT_WRITABLE } },
	{ .name = "a writable mount of a line before what is left", .recursive = true, .n_below = 2,
	  .below = {{ "/t/a", BELOW_IN_FSTAB, 0, ALONE }, { "/t/b", BELOW_LEFT, RO, ALONE }},
	  .plan = {{ DRIFT_SUBMOUNT_WRITABLE, DRIFT_SUBMOUNT_EXTRA, END },
		   { STEP_REPLACE, END }, ERROR_SUBMOUNT_WRITABLE } },
	{ .name = "a writable mount of a line after what is left", .recursive = true, .n_below = 2,
	  .below = {{ "/t/a", BELOW_LEFT, RO, ALONE }, { "/t/b", BELOW_IN_FSTAB, 0, ALONE }},
	  .plan = {{ DRIFT_SUBMOUNT_EXTRA, DRIFT_SUBMOUNT_WRITABLE, END },
		   { STEP_REPLACE, END }, ERROR_SUBMOUNT_WRITABLE } },
	{ .name = "a read-only mount of somebody", .n_below = 1,
	  .below = {{ "/t/a", BELOW_FOREIGN, RO, ALONE }},
	  .plan = {{ END }, { END }} },
	{ .name = "targets of other binds", .n_below = 2,
	  .below = {{ "/t/a", BELOW_REQUEST, 0, SHARED }, { "/t/b", BELOW_IN_FSTAB, RO, SHARED }},
	  .plan = {{ END }, { END }} },
	{ .name = "one that the source had once", .recursive = true, .n_below = 1,
	  .below = {{ "/t/a", BELOW_LEFT, RO, ALONE }},
	  .plan = {{ DRIFT_SUBMOUNT_EXTRA, END }, { STEP_REPLACE, END }} },
	{ .name = "a shared copy that belongs there", .recursive = true, .n_below = 1,
	  .below = {{ "/t/a", BELOW_COPY, RO, SHARED }},
	  .plan = {{ DRIFT_PROPAGATION, END }, { STEP_REPLACE, END }} },
	{ .name = "a copy that lacks an option", .recursive = true, .n_below = 1,
	  .options = MOUNT_FLAG_NOEXEC, .below = {{ "/t/a", BELOW_COPY, RO, ALONE }},
	  .plan = {{ DRIFT_OPTIONS, DRIFT_OPTIONS, END }, { STEP_REPLACE, END }} },
	{ .name = "one is missing", .recursive = true, .n_missing = 1, .missing = {{ "/s/a" }},
	  .plan = {{ DRIFT_SUBMOUNT_MISSING, END }, { STEP_REPLACE, END }} },
	{ .name = "one is missing that nobody asked for", .n_missing = 1, .missing = {{ "/s/a" }},
	  .plan = {{ END }, { END }} },
	{ .name = "one that cannot be bound", .recursive = true, .n_missing = 1,
	  .missing = {{ "/s/a", .propagation = PROPAGATION_UNBINDABLE }},
	  .plan = {{ DRIFT_SUBMOUNT_MISSING, END }, { STEP_REPLACE, END }, ERROR_SUBMOUNT_MISSING } },
	{ .name = "one that cannot be bound, at first", .recursive = true, .nothing = true,
	  .n_missing = 1, .missing = {{ "/s/a", .propagation = PROPAGATION_UNBINDABLE }},
	  .plan = {{ DRIFT_NOT_MOUNTED, END }, { STEP_ATTACH, END }, ERROR_SUBMOUNT_MISSING } },
	{ .name = "one that cannot be bound, for a new mount", .recursive = true, .is_other = true,
	  .n_missing = 1, .missing = {{ "/s/a", .propagation = PROPAGATION_UNBINDABLE }},
	  .plan = {{ DRIFT_STALE_SOURCE, END }, { STEP_REPLACE, END }, ERROR_SUBMOUNT_MISSING } },
	{ .name = "one that cannot be bound, below a stack", .recursive = true, .is_doubled = true,
	  .n_missing = 1, .missing = {{ "/s/a", .propagation = PROPAGATION_UNBINDABLE }},
	  .plan = {{ DRIFT_STACKED, END }, { STEP_PEEL, END }, ERROR_SUBMOUNT_MISSING } },
	{ .name = "a stack that stays is not left writable", .recursive = true, .is_doubled = true,
	  .writable = true, .n_missing = 1,
	  .missing = {{ "/s/a", .propagation = PROPAGATION_UNBINDABLE }},
	  .plan = {{ DRIFT_STACKED, DRIFT_WRITABLE, END }, { STEP_PEEL, STEP_SET_READ_ONLY, END },
		   ERROR_SUBMOUNT_MISSING } },
	{ .name = "one that a bind onto itself hides", .recursive = true, .self = true,
	  .n_missing = 1, .missing = {{ "/t/a" }},
	  .plan = {{ DRIFT_SUBMOUNT_MISSING, END }, { STEP_REPLACE, END }, ERROR_SUBMOUNT_MISSING } },
	{ .name = "the reason of the copies gives way to somebody's mount", .n_below = 1,
	  .shared = true, .base_shared = true, .below = {{ "/t/a", BELOW_FOREIGN, RO, SHARED }},
	  .plan = {{ DRIFT_PROPAGATION, END }, { STEP_SET_PRIVATE, END }} },
	{ .name = "what is writable does not give way", .n_below = 1, .writable = true,
	  .base_shared = true, .below = {{ "/t/a", BELOW_FOREIGN, RO, ALONE }},
	  .plan = {{ DRIFT_WRITABLE, END },
		   { STEP_SET_READ_ONLY, STEP_REPLACE, END }, ERROR_SUBMOUNT_IN_THE_WAY } },
	{ .name = "somebody's mount would be lost", .is_other = true, .n_below = 1,
	  .below = {{ "/t/a", BELOW_FOREIGN, RO, ALONE }},
	  .plan = {{ DRIFT_STALE_SOURCE, END }, { STEP_REPLACE, END },
		   ERROR_SUBMOUNT_IN_THE_WAY } },
	{ .name = "and an old one that stays for that is not left writable", .is_other = true,
	  .writable = true, .n_below = 1, .below = {{ "/t/a", BELOW_FOREIGN, RO, ALONE }},
	  .plan = {{ DRIFT_STALE_SOURCE, END }, { STEP_REPLACE, STEP_SET_READ_ONLY, END },
		   ERROR_SUBMOUNT_IN_THE_WAY } },
	{ .name = "a stack that stays for that is not left writable", .is_doubled = true,
	  .writable = true, .n_below = 1, .below = {{ "/t/a", BELOW_FOREIGN, RO, ALONE }},
	  .plan = {{ DRIFT_STACKED, DRIFT_WRITABLE, END }, { STEP_PEEL, STEP_SET_READ_ONLY, END },
		   ERROR_SUBMOUNT_IN_THE_WAY } },
	{ .name = "inner binds are carried over", .is_other = true, .n_below = 2,
	  .below = {{ "/t/a", BELOW_REQUEST, RO, ALONE }, { "/t/b", BELOW_IN_FSTAB, RO, ALONE }},
	  .plan = {{ DRIFT_STALE_SOURCE, END }, { STEP_REPLACE, END }} },
	{ .name = "what could not be taken away stays", .is_other = true, .replace = true,
	  .n_below = 1, .below = {{ "/t/a", BELOW_KEPT, RO, ALONE }},
	  .plan = {{ DRIFT_STALE_SOURCE, END }, { STEP_REPLACE, END },
		   ERROR_SUBMOUNT_IN_THE_WAY } },
	{ .name = "a first tree would hide what could not be taken away", .nothing = true,
	  .recursive = true, .n_below = 1, .below = {{ "/t/a", BELOW_KEPT, RO, ALONE }},
	  .plan = {{ DRIFT_NOT_MOUNTED, END }, { STEP_ATTACH, END }, ERROR_SUBMOUNT_IN_THE_WAY } },
	{ .name = "nothing carries inner binds of one that goes", .gone = true, .n_below = 1,
	  .below = {{ "/t/a", BELOW_IN_FSTAB, RO, ALONE }},
	  .plan = {{ DRIFT_UNEXPECTED_MOUNT, END }, { STEP_DETACH, END },
		   ERROR_SUBMOUNT_IN_THE_WAY } },
	{ .name = "copies go with the one that goes", .gone = true, .n_below = 1,
	  .below = {{ "/t/a", BELOW_COPY, RO, ALONE }},
	  .plan = {{ DRIFT_UNEXPECTED_MOUNT, END }, { STEP_DETACH, END }} },
	{ .name = "a first mount would hide one", .nothing = true, .n_below = 1,
	  .below = {{ "/t/a", BELOW_REQUEST, RO, ALONE }},
	  .plan = {{ DRIFT_NOT_MOUNTED, END }, { STEP_ATTACH, END }, ERROR_SUBMOUNT_IN_THE_WAY } },
	{ .name = "a first mount brings its own", .nothing = true, .recursive = true, .n_below = 1,
	  .below = {{ "/t/a", BELOW_COPY, RO, ALONE }},
	  .plan = {{ DRIFT_NOT_MOUNTED, END }, { STEP_ATTACH, END }} },
};
/* clang-format on */

static struct mount mount_of(const struct row_mount *m)
{
	return (struct mount){.point = m->point,
			      .root = "/",
			      .fs_type = "ext4",
			      .attr = m->attr,
			      .propagation = m->propagation};
}

/* What a row says of the machine; it points into the arrays beside it. */
struct scene {
	struct layer layers[2];
	struct mount below[BELOW_MAX];
	enum below_kind kinds[BELOW_MAX];
	struct mount source_below[BELOW_MAX];
	bool is_matched[BELOW_MAX];
	struct want want;
	struct have have;
};

static void fill_mounts(const struct row *row, struct scene *scene)
{
	for (size_t i = 0; i < row->n_below; i++) {
		scene->below[i] = mount_of(&row->below[i]);
		scene->kinds[i] = row->below[i].kind;
	}
	for (size_t i = 0; i < row->n_missing; i++)
		scene->source_below[i] = mount_of(&row->missing[i]);
	scene->layers[0] = (struct layer){
		.kind = row->is_other ? LAYER_STALE : LAYER_SAME,
		.mount = {.attr = row->writable ? 0 : RO,
			  .propagation = row->shared ? SHARED : ALONE,
			  .root = "/s",
			  .fs_type = "ext4"},
	};
	scene->layers[1] = (struct layer){.kind = LAYER_SAME,
					  .mount = {.attr = RO,
						    .propagation = ALONE,
						    .root = "/s",
						    .fs_type = "ext4"}};
}

static void fill(const struct row *row, struct scene *scene)
{
	fill_mounts(row, scene);
	scene->want = (struct want){
		.source = row->self ? "/t" : "/s",
		.target = "/t",
		.state = row->gone ? STATE_UNMOUNTED : STATE_EPHEMERAL,
		.recursive = row->recursive,
		.replace = row->replace,
		.options = {.set = row->options},
		.outer = WANT_NONE,
	};
	scene->have = (struct have){
		.source = {.file_id = {.mode = S_IFDIR}},
		.target = {.file_id = {.mode = S_IFDIR}},
		.layers = scene->layers,
		.n_layers = row->nothing      ? 0
			    : row->is_doubled ? 2
					      : 1,
		.is_base_shared = row->base_shared,
		.below = {scene->below, row->n_below},
		.below_kinds = scene->kinds,
		.source_below = {scene->source_below, row->n_missing},
		.is_matched = scene->is_matched,
	};
}

START_TEST(one_row)
{
	const struct row *row = &rows[_i];
	struct scene scene = {0};
	struct plan plan = {0};
	struct error err = {0};

	fill(row, &scene);
	ck_assert_int_eq(plan_make(&scene.want, NULL, &scene.have, false, &plan, &err), 0);
	assert_plan(row->name, &plan, &row->plan);
	assert_plan_or_no_memory(row->name, &scene.want, &scene.have);
	plan_done(&plan);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("rules_submounts");

	tcase_add_loop_test(tests, one_row, 0, ARRAY_LEN(rows));
	return suite_run("rules_submounts", tests);
}
