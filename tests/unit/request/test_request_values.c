/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding: what becomes of the values, and what is there when none is given. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "request/json_parse.h"
#include "request/request.h"
#include "suite.h"

static int decode(const char *text, bool accept_text, struct request *req,
		  struct error *err)
{
	json_t *doc = NULL;
	int r = jsontext_parse(text, strlen(text), &doc, err);

	ck_assert_msg(r == 0, "%s: %s", text, err->text);
	r = request_decode(doc, accept_text, req, err);
	json_decref(doc);
	return r;
}

static const char *const purges[] = {
	[PURGE_NONE] = "",
	[PURGE_REST] = " purge",
	[PURGE_ALL] = " purge=all",
};

static void show_account(FILE *out, const char *member, const struct account *account)
{
	if (account->name)
		(void)fprintf(out, " %s=%s", member, account->name);
	else if (account->id != 0)
		(void)fprintf(out, " %s=%u", member, account->id);
}

static void show_want(FILE *out, const struct want *want)
{
	(void)fprintf(out, "%s>%s %s", want->source ? want->source : "", want->target,
		      state_rules[want->state].name);
	(void)fprintf(out, "%s%s%s%s%s", want->recursive ? " recursive" : "",
		      want->create ? "" : " create=no", want->follow ? " follow" : "",
		      want->replace ? " replace" : "", want->nofail ? " nofail" : "");
	(void)fprintf(out, "%s", want->remove_target ? " remove_target" : "");
	if (want->mode.is_asked)
		(void)fprintf(out, " mode=%o", want->mode.bits);
	show_account(out, "owner", &want->owner);
	show_account(out, "group", &want->group);
	if (want->options.set || want->options.clear)
		(void)fprintf(out, " +%x-%x", want->options.set, want->options.clear);
	for (size_t i = 0; i < want->fstab_options.count; i++)
		(void)fprintf(out, " %s", want->fstab_options.items[i]);
	if (want->fstab_type != FSTAB_TYPE_NONE)
		(void)fprintf(out, " %s", fstab_type_names[want->fstab_type]);
	if (want->set)
		(void)fprintf(out, " of %s", want->set);
	(void)fputc(';', out);
}

/* All that is not as it is by default. */
static char *show(const struct request *req)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(out);
	for (size_t i = 0; i < req->n_wants; i++)
		show_want(out, &req->wants[i]);
	(void)fprintf(out, "%s%s%s%s%s%s%s%s", req->is_single ? " single" : "",
		      req->check_mode ? " check" : "", req->diff ? " diff" : "",
		      req->holders ? " holders" : "", req->stop_on_error ? " stop" : "",
		      req->any_namespace ? " here" : "", req->backup ? " backup" : "",
		      req->no_reload ? " no_reload" : "");
	(void)fprintf(out, "%s", purges[req->purge]);
	if (req->set)
		(void)fprintf(out, " set=%s", req->set);
	if (req->fstab)
		(void)fprintf(out, " fstab=%s", req->fstab);
	if (req->timeout != REQUEST_TIMEOUT_DEFAULT)
		(void)fprintf(out, " %us", req->timeout);
	ck_assert_int_eq(fclose(out), 0);
	return text;
}

#define A  "\"source\": \"/a\", \"target\": \"/t\""
#define AT "{" A ", "

