/* SPDX-License-Identifier: Apache-2.0 */
#include "screen_totals.h"

#include "reply_text.h"
#include "screen_bind.h"

static void put_count(struct strbuf *text, const json_t *sum, const char *name,
		      const char *words)
{
	size_t n = (size_t)json_integer_value(json_object_get(sum, name));
	char number[SCREEN_NUMBER_SIZE];

	if (n > 0)
		strbuf_addf(text, ", %s %s", screen_number(n, number), words);
}

/* Whether apply would do what check says. */
static bool would_do(const json_t *reply)
{
	const json_t *sum = json_object_get(reply, "summary");
	size_t i = 0;
	json_t *bind = NULL;

	json_array_foreach(json_object_get(reply, "binds"), i, bind)
	{
		if (screen_waits(bind))
			return false;
	}
	return screen_is_check(reply) &&
	       json_integer_value(json_object_get(sum, "changed")) > 0;
}

static void put_totals(struct strbuf *text, const json_t *reply, size_t n)
{
	const json_t *sum = json_object_get(reply, "summary");
	size_t n_ok = (size_t)json_integer_value(json_object_get(sum, "ok"));
	char number[SCREEN_NUMBER_SIZE];

	strbuf_addf(text, "%s bind%s: ", screen_number(n, number), n == 1 ? "" : "s");
	if (n_ok == n) {
		strbuf_add(text, "as asked.");
		return;
	}
	strbuf_addf(text, "%s as asked", screen_number(n_ok, number));
	put_count(text, sum, "changed",
		  screen_is_check(reply) ? "would change" : "changed");
	put_count(text, sum, "failed", "failed");
	put_count(text, sum, "skipped", "skipped");
	strbuf_addf(text, ".%s", would_do(reply) ? "    robind apply would do it." : "");
}

void screen_totals(struct screen *s, const json_t *reply, bool is_boot)
{
	size_t n = json_array_size(json_object_get(reply, "binds"));
	scoped_strbuf text = {0};

	if (json_object_get(reply, "error"))
		strbuf_add(&text, member_text(reply, "msg"));
	else if (n == 0)
		strbuf_add(&text, is_boot ? "fstab lists no bind that is read-only"
					  : "nothing to do: the request names no bind");
	else
		put_totals(&text, reply, n);
	screen_hanging(s, json_object_get(reply, "error") ? 4 : 0, strbuf_text(&text));
}
