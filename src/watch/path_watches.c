/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/path_watches.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/hash_table.h"
#include "base/path.h"
#include "kernel/path_events.h"
#include "kernel/path_open.h"

/* In the place of a name's hash. */
#define ALL_NAMES 0

int path_watches_open(struct path_watches *w)
{
	*w = (struct path_watches)PATH_WATCHES_INIT;
	w->fd = path_events_open();
	return w->fd < 0 ? w->fd : 0;
}

static int by_number(const void *key, const void *element)
{
	int a = *(const int *)key;
	int b = ((const struct watched_directory *)element)->number;

	return (a > b) - (a < b);
}

static struct watched_directory *find(struct path_watches *w, int number)
{
	size_t i = ARRAY_LOWER_BOUND(w->directories, w->n_directories, &number, by_number);

	return i < w->n_directories && w->directories[i].number == number
		       ? &w->directories[i]
		       : NULL;
}

static struct watched_directory *find_or_add(struct path_watches *w, int number)
{
	size_t i = ARRAY_LOWER_BOUND(w->directories, w->n_directories, &number, by_number);

	if (i < w->n_directories && w->directories[i].number == number)
		return &w->directories[i];
	if (ARRAY_RESERVE(w->directories, w->n_directories, 1) < 0)
		return NULL;
	memmove(&w->directories[i + 1], &w->directories[i],
		(w->n_directories - i) * sizeof(*w->directories));
	w->directories[i] = (struct watched_directory){.number = number};
	w->n_directories++;
	return &w->directories[i];
}

static void drop(struct path_watches *w, struct watched_directory *d)
{
	size_t i = (size_t)(d - w->directories);

	w->n_listeners -= d->n_listeners;
	free(d->listeners);
	w->n_directories--;
	memmove(d, d + 1, (w->n_directories - i) * sizeof(*d));
}

static int by_name(const void *key, const void *element)
{
	const struct path_listener *a = key;
	const struct path_listener *b = element;

	if (a->name != b->name)
		return a->name < b->name ? -1 : 1;
	return (a->who > b->who) - (a->who < b->who);
}

/* The first listener to a name, or to what comes after it, who is not before `who`. */
static size_t listener_at(const struct watched_directory *d, uint32_t name, uint32_t who)
{
	const struct path_listener key = {name, who};

	return ARRAY_LOWER_BOUND(d->listeners, d->n_listeners, &key, by_name);
}

static int listen_to(struct path_watches *w, int number, uint32_t name, uint32_t who)
{
	struct watched_directory *d = find_or_add(w, number);
	size_t i = d ? listener_at(d, name, who) : 0;

	if (!d)
		return -1;
	if (i < d->n_listeners && d->listeners[i].name == name &&
	    d->listeners[i].who == who)
		return 0;
	if (ARRAY_RESERVE(d->listeners, d->n_listeners, 1) < 0)
		return -1;
	memmove(&d->listeners[i + 1], &d->listeners[i],
		(d->n_listeners - i) * sizeof(*d->listeners));
	d->listeners[i] = (struct path_listener){name, who};
	d->n_listeners++;
	w->n_listeners++;
	return 0;
}

/* The number of the directory, or of the file, or -1 where it is not watched. */
static int watch_path(struct path_watches *w, const char *path, bool is_file)
{
	scoped_fd int opened = sys_open(path);
	int number = opened >= 0 && path_events_are_told(opened)
			     ? path_events_watch(w->fd, opened, is_file)
			     : -ENOENT;

	if (number == -ENOSPC || number == -ENOMEM)
		w->failure = number;
	return number < 0 ? -1 : number;
}

/* How many of the directories above `path` are those above the one that was added last. */
static size_t count_common(const struct path_watches *w, const char *path)
{
	size_t n = 0;
	size_t depth = 0;

	if (!w->last)
		return 0;
	while (path[n] != '\0' && path[n] == w->last[n]) {
		if (path[n] == '/' && depth < w->last_depth)
			depth++;
		n++;
	}
	return depth;
}

/* Remember what was found, in the place of what was there. */
static void keep_last(struct path_watches *w, const char *path, int *numbers, size_t depth)
{
	path_watches_forget_last(w);
	w->last = strdup(path);
	w->last_numbers = numbers;
	w->last_depth = depth;
}

/* All of the last one, where it is there: the names in a directory, or the writes to a file. */
static int add_last(struct path_watches *w, const char *path, uint32_t who, bool is_file)
{
	int number = watch_path(w, path, is_file);

	return number < 0 ? 0 : listen_to(w, number, ALL_NAMES, who);
}

int path_watches_add(struct path_watches *w, const char *path, uint32_t who,
		     enum path_interest interest)
{
	scoped_mem char *above = strdup(path);
	size_t depth = path_depth(path);
	size_t known = count_common(w, path);
	scoped_mem int *numbers = malloc((depth + 1) * sizeof(*numbers));
	size_t at = 0; /* of the slash at the end of the directory */

	if (!above || !numbers)
		return -1;
	for (size_t i = 0; i < depth; i++) {
		const char *name = path + at + 1;
		size_t n = strcspn(name, "/");

		above[at > 0 ? at : 1] = '\0';
		numbers[i] = i < known ? w->last_numbers[i] : watch_path(w, above, false);
		above[at > 0 ? at : 1] = path[at > 0 ? at : 1];
		if (numbers[i] >= 0 &&
		    listen_to(w, numbers[i], (uint32_t)hash_bytes(name, n), who) < 0)
			return -1;
		at += n + 1;
	}
	keep_last(w, path, STEAL(numbers), depth);
	return interest == PATH_NAMES ? 0
				      : add_last(w, path, who, interest == PATH_CONTENT);
}

void path_watches_forget_last(struct path_watches *w)
{
	free(STEAL(w->last));
	free(STEAL(w->last_numbers));
	w->last_depth = 0;
}

/* ---- what has happened ---- */

struct taking {
	struct path_watches *w;
	path_heard *heard;
	void *to;
};

static void take_one(void *to, enum path_event event, int number, const char *name)
{
	const struct taking *t = to;
	struct watched_directory *d = find(t->w, number);
	uint32_t hash = (uint32_t)hash_bytes(name, strlen(name));
	bool is_of_name = event == PATH_EVENT_NAME;
	size_t i = 0;

	if (event == PATH_EVENT_LOST) {
		t->heard(t->to, 0, true);
		return;
	}
	if (!d)
		return;
	for (; i < d->n_listeners && (!is_of_name || d->listeners[i].name == ALL_NAMES);
	     i++)
		t->heard(t->to, d->listeners[i].who, false);
	for (i = is_of_name ? listener_at(d, hash, 0) : i;
	     i < d->n_listeners && d->listeners[i].name == hash; i++)
		t->heard(t->to, d->listeners[i].who, false);
	/* One that was moved is above other paths now. */
	if (event == PATH_EVENT_MOVED)
		path_events_unwatch(t->w->fd, number);
	if (!is_of_name)
		drop(t->w, d);
}

void path_watches_take(struct path_watches *w, path_heard *heard, void *to)
{
	struct taking taking = {w, heard, to};

	path_watches_forget_last(w);
	path_events_take(w->fd, take_one, &taking);
}

void path_watches_done(struct path_watches *w)
{
	while (w->n_directories > 0)
		drop(w, &w->directories[w->n_directories - 1]);
	free(w->directories);
	path_watches_forget_last(w);
	if (w->fd >= 0)
		(void)close(w->fd);
	*w = (struct path_watches)PATH_WATCHES_INIT;
}
