/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/pass.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "kernel/mount_api.h"
#include "kernel/path_limit.h"
#include "reply/reply.h"
#include "run/run.h"
#include "watch/note.h"

/* A pass is over by then, whatever hangs. */
#define PASS_SECONDS 4u

/* How long one path is waited for while others wait. */
#define PATIENCE 0.2

#define MANY 100u

/* Once it is over nobody waits any more, so of these nothing is known. */
static bool is_cut_off(const struct outcome *out)
{
	return out->status == STATUS_SKIPPED ||
	       (out->status == STATUS_FAILED && out->error->number == ETIMEDOUT &&
		!out->changed);
}

/* Nothing could be judged: all of them are tried again. */
static void note_error(const struct passing *p, const size_t *which, size_t n,
		       const struct error *err)
{
	struct outcome out = {.status = STATUS_FAILED, .error = error_keep(err)};
	bool is_over = p->pass->is_over(p->pass->to);

	for (size_t i = 0; i < n && !(is_over && is_cut_off(&out)); i++)
		note_failed(p, &p->f->binds[which[i]], &out);
	error_drop(out.error);
}

/* While somebody may be in the midst of writing fstab, its lines are left alone. */
static int leave_fstab(struct request *req, struct error *err)
{
	for (size_t i = 0; i < req->n_wants; i++) {
		if (req->wants[i].state == STATE_MOUNTED)
			req->wants[i].state = STATE_EPHEMERAL;
		if (req->wants[i].state == STATE_ABSENT)
			req->wants[i].state = STATE_UNMOUNTED;
	}
	return request_map_targets(req) < 0 ? error_no_memory(err) : 0;
}

static double patience(const struct passing *p, const size_t *which, size_t n)
{
	bool has_failed = false;

	/* Nobody asks these apart: once in a while they are waited for here. */
	for (size_t i = 0; i < n; i++) {
		const struct watched *b = &p->f->binds[which[i]];

		has_failed |= b->retry > 0 && !b->is_alone;
	}
	return p->kind == PASS_FIRST || p->kind == PASS_LATE || has_failed ? 0 : PATIENCE;
}

static int prepare(const struct passing *p, const size_t *which, size_t n,
		   struct request *req, struct error *err)
{
	if (watch_file_request(p->f, which, n, req, err) < 0)
		return -1;
	req->check_mode = p->check_mode;
	req->diff = false;
	req->no_holders = true; /* what is writable is mended first */
	req->progress =
		(struct progress_hook){.is_over = p->pass->is_over, .to = p->pass->to};
	req->patience = patience(p, which, n);
	if (req->timeout > PASS_SECONDS && (p->check_mode || !p->f->is_about_fstab))
		req->timeout = PASS_SECONDS;
	return p->f->fstab_due < WATCH_NEVER ? leave_fstab(req, err) : 0;
}

static void note_all(struct passing *p, const size_t *which, size_t n,
		     const struct reply *reply)
{
	bool is_over = p->pass->is_over(p->pass->to);

	path_set_deadline(clock_now() + PASS_SECONDS, false);
	path_set_patience(PATIENCE);
	if (n >= CARRIERS_MANY)
		carriers_find(&p->carriers);
	for (size_t i = 0; i < n && i < reply->n_outcomes; i++) {
		if (is_over && is_cut_off(&reply->outcomes[i]))
			continue;
		note_outcome(p, &p->f->binds[which[i]], &reply->outcomes[i]);
	}
	carriers_done(&p->carriers);
	sys_done();
}

/* A pass over many takes twice of what is remembered of them, and the next one may be far off. */
static void give_back(size_t n)
{
#ifdef __GLIBC__
	if (n >= MANY)
		(void)malloc_trim(0);
#else
	(void)n;
#endif
}

void pass_run(const struct pass *pass, struct watch_file *f, const size_t *which, size_t n,
	      enum pass_kind kind, double now)
{
	struct passing passing = {
		.pass = pass,
		.f = f,
		.kind = kind,
		.check_mode = pass->check_mode || kind == PASS_LOOK,
		.now = now,
	};
	struct request req = {0};
	struct reply reply = {0};
	struct error err = {0};

	if (pass->is_over(pass->to))
		return;
	if (prepare(&passing, which, n, &req, &err) < 0 ||
	    run_request(&req, pass->features, &reply, &err) < 0)
		note_error(&passing, which, n, &err);
	else
		note_all(&passing, which, n, &reply);
	reply_done(&reply);
	request_done(&req);
	give_back(n);
}

int pass_ask(const struct pass *pass, const struct watch_file *f, const size_t *which,
	     size_t n, bool holders, struct request *req, struct reply *reply,
	     struct error *err)
{
	if (watch_file_request(f, which, n, req, err) < 0)
		return -1;
	req->check_mode = true;
	req->diff = false;
	req->no_holders = !holders;
	req->holders = holders;
	if (req->timeout > PASS_SECONDS && !holders)
		req->timeout = PASS_SECONDS;
	return run_request(req, pass->features, reply, err);
}

void pass_first(const struct pass *pass, struct watch_file *f)
{
	scoped_mem size_t *which = malloc((f->n_binds + 1) * sizeof(*which));

	for (size_t i = 0; which && i < f->n_binds; i++)
		which[i] = i;
	if (which)
		pass_run(pass, f, which, f->n_binds, PASS_FIRST, clock_boot());
}

void pass_tell(const struct pass *pass, enum watch_event_kind kind,
	       const struct watch_file *f, const char *text)
{
	const struct watch_event event = {
		.kind = kind,
		.file = f ? f->name : NULL,
		.text = text,
		.latency = -1,
	};

	pass->hooks->tell(pass->hooks->to, &event);
}
