/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/mends.h"

static double newest(const struct mends *m)
{
	return m->count > 0 ? m->last[(m->count - 1) % MENDS_FREE] : 0;
}

static bool is_forgotten(const struct mends *m, double now)
{
	return m->count == 0 || now - newest(m) >= MENDS_QUIET;
}

/* The oldest of as many as are free, that one included which was noted last. */
static bool were_too_many(const struct mends *m, double now)
{
	return m->count >= MENDS_FREE &&
	       now - m->last[m->count % MENDS_FREE] < MENDS_SECONDS;
}

bool mends_note(struct mends *m, double now)
{
	bool was_paused = false;
	bool is_new = false;

	if (is_forgotten(m, now))
		*m = (struct mends){0};
	was_paused = m->pause > 0;
	m->last[m->count % MENDS_FREE] = now;
	m->count++;
	if (m->pause == 0 && were_too_many(m, now))
		m->pause = 1;
	else if (m->pause > 0)
		m->pause = m->pause * 2 > MENDS_PAUSE ? MENDS_PAUSE : m->pause * 2;
	is_new = was_paused && !m->was_told;
	m->was_told |= is_new;
	return is_new;
}

double mends_ready(const struct mends *m, double now)
{
	if (is_forgotten(m, now) || m->pause == 0)
		return 0;
	return newest(m) + m->pause;
}

bool mends_is_fight(const struct mends *m, double now)
{
	return !is_forgotten(m, now) && m->was_told;
}
