/* SPDX-License-Identifier: Apache-2.0 */
/* What fstab says of a target beside what it should say. */
#include <string.h>
#include <sys/stat.h>

#include "fstab/line.h"
#include "plan/planner.h"
#include "plan_check.h"
#include "suite.h"

#define RIGHT "/s /t none bind,ro,private,x-robind 0 0\n"
#define END   LIST_END

struct row {
	const char *name;
	const char *fstab; /* NULL: it cannot be read */
	enum state state;
	enum fstab_type type;
	bool self;         /* the source is the target */
	bool is_base_here; /* which is the mount point of a disk */
	bool has_helper;
	bool skip;
	bool is_below;        /* the file lies below the target */
	struct expected plan; /* beside what is drift of the live mount */
	enum line_action action;
};

/* clang-format off */
static const struct row rows[] = {
	{ .name = "as asked", .fstab = RIGHT, .plan = {{ END }, { END }} },
	{ .name = "no line", .fstab = "", .action = LINE_ACTION_ADD,
	  .plan = {{ DRIFT_FSTAB_MISSING, END }, { END }} },
	{ .name = "a line that lacks something", .fstab = "/s /t none bind,private 0 0\n",
	  .action = LINE_ACTION_CORRECT, .plan = {{ DRIFT_FSTAB_DIFFERS, END }, { END }} },
	{ .name = "two lines", .fstab = RIGHT RIGHT, .action = LINE_ACTION_CORRECT,
	  .plan = {{ DRIFT_FSTAB_DUPLICATE, END }, { END }} },
	{ .name = "two wrong lines", .fstab = "/s /t none bind 0 0\n" RIGHT,
	  .action = LINE_ACTION_CORRECT,
	  .plan = {{ DRIFT_FSTAB_DIFFERS, DRIFT_FSTAB_DUPLICATE, END }, { END }} },
	{ .name = "a line that is to go", .state = STATE_FSTAB_ABSENT, .fstab = RIGHT,
	  .action = LINE_ACTION_REMOVE, .plan = {{ DRIFT_FSTAB_UNWANTED, END }, { END }} },
	{ .name = "two lines that are to go", .state = STATE_FSTAB_ABSENT, .fstab = RIGHT RIGHT,
	  .action = LINE_ACTION_REMOVE, .plan = {{ DRIFT_FSTAB_UNWANTED, END }, { END }} },
	{ .name = "a line that is gone", .state = STATE_FSTAB_ABSENT, .fstab = "/x /y none bind 0 0\n",
	  .plan = {{ END }, { END }} },
	{ .name = "nothing is asked of it", .state = STATE_EPHEMERAL, .fstab = "",
	  .plan = {{ END }, { END }} },
	{ .name = "a disk's line", .fstab = "/dev/sda1 /t ext4 defaults 0 2\n", .action = LINE_ACTION_ADD,
	  .plan = {{ DRIFT_FSTAB_MISSING, END }, { END }, ERROR_FSTAB_CONFLICT } },
	{ .name = "a disk's line is not ours to remove", .state = STATE_FSTAB_ABSENT,
	  .fstab = "/dev/sda1 /t ext4 defaults 0 2\n", .plan = {{ END }, { END }} },
	{ .name = "the mount point of a disk", .self = true, .is_base_here = true, .fstab = "",
	  .action = LINE_ACTION_ADD,
	  .plan = {{ DRIFT_FSTAB_MISSING, END }, { END }, ERROR_FSTAB_CONFLICT } },
	{ .name = "a directory onto itself", .self = true, .fstab = "", .action = LINE_ACTION_ADD,
	  .plan = {{ DRIFT_FSTAB_MISSING, END }, { END }} },
	{ .name = "a helper that is missing", .type = FSTAB_TYPE_ROBIND, .fstab = "",
	  .action = LINE_ACTION_ADD,
	  .plan = {{ DRIFT_FSTAB_MISSING, END }, { END }, ERROR_HELPER_MISSING } },
	{ .name = "a helper", .type = FSTAB_TYPE_ROBIND, .has_helper = true, .fstab = "",
	  .action = LINE_ACTION_ADD, .plan = {{ DRIFT_FSTAB_MISSING, END }, { END }} },
	{ .name = "no line, in a file below the target", .is_below = true, .fstab = "",
	  .action = LINE_ACTION_ADD,
	  .plan = {{ DRIFT_FSTAB_MISSING, END }, { END }, ERROR_FSTAB } },
	{ .name = "as asked, in a file below the target", .is_below = true, .fstab = RIGHT,
	  .plan = {{ END }, { END }} },
	{ .name = "cannot be read", .plan = {{ END }, { END }, ERROR_FSTAB } },
	{ .name = "cannot be read, and nothing is asked of it", .state = STATE_EPHEMERAL,
	  .plan = {{ END }, { END }} },
	{ .name = "was planned before", .skip = true, .fstab = "", .plan = {{ END }, { END }} },
};
/* clang-format on */

/* What is mounted is as asked, or gone. */
static struct have have_of(const struct row *row, struct layer *layer,
			   const struct fstab *fstab, const struct error *unread)
{
	const char *source = row->self ? "/t" : "/s";
	size_t i = row->fstab ? line_find_bind(fstab, "/t") : FSTAB_NONE;

	*layer = (struct layer){.kind = LAYER_SAME,
				.mount = {.root = source,
					  .attr = MOUNT_FLAG_RDONLY,
					  .propagation = PROPAGATION_PRIVATE}};
	return (struct have){
		.source = {.file_id = {.mode = S_IFDIR}},
		.target = {.file_id = {.mode = S_IFDIR}},
		.layers = layer,
		.n_layers = 1,
		.is_base_here = row->is_base_here,
		.line = {.path = row->is_below ? "/t/fstab" : "/etc/fstab",
			 .fstab = row->fstab ? fstab : NULL,
			 .unread = unread,
			 .bind = i != FSTAB_NONE ? &fstab->entries[i] : NULL,
			 .skip_fstab = row->skip,
			 .has_helper = row->has_helper},
	};
}

START_TEST(one_row)
{
	const struct row *row = &rows[_i];
	const struct error unread = {.kind = ERROR_FSTAB, .text = "cannot be read"};
	const struct want want = {
		.source = row->self ? "/t" : "/s",
		.target = "/t",
		.state = row->state,
		.fstab_type = row->type,
		.outer = WANT_NONE,
	};
	struct fstab fstab = {0};
	struct layer layer = {0};
	struct have have;
	struct plan plan = {0};
	struct error err = {0};

	ck_assert_int_eq(fstab_parse(row->fstab ? row->fstab : "",
				     row->fstab ? strlen(row->fstab) : 0, &fstab),
			 0);
	have = have_of(row, &layer, &fstab, &unread);
	ck_assert_int_eq(plan_make(&want, NULL, &have, false, &plan, &err), 0);
	assert_plan(row->name, &plan, &row->plan);
	assert_plan_or_no_memory(row->name, &want, &have);
	ck_assert_msg(plan.line.action == row->action, "%s: %d", row->name,
		      (int)plan.line.action);
	plan_done(&plan);
	fstab_done(&fstab);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("rules_fstab");

	tcase_add_loop_test(tests, one_row, 0, ARRAY_LEN(rows));
	return suite_run("rules_fstab", tests);
}
