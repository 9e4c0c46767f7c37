#include "format_salt.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/macro.h"

/* Of each kind so many are told one by one: what `state.apply` prints has to be read. */
enum { TOLD = 10 };

static const char *member(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

/* A text that `put` has written, as a JSON string; NULL when there is no memory. */
static json_t *text_of(const json_t *object, void (*put)(const json_t *object, FILE *out))
{
	scoped_mem char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	put(object, out);
	return fclose(out) == EOF ? NULL : json_string(text);
}

/* Salt shows a text as it is: control bytes of a path must break neither line nor terminal.
 */
static void put(const char *text, FILE *out)
{
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < 0x20 || c == 0x7f)
			(void)fprintf(out, "\\%03o", c);
		else
			(void)fputc(c, out);
	}
}

/* ---- a changed bind ---- */

/* The mount as it was or is, in words. */
static void put_mount(const json_t *view, FILE *out)
{
	json_int_t stacked = json_integer_value(json_object_get(view, "stacked"));
	size_t i = 0;
	json_t *option = NULL;

	put(json_is_true(json_object_get(view, "read_only")) ? "read-only, " : "writable, ",
	    out);
	if (json_is_true(json_object_get(view, "recursive")))
		put("recursive, ", out);
	put(member(view, "propagation"), out);
	json_array_foreach(json_object_get(view, "options"), i, option)
	{
		(void)fprintf(out, ", %s", json_string_value(option));
	}
	if (stacked > 1)
		(void)fprintf(out, ", %lld times", (long long)stacked);
	if (!json_is_true(json_object_get(view, "same_as_source")))
		put(", not the source", out);
}

/* One line: Salt gives each member of an object two. */
static void put_view(const json_t *view, FILE *out)
{
	if (json_is_true(json_object_get(view, "mounted")))
		put_mount(view, out);
	else
		put("not mounted", out);
	if (json_is_true(json_object_get(view, "in_fstab")))
		put(", in fstab", out);
}

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
	return json_object_set_new(salt, member(bind, "target"),
				   json_pack("{s:o, s:o, s:o}", "old",
					     text_of(json_object_get(bind, "before"),
						     put_view),
					     "new",
					     text_of(json_object_get(bind, "after"),
						     put_view),
					     "reason", reasons_of(bind)));
}

/* Count a bind that is not told by itself, under each of its reasons. */
static int count_change(json_t *counts, const json_t *bind)
{
	int r = 0;
	size_t i = 0;
	json_t *drift = NULL;

	json_array_foreach(json_object_get(bind, "drift"), i, drift)
	{
		const char *code = member(drift, "code");
		json_int_t n = json_integer_value(json_object_get(counts, code));

		r |= json_object_set_new(counts, code, json_integer(n + 1));
	}
	return r;
}

/* No target is called `more`: they all begin with a slash. */
static int add_changes(json_t *salt, const json_t *reply)
{
	scoped_json json_t *counts = json_object();
	json_int_t n = 0;
	int r = 0;
	size_t i = 0;
	json_t *bind = NULL;

	json_array_foreach(json_object_get(reply, "binds"), i, bind)
	{
		if (!json_is_true(json_object_get(bind, "changed")))
			continue;
		r |= ++n <= TOLD ? add_change(salt, bind) : count_change(counts, bind);
	}
	if (n > TOLD)
		r |= json_object_set_new(salt, "more",
					 json_pack("{s:I, s:O}", "binds", n - TOLD,
						   "reason", counts));
	return r;
}

/* ---- the comment ---- */

static void put_failure(const json_t *bind, FILE *out)
{
	put(member(bind, "target"), out);
	put(": ", out);
	put(member(json_object_get(bind, "error"), "msg"), out);
}

static void put_warning(const json_t *warning, FILE *out)
{
	put("warning", out);
	if (json_is_string(json_object_get(warning, "target"))) {
		put(" ", out);
		put(member(warning, "target"), out);
	}
	put(": ", out);
	put(member(warning, "msg"), out);
}

static void put_unit(const json_t *name, FILE *out)
{
	put("restart unit ", out);
	put(json_string_value(name), out);
}

static void put_container(const json_t *name, FILE *out)
{
	put("restart container ", out);
	put(json_string_value(name), out);
}

static void put_process(const json_t *pid, FILE *out)
{
	(void)fprintf(out, "restart process %lld", (long long)json_integer_value(pid));
}

static bool is_failed(const json_t *bind)
{
	return json_object_get(bind, "error") != NULL;
}

static bool is_any(const json_t *item)
{
	return item != NULL;
}

/* A line for each item of a list, but for no more than are read. */
static void put_lines(const json_t *list, bool (*is_told)(const json_t *item),
		      void (*put_item)(const json_t *item, FILE *out), FILE *out)
{
	size_t n = 0;
	size_t i = 0;
	json_t *item = NULL;

	json_array_foreach(list, i, item)
	{
		if (!is_told(item) || ++n > TOLD)
			continue;
		(void)fputc('\n', out);
		put_item(item, out);
	}
	if (n > TOLD)
		(void)fprintf(out, "\n... and %zu more of these", n - TOLD);
}

/* The sum, then each failure, what is to be known and who is to be restarted: the comment
 * is all that Salt shows of a failed state. */
static void put_comment(const json_t *reply, FILE *out)
{
	const json_t *restart = json_object_get(reply, "needs_restart");
	const char *at = member(json_object_get(reply, "error"), "at");

	put(at, out);
	put(at[0] != '\0' ? ": " : "", out);
	put(member(reply, "msg"), out);
	put_lines(json_object_get(reply, "binds"), is_failed, put_failure, out);
	put_lines(json_object_get(reply, "warnings"), is_any, put_warning, out);
	put_lines(json_object_get(restart, "units"), is_any, put_unit, out);
	put_lines(json_object_get(restart, "containers"), is_any, put_container, out);
	put_lines(json_object_get(restart, "processes"), is_any, put_process, out);
}

json_t *salt_reply(const json_t *reply)
{
	scoped_json json_t *salt = json_object();
	int r = json_object_set(salt, "changed", json_object_get(reply, "changed"));

	r |= json_object_set_new(salt, "comment", text_of(reply, put_comment));
	r |= add_changes(salt, reply);
	return r == 0 ? STEAL(salt) : NULL;
}
