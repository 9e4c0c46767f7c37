#include "format_text.h"

#include <stdbool.h>
#include <string.h>

#include "base/macro.h"
#include "output.h"
#include "reply_text.h"

static void put_reasons(struct strbuf *line, const json_t *bind)
{
	size_t i = 0;
	json_t *drift = NULL;

	json_array_foreach(json_object_get(bind, "drift"), i, drift)
	{
		strbuf_addf(line, "%s%s", i == 0 ? ": " : ", ", member_text(drift, "code"));
	}
}

static void put_bind(struct strbuf *line, const json_t *bind)
{
	const json_t *error = json_object_get(bind, "error");

	strbuf_addf(line, "%s %s", member_text(bind, "status"),
		    member_text(bind, "target"));
	if (error)
		strbuf_addf(line, ": %s", member_text(error, "msg"));
	else
		put_reasons(line, bind);
}

/* A mount, as `show` tells it. */
static void put_live(struct strbuf *line, const json_t *live)
{
	if (!json_is_true(json_object_get(live, "mounted"))) {
		strbuf_add(line, "not mounted");
		return;
	}
	strbuf_addf(line, "%s, %s, '%s' of %s %s",
		    json_is_true(json_object_get(live, "read_only")) ? "read-only"
								     : "writable",
		    member_text(live, "propagation"), member_text(live, "root"),
		    member_text(live, "fs_type"), member_text(live, "device"));
}

/* What `show` tells of a target: what is live, and its line in fstab. */
static void put_shown(struct strbuf *line, const json_t *bind)
{
	const json_t *live = json_object_get(bind, "live");
	const json_t *in_fstab = json_object_get(bind, "fstab");
	const json_t *resolved = json_object_get(bind, "resolved");

	strbuf_add(line, member_text(bind, "target"));
	if (resolved)
		strbuf_addf(line, " -> %s", member_text(resolved, "target"));
	strbuf_add(line, ": ");
	if (live)
		put_live(line, live);
	else
		strbuf_add(line, member_text(json_object_get(bind, "error"), "msg"));
	if (json_is_object(in_fstab))
		strbuf_addf(line, "; in fstab: %s", member_text(in_fstab, "options"));
	else
		strbuf_add(line, "; not in fstab");
}

static void put_sum(struct strbuf *line, const json_t *reply)
{
	strbuf_add(line, member_text(reply, "msg"));
}

static void tell(struct strbuf *out, void (*put)(struct strbuf *line, const json_t *item),
		 const json_t *item)
{
	put_line(out, put, item);
	strbuf_add(out, "\n");
}

/* ---- who has to be restarted ---- */

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
static void put_holder(struct strbuf *line, const json_t *bind, const json_t *holder)
{
	const char *container = member_text(holder, "container");
	const char *unit = member_text(holder, "unit");
	const char *command = member_text(holder, "command");
	const char *end = strrchr(unit, '.');
	long long pid = json_integer_value(json_object_get(holder, "pid"));

	if (container[0] != '\0')
		strbuf_addf(line, "restart container %s (process %lld %s): it ", container,
			    pid, command);
	else if (end && strcmp(end, ".scope") != 0)
		strbuf_addf(line, "restart unit %s (process %lld %s): it ", unit, pid,
			    command);
	else
		strbuf_addf(line, "restart process %lld %s: it ", pid, command);
	put_hold(line, bind, holder);
}

static void tell_holders(struct strbuf *out, const json_t *bind)
{
	size_t i = 0;
	json_t *holder = NULL;

	json_array_foreach(json_object_get(bind, "holders"), i, holder)
	{
		scoped_strbuf line = {0};

		put_holder(&line, bind, holder);
		put_escaped(out, strbuf_text(&line));
		strbuf_add(out, "\n");
	}
}

static void tell_all(struct strbuf *out, const json_t *reply)
{
	size_t i = 0;
	json_t *v = NULL;

	json_array_foreach(json_object_get(reply, "binds"), i, v)
	{
		if (!json_object_get(v, "status"))
			tell(out, put_shown, v);
		else if (strcmp(member_text(v, "status"), "ok") != 0)
			tell(out, put_bind, v);
		tell_holders(out, v);
	}
	json_array_foreach(json_object_get(reply, "warnings"), i, v)
	{
		tell(out, put_warning, v);
	}
	tell(out, put_sum, reply);
}

int text_write(const json_t *reply)
{
	scoped_strbuf text = {0};

	tell_all(&text, reply);
	if (strbuf_text(&text))
		return output_text(strbuf_text(&text));
	(void)!output_text("out of memory\n");
	return -1;
}
