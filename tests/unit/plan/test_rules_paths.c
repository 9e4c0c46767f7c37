/* SPDX-License-Identifier: Apache-2.0 */
/* The two paths of a bind, and the mount that the source must lie on. */
#include <sys/stat.h>

#include "plan/planner.h"
#include "plan_check.h"
#include "suite.h"

#define END LIST_END

struct row {
	const char *name;
	enum state state;
	bool check_mode;
	bool no_source;
	bool is_deleted; /* what is mounted at the source */
	bool no_target;
	bool no_create;
	bool on_read_only; /* is what it would be made on */
	bool on_deleted;
	bool is_unbindable;
	bool source_is_file;
	bool target_is_file;
	bool outer; /* is above the target */
	enum state outer_state;
	const char *untriggered[3]; /* source, source_mount, target */
	bool on_mount;              /* the source is asked to lie on a mount */
	const char *mount_path;     /* at this path; NULL: it is to be one itself */
	bool is_mount_root;         /* the source is one */
	bool mount_is_there;        /* the path is */
	bool mount_is_root;         /* and is a mount point */
	uint64_t mount_id;          /* which the source, on mount 1, may lie on */
	struct expected plan;
	const char *at; /* of the refusal */
};

/* clang-format off */
static const struct row rows[] = {
	{ .name = "nothing there", .no_target = true,
	  .plan = {{ DRIFT_TARGET_MISSING, DRIFT_NOT_MOUNTED, END },
		   { STEP_CREATE_TARGET, STEP_ATTACH, END }} },
	{ .name = "nothing there, and not to be made", .no_target = true, .no_create = true,
	  .plan = {{ DRIFT_TARGET_MISSING, DRIFT_NOT_MOUNTED, END }, { STEP_ATTACH, END },
		   ERROR_TARGET_MISSING }, .at = "/target" },
	{ .name = "nothing there in the bind above", .no_target = true, .outer = true,
	  .outer_state = STATE_MOUNTED,
	  .plan = {{ DRIFT_TARGET_MISSING, DRIFT_NOT_MOUNTED, END }, { STEP_ATTACH, END },
		   ERROR_TARGET_MISSING }, .at = "/target" },
	{ .name = "nothing there, on a read-only mount", .no_target = true, .on_read_only = true,
	  .plan = {{ DRIFT_TARGET_MISSING, DRIFT_NOT_MOUNTED, END }, { STEP_ATTACH, END },
		   ERROR_TARGET_MISSING }, .at = "/target" },
	{ .name = "nothing there, in what was deleted", .no_target = true, .on_deleted = true,
	  .plan = {{ DRIFT_TARGET_MISSING, DRIFT_NOT_MOUNTED, END }, { STEP_ATTACH, END },
		   ERROR_TARGET_MISSING }, .at = "/target" },
	{ .name = "a source that is unbindable", .is_unbindable = true,
	  .plan = {{ DRIFT_NOT_MOUNTED, END }, { STEP_ATTACH, END }, ERROR_SYSTEM },
	  .at = "/source" },
	{ .name = "a file on a directory", .source_is_file = true,
	  .plan = {{ DRIFT_NOT_MOUNTED, END }, { STEP_ATTACH, END }, ERROR_TYPE_MISMATCH },
	  .at = "/target" },
	{ .name = "a directory on a file", .target_is_file = true,
	  .plan = {{ DRIFT_NOT_MOUNTED, END }, { STEP_ATTACH, END }, ERROR_TYPE_MISMATCH },
	  .at = "/target" },
	{ .name = "a file on a file", .source_is_file = true, .target_is_file = true,
	  .plan = {{ DRIFT_NOT_MOUNTED, END }, { STEP_ATTACH, END }} },
	{ .name = "a file on nothing", .source_is_file = true, .no_target = true,
	  .plan = {{ DRIFT_TARGET_MISSING, DRIFT_NOT_MOUNTED, END },
		   { STEP_CREATE_TARGET, STEP_ATTACH, END }} },
	{ .name = "no source", .no_source = true,
	  .plan = {{ DRIFT_SOURCE_MISSING, DRIFT_NOT_MOUNTED, END }, { STEP_ATTACH, END },
		   ERROR_SOURCE_MISSING }, .at = "/source" },
	{ .name = "no source yet", .no_source = true, .check_mode = true,
	  .plan = {{ DRIFT_SOURCE_MISSING, DRIFT_NOT_MOUNTED, END }, { STEP_ATTACH, END }} },
	{ .name = "a source that was deleted", .is_deleted = true, .is_mount_root = true,
	  .plan = {{ DRIFT_SOURCE_MISSING, DRIFT_NOT_MOUNTED, END }, { STEP_ATTACH, END },
		   ERROR_SOURCE_MISSING }, .at = "/source" },
	{ .name = "a source that was deleted, for now", .is_deleted = true, .is_mount_root = true,
	  .check_mode = true,
	  .plan = {{ DRIFT_SOURCE_MISSING, DRIFT_NOT_MOUNTED, END }, { STEP_ATTACH, END }} },
	{ .name = "behind an automount", .untriggered = { "/s" }, .no_source = true,
	  .plan = {{ DRIFT_UNTRIGGERED, END }, { END }} },
	{ .name = "all behind automounts", .untriggered = { "/s", "/m", "/t" }, .no_source = true,
	  .plan = {{ DRIFT_UNTRIGGERED, DRIFT_UNTRIGGERED, DRIFT_UNTRIGGERED, END }, { END }} },
	{ .name = "to be gone, behind an automount", .state = STATE_UNMOUNTED,
	  .untriggered = { NULL, NULL, "/t" }, .no_target = true,
	  .plan = {{ DRIFT_UNTRIGGERED, END }, { END }} },
	{ .name = "a mount point", .on_mount = true, .is_mount_root = true,
	  .plan = {{ DRIFT_NOT_MOUNTED, END }, { STEP_ATTACH, END }} },
	{ .name = "no mount point", .on_mount = true,
	  .plan = {{ DRIFT_SOURCE_MISSING, DRIFT_NOT_MOUNTED, END }, { STEP_ATTACH, END },
		   ERROR_SOURCE_MISSING }, .at = "/source_mount" },
	{ .name = "no mount point yet", .on_mount = true, .check_mode = true,
	  .plan = {{ DRIFT_SOURCE_MISSING, DRIFT_NOT_MOUNTED, END }, { STEP_ATTACH, END }} },
	{ .name = "on the mount", .on_mount = true, .mount_path = "/m", .mount_is_there = true,
	  .mount_is_root = true, .mount_id = 1,
	  .plan = {{ DRIFT_NOT_MOUNTED, END }, { STEP_ATTACH, END }} },
	{ .name = "on another mount", .on_mount = true, .mount_path = "/m", .mount_is_there = true,
	  .mount_is_root = true, .mount_id = 2,
	  .plan = {{ DRIFT_SOURCE_MISSING, DRIFT_NOT_MOUNTED, END }, { STEP_ATTACH, END },
		   ERROR_SOURCE_MISSING }, .at = "/source_mount" },
	{ .name = "a mount that is not there", .on_mount = true, .mount_path = "/m",
	  .mount_is_there = true, .mount_id = 1,
	  .plan = {{ DRIFT_SOURCE_MISSING, DRIFT_NOT_MOUNTED, END }, { STEP_ATTACH, END },
		   ERROR_SOURCE_MISSING }, .at = "/source_mount" },
	{ .name = "a mount and a source that are not there", .on_mount = true,
	  .mount_path = "/m", .no_source = true,
	  .plan = {{ DRIFT_SOURCE_MISSING, DRIFT_NOT_MOUNTED, END }, { STEP_ATTACH, END },
		   ERROR_SOURCE_MISSING }, .at = "/source_mount" },
	{ .name = "no source on the mount", .on_mount = true, .mount_path = "/m",
	  .mount_is_there = true, .mount_is_root = true, .mount_id = 1, .no_source = true,
	  .plan = {{ DRIFT_SOURCE_MISSING, DRIFT_NOT_MOUNTED, END }, { STEP_ATTACH, END },
		   ERROR_SOURCE_MISSING }, .at = "/source" },
};
/* clang-format on */

