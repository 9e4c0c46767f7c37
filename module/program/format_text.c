#include "format_text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "output.h"

static const char *member(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

/* Control bytes of a path must not break the line, or the terminal. */
static void put(const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < 0x20 || c == 0x7f)
			(void)printf("\\%03o", c);
		else
			(void)putchar(c);
	}
}

static void put_reasons(const json_t *bind)
{
	size_t i = 0;
	json_t *drift = NULL;

	json_array_foreach(json_object_get(bind, "drift"), i, drift)
	{
		put(i == 0 ? ": " : ", ");
		put(member(drift, "code"));
	}
}

/* What a holder keeps, by its `why`, and where: `SOURCE at PATH`. */
static void put_hold(const json_t *bind, const json_t *holder)
{
	static const struct {
		const char *why;
		const char *text;
	} holds[] = {
		{"writable", "keeps a writable copy of "},
		{"stale", "keeps an old view of "},
		{"writer", "can still write to "},
	};
	const char *source = member(bind, "source");

	for (size_t i = 0; i < sizeof(holds) / sizeof(holds[0]); i++) {
		if (strcmp(holds[i].why, member(holder, "why")) == 0)
			put(holds[i].text);
	}
	put(source[0] != '\0' ? source : member(bind, "target"));
	put(" at ");
	put(member(holder, "path"));
}

/* Who has to be restarted: a container, a unit, or else the process. */
static void put_holder(const json_t *bind, const json_t *holder)
{
	char pid[32];
	const char *container = member(holder, "container");
	const char *unit = member(holder, "unit");
	const char *end = strrchr(unit, '.');
	bool is_process = container[0] == '\0' && (!end || strcmp(end, ".scope") == 0);

	(void)snprintf(pid, sizeof(pid), "process %lld",
		       (long long)json_integer_value(json_object_get(holder, "pid")));
	put("restart ");
	if (!is_process) {
		put(container[0] != '\0' ? "container " : "unit ");
		put(container[0] != '\0' ? container : unit);
		put(" (");
	}
	put(pid);
	put(" ");
	put(member(holder, "command"));
	put(is_process ? ": it " : "): it ");
	put_hold(bind, holder);
	(void)putchar('\n');
}

static void put_holders(const json_t *bind)
{
	size_t i = 0;
	json_t *holder = NULL;

	json_array_foreach(json_object_get(bind, "holders"), i, holder)
	{
		put_holder(bind, holder);
	}
}

static void put_bind(const json_t *bind)
{
	const char *status = member(bind, "status");
	const json_t *error = json_object_get(bind, "error");

	if (strcmp(status, "ok") == 0)
		return;
	put(status);
	put(" ");
	put(member(bind, "target"));
	if (error) {
		put(": ");
		put(member(error, "msg"));
	} else {
		put_reasons(bind);
	}
	(void)putchar('\n');
}

/* A line of `show`. */
static void put_live(const json_t *bind, const json_t *live)
{
	put(member(bind, "target"));
	if (!json_is_true(json_object_get(live, "mounted"))) {
		put(": not mounted");
		return;
	}
	put(json_is_true(json_object_get(live, "read_only")) ? ": read-only, "
							     : ": writable, ");
	put(member(live, "propagation"));
	put(", '");
	put(member(live, "root"));
	put("' of ");
	put(member(live, "fs_type"));
	put(" ");
	put(member(live, "device"));
}

/* Its line in fstab, after what is live. */
static void put_line(const json_t *line)
{
	put(json_is_object(line) ? "; in fstab: " : "; not in fstab");
	if (json_is_object(line))
		put(member(line, "options"));
}

static void put_shown(const json_t *bind)
{
	const json_t *live = json_object_get(bind, "live");

	if (live) {
		put_live(bind, live);
	} else {
		put(member(bind, "target"));
		put(": ");
		put(member(json_object_get(bind, "error"), "msg"));
	}
	put_line(json_object_get(bind, "fstab"));
	(void)putchar('\n');
}

static void put_warning(const json_t *warning)
{
	put("warning");
	if (json_is_string(json_object_get(warning, "target"))) {
		put(" ");
		put(member(warning, "target"));
	}
	put(": ");
	put(member(warning, "msg"));
	(void)putchar('\n');
}

int text_write(const json_t *reply)
{
	size_t i = 0;
	json_t *v = NULL;

	json_array_foreach(json_object_get(reply, "binds"), i, v)
	{
		if (json_object_get(v, "status"))
			put_bind(v);
		else
			put_shown(v);
		put_holders(v);
	}
	json_array_foreach(json_object_get(reply, "warnings"), i, v)
	{
		put_warning(v);
	}
	put(member(reply, "msg"));
	return output_text("\n");
}
