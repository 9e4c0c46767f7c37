/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding: which mistakes are refused, and where each error points. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "request/json_parse.h"
#include "request/request.h"
#include "suite.h"
#include "text_json.h"

#define ST   "'source': '/a', 'target': '/t'"
#define GOOD ST ", 'state': 'ephemeral'"

/* A request of one bind with these members, and of one good bind with these beside it. */
#define BIND(members)    "{'binds': [{" members "}]}"
#define MORE(members)    BIND(GOOD ", " members)
#define REQUEST(members) "{'binds': [{" GOOD "}], " members "}"

/* With ' for ". */
/* clang-format off */
static const struct { const char *text; const char *at; } rows[] = {
	/* shapes */
	{ "[{" GOOD "}]",                                "" },
	{ "'text'",                                      "" },
	{ "7",                                           "" },
	{ "true",                                        "" },
	{ "null",                                        "" },
	{ "{'binds': {" GOOD "}}",                       "/binds" },
	{ "{'binds': '/a'}",                             "/binds" },
	{ "{'binds': [{" GOOD "}, '/a']}",               "/binds/1" },
	{ "{'binds': [[{" GOOD "}]]}",                   "/binds/0" },
	{ "{" GOOD ", 'binds': [{" GOOD "}]}",           "/target" },
	{ "{'binds': [{" GOOD "}], 'source': '/a'}",     "/source" },
	{ "{}",                                          "/target" },
	{ "{'binds': null, 'diff': true}",               "/target" },
	/* names */
	{ MORE("'colour': 'red'"),                       "/binds/0/colour" },
	{ REQUEST("'colour': 'red'"),                    "/colour" },
	{ "{" GOOD ", 'colour': 'red'}",                 "/colour" },
	{ MORE("'Target': '/c'"),                        "/binds/0/Target" },
	{ MORE("'a/b~c': 1"),                            "/binds/0/a~1b~0c" },
	{ MORE("'gr\\u00f6\xc3\x9f" "e': 1"),            "/binds/0/gr\xc3\xb6\xc3\x9f" "e" },
	{ MORE("'on_error': 'stop'"),                    "/binds/0/on_error" },
	{ REQUEST("'recursive': true"),                  "/recursive" },
	{ BIND("'source': '/a'"),                        "/binds/0/target" },
	{ "{'source': '/a'}",                            "/target" },
	{ BIND("'source': '/a', 'target': null"),        "/binds/0/target" },
	{ BIND("'target': '/t'"),                        "/binds/0/source" },
	{ BIND("'target': '/t', 'source': null"),        "/binds/0/source" },
	{ "{'binds': [{" GOOD "}, {'source': '/b', 'target': '/u', 'x': 1}]}", "/binds/1/x" },
	/* words */
	{ REQUEST("'on_error': 'explode'"),              "/on_error" },
	{ REQUEST("'on_error': 'stop\\u0000x'"),         "/on_error" },
	{ REQUEST("'namespace': 'there'"),               "/namespace" },
	{ REQUEST("'namespace': ''"),                    "/namespace" },
	{ REQUEST("'namespace': 'here\\u0000'"),         "/namespace" },
	{ REQUEST("'timeout': -1"),                      "/timeout" },
	{ REQUEST("'timeout': 0"),                       "/timeout" },
	{ REQUEST("'timeout': 86401"),                   "/timeout" },
	{ REQUEST("'daemon_reload': 'always'"),          "/daemon_reload" },
	{ BIND(ST ", 'state': 'tidy'"),                  "/binds/0/state" },
	{ BIND(ST ", 'state': ''"),                      "/binds/0/state" },
	{ BIND(ST ", 'state': 'Ephemeral'"),             "/binds/0/state" },
	{ BIND(ST ", 'state': 'ephemeral\\u0000'"),      "/binds/0/state" },
	/* states that need a source */
	{ "{'target': '/t', 'state': 'mounted'}",        "/source" },
	{ "{'target': '/t', 'state': 'ephemeral'}",      "/source" },
	{ "{'target': '/t', 'state': 'fstab_present'}",  "/source" },
	{ "{'target': '/t', 'state': 'fstab_only'}",     "/source" },
	/* options */
	{ MORE("'options': ['rw']"),                     "/binds/0/options/0" },
	{ MORE("'options': 'nosuid,rw'"),                "/binds/0/options" },
	{ MORE("'options': ['rbind']"),                  "/binds/0/options/0" },
	{ MORE("'options': ['nosuid', 'shiny']"),        "/binds/0/options/1" },
	{ MORE("'options': 'shiny'"),                    "/binds/0/options" },
	{ MORE("'options': ['']"),                       "/binds/0/options/0" },
	{ MORE("'options': ['nosuid,nodev']"),           "/binds/0/options/0" },
	{ MORE("'options': ['nosuid', 1]"),              "/binds/0/options/1" },
	{ MORE("'options': [null]"),                     "/binds/0/options/0" },
	{ MORE("'options': ['nosuid', 'suid']"),         "/binds/0/options/1" },
	{ MORE("'options': ['noatime', 'relatime']"),    "/binds/0/options/1" },
	{ MORE("'options': 'exec,noexec'"),              "/binds/0/options" },
	/* what is made */
	{ MORE("'mode': 488"),                           "/binds/0/mode" },
	{ MORE("'mode': 'u=rwx,go='"),                   "/binds/0/mode" },
	{ MORE("'mode': '75'"),                          "/binds/0/mode" },
	{ MORE("'mode': '0788'"),                        "/binds/0/mode" },
	{ MORE("'mode': '10755'"),                       "/binds/0/mode" },
	{ MORE("'mode': '000755'"),                      "/binds/0/mode" },
	{ MORE("'mode': '0o755'"),                       "/binds/0/mode" },
	{ MORE("'mode': ' 755'"),                        "/binds/0/mode" },
	{ MORE("'mode': '755\\u0000'"),                  "/binds/0/mode" },
	{ MORE("'owner': ''"),                           "/binds/0/owner" },
	{ MORE("'owner': 'root:root'"),                  "/binds/0/owner" },
	{ MORE("'owner': '-1'"),                         "/binds/0/owner" },
	{ MORE("'owner': -1"),                           "/binds/0/owner" },
	{ MORE("'owner': 1.0"),                          "/binds/0/owner" },
	{ MORE("'owner': 4294967295"),                   "/binds/0/owner" },
	{ MORE("'owner': '4294967295'"),                 "/binds/0/owner" },
	{ MORE("'owner': '99999999999999999999999'"),    "/binds/0/owner" },
	{ MORE("'owner': 'a\\nb'"),                      "/binds/0/owner" },
	{ MORE("'owner': '\\na'"),                       "/binds/0/owner" },
	{ MORE("'owner': ':a'"),                         "/binds/0/owner" },
	{ MORE("'owner': 'a\\u0000b'"),                  "/binds/0/owner" },
	{ MORE("'owner': '+nis'"),                       "/binds/0/owner" },
	{ MORE("'group': '#wheel'"),                     "/binds/0/group" },
	{ MORE("'group': true"),                         "/binds/0/group" },
	/* fstab */
	{ MORE("'fstab_type': 'ext4'"),                  "/binds/0/fstab_type" },
	{ MORE("'fstab_options': [1]"),                  "/binds/0/fstab_options/0" },
	{ MORE("'fstab_options': ['_netdev', 'rw']"),    "/binds/0/fstab_options" },
	{ MORE("'fstab_options': 'a b'"),                "/binds/0/fstab_options" },
	{ MORE("'fstab_options': 'nosuid'"),             "/binds/0/fstab_options" },
	{ MORE("'nofail': true, 'fstab_options': 'fail'"), "/binds/0/fstab_options" },
	{ MORE("'nofail': 'perhaps'"),                   "/binds/0/nofail" },
	{ REQUEST("'fstab': 'etc/fstab'"),               "/fstab" },
	{ REQUEST("'set': 'a,b'"),                       "/set" },
	{ REQUEST("'purge': true"),                      "/purge" },
	{ REQUEST("'set': 'a', 'purge': 'some'"),        "/purge" },
	{ "{'binds': [], 'set': 'a', 'purge': true}",    "/purge" },
	/* binds that meet */
	{ "{'binds': [{" GOOD "}, {'source': '/b', 'target': '///t/'}]}", "/binds/1/target" },
	{ "{'binds': [{" GOOD "}, {'source': '//t//', 'target': '/u'}]}", "/binds/1/source" },
};
/* clang-format on */

