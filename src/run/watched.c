/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file: texts that each end with a zero byte. First which robind wrote it, and in which
 * mount namespace, since no other one reads it; then of each bind STATE RECURSIVE SET CLEAR,
 * its target, its source and its request's name, "" for none.
 */
#include "run/watched.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "kernel/live_file.h"
#include "kernel/namespace.h"

#define LEFT_PATH "/run/robind-watch.binds"

/* One bind that is watched; texts are borrowed. */
struct watched_bind {
	enum state state;
	bool recursive;
	struct flag_change options;
	const char *target;
	const char *source;
	const char *file;
};

#define WRITER_SIZE 64u

static const char *writer(char buf[WRITER_SIZE])
{
	(void)snprintf(buf, WRITER_SIZE, "robind %s %llu", ROBIND_VERSION,
		       (unsigned long long)sys_namespace_number());
	return buf;
}

/* ---- what a watch leaves ---- */

static void add_text(struct strbuf *left, const char *text)
{
	strbuf_add_bytes(left, text, strlen(text) + 1);
}

void watched_add(struct strbuf *left, const struct request *req, const char *file)
{
	char buf[WRITER_SIZE];

	if (left->size == 0)
		add_text(left, writer(buf));
	for (size_t i = 0; i < req->n_wants; i++) {
		const struct want *want = &req->wants[i];

		/* Where its symlinks lead to another may be asked for by the real name. */
		if (want->follow)
			continue;
		strbuf_addf(left, "%d %d %x %x", (int)want->state, want->recursive,
			    want->options.set, want->options.clear);
		add_text(left, "");
		add_text(left, want->target);
		add_text(left, want->source ? want->source : "");
		add_text(left, file ? file : "");
	}
}

void watched_leave(const struct strbuf *left, int *fd)
{
	if (strbuf_text(left))
		(void)!sys_leave(LEFT_PATH, left->bytes, left->size, fd);
}

void watched_take_back(int *fd)
{
	sys_take_back(LEFT_PATH, fd);
}

/* ---- what others make of it ---- */

/* The text at *at, which is moved to the next one; NULL: there is none. */
static const char *next_text(const char **at, const char *end)
{
	const char *text = *at;

	if (text >= end)
		return NULL;
	*at += strlen(text) + 1;
	return text;
}

static bool next_bind(const char **at, const char *end, struct watched_bind *ret)
{
	const char *words = next_text(at, end);
	unsigned state = 0;
	unsigned recursive = 0;

	ret->target = next_text(at, end);
	ret->source = next_text(at, end);
	ret->file = next_text(at, end);
	if (!ret->file || sscanf(words, "%u %u %x %x", &state, &recursive,
				 &ret->options.set, &ret->options.clear) != 4)
		return false;
	ret->state = state;
	ret->recursive = recursive != 0;
	return state < STATE_COUNT_;
}

static bool is_contrary(enum decides a, enum decides b)
{
	return a != b && a != DECIDES_NOTHING && b != DECIDES_NOTHING;
}

static bool is_same_source(const struct want *want, const char *source)
{
	const char *asked = want_asked_source(want);

	return !want->source || strcmp(want->source, source) == 0 ||
	       (asked && strcmp(asked, source) == 0);
}

/* Where both ask for a flag they have to ask for the same. */
static bool are_options_contrary(struct flag_change a, struct flag_change b)
{
	struct flag_change ab = flags_merge(a, b);
	struct flag_change ba = flags_merge(b, a);

	return ab.set != ba.set || ab.clear != ba.clear;
}

/* Whether what the one asks for cannot be beside what the other does. */
static bool differs(const struct want *want, const struct watched_bind *b)
{
	const struct state_rule *mine = &state_rules[want->state];
	const struct state_rule *other = &state_rules[b->state];

	if (is_contrary(mine->live, other->live) || is_contrary(mine->fstab, other->fstab))
		return true;
	if ((mine->live != DECIDES_THERE || other->live != DECIDES_THERE) &&
	    (mine->fstab != DECIDES_THERE || other->fstab != DECIDES_THERE))
		return false;
	return !is_same_source(want, b->source) || want->recursive != b->recursive ||
	       are_options_contrary(want->options, b->options);
}

/* It is about to be read again. */
static bool is_written_since(const char *file, const struct timespec *left)
{
	struct stat st;

	if (*file == '\0' || stat(file, &st) < 0)
		return false;
	return st.st_ctim.tv_sec != left->tv_sec ? st.st_ctim.tv_sec > left->tv_sec
						 : st.st_ctim.tv_nsec >= left->tv_nsec;
}

/* What the watch is asked for there, and by what. */
static char *describe(const struct watched_bind *b)
{
	scoped_strbuf text = {0};

	strbuf_addf(&text, "%s%s", b->recursive ? "recursive, " : "",
		    state_rules[b->state].name);
	if (b->source[0] != '\0')
		strbuf_addf(&text, ", of '%s'", b->source);
	for (size_t i = 0; flags_word_of(b->options.set, i); i++)
		strbuf_addf(&text, ", %s", flags_word_of(b->options.set, i));
	if (b->file[0] != '\0')
		strbuf_addf(&text, ", by '%s'", b->file);
	else
		strbuf_add(&text, ", by the words that it was started with");
	return strbuf_steal(&text);
}

static void note_bind(const struct request *req, struct reply *reply,
		      const struct watched_bind *b, const struct timespec *left)
{
	size_t length = strlen(b->target);
	size_t i = hash_table_get(&req->targets, b->target, length);

	if (i == HASH_TABLE_NONE)
		i = hash_table_get(&req->purged, b->target, length);
	if (i == HASH_TABLE_NONE || i >= reply->n_outcomes || reply->outcomes[i].watched ||
	    !differs(&req->wants[i], b) || is_written_since(b->file, left))
		return;
	reply->outcomes[i].watched = describe(b);
}

void watched_note(const struct request *req, struct reply *reply)
{
	scoped_mem char *text = NULL;
	struct watched_bind b = {0};
	struct timespec left;
	const char *at = NULL;
	const char *end = NULL;
	const char *by = NULL;
	char buf[WRITER_SIZE];
	size_t size = 0;

	if (sys_read_left(LEFT_PATH, &text, &size, &left) < 0)
		return;
	at = text;
	end = text + size;
	by = next_text(&at, end);
	if (!by || strcmp(by, writer(buf)) != 0)
		return;
	while (next_bind(&at, end, &b))
		note_bind(req, reply, &b, &left);
}
