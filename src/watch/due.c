/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/due.h"

#include "holders/search.h"

void due_wake(struct watched *b, double woken, double delay, bool looks)
{
	double due = woken + delay;
	double ready = looks ? 0 : mends_ready(&b->mends, woken);

	if (b->woken == 0)
		b->woken = woken;
	if (b->looks_first && !looks)
		b->due = WATCH_NEVER;
	if (b->due >= WATCH_NEVER)
		b->looks_first = looks;
	if (ready > due)
		due = ready;
	if (due < b->due && b->looks_first == looks)
		b->due = due;
}

void due_search(struct watch_file *f, struct watched *b, const struct outcome *out,
		double now)
{
	if (!search_may_find(out))
		return;
	b->search = now;
	if (b->searched > 0 && now < b->searched + DUE_SEARCH_PAUSE)
		b->search = b->searched + DUE_SEARCH_PAUSE;
	if (b->search < f->search)
		f->search = b->search;
}

void due_all(struct watch_file *f, double now)
{
	for (size_t i = 0; i < f->n_binds; i++) {
		if (f->binds[i].due < WATCH_NEVER)
			continue;
		f->binds[i].due = now;
		f->binds[i].looks_first = true;
	}
}

size_t due_collect_apart(const struct watch_file *f, enum answers answers, double now,
			 size_t *which)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_binds; i++) {
		const struct watched *b = &f->binds[i];

		if (b->due <= now && b->answers == answers && !b->is_asked)
			which[n++] = i;
	}
	return n;
}

static bool is_in_turn(const struct watched *b, bool looks, double now)
{
	return b->due <= now && b->looks_first == looks && b->answers == ANSWERS;
}

size_t due_collect(const struct watch_file *f, bool looks, double now, size_t *which)
{
	bool has_related = false;
	size_t n = 0;

	for (size_t i = 0; i < f->n_binds; i++)
		has_related |=
			!f->binds[i].is_alone && is_in_turn(&f->binds[i], looks, now);
	for (size_t i = 0; i < f->n_binds; i++) {
		const struct watched *b = &f->binds[i];

		if (is_in_turn(b, looks, now) || (has_related && !b->is_alone))
			which[n++] = i;
	}
	return n;
}
