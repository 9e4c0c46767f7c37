/* SPDX-License-Identifier: Apache-2.0 */
/* The reply, from made-up outcomes: what is told of each bind, and of all. */
#include "reply_check.h"

static void begin_nothing(struct fixture *x)
{
	(void)x;
}

static void change_in_check_mode(struct fixture *x)
{
	change_first(x);
	x->reply.check_mode = true;
}

static void fail_first(struct fixture *x)
{
	refuse(first(x), "target");
}

static void fail_single(struct fixture *x)
{
	x->req.is_single = true;
	refuse(first(x), "target");
}

static void fail_purged(struct fixture *x)
{
	x->req.n_named = 1;
	refuse(second(x), "target");
}

static void fail_after_change(struct fixture *x)
{
	change(first(x));
	refuse(first(x), "source");
}

static void fail_unseen(struct fixture *x)
{
	change(first(x));
	first(x)->before = writable;
	first(x)->is_after_known = false;
	x->req.diff = true;
	refuse(first(x), "source");
}

static void fail_whole(struct fixture *x)
{
	static struct error err;

	change_first(x);
	second(x)->status = STATUS_SKIPPED;
	error_no_memory(&err);
	x->err = &err;
}

static void fail_whole_shortly(struct fixture *x)
{
	fail_whole(x);
	refuse(second(x), "target");
	x->reply.is_private = x->is_short = true;
}

static void resolve(struct fixture *x)
{
	static struct want_asked asked = {.source = "/s", .target = "/t"};

	leave(x);
	x->wants[0].asked = &asked;
	x->wants[0].target = "/real";
	x->wants[0].source = "/found";
}

static void know_source(struct fixture *x)
{
	leave(x);
	x->wants[0].is_source_found = true;
}

static const struct row rows[] = {
	{"not begun", begin_nothing, "binds/0/status", "\"skipped\""},
	{"not begun", begin_nothing, "changed", "false"},
	{"ok", leave, "binds/0",
	 "{\"target\":\"/t\",\"source\":\"/s\",\"state\":\"mounted\",\"status\":\"ok\","
	 "\"changed\":false}"},
	{"ok", leave, "msg", "\"0 of 2 binds changed\""},
	{"ok", leave, "warnings", "[]"},
	{"ok", leave, "diff", NULL},
	{"ok", leave, "needs_restart", NULL},
	{"ok", leave, "robind/read_api", "\"mountinfo\""},
	{"changed", change_first, "changed", "true"},
	{"changed", change_first, "failed", "false"},
	{"changed", change_first, "summary",
	 "{\"ok\":1,\"changed\":1,\"failed\":0,\"skipped\":0}"},
	{"changed", change_first, "binds/0",
	 "{\"target\":\"/t\",\"source\":\"/s\",\"state\":\"mounted\",\"status\":\"changed\","
	 "\"changed\":true,\"drift\":[{\"code\":\"not_mounted\",\"want\":\"/s\",\"have\":null,"
	 "\"msg\":\"nothing is mounted at the target\"}],\"actions\":[\"attach\"],"
	 "\"before\":" ABSENT ",\"after\":" RIGHT "}"},
	{"check mode", change_in_check_mode, "msg", "\"1 of 2 binds would change\""},
	{"check mode", change_in_check_mode, "check_mode", "true"},
	{"failed", fail_first, "binds/0/error", ERROR_AT("/binds/0/target")},
	{"failed", fail_first, "failed", "true"},
	{"failed", fail_first, "changed", "false"},
	{"failed", fail_first, "msg", "\"1 of 2 binds failed, 0 of 2 binds changed\""},
	{"failed, alone", fail_single, "binds/0/error", ERROR_AT("/target")},
	{"failed, purged", fail_purged, "binds/1/error", ERROR_AT("/purge")},
	{"failed after change", fail_after_change, "changed", "true"},
	{"failed after change", fail_after_change, "binds/0/status", "\"failed\""},
	{"failed after change", fail_after_change, "binds/0/changed", "true"},
	{"failed after change", fail_after_change, "binds/0/after", RIGHT},
	{"could not be seen", fail_unseen, "binds/0/before", WRITABLE},
	{"could not be seen", fail_unseen, "binds/0/after", NULL},
	{"could not be seen", fail_unseen, "diff", NULL},
	{"all failed", fail_whole, "failed", "true"},
	{"all failed", fail_whole, "changed", "true"},
	{"all failed", fail_whole, "msg", "\"out of memory\""},
	{"all failed", fail_whole, "error",
	 "{\"code\":\"memory\",\"at\":\"\",\"errno\":\"ENOMEM\",\"msg\":\"out of memory\"}"},
	{"all failed", fail_whole, "binds/0/actions", "[\"attach\"]"},
	{"all failed", fail_whole, "binds/1/status", "\"skipped\""},
	{"short", fail_whole_shortly, "binds/0",
	 "{\"target\":\"/t\",\"source\":\"/s\",\"state\":\"mounted\",\"status\":\"changed\","
	 "\"changed\":true}"},
	{"short", fail_whole_shortly, "binds/1/error", ERROR_AT("/binds/1/target")},
	{"short", fail_whole_shortly, "warnings", "[]"},
	{"resolved", resolve, "binds/0/resolved",
	 "{\"target\":\"/real\",\"source\":\"/found\"}"},
	{"resolved", resolve, "binds/0/target", "\"/t\""},
	{"resolved", resolve, "binds/0/source", "\"/s\""},
	{"source from fstab", know_source, "binds/0/resolved", NULL},
	{"source from fstab", know_source, "binds/0/source", NULL},
};

START_TEST(told)
{
	check_row(&rows[_i]);
}
END_TEST

/* Without a request there are no binds, whatever is wrong with it. */
START_TEST(no_request)
{
	struct fixture x = {0};
	struct error err = {0};
	scoped_mem char *text = NULL;

	error_set(&err, ERROR_USAGE, 0, PTR_ROOT, "what?");
	x.err = &err;
	text = text_of(&x);
	ck_assert_str_eq(
		text,
		"{\"changed\":false,\"failed\":true,\"msg\":\"what?\",\"error\":{\"code\":"
		"\"usage\",\"at\":\"\",\"errno\":null,\"msg\":\"what?\"},\"summary\":{\"ok\":0,"
		"\"changed\":0,\"failed\":0,\"skipped\":0},\"binds\":[],\"warnings\":[],"
		"\"check_mode\":false,\"robind\":{\"version\":\"" ROBIND_VERSION
		"\",\"protocol\":1,\"mount_api\":\"mount_setattr\",\"read_api\":\"mountinfo\"}}");
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("reply");

	tcase_add_loop_test(tests, told, 0, ARRAY_LEN(rows));
	tcase_add_test(tests, no_request);
	return suite_run("reply", tests);
}
