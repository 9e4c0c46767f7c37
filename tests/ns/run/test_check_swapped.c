/* SPDX-License-Identifier: Apache-2.0 */
/* What check tells of binds whose directory becomes another while it looks at them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/macro.h"
#include "kernel/features.h"
#include "reply/reply.h"
#include "request/request.h"
#include "run/run.h"
#include "sandbox.h"
#include "suite.h"
#include "text_json.h"

#define REQUEST                                                                            \
	"{'binds': [{'source': '/mnt/s/a', 'target': '/mnt/t/a', 'state': 'ephemeral'},"   \
	" {'source': '/mnt/s/b', 'target': '/mnt/t/b', 'state': 'ephemeral'},"             \
	" {'source': '/mnt/s/c', 'target': '/mnt/t/c', 'state': 'ephemeral'},"             \
	" {'source': '/mnt/s/d', 'target': '/mnt/t/d', 'state': 'ephemeral'}]}"

static void make_places(const char *directory)
{
	for (const char *name = "abcd"; *name != '\0'; name++) {
		char path[64];

		(void)snprintf(path, sizeof(path), "%s/%c", directory, *name);
		sandbox_mkdir(path);
	}
}

static void swap(const char *directory)
{
	ck_assert_int_eq(rename(directory, "/mnt/old"), 0);
	make_places(directory);
}

/* After each bind; the first two are looked at in one way or the other. */
static void swap_in_between(void *to, size_t n_done, size_t n_all)
{
	(void)n_all;
	if (n_done == 3 && access("/mnt/old", F_OK) != 0)
		swap(to);
}

static void check(const char *swapped, enum status status)
{
	scoped_json json_t *doc = text_json(REQUEST);
	struct error err = {0};
	struct request req = {0};
	struct reply reply = {0};

	ck_assert_int_eq(request_decode(doc, false, &req, &err), 0);
	req.check_mode = true;
	if (swapped)
		req.progress = (struct progress_hook){.tell = swap_in_between,
						      .to = (void *)swapped};
	ck_assert_int_eq(run_request(&req, features_probe(), &reply, &err), 0);
	ck_assert_uint_eq(reply.n_outcomes, 4);
	for (size_t i = 0; i < reply.n_outcomes; i++)
		ck_assert_msg(reply.outcomes[i].status == status, "%zu is %s", i,
			      status_names[reply.outcomes[i].status]);
	reply_done(&reply);
	request_done(&req);
}

/* All of the answer is of what is there at the end. */
START_TEST(what_was_swapped_is_looked_at_anew)
{
	/* Nothing is mounted in the new one; or something else is. */
	static const struct {
		const char *directory;
		enum status status;
	} swapped[] = {{"/mnt/t", STATUS_CHANGED}, {"/mnt/s", STATUS_FAILED}};

	sandbox_enter();
	make_places("/mnt/s");
	make_places("/mnt/t");
	json_decref(sandbox_apply(REQUEST));
	check(NULL, STATUS_OK);
	check(swapped[_i].directory, swapped[_i].status);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("check_swapped");

	if (!sandbox_is_possible())
		return 77;
	if (!features_probe()->view_calls) {
		puts("skipped: this kernel tells of no single mount (Linux 6.8)");
		return 77;
	}
	tcase_add_loop_test(tests, what_was_swapped_is_looked_at_anew, 0, 2);
	return suite_run("check_swapped", tests);
}
