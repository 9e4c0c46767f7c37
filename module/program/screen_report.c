/* SPDX-License-Identifier: Apache-2.0 */
#include "screen_report.h"

#include <string.h>

#include "reply_text.h"
#include "screen_bind.h"
#include "screen_diff.h"
#include "screen_holders.h"
#include "screen_totals.h"
#include "screen_warnings.h"

static bool has_status(const json_t *bind, const char *status)
{
	return strcmp(member_text(bind, "status"), status) == 0;
}

/* As wide as the longest name that still leaves room for a note. */
static size_t name_width_of(const struct screen *s, const json_t *binds)
{
	size_t most = s->width > 0 ? s->width / 2 : 60;
	size_t widest = 0;
	size_t i = 0;
	json_t *bind = NULL;

	json_array_foreach(binds, i, bind)
	{
		size_t n = has_status(bind, "changed")
				   ? escaped_columns(member_text(bind, "target"))
				   : 0;

		if (n > widest && n <= most)
			widest = n;
	}
	return widest;
}

static void tell_rest(struct screen *s, struct screen_label label, size_t n)
{
	char number[SCREEN_NUMBER_SIZE];
	scoped_strbuf text = {0};

	if (n <= SCREEN_MANY || s->shows_all)
		return;
	strbuf_addf(&text, "%s more (--all shows each)",
		    screen_number(n - SCREEN_MANY, number));
	screen_line(s, label, strbuf_text(&text));
}

static void tell_changes(struct screen *s, const json_t *reply)
{
	const json_t *binds = json_object_get(reply, "binds");
	size_t name_width = name_width_of(s, binds);
	size_t at = 0; /* in the list of texts before and after */
	size_t n = 0;
	size_t i = 0;
	json_t *bind = NULL;

	json_array_foreach(binds, i, bind)
	{
		if (!has_status(bind, "changed") || (++n > SCREEN_MANY && !s->shows_all))
			continue;
		screen_change(s, reply, bind, name_width);
		screen_diff_of(s, reply, member_text(bind, "target"), &at);
	}
	tell_rest(s, screen_rest_label(reply, false), n);
}

static void tell_skipped(struct screen *s, const json_t *reply)
{
	const struct screen_label label = {"skipped", COLOUR_YELLOW};
	size_t n = 0;
	size_t i = 0;
	json_t *bind = NULL;

	json_array_foreach(json_object_get(reply, "binds"), i, bind)
	{
		if (has_status(bind, "skipped") && (++n <= SCREEN_MANY || s->shows_all))
			screen_line(s, label, member_text(bind, "target"));
	}
	tell_rest(s, label, n);
}

static void tell_failures(struct screen *s, const json_t *reply)
{
	size_t n = 0;
	size_t i = 0;
	json_t *bind = NULL;

	json_array_foreach(json_object_get(reply, "binds"), i, bind)
	{
		if (has_status(bind, "failed") && (++n <= SCREEN_MANY || s->shows_all))
			screen_failure(s, reply, bind);
	}
	tell_rest(s, screen_rest_label(reply, true), n);
}

/* What check says of a bind has lines enough: what is of another kind stands apart. */
static void part(struct screen *s, const json_t *reply)
{
	size_t n = s->text.size;

	if (screen_is_check(reply) && n > 1 && s->text.bytes[n - 2] != '\n')
		strbuf_add(&s->text, "\n");
}

void screen_report(struct screen *s, const json_t *reply, bool is_boot)
{
	const json_t *backup = json_object_get(reply, "backup_file");

	s->label_width = screen_is_check(reply) ? 14 : 8;
	if (screen_is_unbroken(s)) {
		tell_failures(s, reply);
		part(s, reply);
	}
	tell_changes(s, reply);
	screen_diff_of_fstab(s, reply);
	tell_skipped(s, reply);
	if (backup) {
		const struct screen_label label = {"kept", COLOUR_NONE};
		scoped_strbuf text = {0};

		strbuf_addf(&text, "the old fstab, as %s", json_string_value(backup));
		screen_line(s, label, strbuf_text(&text));
	}
	part(s, reply);
	screen_warnings(s, json_object_get(reply, "warnings"));
	screen_holders(s, json_object_get(reply, "binds"));
	part(s, reply);
	if (!screen_is_unbroken(s)) {
		tell_failures(s, reply);
		part(s, reply);
	}
	screen_totals(s, reply, is_boot);
}
