/* SPDX-License-Identifier: Apache-2.0 */
/* Options as others write them, in one text: what they ask for beside the members of a bind. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "request/json_parse.h"
#include "request/request.h"
#include "suite.h"

#define A "\"source\": \"/a\", \"target\": \"/t\""

/* What is asked for, as words; or where the mistake is, and what is said of it. */
/* clang-format off */
static const struct { const char *text; const char *want; const char *at; const char *says; } rows[] = {
	{ "{" A ", \"opts\": \"bind,ro\"}",                    "create", NULL, NULL },
	{ "{" A ", \"opts\": \"rbind,ro\"}",                   "recursive create", NULL, NULL },
	{ "{" A ", \"opts\": \"nofail\"}",                     "create nofail", NULL, NULL },
	{ "{" A ", \"opts\": \"noauto\"}",                     "create 'noauto'", NULL, NULL },
	{ "{" A ", \"opts\": \"X-mount.mkdir\", \"create\": true}", "create", NULL, NULL },
	{ "{" A ", \"opts\": \"x-a,_netdev\", \"fstab_options\": [\"x-b\"]}", "create 'x-b' 'x-a' '_netdev'", NULL, NULL },
	{ "{" A ", \"opts\": \"rbind\", \"recursive\": true}", "recursive create", NULL, NULL },
	{ "{" A ", \"opts\": \"rbind\", \"recursive\": null}", "recursive create", NULL, NULL },
	{ "{" A ", \"opts\": \"nofail\", \"nofail\": true}",   "create nofail", NULL, NULL },
	{ "{" A ", \"opts\": \"nosuid\", \"options\": [\"nosuid\", \"noexec\"]}", "create +a-0", NULL, NULL },
	{ "{" A ", \"recursive\": false, \"opts\": \"rbind\"}", NULL, "/opts", "'recursive' is said twice" },
	{ "{" A ", \"opts\": \"rbind\", \"recursive\": false}", NULL, "/recursive", "'recursive' is said twice" },
	{ "{" A ", \"nofail\": false, \"opts\": \"nofail\"}",  NULL, "/opts", "'nofail' is said twice" },
	{ "{" A ", \"opts\": \"X-mount.mkdir\", \"create\": false}", NULL, "/create", "'create' is said twice" },
	{ "{" A ", \"options\": [\"suid\"], \"opts\": \"nosuid\"}", NULL, "/opts", "contradict each other" },
	{ "{" A ", \"opts\": \"nosuid\", \"options\": [\"suid\"]}", NULL, "/options", "contradict each other" },
	/* words of another place */
	{ "{" A ", \"options\": [\"rbind\"]}",                 NULL, "/options/0", "\"recursive\": true" },
	{ "{" A ", \"options\": [\"nofail\"]}",                NULL, "/options/0", "\"nofail\": true" },
	{ "{" A ", \"options\": [\"_netdev\"]}",               NULL, "/options/0", "\"fstab_options\"" },
	{ "{" A ", \"options\": [\"nosudi\"]}",                NULL, "/options/0", "nosuid" },
	{ "{" A ", \"fstab_options\": [\"nosuid\"]}",          NULL, "/fstab_options", "put it into \"options\"" },
	{ "{" A ", \"fstab_options\": [\"rbind\"]}",           NULL, "/fstab_options", "\"recursive\": true" },
	{ "{" A ", \"fstab_options\": [\"user\"]}",            NULL, "/fstab_options", "is not supported, because" },
	{ "{" A ", \"zzzzzzzzzz\": 1}",                        NULL, "/zzzzzzzzzz", "there are" },
};
/* clang-format on */

static char *show(const struct want *want)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(out);
	(void)fprintf(out, "%s%s%s", want->recursive ? "recursive " : "",
		      want->create ? "create" : "", want->nofail ? " nofail" : "");
	if (want->options.set || want->options.clear)
		(void)fprintf(out, " +%x-%x", want->options.set, want->options.clear);
	for (size_t i = 0; i < want->fstab_options.count; i++)
		(void)fprintf(out, " '%s'", want->fstab_options.items[i]);
	ck_assert_int_eq(fclose(out), 0);
	return text;
}

START_TEST(each_row)
{
	const char *text = rows[_i].text;
	struct request req = {0};
	struct error err = {0};
	json_t *doc = NULL;
	int r = 0;

	ck_assert_int_eq(jsontext_parse(text, strlen(text), &doc, &err), 0);
	r = request_decode(doc, false, &req, &err);
	ck_assert_msg((r == 0) == (rows[_i].want != NULL), "%s: %s", text, err.text);
	if (r == 0) {
		char *found = show(&req.wants[0]);

		ck_assert_msg(strcmp(found, rows[_i].want) == 0, "%s: %s", text, found);
		free(found);
	} else {
		ck_assert_msg(strcmp(err.at, rows[_i].at) == 0, "%s: at %s", text, err.at);
		ck_assert_msg(strstr(err.text, rows[_i].says), "%s: %s", text, err.text);
		ck_assert_int_eq(err.number, 0);
	}
	request_done(&req);
	json_decref(doc);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("opts");

	tcase_add_loop_test(tests, each_row, 0, ARRAY_LEN(rows));
	return suite_run("opts", tests);
}
