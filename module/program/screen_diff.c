/* SPDX-License-Identifier: Apache-2.0 */
#include "screen_diff.h"

#include <string.h>

#include "base/cleanup.h"
#include "reply_text.h"

#define LIVE " (live)"

/* The lines of a text: {LINE: true}. NULL when there is no memory. */
static json_t *lines_of(const char *text)
{
	scoped_json json_t *lines = json_object();

	while (*text != '\0') {
		size_t n = strcspn(text, "\n");
		scoped_strbuf line = {0};

		strbuf_add_bytes(&line, text, n);
		if (!strbuf_text(&line) ||
		    json_object_set_new(lines, strbuf_text(&line), json_true()) < 0)
			return NULL;
		text += n + (text[n] == '\n');
	}
	return STEAL(lines);
}

/* The lines of a text that are none of the other's. */
static void tell_lines(struct screen *s, const char *sign, enum colour colour,
		       const char *text, const json_t *other)
{
	const struct screen_label label = {sign, colour};
	size_t label_width = s->label_width;
	size_t width = s->width;

	while (*text != '\0') {
		size_t n = strcspn(text, "\n");
		scoped_strbuf line = {0};

		strbuf_add_bytes(&line, text, n);
		s->text.failed |= !strbuf_text(&line);
		if (strbuf_text(&line) && !json_object_get(other, strbuf_text(&line))) {
			s->label_width = 2;
			s->width = 0; /* what is copied from here shall be whole */
			screen_indented(s, label_width + 2, label, strbuf_text(&line));
			s->label_width = label_width;
			s->width = width;
		}
		text += n + (text[n] == '\n');
	}
}

static void tell_diff(struct screen *s, const json_t *item)
{
	const char *before = member_text(item, "before");
	const char *after = member_text(item, "after");
	scoped_json json_t *old_lines = lines_of(before);
	scoped_json json_t *new_lines = lines_of(after);

	s->text.failed |= !old_lines || !new_lines;
	tell_lines(s, "-", COLOUR_RED, before, new_lines);
	tell_lines(s, "+", COLOUR_GREEN, after, old_lines);
}

static bool is_live_of(const json_t *item, const char *target)
{
	const char *header = member_text(item, "before_header");
	size_t n = strlen(target);

	return strncmp(header, target, n) == 0 && strcmp(header + n, LIVE) == 0;
}

void screen_diff_of(struct screen *s, const json_t *reply, const char *target, size_t *at)
{
	const json_t *list = json_object_get(reply, "diff");

	/* Binds whose change is in fstab alone have none, binds that are summed up have. */
	for (size_t i = *at; i < json_array_size(list); i++) {
		if (!is_live_of(json_array_get(list, i), target))
			continue;
		tell_diff(s, json_array_get(list, i));
		*at = i + 1;
		return;
	}
}

void screen_diff_of_fstab(struct screen *s, const json_t *reply)
{
	const json_t *list = json_object_get(reply, "diff");
	const json_t *last = json_array_get(list, json_array_size(list) - 1);
	const char *header = member_text(last, "before_header");
	const struct screen_label label = {"fstab", COLOUR_NONE};
	size_t n = strlen(header);

	if (!last || (n > strlen(LIVE) && strcmp(header + n - strlen(LIVE), LIVE) == 0))
		return;
	screen_line(s, label, header);
	tell_diff(s, last);
}
