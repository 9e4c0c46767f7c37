/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a target goes with its mounts, and why it stays. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fstab/line.h"
#include "plan/planner.h"
#include "plan_check.h"
#include "suite.h"

#define END    LIST_END
#define DETACH STEP_DETACH
#define REMOVE STEP_REMOVE_TARGET
#define GONE   DRIFT_UNEXPECTED_MOUNT
#define EMPTY  DRIFT_TARGET_UNWANTED

struct row {
	const char *name;
	enum state state; /* STATE_MOUNTED, the first, stands for STATE_ABSENT */
	const char *source;
	const char *fstab;
	bool is_asked_not; /* for remove_target */
	bool is_source_found;
	bool is_missing;
	bool is_mounted;
	bool is_foreign;
	bool is_needed;
	bool replace;
	bool is_disk; /* what carries the bind is mounted there, too */
	bool is_auto; /* and is an automount */
	struct bare_target bare;
	struct expected plan; /* beside what is drift of fstab */
	const char
		*kept; /* a part of the reason; NULL: it does not stay, or nobody asked */
};

/* clang-format off */
static const struct row rows[] = {
	{ .name = "an empty one", .plan = {{ EMPTY, END }, { REMOVE, END }} },
	{ .name = "with the mount", .is_mounted = true, .plan = {{ GONE, END }, { DETACH, REMOVE, END }} },
	{ .name = "gone already", .is_missing = true, .plan = {{ END }, { END }} },
	{ .name = "not asked", .is_asked_not = true, .is_mounted = true, .plan = {{ GONE, END }, { DETACH, END }} },
	{ .name = "not asked, not mounted", .is_asked_not = true, .plan = {{ END }, { END }} },
	{ .name = "unmounted", .state = STATE_UNMOUNTED, .is_mounted = true,
	  .plan = {{ GONE, END }, { DETACH, END }} },
	{ .name = "fstab_only", .state = STATE_FSTAB_ONLY, .fstab = "/s /t none bind,ro,private,x-robind 0 0\n",
	  .plan = {{ END }, { END }} },
	{ .name = "fstab_absent", .state = STATE_FSTAB_ABSENT, .plan = {{ END }, { END }} },
	{ .name = "ephemeral", .state = STATE_EPHEMERAL, .is_mounted = true, .plan = {{ END }, { END }} },
	{ .name = "no source named", .source = "", .plan = {{ EMPTY, END }, { REMOVE, END }} },
	/* what is left alone */
	{ .name = "content", .bare = {.content = (char *)"'x'"}, .plan = {{ END }, { END }}, .kept = "('x')" },
	{ .name = "content below the mount", .is_mounted = true, .bare = {.content = (char *)"7 bytes"},
	  .plan = {{ GONE, END }, { DETACH, END }}, .kept = "(7 bytes)" },
	{ .name = "another mount", .bare = {.is_mount = true}, .plan = {{ END }, { END }}, .kept = "something else is mounted" },
	{ .name = "a socket", .bare = {.is_special = true}, .plan = {{ END }, { END }}, .kept = "neither" },
	{ .name = "read-only", .bare = {.is_read_only = true}, .plan = {{ END }, { END }}, .kept = "read-only" },
	{ .name = "by a symlink", .bare = {.is_linked = true}, .plan = {{ END }, { END }}, .kept = "symlink" },
	{ .name = "needed", .is_needed = true, .is_mounted = true, .plan = {{ GONE, END }, { DETACH, END }}, .kept = "another bind" },
	{ .name = "the source", .source = "/t", .is_mounted = true, .bare = {.is_own_place = true},
	  .plan = {{ GONE, END }, { DETACH, END }}, .kept = "source" },
	{ .name = "the source, not mounted", .source = "/t", .plan = {{ END }, { END }}, .kept = "source" },
	{ .name = "another line", .fstab = "/dev/sda1 /t ext4 noauto 0 2\n", .plan = {{ END }, { END }}, .kept = "line 1 of" },
	{ .name = "another line behind its own", .fstab = "/s /t none bind 0 0\n#\n/dev/sda1 /t ext4 noauto 0 2\n",
	  .plan = {{ DRIFT_FSTAB_UNWANTED, END }, { END }}, .kept = "line 3 of" },
	{ .name = "its own line", .fstab = "/s /t none bind 0 0\n",
	  .plan = {{ EMPTY, DRIFT_FSTAB_UNWANTED, END }, { REMOVE, END }} },
	{ .name = "a line for another", .fstab = "/dev/sda1 /t2 ext4 defaults 0 2\n", .plan = {{ EMPTY, END }, { REMOVE, END }} },
	/* what is refused */
	{ .name = "a foreign mount", .is_mounted = true, .is_foreign = true,
	  .plan = {{ GONE, END }, { END }, ERROR_WRONG_SOURCE } },
	{ .name = "a foreign mount, to be replaced", .is_mounted = true, .is_foreign = true, .replace = true,
	  .plan = {{ GONE, END }, { DETACH, REMOVE, END }} },
	{ .name = "onto itself, by its line", .source = "/t", .is_source_found = true,
	  .plan = {{ END }, { END }, ERROR_WRONG_SOURCE } },
	{ .name = "onto itself, by its line and mounted", .source = "/t", .is_source_found = true, .is_mounted = true,
	  .bare = {.is_own_place = true}, .plan = {{ GONE, END }, { DETACH, END }, ERROR_WRONG_SOURCE } },
	{ .name = "onto itself on a disk, by its line, to be replaced", .source = "/t", .is_source_found = true,
	  .is_asked_not = true, .is_mounted = true, .is_disk = true, .replace = true,
	  .plan = {{ GONE, END }, { DETACH, END }, ERROR_WRONG_SOURCE } },
	{ .name = "the same, not mounted", .source = "/t", .is_source_found = true,
	  .is_asked_not = true, .is_disk = true, .replace = true, .plan = {{ END }, { END }, ERROR_WRONG_SOURCE } },
	{ .name = "the same, named", .source = "/t", .is_asked_not = true, .is_mounted = true, .is_disk = true,
	  .replace = true, .plan = {{ GONE, END }, { DETACH, END }} },
	{ .name = "the same, on no disk", .source = "/t", .is_source_found = true, .is_asked_not = true,
	  .is_mounted = true, .replace = true, .plan = {{ GONE, END }, { DETACH, END }} },
	{ .name = "the same, on an automount", .source = "/t", .is_source_found = true, .is_asked_not = true,
	  .is_mounted = true, .is_disk = true, .is_auto = true, .replace = true,
	  .plan = {{ GONE, END }, { DETACH, END }} },
	{ .name = "the same, with nothing given up", .source = "/t", .is_source_found = true, .is_asked_not = true,
	  .is_mounted = true, .is_disk = true, .plan = {{ GONE, END }, { DETACH, END }, ERROR_WRONG_SOURCE } },
	{ .name = "the same, and its line stays", .source = "/t", .is_source_found = true, .is_asked_not = true,
	  .is_mounted = true, .is_disk = true, .replace = true, .state = STATE_UNMOUNTED,
	  .plan = {{ GONE, END }, { DETACH, END }} },
	{ .name = "onto itself, and another source named", .is_mounted = true, .is_foreign = true, .replace = true,
	  .bare = {.is_own_place = true}, .plan = {{ GONE, END }, { DETACH, END }, ERROR_WRONG_SOURCE } },
};
/* clang-format on */

