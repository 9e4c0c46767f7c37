/* SPDX-License-Identifier: Apache-2.0 */
/* What few hosts have: an automount in the way, a place that shall be free, lines for a source's mount. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "failing_memory.h"
#include "plan/planner.h"
#include "plan_check.h"
#include "suite.h"

#define NONE LIST_END

static const struct mount barred = {.point = "/s/in"};

struct row {
	const char *name;
	enum state state;
	bool is_mounted;
	bool no_target;
	bool stops;         /* systemd would take the automount away that is there */
	bool barred;        /* what lies at /s/in shall not be seen */
	const char *listed; /* a mount point above the source that fstab names */
	bool by_line;       /* the bind's own line names a mount */
	bool in_self;       /* a bind above it is one of its own place */
	struct expected plan;
	const char *at;
	const char *says;
};

/* clang-format off */
static const struct row rows[] = {
	{ .name = "an automount that is alone", .state = STATE_UNMOUNTED, .stops = true,
	  .plan = {{ DRIFT_UNEXPECTED_MOUNT, NONE }, { STEP_STOP_AUTOMOUNT, NONE }} },
	{ .name = "an automount with what it mounted", .state = STATE_UNMOUNTED, .stops = true, .is_mounted = true,
	  .plan = {{ DRIFT_UNEXPECTED_MOUNT, NONE }, { STEP_DETACH, STEP_STOP_AUTOMOUNT, NONE }} },
	{ .name = "something where the request wants nothing", .barred = true, .state = STATE_EPHEMERAL,
	  .plan = {{ DRIFT_NOT_MOUNTED, NONE }, { STEP_ATTACH, NONE }, ERROR_SUBMOUNT_IN_THE_WAY },
	  .at = "/source", .says = "'/s/in' would be seen at '/t/in', where" },
	{ .name = "a mount of fstab's that is not there", .listed = "/s", .state = STATE_EPHEMERAL,
	  .plan = {{ DRIFT_SOURCE_MISSING, DRIFT_NOT_MOUNTED, NONE }, { STEP_ATTACH, NONE }, ERROR_SOURCE_UNMOUNTED },
	  .at = "/source", .says = "'/s' is not mounted, though fstab lists it" },
	{ .name = "a mount of the line's that is not there", .by_line = true, .state = STATE_EPHEMERAL,
	  .plan = {{ DRIFT_SOURCE_MISSING, DRIFT_NOT_MOUNTED, NONE }, { STEP_ATTACH, NONE }, ERROR_SOURCE_UNMOUNTED },
	  .at = "/source", .says = "'/s' is not the mount that the line of '/t' in fstab asks for" },
	{ .name = "hidden by a bind onto itself", .no_target = true, .in_self = true, .state = STATE_EPHEMERAL,
	  .plan = {{ DRIFT_TARGET_MISSING, DRIFT_NOT_MOUNTED, NONE }, { STEP_ATTACH, NONE }, ERROR_TARGET_MISSING },
	  .at = "/target", .says = "'/' is bound read-only onto itself above it" },
};
/* clang-format on */

START_TEST(one_row)
{
	const struct row *row = &rows[_i];
	const struct want want = {.source = (char *)"/s",
				  .target = (char *)"/t",
				  .state = row->state,
				  .create = true,
				  .outer = WANT_NONE};
	const struct want outer = {.source = (char *)"/", .target = (char *)"/"};
	struct layer layer = {.kind = LAYER_SAME,
			      .mount = {.root = "/s",
					.attr = MOUNT_FLAG_RDONLY,
					.propagation = PROPAGATION_PRIVATE,
					.fs_type = "tmpfs"}};
	const struct have have = {
		.source = {.file_id = {.mode = S_IFDIR}},
		.source_mount = {.fd = -1},
		.target = {.fd = row->no_target ? -1 : 0, .file_id = {.mode = S_IFDIR}},
		.layers = &layer,
		.n_layers = row->is_mounted,
		.barred = row->barred ? &barred : NULL,
		.listed = row->listed,
		.kept = {.is_asked = row->by_line},
		.on = {.mount = row->stops, .may_stop = row->stops, .is_of_systemd = true},
	};
	struct plan plan = {0};
	struct error err = {0};

	ck_assert_int_eq(plan_make(&want, row->in_self ? &outer : NULL, &have, false, &plan,
				   &err),
			 0);
	assert_plan(row->name, &plan, &row->plan);
	if (row->says) {
		ck_assert_msg(strstr(plan.refusal->text, row->says), "%s: %s", row->name,
			      plan.refusal->text);
		ck_assert_str_eq(plan.refusal->at, row->at);
		ck_assert_int_eq(plan_refused(&plan, &err), -1);
		ck_assert_int_eq(err.kind, row->plan.refusal);
	}
	plan_done(&plan);
	assert_plan_or_no_memory(row->name, &want, &have);
}
END_TEST

