/* SPDX-License-Identifier: Apache-2.0 */
/* What apply makes of binds whose directory becomes another while it is at work in it. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "kernel/features.h"
#include "reply/reply.h"
#include "request/request.h"
#include "run/run.h"
#include "sandbox.h"
#include "suite.h"

#define N       70 /* it is asked after so many, some times */
#define SWAP_AT 40

static struct stat stat_of(const char *directory, unsigned i)
{
	char path[64];
	struct stat st = {0};

	(void)snprintf(path, sizeof(path), "%s/%u", directory, i);
	ck_assert_int_eq(stat(path, &st), 0);
	return st;
}

static void make_places(const char *directory)
{
	for (unsigned i = 0; i < N; i++) {
		char path[64];

		(void)snprintf(path, sizeof(path), "%s/%u", directory, i);
		sandbox_mkdir(path);
	}
}

static json_t *make_request(void)
{
	json_t *binds = json_array();

	for (unsigned i = 0; i < N; i++) {
		char source[32];
		char target[32];

		(void)snprintf(source, sizeof(source), "/mnt/s/%u", i);
		(void)snprintf(target, sizeof(target), "/mnt/t/%u", i);
		json_array_append_new(binds,
				      json_pack("{s:s, s:s, s:s}", "source", source,
						"target", target, "state", "ephemeral"));
	}
	return json_pack("{s:o}", "binds", binds);
}

static void swap_in_between(void *to, size_t n_done, size_t n_all)
{
	(void)n_all;
	if (n_done != SWAP_AT)
		return;
	ck_assert_int_eq(rename(to, "/mnt/old"), 0);
	make_places(to);
}

static void apply(const char *swapped)
{
	scoped_json json_t *doc = make_request();
	struct error err = {0};
	struct request req = {0};
	struct reply reply = {0};

	ck_assert_int_eq(request_decode(doc, false, &req, &err), 0);
	req.progress =
		(struct progress_hook){.tell = swap_in_between, .to = (void *)swapped};
	ck_assert_int_eq(run_request(&req, features_probe(), &reply, &err), 0);
	for (size_t i = 0; i < reply.n_outcomes; i++)
		ck_assert_msg(reply.outcomes[i].status == STATUS_CHANGED, "%zu is %s", i,
			      status_names[reply.outcomes[i].status]);
	reply_done(&reply);
	request_done(&req);
}

/* The last before the swap, and all after it: there, and showing what is there by now. */
START_TEST(what_is_swapped_gets_what_was_asked)
{
	static const char *const swapped[] = {"/mnt/t", "/mnt/s"};

	sandbox_enter();
	make_places("/mnt/s");
	make_places("/mnt/t");
	apply(swapped[_i]);
	for (unsigned i = SWAP_AT - 1; i < N; i++) {
		ck_assert_msg(stat_of("/mnt/t", i).st_ino == stat_of("/mnt/s", i).st_ino,
			      "%u shows another", i);
		ck_assert_msg(_i > 0 || stat_of("/mnt/old", i).st_ino !=
						stat_of("/mnt/s", i).st_ino,
			      "%u was left where it came to", i);
	}
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("apply_swapped");

	if (!sandbox_is_possible())
		return 77;
	if (!features_probe()->view_calls) {
		puts("skipped: this kernel tells of no single mount (Linux 6.8)");
		return 77;
	}
	tcase_add_loop_test(tests, what_is_swapped_gets_what_was_asked, 0, 2);
	return suite_run("apply_swapped", tests);
}
