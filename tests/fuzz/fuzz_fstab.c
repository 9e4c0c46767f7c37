/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An fstab, and one bind that shall have a line there or none: what no edit names stays, libmount
 * reads the rest as before, the line means what was asked for, and nothing is left to do.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include "base/path.h"
#include "fstab/edit.h"
#include "fstab/line.h"
#include "fstab/places.h"
#include "fstab/source_mount.h"
#include "fstab_reading.h"
#include "input.h"

/* What is asked for; owns its texts. */
struct ask {
	struct line_spec need;
	char *source;
	char *target;
	char *word;
	char *more[2];
	bool remove;
};

static char *draw_path(struct input *in, const char *otherwise)
{
	char *text = input_text(in);
	struct path_fault fault = {0};
	char *path = path_normalise(text, strlen(text), &fault);

	free(text);
	return path ? path : strdup(otherwise);
}

static void draw_source_mount(struct input *in, struct ask *ask)
{
	struct source_mount kept = {.is_asked = true};

	switch (input_draw(in, 8)) {
	case 1:
		kept.path = ask->source;
		break;
	case 2:
		kept.is_any = true;
		break;
	case 3:
		break;
	default:
		return;
	}
	MUST(source_mount_word(&kept, &ask->word) == 0);
}

static void draw_ask(struct input *in, struct ask *ask)
{
	static const uint32_t flags[] = {0, MOUNT_FLAG_NOSUID, MOUNT_FLAG_NODEV,
					 MOUNT_FLAG_NOEXEC,
					 MOUNT_FLAG_NOSUID | MOUNT_FLAG_NODEV};
	static const char *const sets[] = {NULL, NULL, NULL, "one", "two"};
	struct line_spec *need = &ask->need;

	ask->remove = input_draw(in, 8) == 1;
	need->recursive = input_bool(in);
	need->nofail = input_bool(in);
	need->type = input_draw(in, 4) == 1 ? FSTAB_TYPE_ROBIND : FSTAB_TYPE_NONE;
	need->options.set = flags[input_draw(in, ARRAY_LEN(flags))];
	need->options.clear = flags[input_draw(in, ARRAY_LEN(flags))] & ~need->options.set;
	need->inherited = flags[input_draw(in, ARRAY_LEN(flags))];
	need->set = sets[input_draw(in, ARRAY_LEN(sets))];
	need->n_more = input_draw(in, ARRAY_LEN(ask->more) + 1);
	ask->source = draw_path(in, "/srv");
	ask->target = draw_path(in, "/t");
	draw_source_mount(in, ask);
	for (size_t i = 0; i < need->n_more; i++)
		ask->more[i] = input_text(in);
	need->more = (const char *const *)ask->more;
	need->source = ask->source;
	need->target = ask->target;
	need->source_mount = ask->word;
}

static void ask_done(struct ask *ask)
{
	free(ask->source);
	free(ask->target);
	free(ask->word);
	for (size_t i = 0; i < ARRAY_LEN(ask->more); i++)
		free(ask->more[i]);
}

/* A path stays as it was written where it is the one that is needed, but for its slashes. */
static bool is_path(const char *read, const char *need)
{
	struct path_fault fault = {0};
	char *normal = path_normalise(read, strlen(read), &fault);
	bool is_same = strcmp(normal ? normal : read, need) == 0;

	free(normal);
	return is_same;
}

/* One line, as libmount reads it. */
static void check_meaning(const char *line, const struct line_spec *need)
{
	struct reading made = reading_of(line, strlen(line));
	const struct reading_line *read = made.lines;
	unsigned long flags = 0;

	MUST_SAY(made.count == 1 && !strchr(line, '\n'), "not one line: %s", line);
	MUST_SAY(is_path(read->source, need->source), "another source: %s", line);
	MUST_SAY(is_path(read->target, need->target), "another target: %s", line);
	flags = reading_flags(read);
	MUST_SAY(flags & MS_RDONLY, "writable: %s", line);
	MUST_SAY(!(flags & (MS_SHARED | MS_SLAVE | MS_UNBINDABLE | MS_REMOUNT)),
		 "shared, or no mount: %s", line);
	MUST((need->type == FSTAB_TYPE_ROBIND) == (strcmp(read->type, "robind") == 0));
	if (need->type == FSTAB_TYPE_NONE) {
		MUST_SAY((flags & MS_BIND) && (flags & MS_PRIVATE), "no bind: %s", line);
		MUST_SAY(need->recursive == reading_is_recursive(read), "recursive: %s",
			 line);
		MUST_SAY((flags & need->inherited) ==
				 (need->inherited & ~need->options.clear),
			 "not inherited: %s", line);
	}
	MUST_SAY((flags & need->options.set) == need->options.set, "not set: %s", line);
	MUST_SAY((flags & need->options.clear) == 0, "not cleared: %s", line);
	reading_done(&made);
}

/* What was done: the entry that has another line now, or FSTAB_NONE for a new one. */
struct change {
	size_t entry;
	char *line; /* NULL: it is removed */
	bool is_any;
};