static void expect_refused(const json_t *doc, const char *what, const char *at)
{
	struct request req = {0};
	struct error err = {0};

	ck_assert_msg(request_decode(doc, false, &req, &err) == -1, "%s: taken", what);
	ck_assert_msg(err.kind == ERROR_REQUEST && err.text[0] != '\0', "%s: %s '%s'", what,
		      error_code(err.kind), err.text);
	ck_assert_msg(err.number == 0, "%s: no call has failed", what);
	ck_assert_msg(strcmp(err.at, at) == 0, "%s: '%s' at '%s', not '%s'", what, err.text,
		      err.at, at);
	ck_assert_ptr_null(req.wants);
	request_done(&req);
}

START_TEST(mistakes)
{
	json_t *doc = text_json(rows[_i].text);

	expect_refused(doc, rows[_i].text, rows[_i].at);
	json_decref(doc);
}
END_TEST

/* ---- paths ---- */

#define PATH(s) s, sizeof(s) - 1

/* clang-format off */
static const struct { const char *path; size_t size; } paths[] = {
	{ PATH("a/b") },
	{ PATH("") },
	{ PATH(".") },
	{ PATH("/m/./a") },
	{ PATH("/a/.") },
	{ PATH("/a/../b") },
	{ PATH("/m/..") },
	{ PATH("/..") },
	{ PATH("/a\0b") },
};
/* clang-format on */

static const char *const path_members[] = {"source", "target", "source_mount"};

/* As each of them. */
static void expect_path_refused(const char *path, size_t size)
{
	for (size_t i = 0; i < ARRAY_LEN(path_members); i++) {
		json_t *doc = json_pack("{s:s, s:s}", "source", "/a", "target", "/t");
		char at[32];

		ck_assert_int_eq(json_object_set_new(doc, path_members[i],
						     json_stringn(path, size)),
				 0);
		(void)snprintf(at, sizeof(at), "/%s", path_members[i]);
		expect_refused(doc, path, at);
		json_decref(doc);
	}
}

START_TEST(bad_paths)
{
	expect_path_refused(paths[_i].path, paths[_i].size);
}
END_TEST

/* The longest has no room for its NUL any more. */
START_TEST(a_path_too_long)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(path); i++)
		path[i] = i % 2 == 0 ? '/' : 'x';
	expect_path_refused(path, sizeof(path));
}
END_TEST

START_TEST(the_root_is_no_target)
{
	static const char *const roots[] = {"/", "//"};
	json_t *doc = json_pack("{s:s, s:s}", "source", "/a", "target", roots[_i]);

	expect_refused(doc, roots[_i], "/target");
	json_decref(doc);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("request_refused");

	tcase_add_loop_test(tests, mistakes, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tests, bad_paths, 0, ARRAY_LEN(paths));
	tcase_add_test(tests, a_path_too_long);
	tcase_add_loop_test(tests, the_root_is_no_target, 0, 2);
	return suite_run("request_refused", tests);
}
