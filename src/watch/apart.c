/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/apart.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "watch/due.h"
#include "watch/note.h"
#include "watch/state.h"

/* ---- the other process ---- */

/* What of each bind: why it did not answer, or nothing, and a zero byte. */
static void say(int to, const struct reply *reply)
{
	for (size_t i = 0; i < reply->n_outcomes; i++) {
		const struct outcome *out = &reply->outcomes[i];
		const char *text = note_is_timeout(out) ? out->error->text : "";

		(void)!write(to, text, strlen(text) + 1);
	}
}

/* Who shall ask, and whom. */
struct asking {
	const struct watch *w;
	const struct apart *a;
};

static void ask(const void *with, int to)
{
	const struct asking *asking = with;
	const struct watch *w = asking->w;
	const struct apart *a = asking->a;
	struct request req = {0};
	struct reply reply = {0};
	struct error err = {0};

	if (pass_ask(&w->pass, &w->files[a->file], a->which, a->n, false, &req, &reply,
		     &err) == 0)
		say(to, &reply);
}

/* ---- our side ---- */

/* It says nothing any more: what it was asked can be asked again. */
static void end(struct watch *w, struct apart *a)
{
	for (size_t i = 0; i < a->n; i++)
		w->files[a->file].binds[a->which[i]].is_asked = false;
	child_end(&a->child);
	free(a->which);
	strbuf_done(&a->said);
	*a = (struct apart){0};
}

static void start(struct watch *w, struct apart *a, size_t file, double now)
{
	const struct asking asking = {w, a};
	struct watch_file *f = &w->files[file];

	a->file = file;
	a->which = malloc((f->n_binds + 1) * sizeof(*a->which));
	a->n = a->which ? due_collect_apart(f, ANSWERS_NOT, now, a->which) : 0;
	for (size_t i = 0; i < a->n; i++)
		f->binds[a->which[i]].is_asked = true;
	if (a->n > 0 && child_start(&a->child, ask, &asking))
		return;
	for (size_t i = 0; i < a->n; i++)
		note_put_off(&f->binds[a->which[i]], now);
	end(w, a);
}

static struct apart *find_free(struct watch *w)
{
	for (size_t i = 0; i < APART_MAX; i++) {
		if (w->aparts[i].child.pid == 0)
			return &w->aparts[i];
	}
	return NULL;
}

void apart_start(struct watch *w, double now)
{
	for (size_t i = 0; i < w->n_files; i++) {
		struct apart *a = find_free(w);

		if (a)
			start(w, a, i, now);
	}
}

bool apart_is_waiting(const struct watch *w, const struct watched *b)
{
	bool is_full = true;

	for (size_t i = 0; i < APART_MAX; i++)
		is_full &= w->aparts[i].child.pid > 0;
	return b->answers == ANSWERS_NOT && (b->is_asked || is_full);
}

/* ---- what it says ---- */

static void note_said(struct watch *w, const struct apart *a, size_t i, const char *text,
		      double now)
{
	struct watch_file *f = &w->files[a->file];
	struct watched *b = &f->binds[a->which[i]];
	const struct passing p = {.pass = &w->pass,
				  .f = f,
				  .kind = PASS_LATE,
				  .check_mode = true,
				  .now = now};
	struct outcome out = {.status = STATUS_FAILED};
	struct error err = {0};

	if (*text == '\0') {
		b->answers = ANSWERS_LATE;
		b->due = now;
		b->is_asked = false;
		return;
	}
	(void)error_set(&err, ERROR_TIMEOUT, ETIMEDOUT, PTR_ROOT, "%s", text);
	out.error = error_keep(&err);
	note_failed(&p, b, &out);
	error_drop(out.error);
}

static size_t count_said(const struct apart *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->said.size; i++)
		n += a->said.bytes[i] == '\0';
	return n < a->n ? n : a->n;
}

/* Of those of which it has said nothing nothing is known. */
static void take_said(struct watch *w, struct apart *a, size_t n_said, double now)
{
	const char *at = strbuf_text(&a->said);

	for (size_t i = 0; i < a->n; i++) {
		if (!at || i >= n_said) {
			note_put_off(&w->files[a->file].binds[a->which[i]], now);
			continue;
		}
		note_said(w, a, i, at, now);
		at += strlen(at) + 1;
	}
	strbuf_done(&a->said);
	a->has_said = true;
}

/* Once all is said it stays as long as somebody waits for its servers. */
void apart_take(struct watch *w, struct apart *a, double now)
{
	bool is_through = child_hear(&a->child, &a->said);
	size_t n_said = count_said(a);

	if (!a->has_said && (is_through || n_said == a->n))
		take_said(w, a, n_said, now);
	if (is_through)
		end(w, a);
}

void apart_forget(struct watch *w, size_t file)
{
	for (size_t i = 0; i < APART_MAX; i++) {
		if (file == w->n_files || w->aparts[i].file == file)
			end(w, &w->aparts[i]);
	}
}