/* clang-format off */
static const struct { const char *text; bool accept_text; const char *shown; } decoded[] = {
	{ "{\"binds\": []}",                       false, "" },
	{ "{\"binds\": [" AT "\"state\": null}]}", false, "/a>/t mounted;" },
	{ "{" A ", \"binds\": null}",              false, "/a>/t mounted; single" },
	{ "{\"binds\": [{" A "}, {\"source\": \"/b\", \"target\": \"/u\"}]}",
	                                           false, "/a>/t mounted;/b>/u mounted;" },
	{ "{\"target\": \"/t\", \"state\": \"absent\"}",       false, ">/t absent; single" },
	{ "{\"target\": \"/t\", \"state\": \"unmounted\"}",    false, ">/t unmounted; single" },
	{ "{\"target\": \"/t\", \"state\": \"fstab_absent\"}", false, ">/t fstab_absent; single" },
	{ AT "\"state\": \"mounted\"}",            false, "/a>/t mounted; single" },
	{ AT "\"state\": \"ephemeral\"}",          false, "/a>/t ephemeral; single" },
	{ AT "\"state\": \"fstab_present\"}",      false, "/a>/t fstab_present; single" },
	{ AT "\"state\": \"fstab_only\"}",         false, "/a>/t fstab_only; single" },
	{ AT "\"recursive\": true, \"create\": false, \"follow\": true, \"replace\": true, \"nofail\": true}",
	  false, "/a>/t mounted recursive create=no follow replace nofail; single" },
	{ AT "\"recursive\": false, \"create\": true, \"follow\": false, \"replace\": false, \"nofail\": false}",
	  false, "/a>/t mounted; single" },
	{ AT "\"recursive\": \"on\", \"create\": \"0\", \"follow\": \"TRUE\", \"replace\": \"1\", \"nofail\": \"no\"}",
	  true, "/a>/t mounted recursive create=no follow replace; single" },
	{ AT "\"remove_target\": true, \"state\": \"absent\"}", false, "/a>/t absent remove_target; single" },
	{ AT "\"remove_target\": \"no\", \"state\": \"absent\"}", true, "/a>/t absent; single" },
	{ AT "\"mode\": \"0750\"}",              false, "/a>/t mounted mode=750; single" },
	{ AT "\"mode\": \"000\"}",               false, "/a>/t mounted mode=0; single" },
	{ AT "\"mode\": \"07777\"}",             false, "/a>/t mounted mode=7777; single" },
	{ AT "\"mode\": \"2750\"}",              true,  "/a>/t mounted mode=2750; single" },
	{ AT "\"owner\": \"mysql\", \"group\": \"a.b-c_d$\"}", false, "/a>/t mounted owner=mysql group=a.b-c_d$; single" },
	{ AT "\"owner\": 4294967294, \"group\": 0}", false, "/a>/t mounted owner=4294967294; single" },
	{ AT "\"owner\": \"4294967294\", \"group\": \"0012\"}", true, "/a>/t mounted owner=4294967294 group=12; single" },
	{ AT "\"options\": [\"nosuid\", \"exec\"]}", false, "/a>/t mounted +2-8; single" },
	{ AT "\"options\": \"ro,nosuid,bind,exec\"}", false, "/a>/t mounted +2-8; single" },
	{ AT "\"options\": \" nosuid , ,exec \"}", false, "/a>/t mounted +2-8; single" },
	{ AT "\"fstab_options\": \" _netdev, , x-a=b \"}", false, "/a>/t mounted _netdev x-a=b; single" },
	{ AT "\"options\": [\"nosuid\", \"nosuid\"]}", false, "/a>/t mounted +2-0; single" },
	{ AT "\"fstab_options\": [\"_netdev\", \"x-a=b\"]}", false, "/a>/t mounted _netdev x-a=b; single" },
	{ AT "\"fstab_options\": \"_netdev,x-a=b\"}", false, "/a>/t mounted _netdev x-a=b; single" },
	{ AT "\"fstab_options\": \"\"}",           false, "/a>/t mounted; single" },
	{ AT "\"fstab_type\": \"robind\"}",        false, "/a>/t mounted robind; single" },
	{ AT "\"fstab_type\": \"none\"}",          false, "/a>/t mounted; single" },
	{ AT "\"on_error\": \"stop\"}",           false, "/a>/t mounted; single stop" },
	{ AT "\"namespace\": \"here\"}",          false, "/a>/t mounted; single here" },
	{ AT "\"daemon_reload\": \"never\"}",     false, "/a>/t mounted; single no_reload" },
	{ AT "\"check_mode\": true}",             false, "/a>/t mounted; single check" },
	{ AT "\"diff\": true}",                   false, "/a>/t mounted; single diff" },
	{ AT "\"holders\": true}",                false, "/a>/t mounted; single holders" },
	{ AT "\"backup\": true}",                 false, "/a>/t mounted; single backup" },
	{ AT "\"on_error\": \"continue\", \"daemon_reload\": \"auto\"}", false, "/a>/t mounted; single" },
	{ AT "\"set\": \"Mail_1.x-y\"}",           false, "/a>/t mounted of Mail_1.x-y; single set=Mail_1.x-y" },
	{ "{\"set\": \"s\", \"purge\": \"all\", \"binds\": []}", false, " purge=all set=s" },
	{ "{\"set\": \"s\", \"purge\": false, \"binds\": []}", false, " set=s" },
	{ "{\"set\": \"s\", \"purge\": true, \"binds\": [{" A "}]}", false, "/a>/t mounted of s; purge set=s" },
	{ "{\"set\": \"s\", \"purge\": \"yes\", \"binds\": [{" A "}]}", true, "/a>/t mounted of s; purge set=s" },
	{ AT "\"fstab\": \"//etc//fstab.d/x/\"}",  false, "/a>/t mounted; single fstab=/etc/fstab.d/x" },
	{ AT "\"timeout\": 1}",                    false, "/a>/t mounted; single 1s" },
	{ AT "\"timeout\": 86400}",                false, "/a>/t mounted; single 86400s" },
	{ AT "\"timeout\": \"86400\"}",            true,  "/a>/t mounted; single 86400s" },
	{ "{\"source\": \"/\\u00e4 \\n\\\\\", \"target\": \"/t t\"}", false, "/\xc3\xa4 \n\\>/t t mounted; single" },
};
/* clang-format on */

START_TEST(values_arrive)
{
	struct request req = {0};
	struct error err = {0};
	char *shown = NULL;

	ck_assert_msg(decode(decoded[_i].text, decoded[_i].accept_text, &req, &err) == 0,
		      "%s: %s", decoded[_i].text, err.text);
	shown = show(&req);
	ck_assert_msg(strcmp(shown, decoded[_i].shown) == 0, "%s: '%s', not '%s'",
		      decoded[_i].text, shown, decoded[_i].shown);
	ck_assert_uint_eq(req.n_named, req.n_wants);
	free(shown);
	request_done(&req);
	request_done(&req);
}
END_TEST

/* The reply must know them, whatever else is wrong with the request. */
START_TEST(check_mode_and_diff_outlive_a_mistake)
{
	struct request req = {0};
	struct error err = {0};

	ck_assert_int_eq(decode("{\"check_mode\": true, \"diff\": true, \"set\": \"s\","
				" \"binds\": [{" A ", \"state\": \"tidy\"}]}",
				false, &req, &err),
			 -1);
	ck_assert(req.check_mode && req.diff);
	ck_assert(!req.wants && req.n_wants == 0 && !req.set && !req.fstab);
	ck_assert(!req.targets.slots);
	request_done(&req);
}
END_TEST

START_TEST(the_fstab_that_is_meant)
{
	struct request req = {0};

	ck_assert_str_eq(request_fstab(&req), "/etc/fstab");
	req.fstab = strdup("/x");
	ck_assert_str_eq(request_fstab(&req), "/x");
	request_done(&req);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("request_values");

	tcase_add_loop_test(tests, values_arrive, 0, ARRAY_LEN(decoded));
	tcase_add_test(tests, check_mode_and_diff_outlive_a_mistake);
	tcase_add_test(tests, the_fstab_that_is_meant);
	return suite_run("request_values", tests);
}
