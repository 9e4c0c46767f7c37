#include "text.h"

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
	(void)putchar('\n');
}

static void put_warning(const json_t *warning)
{
	put("warning ");
	put(member(warning, "target"));
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
	}
	json_array_foreach(json_object_get(reply, "warnings"), i, v)
	{
		put_warning(v);
	}
	put(member(reply, "msg"));
	return output_text("\n");
}
