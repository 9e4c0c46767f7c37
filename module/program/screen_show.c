/* SPDX-License-Identifier: Apache-2.0 */
#include "screen_show.h"

#include <string.h>

#include "base/cleanup.h"
#include "reply_text.h"
#include "screen_warnings.h"

enum column { COLUMN_TARGET, COLUMN_LIVE, COLUMN_SOURCE, COLUMN_FSTAB, COLUMN_COUNT_ };

/* The blanks between two columns. */
#define GAP 2u

struct row {
	const char *cells[COLUMN_COUNT_];
	enum colour colour; /* of what is live */
};

struct counts {
	size_t read_only;
	size_t writable;
	size_t not_mounted;
	size_t unseen;
};

/* ---- one target ---- */

static bool is_true(const json_t *object, const char *name)
{
	return json_is_true(json_object_get(object, name));
}

/* Whether a word is in a list of options with commas between them. */
static bool has_option(const char *options, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = options; at; at = strchr(at, ',')) {
		at += *at == ',';
		if (strncmp(at, word, n) == 0 && (at[n] == '\0' || at[n] == ','))
			return true;
	}
	return false;
}

static bool is_bind_line(const json_t *line)
{
	const char *options = member_text(line, "options");

	return strcmp(member_text(line, "type"), "robind") == 0 ||
	       has_option(options, "bind") || has_option(options, "rbind");
}

/* What the line in fstab is beside what is live. */
static const char *line_beside(const json_t *live, const json_t *line, bool is_unread)
{
	bool wants_ro = has_option(member_text(line, "options"), "ro") ||
			strcmp(member_text(line, "type"), "robind") == 0;

	if (!json_is_object(line))
		return is_unread ? "unread" : "no line";
	if (!is_bind_line(line))
		return "no bind";
	if (!is_true(live, "mounted"))
		return is_true(line, "ours") ? "ours" : "another's";
	if (is_true(live, "read_only") != wants_ro)
		return wants_ro ? "wants ro" : "wants rw";
	return "as live";
}

static bool has_warning(const json_t *reply, const char *code)
{
	size_t i = 0;
	json_t *warning = NULL;

	json_array_foreach(json_object_get(reply, "warnings"), i, warning)
	{
		if (strcmp(member_text(warning, "code"), code) == 0)
			return true;
	}
	return false;
}

static const char *live_word(const json_t *bind, struct counts *counts)
{
	const json_t *live = json_object_get(bind, "live");

	if (!live) {
		counts->unseen++;
		return "unseen";
	}
	if (!is_true(live, "mounted")) {
		counts->not_mounted++;
		return "not mounted";
	}
	if (is_true(live, "read_only")) {
		counts->read_only++;
		return "read-only";
	}
	counts->writable++;
	return "WRITABLE";
}

/* The path of the line, or of what is mounted below its own file system. */
static const char *source_of(const json_t *bind, struct strbuf *buf)
{
	const json_t *live = json_object_get(bind, "live");
	const json_t *line = json_object_get(bind, "fstab");
	const char *root = member_text(live, "root");

	if (json_is_object(line))
		return member_text(line, "source");
	if (strcmp(root, "/") == 0)
		strbuf_addf(buf, "(a whole %s)", member_text(live, "fs_type"));
	else if (root[0] != '\0')
		strbuf_addf(buf, "%s of a %s", root, member_text(live, "fs_type"));
	else
		strbuf_add(buf, "-");
	return strbuf_text(buf);
}

static struct row row_of(const json_t *bind, bool is_unread, struct strbuf *source,
			 struct counts *counts)
{
	const json_t *live = json_object_get(bind, "live");
	struct row row = {
		.cells =
			{
				[COLUMN_TARGET] = member_text(bind, "target"),
				[COLUMN_LIVE] = live_word(bind, counts),
				[COLUMN_SOURCE] = source_of(bind, source),
				[COLUMN_FSTAB] =
					line_beside(live, json_object_get(bind, "fstab"),
						    is_unread),
			},
	};

	if (is_true(live, "mounted"))
		row.colour = is_true(live, "read_only") ? COLOUR_GREEN : COLOUR_RED;
	return row;
}