/* A bind that was not asked to be one is recursive where it has a mount of the source's. */
START_TEST(what_is_recursive)
{
	static const struct {
		enum below_kind kinds[2];
		bool is_recursive;
	} below[] = {
		{{BELOW_FOREIGN, BELOW_COPY}, true},
		{{BELOW_COPY, BELOW_REQUEST}, true},
		{{BELOW_FOREIGN, BELOW_REQUEST}, false},
	};
	const struct want want = {.source = (char *)"/s",
				  .target = (char *)"/t",
				  .state = STATE_EPHEMERAL,
				  .outer = WANT_NONE};
	struct layer layer = {.kind = LAYER_SAME,
			      .mount = {.root = "/s",
					.attr = MOUNT_FLAG_RDONLY,
					.propagation = PROPAGATION_PRIVATE}};
	struct mount mounts[2] = {
		{.point = "/t/a",
		 .attr = MOUNT_FLAG_RDONLY,
		 .propagation = PROPAGATION_PRIVATE},
		{.point = "/t/b",
		 .attr = MOUNT_FLAG_RDONLY,
		 .propagation = PROPAGATION_PRIVATE},
	};
	enum below_kind kinds[2] = {below[_i].kinds[0], below[_i].kinds[1]};
	const struct have have = {.source = {.file_id = {.mode = S_IFDIR}},
				  .target = {.file_id = {.mode = S_IFDIR}},
				  .layers = &layer,
				  .n_layers = 1,
				  .below = {mounts, 2},
				  .below_kinds = kinds};
	struct plan plan = {0};
	struct error err = {0};

	ck_assert_int_eq(plan_make(&want, NULL, &have, false, &plan, &err), 0);
	ck_assert_int_eq(plan.before.recursive, below[_i].is_recursive);
	plan_done(&plan);
}
END_TEST

/* ---- what becomes of the file ---- */

#define RIGHT "/s /t none bind,ro,private,x-robind 0 0\n"
#define OTHER "/o /u none bind 0 0\n"

/* An fstab, what it becomes; and of the lines for the target how they were and will be. */
/* clang-format off */
static const struct { const char *text; enum state state; const char *becomes; const char *old; const char *new; } files[] = {
	{ OTHER,                       STATE_MOUNTED, OTHER RIGHT, "", RIGHT },
	{ OTHER RIGHT,                 STATE_MOUNTED, OTHER RIGHT, RIGHT, "" },
	{ "/s /t none bind\n" OTHER,   STATE_MOUNTED, "/s /t none bind,ro,private,x-robind\n" OTHER,
	  "/s /t none bind\n", "/s /t none bind,ro,private,x-robind\n" },
	{ RIGHT OTHER RIGHT,           STATE_MOUNTED, RIGHT OTHER, RIGHT RIGHT, RIGHT },
	{ "/s /t none bind\n" RIGHT,   STATE_MOUNTED, "/s /t none bind,ro,private,x-robind\n",
	  "/s /t none bind\n" RIGHT, "/s /t none bind,ro,private,x-robind\n" },
	{ RIGHT OTHER RIGHT,           STATE_ABSENT,  OTHER, RIGHT RIGHT, "" },
	{ OTHER,                       STATE_ABSENT,  OTHER, "", "" },
};
/* clang-format on */

START_TEST(what_becomes_of_a_file)
{
	const struct want want = {.source = (char *)"/s",
				  .target = (char *)"/t",
				  .state = files[_i].state,
				  .outer = WANT_NONE};
	const char *text = files[_i].text;
	struct fstab fstab = {0};
	struct fstab_edits edits = {.fstab = &fstab};
	struct line_plan plan = {0};
	struct strbuf old = {0};
	struct strbuf new = {0};
	char *becomes = NULL;
	size_t size = 0;

	ck_assert_int_eq(fstab_parse(text, strlen(text), &fstab), 0);
	ck_assert_int_eq(line_plan_make(&want, 0, &fstab, &plan), 0);
	line_plan_show_old(&plan, &fstab, &old);
	line_plan_show_new(&plan, &fstab, &new);
	ck_assert_str_eq(strbuf_text(&old), files[_i].old);
	ck_assert_str_eq(strbuf_text(&new), files[_i].new);
	ck_assert_int_eq(line_plan_note(&plan, &edits), 0);
	ck_assert_int_eq(fstab_edited(&edits, &becomes, &size), 0);
	ck_assert_str_eq(becomes, files[_i].becomes);
	free(becomes);
	strbuf_done(&old);
	strbuf_done(&new);
	line_plan_done(&plan);
	fstab_edits_done(&edits);
	fstab_done(&fstab);
}
END_TEST

/* A line that is to be corrected, and another one that is to go. */
START_TEST(a_correction_that_there_is_no_memory_for)
{
	const struct want want = {.source = (char *)"/s",
				  .target = (char *)"/t",
				  .state = STATE_MOUNTED,
				  .outer = WANT_NONE};
	const char text[] = "/s /t none bind 0 0\n/s /t none bind,ro 0 0\n";
	struct fstab fstab = {0};
	struct line_plan plan = {0};
	bool is_noted = false;

	ck_assert_int_eq(fstab_parse(text, strlen(text), &fstab), 0);
	ck_assert_int_eq(line_plan_make(&want, 0, &fstab, &plan), 0);
	for (size_t nth = 1; nth < 100 && !is_noted; nth++) {
		struct fstab_edits edits = {.fstab = &fstab};

		failing_memory_begin(nth, false);
		is_noted = line_plan_note(&plan, &edits) == 0;
		ck_assert_int_eq(failing_memory_end(), !is_noted);
		fstab_edits_done(&edits);
	}
	ck_assert(is_noted);
	line_plan_done(&plan);
	fstab_done(&fstab);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("rare");

	tcase_add_loop_test(tests, one_row, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tests, what_is_recursive, 0, 3);
	tcase_add_loop_test(tests, what_becomes_of_a_file, 0, ARRAY_LEN(files));
	tcase_add_test(tests, a_correction_that_there_is_no_memory_for);
	return suite_run("rare", tests);
}
