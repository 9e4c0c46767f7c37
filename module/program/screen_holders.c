/* SPDX-License-Identifier: Apache-2.0 */
#include "screen_holders.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/macro.h"
#include "reply_text.h"

/* So many views of one holder are told. */
#define NAMED 3u

/* What a holder keeps, by its `why`, and where: `SOURCE at PATH`. */
static void put_hold(struct strbuf *line, const json_t *bind, const json_t *holder)
{
	static const struct {
		const char *why;
		const char *text;
	} holds[] = {
		{"writable", "keeps a writable copy of"},
		{"stale", "keeps an old view of"},
		{"writer", "can still write to"},
	};
	const char *source = member_text(bind, "source");

	for (size_t i = 0; i < ARRAY_LEN(holds); i++) {
		if (strcmp(holds[i].why, member_text(holder, "why")) == 0)
			strbuf_addf(line, "%s ", holds[i].text);
	}
	strbuf_addf(line, "%s at %s",
		    source[0] != '\0' ? source : member_text(bind, "target"),
		    member_text(holder, "path"));
}

/* A container, a unit, or else the process. */
static void put_holder(struct strbuf *line, const json_t *holder)
{
	const char *container = member_text(holder, "container");
	const char *unit = member_text(holder, "unit");
	const char *command = member_text(holder, "command");
	const char *end = strrchr(unit, '.');
	long long pid = json_integer_value(json_object_get(holder, "pid"));

	if (container[0] != '\0')
		strbuf_addf(line, "restart container %s (process %lld %s)", container, pid,
			    command);
	else if (end && strcmp(end, ".scope") != 0)
		strbuf_addf(line, "restart unit %s (process %lld %s)", unit, pid, command);
	else
		strbuf_addf(line, "restart process %lld %s", pid, command);
}

void put_holding(struct strbuf *line, const json_t *bind, const json_t *holder)
{
	put_holder(line, holder);
	strbuf_add(line, ": it ");
	put_hold(line, bind, holder);
}

/* {HOLDER: [what it keeps]}, in the order of the binds. */
static int add(json_t *by_holder, const json_t *bind, const json_t *holder)
{
	scoped_strbuf who = {0};
	scoped_strbuf what = {0};
	json_t *list = NULL;

	put_holder(&who, holder);
	put_hold(&what, bind, holder);
	if (!strbuf_text(&who) || !strbuf_text(&what))
		return -1;
	list = json_object_get(by_holder, strbuf_text(&who));
	if (!list) {
		list = json_array();
		if (json_object_set_new(by_holder, strbuf_text(&who), list) < 0)
			return -1;
	}
	return json_array_append_new(list, text_of(&what));
}

static void tell(struct screen *s, const char *who, const json_t *list)
{
	size_t n = json_array_size(list);
	size_t n_named = s->shows_all || n <= NAMED + 1 ? n : NAMED;
	char number[SCREEN_NUMBER_SIZE];

	for (size_t i = 0; i < n_named; i++) {
		scoped_strbuf text = {0};

		strbuf_addf(&text, "%s: it %s", who,
			    json_string_value(json_array_get(list, i)));
		screen_hanging(s, s->label_width, strbuf_text(&text));
	}
	if (n_named < n) {
		scoped_strbuf text = {0};

		strbuf_addf(&text, "%s: it keeps %s more (--all shows each)", who,
			    screen_number(n - n_named, number));
		screen_hanging(s, s->label_width, strbuf_text(&text));
	}
}

void screen_holders(struct screen *s, const json_t *binds)
{
	scoped_json json_t *by_holder = json_object();
	const char *who = NULL;
	json_t *list = NULL;
	int r = by_holder ? 0 : -1;
	size_t i = 0;
	json_t *bind = NULL;

	json_array_foreach(binds, i, bind)
	{
		size_t k = 0;
		json_t *holder = NULL;

		json_array_foreach(json_object_get(bind, "holders"), k, holder)
		{
			r |= add(by_holder, bind, holder);
		}
	}
	json_object_foreach(by_holder, who, list)
	{
		tell(s, who, list);
	}
	s->text.failed |= r < 0;
}
