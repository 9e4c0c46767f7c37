/* SPDX-License-Identifier: Apache-2.0 */
#include "format_salt.h"

#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/macro.h"
#include "reply_text.h"

/* Of each kind so many are told one by one: what `state.apply` prints has to be read. */
enum { TOLD = 10 };

/* ---- a changed bind ---- */

/* The mount as it was or is, in words. */
static void put_mount(struct strbuf *line, const json_t *view)
{
	json_int_t stacked = json_integer_value(json_object_get(view, "stacked"));
	size_t i = 0;
	json_t *option = NULL;

	strbuf_addf(line, "%s, %s%s",
		    json_is_true(json_object_get(view, "read_only")) ? "read-only"
								     : "writable",
		    json_is_true(json_object_get(view, "recursive")) ? "recursive, " : "",
		    member_text(view, "propagation"));
	json_array_foreach(json_object_get(view, "options"), i, option)
	{
		strbuf_addf(line, ", %s", json_string_value(option));
	}
	if (stacked > 1)
		strbuf_addf(line, ", %lld times", (long long)stacked);
	if (!json_is_true(json_object_get(view, "same_as_source")))
		strbuf_add(line, ", not the source");
}

/* One line: Salt gives each member of an object two. */
static void put_view(struct strbuf *line, const json_t *view)
{
	if (json_is_true(json_object_get(view, "mounted")))
		put_mount(line, view);
	else
		strbuf_add(line, "not mounted");
	if (json_is_true(json_object_get(view, "in_fstab")))
		strbuf_add(line, ", in fstab");
}

static bool has_removed_target(const json_t *bind)
{
	size_t i = 0;
	json_t *action = NULL;

	json_array_foreach(json_object_get(bind, "actions"), i, action)
	{
		if (strcmp(json_string_value(action), "remove_target") == 0)
			return true;
	}
	return false;
}

static void put_after(struct strbuf *line, const json_t *bind)
{
	put_view(line, json_object_get(bind, "after"));
	if (has_removed_target(bind))
		strbuf_add(line, ", target removed");
}

static int add_change(json_t *salt, const json_t *bind)
{
	scoped_strbuf target = {0};

	put_escaped(&target, member_text(bind, "target"));
	return json_object_set_new(salt, strbuf_text(&target),
				   json_pack("{s:o, s:o, s:o}", "old",
					     line_of(json_object_get(bind, "before"),
						     put_view),
					     "new", line_of(bind, put_after), "reason",
					     drift_codes(bind)));
}

/* Count a bind that is not told by itself, under each of its reasons. */
static int count_change(json_t *counts, const json_t *bind)
{
	int r = 0;
	size_t i = 0;
	json_t *drift = NULL;

	json_array_foreach(json_object_get(bind, "drift"), i, drift)
	{
		const char *code = member_text(drift, "code");
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

static void put_unit(struct strbuf *line, const json_t *name)
{
	strbuf_addf(line, "restart unit %s", json_string_value(name));
}

static void put_container(struct strbuf *line, const json_t *name)
{
	strbuf_addf(line, "restart container %s", json_string_value(name));
}

static void put_process(struct strbuf *line, const json_t *pid)
{
	strbuf_addf(line, "restart process %lld", (long long)json_integer_value(pid));
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
static void tell_list(struct strbuf *out, const json_t *list,
		      bool (*is_told)(const json_t *item),
		      void (*put)(struct strbuf *line, const json_t *item))
{
	size_t n = 0;
	size_t i = 0;
	json_t *item = NULL;

	json_array_foreach(list, i, item)
	{
		if (!is_told(item) || ++n > TOLD)
			continue;
		strbuf_add(out, "\n");
		put_line(out, put, item);
	}
	if (n > TOLD)
		strbuf_addf(out, "\n... and %zu more of these", n - TOLD);
}

/* The sum, then each failure, what is to be known and who is to be restarted: the comment
 * is all that Salt shows of a failed state. */
static json_t *comment_of(const json_t *reply)
{
	const json_t *restart = json_object_get(reply, "needs_restart");
	scoped_strbuf text = {0};

	put_escaped(&text, member_text(reply, "msg"));
	tell_list(&text, json_object_get(reply, "binds"), is_failed, put_failure);
	tell_list(&text, json_object_get(reply, "warnings"), is_any, put_warning);
	tell_list(&text, json_object_get(restart, "units"), is_any, put_unit);
	tell_list(&text, json_object_get(restart, "containers"), is_any, put_container);
	tell_list(&text, json_object_get(restart, "processes"), is_any, put_process);
	return text_of(&text);
}

json_t *salt_reply(const json_t *reply, const struct cli *cli)
{
	scoped_json json_t *salt = json_object();
	int r = json_object_set(salt, "changed", json_object_get(reply, "changed"));

	(void)cli;
	r |= json_object_set_new(salt, "comment", comment_of(reply));
	r |= add_changes(salt, reply);
	return r == 0 ? STEAL(salt) : NULL;
}
