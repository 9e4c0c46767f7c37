/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time for walks. Each may take half of what is left, so that one unresponsive place, or
 * many, leave some for the other binds.
 */
#include "kernel/path_limit.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/path.h"
#include "kernel/path_walk.h"

#define UNRESPONSIVE_MAX 32u
#define SECONDS_MIN      0.02
#define BRIEF_SECONDS    0.5
#define BRIEF_TOTAL      2.0

/* Of the whole run: a path that is opened deep inside a bind keeps to it too. */
static struct limit {
	double deadline; /* 0: none */
	bool trigger;
	double patience;    /* seconds for one walk; 0: half of what is left */
	double brief_spent; /* seconds that brief walks were waited for in vain */
} limit;

/* A path that timed out is not tried again in this run. */
static struct unresponsive {
	char *paths[UNRESPONSIVE_MAX];
	size_t count; /* how many were ever found; the oldest give way */
	char last[PATH_MAX];
} unresponsive;

void path_set_deadline(double deadline, bool trigger)
{
	limit = (struct limit){.deadline = deadline, .trigger = trigger};
}

void path_set_patience(double seconds)
{
	limit.patience = seconds;
}

const char *path_last_obstacle(void)
{
	return unresponsive.last;
}

void path_limit_done(void)
{
	walk_child_done();
	for (size_t i = 0; i < UNRESPONSIVE_MAX; i++)
		free(unresponsive.paths[i]);
	unresponsive = (struct unresponsive){0};
}

/* Keep in mind where a walk stood: `length` bytes of `path`. */
static void note_obstacle(const char *path, size_t length, bool is_unresponsive)
{
	char **slot = &unresponsive.paths[unresponsive.count % UNRESPONSIVE_MAX];

	memmove(unresponsive.last, path, length);
	unresponsive.last[length] = '\0';
	if (!is_unresponsive)
		return;
	free(*slot);
	*slot = strdup(unresponsive.last);
	unresponsive.count++;
}

static bool is_unresponsive(const char *path)
{
	for (size_t i = 0; i < UNRESPONSIVE_MAX; i++) {
		if (!unresponsive.paths[i] || !path_rest(path, unresponsive.paths[i]))
			continue;
		note_obstacle(unresponsive.paths[i], strlen(unresponsive.paths[i]), false);
		return true;
	}
	return false;
}

static double seconds_left(void)
{
	double left = (limit.deadline - clock_now()) / 2;

	if (limit.deadline == 0)
		return -1;
	if (limit.patience > 0 && left > limit.patience)
		left = limit.patience;
	return left < SECONDS_MIN ? SECONDS_MIN : left;
}

static int walk(struct worker_request *ask, const char *path, double seconds,
		struct worker_reply *said, struct walk_progress *progress)
{
	int r = 0;

	if (strlen(path) >= sizeof(ask->path))
		return -ENAMETOOLONG;
	memcpy(ask->path, path, strlen(path) + 1);
	r = walk_in_child(ask, seconds, said, progress);
	/* No process or descriptor is left for a child: better without than not at all. */
	if (r == -EAGAIN || r == -EMFILE || r == -ENFILE || r == -ENOMEM) {
		walk_do(ask, said, progress);
		r = 0;
	}
	return r < 0 ? r : said->result;
}

int path_walk_briefly(struct worker_request *ask, const char *path,
		      struct worker_reply *said)
{
	struct walk_progress unread = {0};
	double begin = clock_now();
	double seconds = seconds_left();
	int r = 0;

	/* Of a short time no more than a part goes to these. */
	seconds = seconds < 0 || seconds > BRIEF_TOTAL ? BRIEF_TOTAL : seconds;
	seconds -= limit.brief_spent;
	if (seconds <= 0 || is_unresponsive(path))
		return -ETIMEDOUT;
	ask->trigger = false;
	r = walk(ask, path, seconds > BRIEF_SECONDS ? BRIEF_SECONDS : seconds, said,
		 &unread);
	if (r == -ETIMEDOUT)
		limit.brief_spent += clock_now() - begin;
	return r;
}

int path_walk_limited(struct worker_request *ask, const char *path,
		      struct worker_reply *said)
{
	struct walk_progress progress = {0};
	int r = 0;

	if (is_unresponsive(path))
		return -ETIMEDOUT;
	ask->trigger = limit.trigger;
	r = walk(ask, path, seconds_left(), said, &progress);
	if (r == -ETIMEDOUT || r == -EREMOTE || r == -EREMOTEIO)
		note_obstacle(progress.path, progress.length, r == -ETIMEDOUT);
	return r;
}
