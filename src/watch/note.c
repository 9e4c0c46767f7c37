/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/note.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash_table.h"
#include "watch/due.h"

#define RETRY_SECONDS 1.0
#define RETRY_LONGEST 60.0

static void tell(const struct passing *p, enum watch_event_kind kind,
		 const struct watched *b, const struct outcome *out)
{
	const struct watch_event event = {
		.kind = kind,
		.file = p->f->name,
		.target = b->target,
		.outcome = out,
		.text = out && out->error ? out->error->text : NULL,
		.actor = b->actor.pid > 0 ? &b->actor : NULL,
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
 * It is another one by now than what was judged: nothing of that is remembered, neither that the
 * mount is our own nor where the source lies. Once more looked at it is seen what it is.
 */
static bool note_another(struct watched *b)
{
	bool is_new = !b->was_another;

	b->was_another = true;
	return !is_new;
}

/*
 * Where the source lies now is where it has to lie from here on. Returns whether all of it was
 * remembered before: only then it is what was judged, for it is looked at a moment later.
 */
static bool remember(const struct passing *p, struct watched *b)
{
	struct source_glance source;
	struct glance seen;
	char *seen_on = NULL;
	bool is_same = false;

	if (glance_take(b->target, &p->carriers, &seen) < 0)
		return true; /* nothing that is kept would tell of a change: the full passes do */
	is_same = glance_is_equal(&seen, &b->seen);
	if (!b->is_there || !b->source || strcmp(b->source, b->target) == 0) {
		b->seen = seen;
		return is_same;
	}
	source = glance_first(b->source, &seen_on);
	if (!source_glance_is_shown(&source, &seen)) {
		free(seen_on);
		return note_another(b);
	}
	is_same &= source_glance_is_equal(&source, &b->source_seen);
	free(b->seen_on);
	b->seen_on = seen_on;
	b->source_seen = source;
	b->seen = seen;
	b->was_another = false;
	return is_same;
}

static void judged(struct watched *b)
{
	b->was_judged = true;
	b->is_gone = false;
	b->woken = 0;
	actor_done(&b->actor);
}

static void note_right(const struct passing *p, struct watched *b,
		       const struct outcome *out)
{
	bool was_wrong = b->was_judged && !b->is_as_asked;
	bool is_mended = !p->check_mode && out->status == STATUS_CHANGED;

	b->is_as_asked = true;
	if (is_mended) {
		bool is_fight = p->kind != PASS_FIRST && mends_note(&b->mends, p->now);

		due_search(p->f, b, out, p->now);
		tell(p, WATCH_MENDED, b, out);
		if (is_fight)
			tell(p, WATCH_FIGHTING, b, NULL);
	} else if (was_wrong) {
		tell(p, WATCH_IN_SYNC, b, out);
	}
	b->retry = 0;
	b->failure = 0;
	b->answers = ANSWERS;
	/* What was changed before it was remembered is seen by one more look. */
	b->looks_first = !remember(p, b) || is_mended;
	b->due = b->looks_first ? p->now : WATCH_NEVER;
	judged(b);
}

void note_put_off(struct watched *b, double now)
{
	b->retry = b->retry > 0 ? b->retry * 2 : RETRY_SECONDS;
	if (b->retry > RETRY_LONGEST)
		b->retry = RETRY_LONGEST;
	b->due = now + b->retry;
	b->looks_first = false;
}

bool note_is_timeout(const struct outcome *out)
{
	return out->error && out->error->kind == ERROR_TIMEOUT;
}

/* Those that hang together with others are always judged with these. */
static bool is_unanswered(const struct watched *b, const struct outcome *out)
{
	return b->is_alone && note_is_timeout(out);
}

void note_failed(const struct passing *p, struct watched *b, const struct outcome *out)
{
	uint64_t failure = out->error ? hash_of(out->error) : 1;
	bool is_told = b->failure == failure;

	b->is_as_asked = false;
	b->failure = failure;
	b->answers = is_unanswered(b, out) ? ANSWERS_NOT : ANSWERS;
	note_put_off(b, p->now);
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
		note_failed(p, b, out);
	else if (b->retry == 0) {
		b->due = ready > p->now ? ready : p->now;
		b->looks_first = false;
	}
}

void note_outcome(const struct passing *p, struct watched *b, const struct outcome *out)
{
	bool is_brief = p->kind == PASS_MEND || p->kind == PASS_LOOK;

	if (is_brief && is_unanswered(b, out)) {
		b->answers = ANSWERS_NOT;
		b->due = p->now;
	} else if (p->check_mode)
		note_looked(p, b, out);
	else if (out->status == STATUS_OK || out->status == STATUS_CHANGED)
		note_right(p, b, out);
	else
		note_failed(p, b, out);
}
