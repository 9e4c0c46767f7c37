/* SPDX-License-Identifier: Apache-2.0 */
#include "screen_bind.h"

#include <string.h>

#include "reply_text.h"
#include "screen_words.h"

/* Of apply, and of check. */
static const struct screen_label changes[2][CHANGE_COUNT_] = {
	{{"made", COLOUR_GREEN}, {"mended", COLOUR_GREEN}, {"removed", COLOUR_GREEN}},
	{{"would make", COLOUR_YELLOW},
	 {"would mend", COLOUR_YELLOW},
	 {"would remove", COLOUR_YELLOW}},
};
static const struct screen_label failures[2][CHANGE_COUNT_] = {
	{{"FAILED", COLOUR_RED}, {"FAILED", COLOUR_RED}, {"FAILED", COLOUR_RED}},
	{{"cannot make", COLOUR_RED},
	 {"cannot mend", COLOUR_RED},
	 {"cannot remove", COLOUR_RED}},
};

bool screen_is_check(const json_t *reply)
{
	return json_is_true(json_object_get(reply, "check_mode"));
}

struct screen_label screen_rest_label(const json_t *reply, bool has_failed)
{
	static const struct screen_label labels[2][2] = {
		{{"changed", COLOUR_GREEN}, {"FAILED", COLOUR_RED}},
		{{"would change", COLOUR_YELLOW}, {"cannot", COLOUR_RED}},
	};

	return labels[screen_is_check(reply)][has_failed];
}

/* What the actions do, joined by commas. */
static void put_actions(struct strbuf *text, const json_t *bind)
{
	size_t i = 0;
	json_t *action = NULL;

	json_array_foreach(json_object_get(bind, "actions"), i, action)
	{
		strbuf_addf(text, "%s%s", i == 0 ? "" : ", ",
			    action_does(json_string_value(action)));
	}
}

static bool has_action(const json_t *bind, const char *name)
{
	size_t i = 0;
	json_t *action = NULL;

	json_array_foreach(json_object_get(bind, "actions"), i, action)
	{
		if (strcmp(json_string_value(action), name) == 0)
			return true;
	}
	return false;
}

/* Beside the name of a bind that has changed: how it was, or what else was done. */
static void put_note(struct strbuf *note, const struct screen *s, const json_t *bind)
{
	enum change change = change_of(bind);
	size_t i = 0;
	json_t *drift = NULL;

	if (change == CHANGE_MADE)
		strbuf_addf(note, "new%s",
			    has_action(bind, "add_to_fstab") ? ", and in fstab" : "");
	else
		strbuf_add(note, "was ");
	json_array_foreach(json_object_get(bind, "drift"), i, drift)
	{
		const char *code = member_text(drift, "code");

		if (change != CHANGE_MADE)
			strbuf_addf(note, "%s%s", i == 0 ? "" : ", ", drift_was(code));
		if (s->has_diff)
			strbuf_addf(note, " [%s]", code);
	}
	if (has_action(bind, "remove_target"))
		strbuf_add(note, "; its target is gone, too");
}

/* `CODE: HAVE, want WANT`, or the code and what it says. */
static void tell_drift(struct screen *s, const json_t *drift)
{
	const char *want = member_text(drift, "want");
	const char *have = member_text(drift, "have");
	const char *path = member_text(drift, "path");
	scoped_strbuf text = {0};

	strbuf_addf(&text, "%s: ", member_text(drift, "code"));
	if (want[0] != '\0' && have[0] != '\0')
		strbuf_addf(&text, "%s, want %s", have, want);
	else
		strbuf_add(&text, member_text(drift, "msg"));
	if (path[0] != '\0')
		strbuf_addf(&text, " (%s)", path);
	screen_more(s, s->label_width + 2, strbuf_text(&text));
}

static void tell_plan(struct screen *s, const json_t *bind)
{
	scoped_strbuf actions = {0};
	size_t i = 0;
	json_t *drift = NULL;

	json_array_foreach(json_object_get(bind, "drift"), i, drift)
	{
		tell_drift(s, drift);
	}
	strbuf_add(&actions, "> ");
	put_actions(&actions, bind);
	if (json_object_get(bind, "actions"))
		screen_more(s, s->label_width + 2, strbuf_text(&actions));
}

bool screen_waits(const json_t *bind)
{
	size_t i = 0;
	json_t *drift = NULL;

	json_array_foreach(json_object_get(bind, "drift"), i, drift)
	{
		if (strcmp(member_text(drift, "code"), "source_missing") == 0)
			return true;
	}
	return false;
}

static void tell_wait(struct screen *s, const json_t *bind)
{
	const struct screen_label label = {"waits", COLOUR_YELLOW};
	scoped_strbuf text = {0};

	screen_line(s, label, member_text(bind, "target"));
	strbuf_addf(&text, "no source '%s' yet: apply fails while it is missing",
		    member_text(bind, "source"));
	screen_more(s, s->label_width + 2, strbuf_text(&text));
}

void screen_change(struct screen *s, const json_t *reply, const json_t *bind,
		   size_t name_width)
{
	const struct screen_label *label =
		&changes[screen_is_check(reply)][change_of(bind)];
	scoped_strbuf note = {0};

	if (!screen_is_check(reply)) {
		put_note(&note, s, bind);
		screen_row(s, *label, member_text(bind, "target"), name_width,
			   strbuf_text(&note));
	} else if (screen_waits(bind)) {
		tell_wait(s, bind);
	} else {
		screen_line(s, *label, member_text(bind, "target"));
		tell_plan(s, bind);
	}
}

/* What is done nevertheless: it stays. */
static void tell_done(struct screen *s, const json_t *bind)
{
	const json_t *after = json_object_get(bind, "after");
	scoped_strbuf text = {0};

	if (json_is_true(json_object_get(after, "mounted")))
		strbuf_addf(&text, "the bind is mounted now, %s; done: ",
			    json_is_true(json_object_get(after, "read_only")) ? "read-only"
									      : "writable");
	else
		strbuf_add(&text, "done before that: ");
	put_actions(&text, bind);
	screen_more(s, s->label_width + 2, strbuf_text(&text));
}

void screen_failure(struct screen *s, const json_t *reply, const json_t *bind)
{
	const struct screen_label label = failures[screen_is_check(reply)][change_of(bind)];
	const char *target = member_text(bind, "target");
	const char *msg = member_text(json_object_get(bind, "error"), "msg");
	scoped_strbuf both = {0};

	if (screen_is_unbroken(s)) {
		strbuf_addf(&both, "%s: %s", target, msg);
		screen_line(s, label, strbuf_text(&both));
	} else {
		screen_line(s, label, target);
		screen_more(s, s->label_width + 2, msg);
	}
	if (json_is_true(json_object_get(bind, "changed")) && !screen_is_check(reply))
		tell_done(s, bind);
}
