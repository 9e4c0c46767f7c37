/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding, member by member: which JSON values each one takes. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "request/request.h"
#include "suite.h"

static const struct {
	char letter;
	const char *value;
} samples[] = {
	{'N', "null"},
	{'T', "true"},
	{'I', "7"},
	{'R', "1.5"},
	{'D', "\"7\""},
	{'Y', "\"Yes\""},
	{'E', "\"\""},
	{'P', "\"/x\""},
	{'W', "\"x-y\""},
	{'Z', "\"x\\u0000\""},
	{'A', "[]"},
	{'L', "[\"x-y\"]"},
	{'C', "\"yes\\u0000\""},
	{'M', "[null]"},
	{'O', "{}"},
	{'B', "[{\"target\": \"/y\"}]"},
};

/* The letters of the samples that are taken, from JSON and where text stands for all. */
/* clang-format off */
static const struct { const char *name; const char *json; const char *text; bool in_bind; } members[] = {
	{ "target",        "P",         "P",           true },
	{ "source",        "NP",        "NP",          true },
	{ "state",         "N",         "N",           true },
	{ "recursive",     "NT",        "NTY",         true },
	{ "options",       "NEA",       "NEA",         true },
	{ "source_mount",  "NTP",       "NTPY",        true },
	{ "create",        "NT",        "NTY",         true },
	{ "mode",          "N",         "N",           true },
	{ "owner",         "NIDYPW",    "NIDYPW",      true },
	{ "group",         "NIDYPW",    "NIDYPW",      true },
	{ "remove_target", "NT",        "NTY",         true },
	{ "follow",        "NT",        "NTY",         true },
	{ "replace",       "NT",        "NTY",         true },
	{ "nofail",        "NT",        "NTY",         true },
	{ "fstab_options", "NDYEPWAL",  "NDYEPWAL",    true },
	{ "fstab_type",    "N",         "N",           true },
	{ "opts",          "NEWAL",     "NEWAL",       true },
	{ "check_mode",    "NT",        "NTY",         false },
	{ "diff",          "NT",        "NTY",         false },
	{ "holders",       "NT",        "NTY",         false },
	{ "on_error",      "N",         "N",           false },
	{ "namespace",     "N",         "N",           false },
	{ "set",           "NDYW",      "NDYW",        false },
	{ "purge",         "NT",        "NTY",         false },
	{ "fstab",         "NP",        "NP",          false },
	{ "backup",        "NT",        "NTY",         false },
	{ "daemon_reload", "N",         "N",           false },
	{ "timeout",       "NI",        "NID",         false },
};
/* clang-format on */

/* Every member's table row, where it is one that the tables above know. */
START_TEST(no_member_is_forgotten)
{
	size_t n = 0;

	for (size_t i = 0; i < request_n_bind_fields + request_n_fields; i++) {
		const char *name = i < request_n_bind_fields
					   ? request_bind_fields[i].name
					   : request_fields[i - request_n_bind_fields].name;
		bool is_known = strcmp(name, "binds") == 0;

		for (size_t m = 0; m < ARRAY_LEN(members); m++)
			is_known |= strcmp(members[m].name, name) == 0;
		n += is_known;
		ck_assert_msg(is_known, "'%s' has no row", name);
	}
	ck_assert_uint_eq(n, ARRAY_LEN(members) + 1);
}
END_TEST

/* A good request of one bind, with one member changed. */
static json_t *request_with(const char *name, const char *value, bool in_bind, bool single)
{
	json_t *bind = json_pack("{s:s, s:s, s:s}", "source", "/a", "target", "/t", "state",
				 "unmounted");
	json_t *doc = single ? bind : json_pack("{s:[o]}", "binds", bind);
	json_t *changed = json_loads(value, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

	ck_assert_ptr_nonnull(changed);
	ck_assert_int_eq(json_object_set_new(in_bind ? bind : doc, name, changed), 0);
	/* Without a set there is nothing to purge. */
	if (strcmp(name, "purge") == 0)
		ck_assert_int_eq(json_object_set_new(doc, "set", json_string("s")), 0);
	return doc;
}

static void expect(size_t member, size_t sample, bool accept_text, bool single)
{
	const char *name = members[member].name;
	const char *taken = accept_text ? members[member].text : members[member].json;
	bool in_bind = members[member].in_bind;
	json_t *doc = request_with(name, samples[sample].value, in_bind, single);
	struct request req = {0};
	struct error err = {0};
	char at[64];
	int r = request_decode(doc, accept_text, &req, &err);

	(void)snprintf(at, sizeof(at), "%s/%s", in_bind && !single ? "/binds/0" : "", name);
	ck_assert_msg((r == 0) == (strchr(taken, samples[sample].letter) != NULL),
		      "%s: %s: %d %s", name, samples[sample].value, r, err.text);
	if (r < 0) {
		ck_assert_int_eq(err.kind, ERROR_REQUEST);
		/* Below it, where an element is at fault. */
		ck_assert_msg(strncmp(err.at, at, strlen(at)) == 0, "%s: %s: at '%s'", name,
			      samples[sample].value, err.at);
		ck_assert_ptr_null(req.wants);
	}
	request_done(&req);
	json_decref(doc);
}

START_TEST(each_member_takes_its_types)
{
	for (size_t sample = 0; sample < ARRAY_LEN(samples); sample++) {
		expect((size_t)_i, sample, false, false);
		expect((size_t)_i, sample, false, true);
		expect((size_t)_i, sample, true, false);
		expect((size_t)_i, sample, true, true);
	}
}
END_TEST

/* What is refused as null must be required: the schema says the same. */
START_TEST(null_is_not_given)
{
	for (size_t i = 0; i < request_n_bind_fields; i++) {
		const struct field *field = &request_bind_fields[i];
		json_t *doc = request_with(field->name, "null", true, false);
		struct request req = {0};
		struct error err = {0};
		int r = request_decode(doc, false, &req, &err);

		ck_assert_msg((r < 0) == ((field->flags & FIELD_REQUIRED) != 0), "%s: %s",
			      field->name, err.text);
		request_done(&req);
		json_decref(doc);
	}
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("request_members");

	tcase_add_test(tests, no_member_is_forgotten);
	tcase_add_loop_test(tests, each_member_takes_its_types, 0, ARRAY_LEN(members));
	tcase_add_test(tests, null_is_not_given);
	return suite_run("request_members", tests);
}
