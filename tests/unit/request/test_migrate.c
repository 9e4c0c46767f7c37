/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that are to be of the other type: which are asked for, and which cannot be. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "request/from_fstab.h"
#include "suite.h"
#include "text_file.h"

#define NONE   FSTAB_TYPE_NONE
#define ROBIND FSTAB_TYPE_ROBIND

/* clang-format off */
static const struct { const char *name; enum fstab_type to; const char *text; const char *shown; } rows[] = {
	{ "empty",               ROBIND, "", "" },
	{ "ours",                ROBIND, "/a /t none bind,ro,x-robind\n", "/a>/t" },
	{ "of a set",            ROBIND, "/a /t none bind,ro,x-robind.set=s\n", "/a>/t" },
	{ "noauto",              ROBIND, "/a /t none bind,ro,noauto,x-robind\n", "/a>/t" },
	{ "nofail",              ROBIND, "/a /t none bind,ro,nofail,x-robind\n", "/a>/t" },
	{ "rbind, flags",        ROBIND, "/a /t none rbind,ro,nosuid,x-robind\n", "/a>/t recursive +2" },
	{ "is so already",       ROBIND, "/a /t robind ro,x-robind\n", "" },
	{ "writable",            ROBIND, "/a /t none bind,x-robind\n", "" },
	{ "somebody's",          ROBIND, "/a /t none bind,ro\n", "" },
	{ "no bind",             ROBIND, "/dev/a /t ext4 ro,x-robind\n", "" },
	{ "several",             ROBIND, "/a /t none bind,ro,x-robind\n/b /u robind ro\n/c /v none bind,ro,x-robind\n", "/a>/t; /c>/v" },
	{ "two for a place",     ROBIND, "/a /t none bind,ro,x-robind\n/b /t none bind,ro,x-robind\n", "/a>/t" },
	{ "the second of two",   ROBIND, "/a /t none bind,ro\n/b /t none bind,ro,x-robind\n", "/a>/t" },
	{ "the third of three",  ROBIND, "/a /t none bind,ro\n/dev/x /t ext4 ro,x-robind\n/b /t robind ro\n/c /t none bind,ro,x-robind\n", "/a>/t" },
	{ "neither of two",      ROBIND, "/a /t none bind,ro\n/b /t robind ro,x-robind\n", "" },
	{ "the one before",      ROBIND, "/a /t none bind,ro,x-robind\n/b /t none bind,ro\n", "/a>/t" },
	{ "a file system first", ROBIND, "/dev/x /t ext4 ro\n/a /t none bind,ro,x-robind\n", "/a>/t" },
	{ "a source mount",      ROBIND, "/a /t none bind,ro,x-robind,x-robind.source-mount=/m\n", "/a>/t on /m" },
	{ "itself a mount",      ROBIND, "/a /t none bind,ro,x-robind,x-robind.source-mount\n", "/a>/t on itself" },
	{ "as it is written",    ROBIND, "/a //t/ none bind,ro,x-robind\n", "/a>/t" },
	{ "the helper's",        NONE,   "/a /t robind ro,x-robind\n", "/a>/t" },
	{ "whoever wrote it",    NONE,   "/a /t robind defaults\n", "/a>/t" },
	{ "recursive",           NONE,   "/a /t robind ro,recursive\n", "/a>/t recursive" },
	{ "none of the helper's", NONE,  "/a /t none bind,ro,x-robind\n", "" },
	{ "the second, again",   NONE,   "/a /t none bind,ro\n/b /t robind ro\n", "/a>/t" },
	/* what cannot be asked for */
	{ "the root",            ROBIND, "/a / none bind,ro,x-robind\n", "(1)" },
	{ "no place",            ROBIND, "/a none none bind,ro,x-robind\n", "(1)" },
	{ "no path",             NONE,   "a /t robind ro\n/b /u robind ro\n", "/b>/u(1)" },
	{ "several of these",    NONE,   "\n/a none robind ro\n/b / robind ro\n", "(2)(3)" },
	{ "not meant anyway",    ROBIND, "/a none none bind,ro\n/a / none bind,ro\na /t none bind,ro\n", "" },
};
/* clang-format on */

/* "SOURCE>TARGET", with what the line says, and the numbers of the lines that are passed over. */
static char *show(const struct request *req)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(out);
	for (size_t i = 0; i < req->n_wants; i++) {
		const struct want *want = &req->wants[i];

		(void)fprintf(out, "%s%s>%s%s", i > 0 ? "; " : "", want->source,
			      want->target, want->recursive ? " recursive" : "");
		if (want->options.set)
			(void)fprintf(out, " +%x", want->options.set);
		if (want->source_mount.is_asked)
			(void)fprintf(out, " on %s",
				      want->source_mount.path ? want->source_mount.path
							      : "itself");
	}
	for (size_t i = 0; i < req->passed.count; i++)
		(void)fprintf(out, "(%zu)", req->passed.items[i].line);
	ck_assert_int_eq(fclose(out), 0);
	return text;
}

static int migrate_text(const char *text, enum fstab_type to, struct request *req)
{
	struct error err = {0};
	int r = 0;

	req->fstab = text_file(text);
	r = migrate_request(to, req, &err);
	ck_assert_int_eq(unlink(req->fstab), 0);
	return r;
}

START_TEST(lines_are_asked_for)
{
	struct request req = {0};
	char *shown = NULL;

	ck_assert_int_eq(migrate_text(rows[_i].text, rows[_i].to, &req), 0);
	shown = show(&req);
	ck_assert_msg(strcmp(shown, rows[_i].shown) == 0, "%s: '%s', not '%s'",
		      rows[_i].name, shown, rows[_i].shown);
	for (size_t i = 0; i < req.n_wants; i++) {
		const struct want *want = &req.wants[i];

		ck_assert(want->state == STATE_FSTAB_PRESENT &&
			  want->fstab_type == rows[_i].to);
		/* Nobody asks for anything else of it, nor for the contrary. */
		ck_assert(!want->read_only_alone && !want->is_optional && !want->is_line);
	}
	ck_assert_uint_eq(req.n_named, req.n_wants);
	ck_assert_uint_eq(req.about_fstab, req.n_wants > 0 ? 0 : WANT_NONE);
	ck_assert(req.keeps_order);
	free(shown);
	request_done(&req);
}
END_TEST

START_TEST(an_unreadable_fstab_is_told)
{
	struct request req = {.fstab = strdup("/proc")};
	struct error err = {0};

	ck_assert_int_eq(migrate_request(ROBIND, &req, &err), -1);
	ck_assert_int_eq(err.kind, ERROR_FSTAB);
	request_done(&req);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("migrate");

	tcase_add_loop_test(tests, lines_are_asked_for, 0, (int)ARRAY_LEN(rows));
	tcase_add_test(tests, an_unreadable_fstab_is_told);
	return suite_run("migrate", tests);
}