static struct change change(const struct fstab *fstab, const struct ask *ask,
			    struct fstab_edits *edits)
{
	struct change done = {.entry = line_find_bind(fstab, ask->target)};
	struct line_check check = {0};
	int r = 0;

	if (ask->remove && done.entry != FSTAB_NONE) {
		r = fstab_remove(edits, done.entry);
		done.is_any = true;
	} else if (!ask->remove && done.entry == FSTAB_NONE) {
		done.line = line_make(&ask->need);
		r = done.line ? fstab_append(edits, done.line) : -1;
	} else if (!ask->remove) {
		r = line_check_entry(fstab, done.entry, &ask->need, &check);
		done.line = check.line;
		MUST(!check.line || check.want);
		check.line = NULL;
		if (done.line)
			r = fstab_replace(edits, done.entry, done.line);
		line_check_done(&check);
	}
	MUST(r == 0);
	done.is_any |= done.line != NULL;
	if (done.line)
		check_meaning(done.line, &ask->need);
	return done;
}

/* All bytes but those of the line concerned. */
static void check_rest(const struct fstab *old, const struct change *done, const char *text,
		       size_t size)
{
	size_t before = old->size;
	size_t after = old->size;
	const char *end = NULL;

	if (done->is_any && done->entry != FSTAB_NONE) {
		const struct fstab_span *whole = &old->entries[done->entry].whole;

		before = whole->at;
		after = whole->at + whole->length;
		end = memchr(old->text + after, '\n', old->size - after);
		if (!done->line)
			after = end ? (size_t)(end - old->text) + 1 : old->size;
	} else if (done->is_any) {
		/* A torn last line with a NUL stays the last one. */
		end = old->size > 0 ? memrchr(old->text, '\n', old->size) : NULL;
		before = end ? (size_t)(end - old->text) + 1 : 0;
		if (!memchr(old->text + before, '\0', old->size - before))
			before = old->size;
		after = before;
	}
	MUST(size >= before + old->size - after && memcmp(text, old->text, before) == 0);
	MUST(memcmp(text + size - (old->size - after), old->text + after,
		    old->size - after) == 0);
	MUST(done->is_any || size == old->size);
}

/* What libmount read before, with the change, is what it reads now. */
static void check_reading(const struct fstab *old, const struct change *done,
			  const char *text, size_t size)
{
	struct reading before = reading_of(old->text, old->size);
	struct reading now = reading_of(text, size);
	size_t n_new = done->is_any && done->entry == FSTAB_NONE;
	size_t at = 0;

	reading_must_be(&before, old);
	for (size_t i = 0; i < before.count; i++) {
		if (done->is_any && i == done->entry) {
			at += done->line != NULL;
			continue;
		}
		/* A new line stands before a torn one. */
		if (n_new > 0 && at < now.count &&
		    !reading_line_is(&before.lines[i], &now.lines[at])) {
			at++;
			n_new--;
		}
		MUST_SAY(at < now.count &&
				 reading_line_is(&before.lines[i], &now.lines[at]),
			 "line %zu is read otherwise in:\n%s", i, text);
		at++;
	}
	at += n_new;
	MUST_SAY(at == now.count, "%zu lines, not %zu:\n%s", now.count, at, text);
	reading_done(&before);
	reading_done(&now);
}

/* Once more: there is nothing to do, and nothing is done. */
static void check_settled(const char *text, size_t size, const struct ask *ask)
{
	struct fstab fstab = {0};
	struct fstab_edits edits = {.fstab = &fstab};
	struct change again = {0};
	char *same = NULL;
	size_t same_size = 0;

	MUST(fstab_parse(text, size, &fstab) == 0);
	again = change(&fstab, ask, &edits);
	/* Of several lines for the target one was removed. */
	MUST_SAY(ask->remove || !again.is_any, "once more:\n%s\n%s", text, again.line);
	MUST(fstab_edited(&edits, &same, &same_size) == 0);
	MUST(ask->remove || (same_size == size && memcmp(same, text, size) == 0));
	free(same);
	free(again.line);
	fstab_edits_done(&edits);
	fstab_done(&fstab);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	struct ask ask = {0};
	struct fstab fstab = {0};
	struct fstab_edits edits = {.fstab = &fstab};
	struct change done = {0};
	char *text = NULL;
	char *made = NULL;
	size_t length = 0;
	size_t made_length = 0;

	draw_ask(&in, &ask);
	text = input_rest(&in, &length);
	MUST(fstab_parse(text, length, &fstab) == 0);
	if (!line_unfit(&ask.need)) {
		done = change(&fstab, &ask, &edits);
		MUST(fstab_edited(&edits, &made, &made_length) == 0);
		check_rest(&fstab, &done, made, made_length);
		check_reading(&fstab, &done, made, made_length);
		check_settled(made, made_length, &ask);
	}
	free(done.line);
	free(made);
	fstab_edits_done(&edits);
	fstab_done(&fstab);
	free(text);
	ask_done(&ask);
	return 0;
}
