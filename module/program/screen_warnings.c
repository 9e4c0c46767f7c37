/* SPDX-License-Identifier: Apache-2.0 */
#include "screen_warnings.h"

#include <string.h>

#include "base/cleanup.h"
#include "reply_text.h"

/* So many are named of what is alike. */
#define NAMED 3u

/* A group is {code, msg, targets, n}: the key is what its warnings have in common. */
static json_t *group_of(json_t *groups, const char *key, const json_t *warning)
{
	json_t *group = json_object_get(groups, key);

	if (group)
		return group;
	group = json_pack("{s:O, s:O, s:[]}", "code", json_object_get(warning, "code"),
			  "msg", json_object_get(warning, "msg"), "targets");
	if (json_object_set_new(groups, key, group) < 0)
		return NULL;
	return group;
}

static int add(json_t *groups, const json_t *warning, bool by_text)
{
	json_t *target = json_object_get(warning, "target");
	json_t *group = NULL;
	scoped_strbuf key = {0};

	strbuf_add(&key, member_text(warning, "code"));
	if (by_text)
		strbuf_addf(&key, "\n%s", member_text(warning, "msg"));
	if (!strbuf_text(&key))
		return -1;
	group = group_of(groups, strbuf_text(&key), warning);
	return !group || json_array_append(json_object_get(group, "targets"),
					   target ? target : json_null()) < 0
		       ? -1
		       : 0;
}

static void put_targets(struct strbuf *text, const struct screen *s, const json_t *targets)
{
	size_t n = json_array_size(targets);
	size_t n_named = s->shows_all || n <= NAMED + 1 ? n : NAMED;
	char number[SCREEN_NUMBER_SIZE];

	for (size_t i = 0; i < n_named; i++)
		strbuf_addf(text, "%s%s", i == 0 ? "" : ", ",
			    json_string_value(json_array_get(targets, i)));
	if (n_named < n)
		strbuf_addf(text, " and %s more", screen_number(n - n_named, number));
}

static void tell_group(struct screen *s, const char *msg, const json_t *targets)
{
	const struct screen_label label = {"warning", COLOUR_YELLOW};
	size_t n = json_array_size(targets);
	char number[SCREEN_NUMBER_SIZE];
	scoped_strbuf text = {0};

	if (n > 1)
		strbuf_addf(&text, "%s binds: ", screen_number(n, number));
	strbuf_add(&text, msg);
	if (json_is_string(json_array_get(targets, 0))) {
		strbuf_add(&text, ": ");
		put_targets(&text, s, targets);
	}
	screen_line(s, label, strbuf_text(&text));
}

/* Of one kind: each text, or the first few and the targets of the others. */
static int tell_kind(struct screen *s, const char *code, const json_t *by_text)
{
	scoped_json json_t *others = json_array();
	const char *key = NULL;
	json_t *group = NULL;
	size_t n = 0;

	json_object_foreach((json_t *)by_text, key, group)
	{
		const json_t *targets = json_object_get(group, "targets");

		if (strcmp(member_text(group, "code"), code) != 0)
			continue;
		if (s->shows_all || ++n <= NAMED)
			tell_group(s, member_text(group, "msg"), targets);
		else if (json_array_extend(others, (json_t *)targets) < 0)
			return -1;
	}
	if (json_array_size(others) > 0) {
		scoped_strbuf text = {0};

		strbuf_addf(&text, "the same kind (%s; --all shows each)", code);
		tell_group(s, strbuf_text(&text), others);
	}
	return others ? 0 : -1;
}

void screen_warnings(struct screen *s, const json_t *warnings)
{
	scoped_json json_t *by_text = json_object();
	scoped_json json_t *by_code = json_object();
	const char *code = NULL;
	json_t *kind = NULL;
	size_t i = 0;
	json_t *warning = NULL;
	int r = 0;

	json_array_foreach(warnings, i, warning)
	{
		r |= add(by_text, warning, true) | add(by_code, warning, false);
	}
	json_object_foreach(by_code, code, kind)
	{
		r |= tell_kind(s, code, by_text);
	}
	s->text.failed |= r < 0;
}
