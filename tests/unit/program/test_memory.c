/* SPDX-License-Identifier: Apache-2.0 */
/* A reply of which a caller's dialect cannot keep a part: never another reply. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json_copy.h"
#include "base/json_load.h"
#include "base/macro.h"
#include "failing_memory.h"
#include "program/ansible.h"
#include "program/bolt.h"
#include "program/dsc.h"
#include "program/format_salt.h"
#include "suite.h"

#define BIND(n, more)                                                                      \
	"{\"target\": \"/ro/a-name-of-some-length/" n "\", \"source\": \"/srv/" n          \
	"\", \"state\": \"mounted\", \"changed\": true, " more "}"
#define CHANGED(n)                                                                         \
	BIND(n, "\"status\": \"changed\", \"drift\": [{\"code\": \"not_mounted\"}, "       \
		"{\"code\": \"fstab_missing\", \"have\": null, \"want\": \"a line\"}], "   \
		"\"actions\": [\"attach\", \"remove_target\"], \"before\": {\"mounted\": " \
		"false}, \"after\": {\"mounted\": true, \"read_only\": true, "             \
		"\"propagation\": \"private\", \"options\": [\"nodev\", \"nosuid\"]}")
#define FAILED(n)                                                                          \
	BIND(n,                                                                            \
	     "\"status\": \"failed\", \"error\": {\"code\": \"race\", \"at\": "            \
	     "\"/binds/0\", \"errno\": \"ENOENT\", \"msg\": \"somebody \\u009b took it\"}")
#define ENDS                                                                                \
	"\"warnings\": [{\"code\": \"volatile_source\", \"target\": \"/ro/a\", \"msg\": "   \
	"\"a warning\"}], \"needs_restart\": {\"units\": [\"a.service\"], \"containers\": " \
	"[], \"processes\": [7]}}"

/* clang-format off */
static const char changed[] = "{\"changed\": true, \"failed\": false, \"msg\": \"2 changed\", "
	"\"binds\": [" CHANGED("a") ", " CHANGED("b") "], " ENDS;
static const char failed[] = "{\"changed\": true, \"failed\": true, \"msg\": \"2 failed\", "
	"\"binds\": [" FAILED("a") ", " CHANGED("b") ", " FAILED("c") "], " ENDS;
static const char many[] = "{\"changed\": true, \"failed\": false, \"msg\": \"12 changed\", "
	"\"binds\": [" CHANGED("1") "," CHANGED("2") "," CHANGED("3") "," CHANGED("4") "," CHANGED("5")
	"," CHANGED("6") "," CHANGED("7") "," CHANGED("8") "," CHANGED("9") "," CHANGED("10")
	"," CHANGED("11") "," CHANGED("12") "], " ENDS;
/* clang-format on */

static json_t *bolt_reply(const json_t *reply, const struct cli *cli)
{
	scoped_json json_t *told = json_copy_whole(reply);

	(void)cli;
	return told && bolt_add_error(told) == 0 ? STEAL(told) : NULL;
}

static json_t *copy(const json_t *reply, const struct cli *cli)
{
	(void)cli;
	return json_copy_whole(reply);
}

static json_t *deep_copy(const json_t *reply, const struct cli *cli)
{
	(void)cli;
	return json_deep_copy_whole(reply);
}

/* clang-format off */
static const struct {
	const char *name;
	json_t *(*dialect)(const json_t *reply, const struct cli *cli);
	const char *reply, *args;
} rows[] = {
	{ "ansible, changed",         ansible_reply, changed, "{}" },
	{ "ansible, failed",          ansible_reply, failed,  "{}" },
	{ "ansible, no line is told", ansible_reply, changed, "{\"opts_no_log\": true}" },
	{ "salt, changed",            salt_reply,    changed, "{}" },
	{ "salt, failed",             salt_reply,    failed,  "{}" },
	{ "salt, many",               salt_reply,    many,    "{}" },
	{ "dsc, changed",             dsc_reply,     changed, "{}" },
	{ "dsc, failed",              dsc_reply,     failed,  "{}" },
	{ "bolt, changed",            bolt_reply,    changed, "{}" },
	{ "bolt, failed",             bolt_reply,    failed,  "{}" },
	{ "a copy",                   copy,          many,    "{}" },
	{ "a copy with its members",  deep_copy,     many,    "{}" },
};
/* clang-format on */

static json_t *reply;
static struct cli cli;

static char *tell(const void *row)
{
	json_t *told = ((const __typeof__(rows[0]) *)row)->dialect(reply, &cli);
	char *text = NULL;
	size_t size = 0;
	FILE *out = NULL;

	(void)failing_memory_end();
	if (!told)
		return NULL;
	out = open_memstream(&text, &size);
	ck_assert_ptr_nonnull(out);
	ck_assert_int_eq(json_dumpf(told, out, 0), 0);
	ck_assert_int_eq(fclose(out), 0);
	json_decref(told);
	return text;
}

START_TEST(a_reply_is_whole_or_not_there)
{
	json_error_t e = {0};

	reply = json_load(rows[_i].reply, strlen(rows[_i].reply), &e);
	cli = (struct cli){.command = "apply",
			   .args = json_load(rows[_i].args, strlen(rows[_i].args), &e)};
	ck_assert_msg(reply && cli.args, "%s: %s at %d", rows[_i].name, e.text, e.position);
	failing_memory_sweep(tell, rows[_i].name, &rows[_i]);
	json_decref(reply);
	json_decref(cli.args);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("memory");

	tcase_add_loop_test(tests, a_reply_is_whole_or_not_there, 0, ARRAY_LEN(rows));
	return suite_run("memory", tests);
}
