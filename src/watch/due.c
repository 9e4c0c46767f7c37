/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/due.h"

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

void due_all(struct watch_file *f, double now)
{
	for (size_t i = 0; i < f->n_binds; i++) {
		if (f->binds[i].due < WATCH_NEVER)
			continue;
		f->binds[i].due = now;
		f->binds[i].looks_first = true;
	}
}

size_t due_collect(const struct watch_file *f, bool looks, double now, size_t *which)
{
	bool has_related = false;
	size_t n = 0;

	for (size_t i = 0; i < f->n_binds; i++) {
		const struct watched *b = &f->binds[i];

		has_related |= b->due <= now && b->looks_first == looks && !b->is_alone;
	}
	for (size_t i = 0; i < f->n_binds; i++) {
		const struct watched *b = &f->binds[i];

		if ((b->due <= now && b->looks_first == looks) ||
		    (has_related && !b->is_alone))
			which[n++] = i;
	}
	return n;
}
