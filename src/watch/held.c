/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/held.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json_load.h"
#include "reply/reply.h"
#include "watch/due.h"
#include "watch/state.h"

/* All searches together cost at most a tenth of the time. */
#define SHARE          10.0
#define SHORTEST_PAUSE 1.0

#define PRIORITY 10

double held_next(const struct watch *w)
{
	double next = WATCH_NEVER;

	for (size_t i = 0; i < w->n_files && w->held.child.pid == 0; i++) {
		if (w->files[i].search < next)
			next = w->files[i].search;
	}
	return next < w->held.not_before ? w->held.not_before : next;
}

/* ---- the other process ---- */

/* The whole reply of a check that asks for holders. */
static void search(const void *with, int to)
{
	const struct watch *w = with;
	const struct held *held = &w->held;
	struct request req = {0};
	struct reply reply = {0};
	struct error err = {0};
	scoped_json json_t *said = NULL;

	/* What is to be mended meanwhile comes first. */
	(void)!nice(PRIORITY);
	if (pass_ask(&w->pass, &w->files[held->file], held->which, held->n, true, &req,
		     &reply, &err) < 0)
		return;
	said = reply_tree(&reply, w->pass.features, NULL);
	if (said)
		(void)json_dumpfd(said, to, JSON_COMPACT);
}

/* ---- our side ---- */

static void end(struct watch *w)
{
	double not_before = w->held.not_before;

	child_end(&w->held.child);
	free(w->held.which);
	strbuf_done(&w->held.said);
	w->held = (struct held){.not_before = not_before};
}

static size_t collect(struct watch_file *f, double now, size_t *which)
{
	size_t n = 0;

	f->search = WATCH_NEVER;
	for (size_t i = 0; i < f->n_binds; i++) {
		struct watched *b = &f->binds[i];

		if (b->search > now) {
			f->search = b->search < f->search ? b->search : f->search;
			continue;
		}
		b->search = WATCH_NEVER;
		b->searched = now;
		which[n++] = i;
	}
	return n;
}

/* Nothing came of it. */
static void put_off(struct watch *w, double now)
{
	struct watch_file *f = &w->files[w->held.file];
	double again = now + DUE_SEARCH_PAUSE;

	for (size_t i = 0; i < w->held.n; i++)
		f->binds[w->held.which[i]].search = again;
	if (w->held.n > 0 && again < f->search)
		f->search = again;
}

void held_start(struct watch *w, double now)
{
	for (size_t i = 0; i < w->n_files && held_next(w) <= now; i++) {
		struct watch_file *f = &w->files[i];

		w->held.file = i;
		w->held.started = now;
		w->held.which = malloc((f->n_binds + 1) * sizeof(*w->held.which));
		w->held.n = w->held.which ? collect(f, now, w->held.which) : 0;
		if (w->held.n == 0 || !child_start(&w->held.child, search, w)) {
			put_off(w, now);
			end(w);
		}
	}
}

/* The first warning about a bind's holders, or about all that could not be seen. */
static const char *warning_of(const json_t *said, const char *target)
{
	size_t i = 0;
	json_t *warning = NULL;

	json_array_foreach(json_object_get(said, "warnings"), i, warning)
	{
		const char *code = json_string_value(json_object_get(warning, "code"));
		const char *about = json_string_value(json_object_get(warning, "target"));

		if (code && (strcmp(code, "holders_unknown") == 0 ||
			     (strcmp(code, "writable_elsewhere") == 0 && about && target &&
			      strcmp(about, target) == 0)))
			return json_string_value(json_object_get(warning, "msg"));
	}
	return NULL;
}

static void tell(struct watch *w, const struct watched *b, const json_t *said,
		 const json_t *bind)
{
	const char *target = json_string_value(json_object_get(bind, "target"));
	const struct watch_event event = {
		.kind = WATCH_HELD,
		.file = w->files[w->held.file].name,
		.target = b->target,
		.text = warning_of(said, target),
		.held = json_object_get(bind, "holders") ? bind : NULL,
		.latency = -1,
	};

	if (event.text || event.held)
		w->pass.hooks->tell(w->pass.hooks->to, &event);
}

void held_take(struct watch *w, double now)
{
	const struct watch_file *f = &w->files[w->held.file];
	double pause = (now - w->held.started) * SHARE;
	scoped_json json_t *said = NULL;
	const json_t *binds = NULL;
	json_error_t e = {0};

	if (!child_hear(&w->held.child, &w->held.said))
		return;
	if (strbuf_text(&w->held.said))
		said = json_load(w->held.said.bytes, w->held.said.size, &e);
	if (!said)
		put_off(w, now);
	binds = json_object_get(said, "binds");
	for (size_t i = 0; i < w->held.n && i < json_array_size(binds); i++)
		tell(w, &f->binds[w->held.which[i]], said, json_array_get(binds, i));
	w->held.not_before = now + (pause > SHORTEST_PAUSE ? pause : SHORTEST_PAUSE);
	end(w);
}

void held_forget(struct watch *w, size_t file)
{
	if (file == w->n_files || w->held.file == file)
		end(w);
}
