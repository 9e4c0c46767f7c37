#include "salt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "scoped.h"

static json_t *reasons_of(const json_t *bind)
{
	json_t *reasons = json_array();
	size_t i = 0;
	json_t *drift = NULL;

	json_array_foreach(json_object_get(bind, "drift"), i, drift)
	{
		(void)!json_array_append(reasons, json_object_get(drift, "code"));
	}
	return reasons;
}

static int add_change(json_t *salt, const json_t *bind)
{
	return json_object_set_new(salt, json_string_value(json_object_get(bind, "target")),
				   json_pack("{s:O?, s:O?, s:o}", "old",
					     json_object_get(bind, "before"), "new",
					     json_object_get(bind, "after"), "reason",
					     reasons_of(bind)));
}

/* Who keeps an old or a writable view. */
static void put_restarts(const json_t *reply, FILE *out)
{
	static const struct {
		const char *member;
		const char *word;
	} kinds[] = {{"units", "unit"},
		     {"containers", "container"},
		     {"processes", "process"}};
	const json_t *all = json_object_get(reply, "needs_restart");

	for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
		size_t i = 0;
		json_t *who = NULL;

		json_array_foreach(json_object_get(all, kinds[k].member), i, who)
		{
			if (json_is_integer(who))
				(void)fprintf(out, "; restart %s %lld", kinds[k].word,
					      (long long)json_integer_value(who));
			else
				(void)fprintf(out, "; restart %s %s", kinds[k].word,
					      json_string_value(who));
		}
	}
}

static void put_warnings(const json_t *reply, FILE *out)
{
	size_t i = 0;
	json_t *warning = NULL;

	json_array_foreach(json_object_get(reply, "warnings"), i, warning)
	{
		const char *target = json_string_value(json_object_get(warning, "target"));

		(void)fprintf(out, "; warning%s%s: %s", target ? " " : "",
			      target ? target : "",
			      json_string_value(json_object_get(warning, "msg")));
	}
}

/* The summary, then each failure, what is to be known and who is to be restarted: `comment`
 * is all that Salt shows of a failed state. */
static json_t *comment_of(const json_t *reply)
{
	scoped_mem char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	size_t i = 0;
	json_t *bind = NULL;

	if (!out)
		return NULL;
	(void)fputs(json_string_value(json_object_get(reply, "msg")), out);
	json_array_foreach(json_object_get(reply, "binds"), i, bind)
	{
		const json_t *msg = json_object_get(json_object_get(bind, "error"), "msg");

		if (msg)
			(void)fprintf(out, "; %s: %s",
				      json_string_value(json_object_get(bind, "target")),
				      json_string_value(msg));
	}
	put_warnings(reply, out);
	put_restarts(reply, out);
	if (fclose(out) == EOF)
		return NULL;
	return json_string(text);
}

json_t *salt_reply(const json_t *reply)
{
	json_t *salt = json_object();
	int r = json_object_set(salt, "changed", json_object_get(reply, "changed"));
	size_t i = 0;
	json_t *bind = NULL;

	r |= json_object_set_new(salt, "comment", comment_of(reply));
	json_array_foreach(json_object_get(reply, "binds"), i, bind)
	{
		if (json_is_true(json_object_get(bind, "changed")))
			r |= add_change(salt, bind);
	}
	if (r == 0)
		return salt;
	json_decref(salt);
	return NULL;
}
