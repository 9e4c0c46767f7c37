/* SPDX-License-Identifier: Apache-2.0 */
/* Names as /etc/passwd and /etc/group may list them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/macro.h"
#include "kernel/accounts.h"
#include "suite.h"

#define NOBODY UINT32_MAX

static struct accounts parse(const char *bytes, size_t size)
{
	char *text = malloc(size + 1);
	struct accounts accounts = {0};

	ck_assert_ptr_nonnull(text);
	memcpy(text, bytes, size + 1);
	ck_assert_int_eq(accounts_parse(text, size, &accounts), 0);
	return accounts;
}

/* Who is "db" there. */
/* clang-format off */
static const struct { const char *text; uint32_t id; } rows[] = {
	{ "",                                            NOBODY },
	{ "\n\n",                                        NOBODY },
	{ "db:x:27:27:MySQL:/var/lib/mysql:/bin/false\n", 27 },
	{ "db:x:27",                                     27 },
	{ "db:x:27:",                                    27 },
	{ "db::0:",                                      0 },
	{ "root:x:0:\ndb:x:4294967294:a,b\n",            4294967294u },
	{ "db:x:27:\ndb:x:28:\n",                        27 },
	{ "db:x:\ndb:x:28:\n",                           28 },
	{ "db:x:4294967295:\n",                          NOBODY },
	{ "db:x:99999999999999999999:\n",                NOBODY },
	{ "db:x:-1:\n",                                  NOBODY },
	{ "db:x: 7:\n",                                  NOBODY },
	{ "db:x:7x:\n",                                  NOBODY },
	{ "db:x\n",                                      NOBODY },
	{ "db\n",                                        NOBODY },
	{ "db:27\n",                                     NOBODY },
	{ "#db:x:27:\n",                                 NOBODY },
	{ "+db:x:27:\n-db:x:27:\n+:::\n",                NOBODY },
	{ " db:x:27:\ndb :x:27:\nDB:x:27:\ndb2:x:27:\n", NOBODY },
	{ ":x:27:\n",                                    NOBODY },
	{ "x:db:27:\n",                                  NOBODY },
};
/* clang-format on */

START_TEST(names_are_found)
{
	struct accounts accounts = parse(rows[_i].text, strlen(rows[_i].text));
	uint32_t id = NOBODY;
	bool found = accounts_find(&accounts, "db", &id);

	ck_assert_msg(found == (rows[_i].id != NOBODY) && id == rows[_i].id, "%s: %u",
		      rows[_i].text, id);
	ck_assert(!accounts_find(&accounts, "", &id));
	ck_assert(!accounts_find(&accounts, "+", &id));
	accounts_done(&accounts);
	accounts_done(&accounts);
}
END_TEST

START_TEST(nul_ends_a_line)
{
	struct accounts accounts = parse("a\0db:x:27:\n", 11);
	uint32_t id = 0;

	ck_assert(accounts_find(&accounts, "db", &id));
	ck_assert_uint_eq(id, 27);
	ck_assert(!accounts_find(&accounts, "a", &id));
	accounts_done(&accounts);
}
END_TEST

/* clang-format off */
static const struct { struct id_range range; uint32_t id; bool is_in; } ids[] = {
	{ { 0, 0 },              0,           false },
	{ { 0, 1 },              0,           true },
	{ { 0, 1 },              1,           false },
	{ { 1000, 10 },          999,         false },
	{ { 1000, 10 },          1009,        true },
	{ { 1000, 10 },          1010,        false },
	{ { 0, 4294967295u },    4294967294u, true },
	{ { 4294967294u, 1 },    4294967294u, true },
};
/* clang-format on */

START_TEST(ranges)
{
	ck_assert_msg(id_range_has(&ids[_i].range, ids[_i].id) == ids[_i].is_in, "row %d",
		      _i);
}
END_TEST

static double seconds_for(size_t n)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	struct accounts accounts = {0};
	uint32_t id = 0;
	double begin = 0;

	ck_assert_ptr_nonnull(out);
	for (size_t i = 0; i < n; i++)
		(void)fprintf(out, "user%zu:x:%zu:\n", i, i);
	ck_assert_int_eq(fclose(out), 0);
	begin = clock_used();
	ck_assert_int_eq(accounts_parse(text, size, &accounts), 0);
	for (size_t i = 0; i < n; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "user%zu", i);
		ck_assert(accounts_find(&accounts, name, &id));
		ck_assert_uint_eq(id, i);
	}
	accounts_done(&accounts);
	return clock_used() - begin;
}

START_TEST(many_are_found_in_linear_time)
{
	suite_check_linear(seconds_for, 20000, 10, 40);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("accounts");

	tcase_add_loop_test(tests, names_are_found, 0, ARRAY_LEN(rows));
	tcase_add_test(tests, nul_ends_a_line);
	tcase_add_loop_test(tests, ranges, 0, ARRAY_LEN(ids));
	tcase_add_test(tests, many_are_found_in_linear_time);
	return suite_run("accounts", tests);
}
