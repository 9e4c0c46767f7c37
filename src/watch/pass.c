/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/pass.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/hash_table.h"
#include "kernel/mount_api.h"
#include "kernel/path_limit.h"
#include "reply/reply.h"
#include "run/run.h"

/* A pass that meets a hung file system is over by then; the others wait for it so long. */
#define PASS_SECONDS  4u
#define RETRY_SECONDS 1.0
#define RETRY_LONGEST 60.0
#define MANY          100u

/* One that is under way. */
struct passing {
	const struct pass *pass;
	struct watch_file *f;
	enum pass_kind kind;
	bool check_mode; /* of the run */
	double now;
};

static void tell(const struct passing *p, enum watch_event_kind kind,
		 const struct watched *b, const struct outcome *out)
{
	const struct watch_event event = {
		.kind = kind,
		.file = p->f->name,
		.target = b->target,
		.outcome = out,
		.text = out && out->error ? out->error->text : NULL,
		.actor = b->actor,
		.latency = b->woken > 0 ? clock_boot() - b->woken : -1,
	};

	p->pass->hooks->tell(p->pass->hooks->to, &event);
}

/* ---- what came of one bind ---- */

/* The same failure is told once. */
static uint64_t hash_of(const struct kept_error *error)
{
	return hash_bytes(error->text, strlen(error->text));
}

/*
 * Where the source lies now is where it has to lie from here on. Returns whether all of it was
 * remembered before: only then it is what was judged, for it is looked at a moment later.
 */
static bool remember(struct watched *b)
{
	const struct source_glance source = b->source_seen;
	struct glance seen;
	bool is_same = false;

	if (glance_take(b->target, &seen) < 0)
		return true; /* nothing that is kept would tell of a change: the full passes do */
	is_same = glance_is_equal(&seen, &b->seen);
	b->seen = seen;
	if (!b->is_there || !b->source || strcmp(b->source, b->target) == 0)
		return is_same;
	free(b->seen_on);
	b->source_seen = glance_first(b->source, &b->seen_on);
	return is_same && source_glance_is_equal(&source, &b->source_seen);
}

static void judged(struct watched *b)
{
	b->was_judged = true;
	b->is_gone = false;
	b->woken = 0;
	b->actor = 0;
}

static void note_right(const struct passing *p, struct watched *b,
		       const struct outcome *out)
{
	bool was_wrong = b->was_judged && !b->is_as_asked;
	bool is_mended = !p->check_mode && out->status == STATUS_CHANGED;

	b->is_as_asked = true;
	if (is_mended) {
		bool is_fight = p->kind != PASS_FIRST && mends_note(&b->mends, p->now);

		tell(p, WATCH_MENDED, b, out);
		if (is_fight)
			tell(p, WATCH_FIGHTING, b, NULL);
	} else if (was_wrong) {
		tell(p, WATCH_IN_SYNC, b, out);
	}
	b->retry = 0;
	b->failure = 0;
	/* What was changed before it was remembered is seen by one more look. */
	b->looks_first = !remember(b) || is_mended;
	b->due = b->looks_first ? p->now : WATCH_NEVER;
	judged(b);
}

static void note_wrong(const struct passing *p, struct watched *b,
		       const struct outcome *out)
{
	uint64_t failure = out->error ? hash_of(out->error) : 1;
	bool is_told = b->failure == failure;

	b->is_as_asked = false;
	b->failure = failure;
	b->retry = b->retry > 0 ? b->retry * 2 : RETRY_SECONDS;
	if (b->retry > RETRY_LONGEST)
		b->retry = RETRY_LONGEST;
	b->due = p->now + b->retry;
	b->looks_first = false;
	if (!is_told)
		tell(p,
		     p->pass->check_mode && out->status != STATUS_FAILED ? WATCH_DRIFTED
									 : WATCH_FAILED,
		     b, out);
	judged(b);
}

/* Of a run that only looked: what differs is mended by the next one. */
static void note_looked(const struct passing *p, struct watched *b,
			const struct outcome *out)
{
	const double ready = mends_ready(&b->mends, p->now);

	if (out->status == STATUS_OK)
		note_right(p, b, out);
	else if (p->pass->check_mode)
		note_wrong(p, b, out);
	else if (b->retry == 0) {
		b->due = ready > p->now ? ready : p->now;
		b->looks_first = false;
	}
}

static void note(const struct passing *p, struct watched *b, const struct outcome *out)
{
	if (p->check_mode)
		note_looked(p, b, out);
	else if (out->status == STATUS_OK || out->status == STATUS_CHANGED)
		note_right(p, b, out);
	else
		note_wrong(p, b, out);
}

/* ---- the run ---- */

/* Nothing could be judged: all of them are tried again. */
static void note_error(const struct passing *p, const size_t *which, size_t n,
		       const struct error *err)
{
	struct outcome out = {.status = STATUS_FAILED, .error = error_keep(err)};

	for (size_t i = 0; i < n; i++)
		note_wrong(p, &p->f->binds[which[i]], &out);
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
	if (req->timeout > PASS_SECONDS && !p->f->is_about_fstab)
		req->timeout = PASS_SECONDS;
	return p->f->fstab_due < WATCH_NEVER ? leave_fstab(req, err) : 0;
}

static void note_all(const struct passing *p, const size_t *which, size_t n,
		     const struct reply *reply)
{
	bool is_over = p->pass->is_over(p->pass->to);

	path_set_deadline(clock_now() + PASS_SECONDS, false);
	for (size_t i = 0; i < n && i < reply->n_outcomes; i++) {
		/* It had no turn. */
		if (is_over && reply->outcomes[i].status == STATUS_SKIPPED)
			continue;
		note(p, &p->f->binds[which[i]], &reply->outcomes[i]);
	}
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
	const struct passing passing = {
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