/* ---- the table ---- */

static void widen(struct screen *s, size_t widths[], const struct row *row)
{
	for (size_t c = 0; c < COLUMN_COUNT_; c++) {
		size_t n = escaped_columns(row->cells[c]);

		s->text.failed |= !row->cells[c];
		widths[c] = n > widths[c] ? n : widths[c];
	}
}

/* Cells as long as the table, or, where it is too narrow, source and line on a line below. */
static void tell_row(struct screen *s, const struct row *row, const size_t widths[])
{
	size_t both = widths[COLUMN_TARGET] + widths[COLUMN_LIVE] + widths[COLUMN_SOURCE] +
		      widths[COLUMN_FSTAB] + (size_t)3 * GAP;
	bool fits = s->width == 0 || both <= s->width;

	for (size_t c = 0; c < COLUMN_COUNT_; c++) {
		bool is_last = c + 1 == COLUMN_COUNT_ || (!fits && c == COLUMN_LIVE);
		size_t width = is_last ? 0 : widths[c] + GAP;

		screen_cell(s, c == COLUMN_LIVE ? row->colour : COLOUR_NONE, row->cells[c],
			    width);
		if (is_last)
			strbuf_add(&s->text, "\n");
		if (!fits && c == COLUMN_LIVE)
			strbuf_add(&s->text, "  ");
	}
}

/* What a table has no room for: where a symlink leads, and why a target cannot be seen. */
static void tell_more(struct screen *s, const json_t *bind)
{
	const json_t *resolved = json_object_get(bind, "resolved");
	const json_t *error = json_object_get(bind, "error");
	scoped_strbuf text = {0};

	strbuf_addf(&text, "-> %s", member_text(resolved, "target"));
	if (resolved)
		screen_more(s, 2, strbuf_text(&text));
	if (error)
		screen_more(s, 2, member_text(error, "msg"));
}

static void put_count(struct strbuf *text, size_t n, const char *words, const char **comma)
{
	char number[SCREEN_NUMBER_SIZE];

	if (n == 0)
		return;
	strbuf_addf(text, "%s%s %s", *comma, screen_number(n, number), words);
	*comma = ", ";
}

static void tell_totals(struct screen *s, size_t n, const struct counts *counts)
{
	char number[SCREEN_NUMBER_SIZE];
	const char *comma = "";
	scoped_strbuf text = {0};

	strbuf_addf(&text, "%s target%s: ", screen_number(n, number), n == 1 ? "" : "s");
	put_count(&text, counts->read_only, "read-only", &comma);
	put_count(&text, counts->writable, "writable", &comma);
	put_count(&text, counts->not_mounted, "not mounted", &comma);
	put_count(&text, counts->unseen, "cannot be seen", &comma);
	screen_hanging(s, 0, strbuf_text(&text));
}

void screen_show(struct screen *s, const json_t *reply)
{
	static const struct row head = {.cells = {"TARGET", "LIVE", "SOURCE", "FSTAB"}};
	const json_t *binds = json_object_get(reply, "binds");
	bool is_unread = has_warning(reply, "fstab_unread");
	size_t widths[COLUMN_COUNT_] = {0};
	struct counts counts = {0};
	struct counts again = {0};
	size_t i = 0;
	json_t *bind = NULL;

	widen(s, widths, &head);
	json_array_foreach(binds, i, bind)
	{
		scoped_strbuf source = {0};
		const struct row row = row_of(bind, is_unread, &source, &counts);

		widen(s, widths, &row);
	}
	if (json_array_size(binds) == 0) {
		screen_hanging(s, 0, "fstab lists no bind that is read-only");
		return;
	}
	tell_row(s, &head, widths);
	json_array_foreach(binds, i, bind)
	{
		scoped_strbuf source = {0};
		const struct row row = row_of(bind, is_unread, &source, &again);

		tell_row(s, &row, widths);
		tell_more(s, bind);
	}
	tell_totals(s, json_array_size(binds), &counts);
	screen_warnings(s, json_object_get(reply, "warnings"));
}