static struct want want_of(const struct row *row)
{
	return (struct want){
		.source = "/s",
		.target = "/o/t",
		.state = row->state ? row->state : STATE_EPHEMERAL,
		.create = !row->no_create,
		.source_mount = {.is_asked = row->on_mount,
				 .path = (char *)row->mount_path},
		.outer = WANT_NONE,
	};
}

static struct have have_of(const struct row *row)
{
	return (struct have){
		.source = {.fd = row->no_source ? -1 : 0,
			   .untriggered = (char *)row->untriggered[0],
			   .file_id = {.mode = row->source_is_file ? S_IFREG : S_IFDIR,
				       .mount = 1,
				       .is_mount_root = row->is_mount_root}},
		.is_source_deleted = row->is_deleted,
		.is_source_unbindable = row->is_unbindable,
		.ground = {.point = row->no_target ? (char *)"/" : NULL,
			   .is_read_only = row->on_read_only,
			   .is_deleted = row->on_deleted},
		.source_mount = {.fd = row->mount_is_there ? 0 : -1,
				 .untriggered = (char *)row->untriggered[1],
				 .file_id = {.mode = S_IFDIR,
					     .mount = row->mount_id,
					     .is_mount_root = row->mount_is_root}},
		.target = {.fd = row->no_target ? -1 : 0,
			   .untriggered = (char *)row->untriggered[2],
			   .file_id = {.mode = row->target_is_file ? S_IFREG : S_IFDIR}},
	};
}

START_TEST(one_row)
{
	const struct row *row = &rows[_i];
	const struct want outer = {.source = "/os",
				   .target = "/o",
				   .state = row->outer_state};
	const struct want want = want_of(row);
	const struct have have = have_of(row);
	struct plan plan = {0};
	struct error err = {0};

	ck_assert_int_eq(plan_make(&want, row->outer ? &outer : NULL, &have,
				   row->check_mode, &plan, &err),
			 0);
	assert_plan(row->name, &plan, &row->plan);
	assert_plan_or_no_memory(row->name, &want, &have);
	if (row->at)
		ck_assert_str_eq(plan.refusal->at, row->at);
	plan_done(&plan);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("rules_paths");

	tcase_add_loop_test(tests, one_row, 0, ARRAY_LEN(rows));
	return suite_run("rules_paths", tests);
}
