/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding: where an error points, and that running out of memory is one like others. */
#include <stdlib.h>
#include <string.h>

#include "request/json_parse.h"
#include "request/request.h"
#include "suite.h"

#define A "\"source\": \"/a\", \"target\": \"/t\", \"state\": \"ephemeral\""

/* clang-format off */
static const struct { const char *name; const char *text; const char *at; } bad[] = {
	{ "syntax",             "{\"binds\": [{\"source\": }]}",                "/binds/0/source" },
	{ "duplicate",          "{\"binds\": [{" A ", \"target\": \"/u\"}]}",   "/binds/0/target" },
	{ "duplicate, escaped", "{" A ", \"t\\u0061rget\": \"/u\"}",            "/target" },
	{ "unknown",            "{\"binds\": [{" A ", \"a/b\": 1}]}",           "/binds/0/a~1b" },
	{ "two forms",          "{\"binds\": [], \"source\": \"/a\"}",          "/source" },
	{ "no object",          "[]",                                           "" },
	{ "relative",           "{\"source\": \"a\", \"target\": \"/t\"}",      "/source" },
	{ "dots",               "{\"source\": \"/a/..\", \"target\": \"/t\"}",  "/source" },
	{ "root as target",     "{\"source\": \"/a\", \"target\": \"//\"}",     "/target" },
	{ "rw",                 "{" A ", \"options\": [\"noexec\", \"rw\"]}",   "/options/1" },
	{ "contradiction",      "{" A ", \"options\": \"suid,nosuid\"}",        "/options" },
	{ "no source",          "{\"target\": \"/t\"}",                        "/source" },
	{ "automount of ours",  "{" A ", \"fstab_type\": \"robind\", \"fstab_options\": \"x-systemd.automount\"}",
	                                                                    "/fstab_options" },
	{ "twice the target",   "{\"binds\": [{" A "}, {" A "}]}",              "/binds/1/target" },
	{ "text for a boolean", "{" A ", \"create\": \"yes\"}",                 "/create" },
	{ "mount as text",      "{" A ", \"source_mount\": \"true\"}",          "/source_mount" },
	{ "relative mount",     "{" A ", \"source_mount\": \"a\"}",             "/source_mount" },
	{ "timeout",            "{" A ", \"timeout\": 0}",                      "/timeout" },
};
/* clang-format on */

static int decode(const char *text, bool accept_text, struct request *req,
		  struct error *err)
{
	json_t *doc = NULL;
	int r = jsontext_parse(text, strlen(text), &doc, err);

	if (r == 0)
		r = request_decode(doc, accept_text, req, err);
	json_decref(doc);
	return r;
}

START_TEST(an_error_points_at_its_place)
{
	struct request req = {0};
	struct error err = {0};

	ck_assert_msg(decode(bad[_i].text, false, &req, &err) == -1, "%s: taken",
		      bad[_i].name);
	ck_assert_msg(err.kind == ERROR_REQUEST && strcmp(err.at, bad[_i].at) == 0,
		      "%s: %s at '%s'", bad[_i].name, err.text, err.at);
	ck_assert_msg(err.text[0] != '\0', "%s: says nothing", bad[_i].name);
	ck_assert_msg(err.number == 0, "%s: no call has failed", bad[_i].name);
}
END_TEST

START_TEST(defaults_and_normal_paths)
{
	struct request req = {0};
	struct error err = {0};

	ck_assert_int_eq(decode("{\"source\": \"//a///b/\", \"target\": \"/t/\", \"state\":"
				" \"ephemeral\", \"replace\": null}",
				false, &req, &err),
			 0);
	ck_assert_str_eq(req.wants[0].source, "/a/b");
	ck_assert_str_eq(req.wants[0].target, "/t");
	ck_assert(req.wants[0].create && !req.wants[0].replace && !req.wants[0].recursive);
	ck_assert_uint_eq(req.timeout, 30);
	request_done(&req);
}
END_TEST

START_TEST(words_are_text)
{
	struct request req = {0};
	struct error err = {0};

	ck_assert_int_eq(decode("{" A ", \"create\": \"No\", \"options\": \"nosuid,ro\"}",
				true, &req, &err),
			 0);
	ck_assert(!req.wants[0].create);
	ck_assert_uint_eq(req.wants[0].options.set, MOUNT_FLAG_NOSUID);
	request_done(&req);
}
END_TEST

/* clang-format off */
static const struct { const char *text; bool accept_text; bool is_asked; const char *path; } mounts[] = {
	{ "{" A "}",                               false, false, NULL },
	{ "{" A ", \"source_mount\": null}",       false, false, NULL },
	{ "{" A ", \"source_mount\": false}",      false, false, NULL },
	{ "{" A ", \"source_mount\": true}",       false, true,  NULL },
	{ "{" A ", \"source_mount\": \"//m//v/\"}", false, true,  "/m/v" },
	{ "{" A ", \"source_mount\": \"yes\"}",    true,  true,  NULL },
	{ "{" A ", \"source_mount\": \"false\"}",  true,  false, NULL },
	{ "{" A ", \"source_mount\": \"/m\"}",     true,  true,  "/m" },
};
/* clang-format on */

START_TEST(source_mount_is_yes_no_or_a_path)
{
	struct request req = {0};
	struct error err = {0};
	const struct source_mount *found = NULL;

	ck_assert_msg(decode(mounts[_i].text, mounts[_i].accept_text, &req, &err) == 0,
		      "%s: %s", mounts[_i].text, err.text);
	found = &req.wants[0].source_mount;
	ck_assert_msg(found->is_asked == mounts[_i].is_asked, "%s", mounts[_i].text);
	ck_assert_pstr_eq(found->path, mounts[_i].path);
	request_done(&req);
}
END_TEST

/* ---- every allocation of the JSON library fails once ---- */

static long left = -1;

static void *failing_malloc(size_t size)
{
	return left == 0 || (left > 0 && --left == 0) ? NULL : malloc(size);
}

START_TEST(no_memory_is_an_error)
{
	static const char text[] = "{\"binds\": [{" A ", \"options\": [\"nosuid\"]}]}";
	int r = -1;

	json_set_alloc_funcs(failing_malloc, free);
	for (long n = 1; r < 0; n++) {
		struct request req = {0};
		struct error err = {0};

		ck_assert_int_lt(n, 1000);
		left = n;
		r = decode(text, false, &req, &err);
		left = -1;
		ck_assert_msg(r == 0 || err.kind == ERROR_MEMORY ||
				      err.kind == ERROR_REQUEST,
			      "allocation %ld: %s", n, error_code(err.kind));
		request_done(&req);
	}
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("request");

	tcase_add_loop_test(tests, an_error_points_at_its_place, 0, ARRAY_LEN(bad));
	tcase_add_test(tests, defaults_and_normal_paths);
	tcase_add_test(tests, words_are_text);
	tcase_add_loop_test(tests, source_mount_is_yes_no_or_a_path, 0, ARRAY_LEN(mounts));
	tcase_add_test(tests, no_memory_is_an_error);
	return suite_run("request", tests);
}