static struct want want_of(const struct row *row)
{
	const char *source = row->source ? row->source : "/s";

	return (struct want){
		.source = source[0] != '\0' ? (char *)source : NULL,
		.is_source_found = row->is_source_found,
		.target = (char *)"/t",
		.state = row->state == STATE_MOUNTED ? STATE_ABSENT : row->state,
		.remove_target = !row->is_asked_not,
		.replace = row->replace,
		.outer = WANT_NONE,
		.needed_by = row->is_needed ? 0 : WANT_NONE,
	};
}

static struct have have_of(const struct row *row, struct layer *layer,
			   const struct fstab *fstab)
{
	*layer = (struct layer){.kind = row->is_foreign ? LAYER_OTHER : LAYER_SAME,
				.mount = {.root = "/s",
					  .fs_type = "ext4",
					  .attr = MOUNT_FLAG_RDONLY,
					  .propagation = PROPAGATION_PRIVATE}};
	return (struct have){
		.source = {.file_id = {.mode = S_IFDIR}},
		.target = {.fd = row->is_missing ? -1 : 0, .file_id = {.mode = S_IFDIR}},
		.bare = row->bare,
		.layers = layer,
		.n_layers = row->is_mounted,
		.is_base_here = row->is_disk,
		.on = {.mount = row->is_auto},
		.line = {.path = "/etc/fstab", .fstab = fstab},
	};
}

START_TEST(one_row)
{
	const struct row *row = &rows[_i];
	const struct want want = want_of(row);
	struct fstab fstab = {0};
	struct layer layer = {0};
	struct have have;
	struct plan plan = {0};
	struct error err = {0};

	ck_assert_int_eq(fstab_parse(row->fstab ? row->fstab : "",
				     row->fstab ? strlen(row->fstab) : 0, &fstab),
			 0);
	have = have_of(row, &layer, &fstab);
	ck_assert_int_eq(plan_make(&want, NULL, &have, true, &plan, &err), 0);
	assert_plan(row->name, &plan, &row->plan);
	assert_plan_or_no_memory(row->name, &want, &have);
	ck_assert_msg((plan.kept != NULL) == (row->kept != NULL), "%s: '%s'", row->name,
		      plan.kept ? plan.kept : "");
	ck_assert_msg(!plan.kept || strstr(plan.kept, row->kept), "%s: '%s'", row->name,
		      plan.kept);
	plan_done(&plan);
	ck_assert_ptr_null(plan.kept);
	fstab_done(&fstab);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("rules_removal");

	tcase_add_loop_test(tests, one_row, 0, ARRAY_LEN(rows));
	return suite_run("rules_removal", tests);
}
