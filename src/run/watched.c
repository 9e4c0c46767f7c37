/* SPDX-License-Identifier: Apache-2.0 */
#include "run/watched.h"

#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "run/watched_file.h"

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
	struct watched_file file = {0};
	struct watched_bind b = {0};

	if (!watched_file_read(&file))
		return;
	while (watched_file_next(&file, &b))
		note_bind(req, reply, &b, &file.time);
	watched_file_done(&file);
}
