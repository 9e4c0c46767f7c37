/* SPDX-License-Identifier: Apache-2.0 */
/* The reply: what is told beside the binds, as warnings, diff, holders and fstab. */
#include "reply_check.h"

static void change_line(struct fixture *x)
{
	leave(x);
	first(x)->status = STATUS_CHANGED;
	first(x)->changed = first(x)->is_after_known = true;
	first(x)->before = first(x)->after = read_only;
	first(x)->after.in_fstab = true;
	first(x)->line = LINE_ACTION_ADD;
	x->req.diff = true;
	x->reply.has_fstab_diff = true;
	strbuf_add(&x->reply.fstab_after, "/s /t none bind 0 0\n");
	x->reply.backup_file = strdup("/etc/fstab.1~");
	x->reply.has_reloaded = true;
}

static void fail_reload(struct fixture *x)
{
	change_line(x);
	x->reply.reload_error = ETIMEDOUT;
}

static void mend(struct fixture *x)
{
	change_first(x);
	first(x)->before = writable;
	first(x)->done.gap = true;
	x->req.diff = true;
}

static void warn(struct fixture *x)
{
	change_first(x);
	first(x)->risks = 1u << RISK_HELPER_MISSING;
	second(x)->risks = 1u << RISK_VOLATILE_SOURCE; /* but nobody asked */
	second(x)->covered = strdup("/old");
	x->reply.is_private = true;
	x->reply.n_unparsed = 3;
	x->reply.unparsed = 7;
}

static void judge_boot(struct fixture *x)
{
	leave(x);
	x->req.judges_boot = true;
	second(x)->risks = 1u << RISK_VOLATILE_SOURCE;
}

static void hold(struct fixture *x)
{
	static const struct holder holders[] = {
		{0, 10, WHY_STALE, NULL},    {1, 10, WHY_WRITABLE, NULL},
		{1, 11, WHY_WRITABLE, NULL}, {1, 11, WHY_WRITER, NULL},
		{1, 12, WHY_WRITABLE, NULL}, {1, 13, WHY_WRITABLE, NULL},
	};
	struct process_scan *scan = &x->reply.scan;

	leave(x);
	scan->n_seen = 1;
	scan->identities = calloc(ARRAY_LEN(holders), sizeof(*scan->identities));
	scan->holders.items = calloc(ARRAY_LEN(holders), sizeof(*holders));
	scan->holders.count = ARRAY_LEN(holders);
	for (size_t i = 0; i < ARRAY_LEN(holders); i++) {
		scan->holders.items[i] = holders[i];
		scan->holders.items[i].path = strdup("/p");
		scan->identities[i].command = strdup("cmd");
	}
	scan->identities[1].cgroup.container = strdup("c1");
	scan->identities[2].cgroup.unit = strdup("u.service");
	scan->identities[2].cgroup.is_service = true;
	ck_assert_int_eq(restarts_make(scan, &x->reply.restarts), 0);
	x->reply.has_searched = true;
}

static void guess(struct fixture *x)
{
	hold(x);
	first(x)->leaves_copies = second(x)->leaves_copies = true;
	x->reply.scan.is_hidden = x->req.holders = true;
	x->reply.scan.n_denied = 9;
}

static const struct row rows[] = {
	{"line alone", change_line, "binds/0/actions", "[\"add_to_fstab\"]"},
	{"line alone", change_line, "binds/0/after/in_fstab", "true"},
	{"line alone", change_line, "diff",
	 "[{\"before\":\"\",\"after\":\"/s /t none bind 0 0\\n\",\"before_header\":"
	 "\"/mnt/fstab\",\"after_header\":\"/mnt/fstab\"}]"},
	{"line alone", change_line, "backup_file", "\"/etc/fstab.1~\""},
	{"line alone", change_line, "daemon_reload", "true"},
	{"no reload", fail_reload, "daemon_reload", "false"},
	{"no reload", fail_reload, "failed", "false"},
	{"no reload", fail_reload, "warnings/0/code", "\"daemon_reload\""},
	{"mended", mend, "binds/0/before", WRITABLE},
	{"mended", mend, "binds/0/gap", "true"},
	{"mended", mend, "diff",
	 "[{\"before\":\"source: /s\\naccess: writable\\noptions: noexec\\npropagation: "
	 "shared\\nmounts: 2\\n\",\"after\":\"source: /s\\naccess: read-only\\noptions:\\n"
	 "propagation: private\\nmounts: 1\\n\",\"before_header\":\"/t (live)\","
	 "\"after_header\":\"/t (live)\"}]"},
	{"warnings", warn, "warnings/0/msg",
	 "\"line 7 of '/mnt/fstab' (3 in all) cannot be read as one of fstab, and is left "
	 "alone; see fstab(5)\""},
	{"warnings", warn, "warnings/1/code", "\"private_namespace\""},
	{"warnings", warn, "warnings/2/code", "\"helper_missing\""},
	{"warnings", warn, "warnings/2/target", "\"/t\""},
	{"warnings", warn, "warnings/3",
	 "{\"code\":\"covered\",\"target\":\"/u\",\"msg\":\"a mount of '/old' lies hidden "
	 "below the bind\"}"},
	{"warnings", warn, "warnings/4", NULL},
	{"next boot", judge_boot, "warnings/0/code", "\"volatile_source\""},
	{"holders", hold, "binds/0/holders",
	 "[{\"pid\":10,\"command\":\"cmd\",\"unit\":null,\"container\":null,\"path\":\"/p\","
	 "\"why\":\"stale\"}]"},
	{"holders", hold, "binds/1/holders/1/unit", "\"u.service\""},
	{"holders", hold, "needs_restart",
	 "{\"units\":[\"u.service\"],\"containers\":[\"c1\"],\"processes\":[10,11,12,13]}"},
	{"holders", hold, "warnings/0",
	 "{\"code\":\"writable_elsewhere\",\"target\":\"/u\",\"msg\":\"a writable copy is left "
	 "with container c1, unit u.service, process 12 (cmd) and 1 more; restart these\"}"},
	{"holders", hold, "warnings/1", NULL},
	{"what is feared", guess, "warnings/0/target", "\"/u\""},
	{"what is feared", guess, "warnings/1/code", "\"holders_unknown\""},
	{"what is feared", guess, "warnings/2/code", "\"writable_elsewhere\""},
	{"what is feared", guess, "warnings/2/target", "\"/t\""},
	{"what is feared", guess, "warnings/3", NULL},
};

START_TEST(told)
{
	check_row(&rows[_i]);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("reply_beside");

	tcase_add_loop_test(tests, told, 0, ARRAY_LEN(rows));
	return suite_run("reply_beside", tests);
}
