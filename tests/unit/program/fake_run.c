/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_run.h"

#include "base/clock.h"
#include "run/run.h"

struct fake_run fake_run;

double clock_now(void)
{
	return fake_run.now;
}

int run_request(struct request *req, const struct features *features, struct reply *reply,
		struct error *err)
{
	(void)features;
	fake_run.timeout = req->timeout;
	if (fake_run.n_runs++ < fake_run.locked) {
		fake_run.now += req->timeout;
		return error_set(err, ERROR_LOCKED_OUT, fake_run.lock_error, PTR_ROOT,
				 "another one is at work");
	}
	if (reply_begin(reply, req) < 0)
		return error_set(err, ERROR_MEMORY, 0, PTR_ROOT, "no memory");
	reply->outcomes[0].status = STATUS_OK;
	return 0;
}

int run_check_kernel(const struct features *features, struct error *err)
{
	(void)features;
	(void)err;
	return 0;
}
