/* SPDX-License-Identifier: Apache-2.0 */
/* The request of the boot job: which lines of an fstab it takes, and as what. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "request/from_fstab.h"
#include "suite.h"
#include "text_file.h"

/* boot_request() on a file with this text. */
static int read_text(const char *text, bool ours_only, struct request *req,
		     struct error *err)
{
	int r = 0;

	req->fstab = text_file(text);
	r = boot_request(ours_only, req, err);
	ck_assert_int_eq(unlink(req->fstab), 0);
	return r;
}

/* "SOURCE>TARGET" for each bind, with a word for each thing that is not as in a request. */
static char *show(const struct request *req)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(out);
	for (size_t i = 0; i < req->n_wants; i++) {
		const struct want *want = &req->wants[i];

		(void)fprintf(out, "%s%s>%s%s%s%s%s", i > 0 ? "; " : "", want->source,
			      want->target, want->recursive ? " recursive" : "",
			      want->follow ? "" : " unfollowed",
			      want->read_only_alone ? " alone" : "",
			      want->is_optional ? " optional" : "");
		if (want->options.set || want->options.clear)
			(void)fprintf(out, " +%x-%x", want->options.set,
				      want->options.clear);
		if (want->outer != WANT_NONE)
			(void)fprintf(out, " in %zu", want->outer);
	}
	ck_assert_int_eq(fclose(out), 0);
	return text;
}

#define OTHERS " alone"

/* What the lines become; and with --ours, NULL: the same. */
/* clang-format off */
static const struct { const char *name; const char *text; const char *all; const char *ours; } rows[] = {
	{ "empty",             "",                                            "", NULL },
	{ "nothing to bind",   "# x\nUUID=0 / ext4 ro 0 1\nproc /proc proc ro 0 0\n", "", NULL },
	{ "ours",              "/a /t none bind,ro,private,x-robind 0 0\n",   "/a>/t", NULL },
	{ "of a set",          "/a /t none bind,ro,x-robind.set=s 0 0\n",     "/a>/t", NULL },
	{ "somebody's",        "/a /t none bind,ro 0 0\n",                    "/a>/t" OTHERS, "" },
	{ "no end of line",    "/a /t none bind,ro",                          "/a>/t" OTHERS, "" },
	{ "in a comment",      "#/a /t none bind,ro,x-robind\n",              "", NULL },
	{ "writable",          "/a /t none bind,x-robind\n",                  "", NULL },
	{ "writable at last",  "/a /t none bind,ro,rw,x-robind\n",            "", NULL },
	{ "read-only at last", "/a /t none bind,rw,ro,x-robind\n",            "/a>/t", NULL },
	{ "noauto",            "/a /t none bind,ro,noauto,x-robind\n",        "", NULL },
	{ "auto after all",    "/a /t none bind,ro,noauto,auto,x-robind\n",   "/a>/t", NULL },
	{ "nofail",            "/a /t none bind,ro,nofail,x-robind\n",        "/a>/t optional", NULL },
	{ "rbind",             "/a /t none rbind,ro,x-robind\n",              "/a>/t recursive", NULL },
	{ "helper",            "/a /t robind ro,recursive,x-robind\n",        "/a>/t recursive", NULL },
	{ "helper, writable",  "/a /t robind defaults,x-robind\n",            "", NULL },
	{ "flags",             "/a /t none bind,ro,nosuid,exec,_netdev,x-robind\n", "/a>/t +2-8", NULL },
	{ "flags of others",   "/a /t none bind,ro,nodev\n",                  "/a>/t" OTHERS " +4-0", "" },
	{ "last word counts",  "/a /t none bind,ro,nosuid,suid,x-robind\n",   "/a>/t +0-2", NULL },
	{ "and in the other order", "/a /t none bind,ro,suid,nosuid,x-robind\n", "/a>/t +2-0", NULL },
	{ "flags in quotes",   "/a /t none bind,ro,x-a=\"b,noexec,c\",x-robind\n", "/a>/t", NULL },
	{ "implied flags",     "/a /t none bind,ro,users,x-robind\n",         "/a>/t +e-0", NULL },
	{ "implied, and not",  "/a /t none bind,ro,users,exec,x-robind\n",    "/a>/t +6-8", NULL },
	{ "implied at last",   "/a /t none bind,ro,exec,owner,x-robind\n",    "/a>/t +6-8", NULL },
	{ "for some only",     "/a /t none bind,ro,x-a=b\\134,exec,nodev=recursive,x-robind\n", "/a>/t", NULL },
	{ "blanks, escaped",   "/a\\040b /t\\011u none bind,ro,x-robind\n",   "/a b>/t\tu", NULL },
	{ "slashes",           "//a///b/ /t//u/ none bind,ro,x-robind\n",     "/a/b>/t/u", NULL },
	{ "dots that lead somewhere", "/a /usr/../tmp none bind,ro,x-robind\n", "/a>/tmp", NULL },
	{ "dots in nowhere",   "/a /no-such/../tmp none bind,ro,x-robind\n", "", NULL },
	{ "self-bind",         "/t /t none bind,ro,x-robind\n",               "/t>/t", NULL },
	{ "on the root",       "/a / none bind,ro,x-robind\n",                "", NULL },
	{ "no place",          "/a none none bind,ro,x-robind\n",             "", NULL },
	{ "relative source",   "a /t none bind,ro,x-robind\n/b /u none bind,ro,x-robind\n", "/b>/u", NULL },
	{ "dots in a source",  "/a/../b /t none bind,ro,x-robind\n",          "", NULL },
	{ "source by label",   "LABEL=a /t none bind,ro,x-robind\n",          "", NULL },
	/* several lines */
	{ "in their order",    "/b /u none bind,ro,x-robind\n/a /t none bind,ro,x-robind\n", "/b>/u; /a>/t", NULL },
	{ "one in the other",  "/b /t/x none bind,ro,x-robind\n/a /t none bind,ro,x-robind\n", "/b>/t/x in 1; /a>/t", NULL },
	{ "one after another", "/a /t none bind,ro,x-robind\n/t/x /u none bind,ro,x-robind\n", "/a>/t; /t/x>/u", NULL },
	{ "two for a target",  "/a /t none bind,ro,x-robind\n/b /t none bind,ro,x-robind\n", "/a>/t", NULL },
	{ "first is writable", "/a /t none bind,x-robind\n/b /t none bind,ro,x-robind\n", "/b>/t", NULL },
	{ "first is noauto",   "/a /t none bind,ro,noauto,x-robind\n/b /t none bind,ro,x-robind\n", "/b>/t", NULL },
	{ "first is no bind",  "/dev/a /t ext4 ro\n/b /t none bind,ro,x-robind\n", "/b>/t", NULL },
	{ "first is not ours", "/a /t none bind,ro\n/b /t none bind,ro,x-robind\n", "/a>/t" OTHERS, "/b>/t" },
	{ "one target, two names", "/a /t none bind,ro,x-robind\n/b //t/ none bind,ro,x-robind\n", "/a>/t", NULL },
};
/* clang-format on */

