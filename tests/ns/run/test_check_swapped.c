/* SPDX-License-Identifier: Apache-2.0 */
/* What is told of binds that become others while they are looked at, or their directories do. */
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

/* The last one is made writable before it is looked at. */
static void make_writable(void *to, size_t n_done, size_t n_all)
{
	(void)n_all;
	if (n_done == 3)
		ck_assert_int_eq(mount(NULL, to, NULL, MS_REMOUNT | MS_BIND, NULL), 0);
}

/* What check, or apply, says of them while that happens. */
static void run(bool check_mode, struct progress_hook meanwhile, enum status first,
		enum status last)
{
	scoped_json json_t *doc = text_json(REQUEST);
	struct error err = {0};
	struct request req = {0};
	struct reply reply = {0};

	ck_assert_int_eq(request_decode(doc, false, &req, &err), 0);
	req.check_mode = check_mode;
	req.progress = meanwhile;
	ck_assert_int_eq(run_request(&req, features_probe(), &reply, &err), 0);
	ck_assert_uint_eq(reply.n_outcomes, 4);
	for (size_t i = 0; i < reply.n_outcomes; i++)
		ck_assert_msg(reply.outcomes[i].status == (i < 3 ? first : last),
			      "%zu is %s", i, status_names[reply.outcomes[i].status]);
	reply_done(&reply);
	request_done(&req);
}

static void make_binds(void)
{
	sandbox_enter();
	make_places("/mnt/s");
	make_places("/mnt/t");
	json_decref(sandbox_apply(REQUEST));
	run(true, (struct progress_hook){0}, STATUS_OK, STATUS_OK);
}

/* All of the answer is of what is there at the end. */
START_TEST(what_was_swapped_is_looked_at_anew)
{
	/* Nothing is mounted in the new one; or something else is. */
	static const struct {
		const char *directory;
		enum status status;
	} swapped[] = {{"/mnt/t", STATUS_CHANGED}, {"/mnt/s", STATUS_FAILED}};

	make_binds();
	run(true,
	    (struct progress_hook){.tell = swap_in_between,
				   .to = (void *)swapped[_i].directory},
	    swapped[_i].status, swapped[_i].status);
}
END_TEST

/* Also where the table of mounts was read before. */
START_TEST(what_is_made_writable_is_seen)
{
	make_binds();
	run(_i == 0, (struct progress_hook){.tell = make_writable, .to = "/mnt/t/d"},
	    STATUS_OK, STATUS_CHANGED);
	run(true, (struct progress_hook){0}, STATUS_OK,
	    _i == 0 ? STATUS_CHANGED : STATUS_OK);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("check_swapped");

	if (!sandbox_is_possible())
		return 77;
	tcase_add_loop_test(tests, what_is_made_writable_is_seen, 0, 2);
	/* Elsewhere each is looked at by its whole path, and told as it was at that moment. */
	if (features_probe()->view_calls)
		tcase_add_loop_test(tests, what_was_swapped_is_looked_at_anew, 0, 2);
	return suite_run("check_swapped", tests);
}
