/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/stopping.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "kernel/host.h"
#include "observe/unit_file.h"

/* How long a unit that systemd is stopping is given, and how long systemd may take to tell. */
#define STOPPING_SECONDS 1.0
#define SYSTEMD_SECONDS  1.0

/* Whether one of the jobs stops the unit for mounts at this path; columns may be padded. */
static bool has_stop_job(const char *jobs, const char *path)
{
	scoped_mem char *unit = unit_name("", path, ".mount");
	size_t n = unit ? strlen(unit) : 0;
	const char *at = jobs;

	while (unit && (at = strstr(at, unit))) {
		bool is_whole = at > jobs && at[-1] == ' ' && at[n] == ' ';
		const char *type = at + n + strspn(at + n, " ");

		if (is_whole &&
		    (strncmp(type, "stop ", 5) == 0 || strncmp(type, "restart ", 8) == 0))
			return true;
		at += n;
	}
	return false;
}

static bool is_due_and_gone(const struct watched *b, double now)
{
	return b->due <= now && b->is_gone;
}

void stopping_put_off(struct watch_file *f, double now)
{
	scoped_mem char *jobs = NULL;
	size_t i = 0;

	while (i < f->n_binds && !is_due_and_gone(&f->binds[i], now))
		i++;
	if (i < f->n_binds && sys_has_systemd())
		jobs = sys_unit_jobs(clock_now() + SYSTEMD_SECONDS);
	for (; jobs && i < f->n_binds; i++) {
		struct watched *b = &f->binds[i];

		if (is_due_and_gone(b, now) &&
		    (has_stop_job(jobs, b->target) ||
		     (b->seen_on && has_stop_job(jobs, b->seen_on))))
			b->due = now + STOPPING_SECONDS;
	}
}