static void expect(size_t row, bool ours_only, const char *wanted)
{
	struct request req = {0};
	struct error err = {0};
	char *shown = NULL;
	int r = read_text(rows[row].text, ours_only, &req, &err);

	ck_assert_msg(r == 0, "%s: %s", rows[row].name, err.text);
	shown = show(&req);
	ck_assert_msg(strcmp(shown, wanted) == 0, "%s%s: '%s', not '%s'", rows[row].name,
		      ours_only ? ", ours" : "", shown, wanted);
	for (size_t i = 0; i < req.n_wants; i++) {
		const struct want *want = &req.wants[i];

		ck_assert(want->state == STATE_EPHEMERAL && want->create && !want->replace);
		ck_assert(!want->is_line);
		ck_assert_uint_eq(hash_table_get(&req.targets, want->target,
						 strlen(want->target)),
				  i);
	}
	ck_assert_uint_eq(req.n_named, req.n_wants);
	ck_assert(req.keeps_order);
	free(shown);
	request_done(&req);
}

START_TEST(lines_become_binds)
{
	expect((size_t)_i, false, rows[_i].all);
	expect((size_t)_i, true, rows[_i].ours ? rows[_i].ours : rows[_i].all);
}
END_TEST

START_TEST(each_is_judged_by_its_line)
{
	struct request req = {.judges_boot = true};
	struct error err = {0};

	ck_assert_int_eq(read_text("/a /t none bind,ro\n/b /u none bind,ro\n", false, &req,
				   &err),
			 0);
	ck_assert(req.n_wants == 2 && req.wants[0].is_line && req.wants[1].is_line);
	request_done(&req);
}
END_TEST

START_TEST(no_fstab_lists_nothing)
{
	struct request req = {.fstab = strdup("/proc/self/no-such-file")};
	struct error err = {0};

	ck_assert_msg(boot_request(false, &req, &err) == 0, "%s", err.text);
	ck_assert_uint_eq(req.n_wants, 0);
	request_done(&req);
}
END_TEST

START_TEST(an_unreadable_fstab_is_told)
{
	struct request req = {.fstab = strdup("/proc")};
	struct error err = {0};

	ck_assert_int_eq(boot_request(false, &req, &err), -1);
	ck_assert_int_eq(err.kind, ERROR_FSTAB);
	ck_assert_str_eq(err.at, "");
	ck_assert_msg(strstr(err.text, "'/proc'") != NULL, "%s", err.text);
	request_done(&req);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("from_fstab");

	tcase_add_loop_test(tests, lines_become_binds, 0, ARRAY_LEN(rows));
	tcase_add_test(tests, each_is_judged_by_its_line);
	tcase_add_test(tests, no_fstab_lists_nothing);
	tcase_add_test(tests, an_unreadable_fstab_is_told);
	return suite_run("from_fstab", tests);
}
