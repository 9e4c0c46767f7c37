/* SPDX-License-Identifier: Apache-2.0 */
/* The members of a request that are paths. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "request/field_types.h"
#include "request/json_shown.h"
#include "request/want.h"

/* What a shell or a browser would have made of it, and robind does not. */
static const char *mend_of(const char *path)
{
	/* clang-format off */
	static const struct { const char *begin; const char *mend; } mends[] = {
		{ "~",       "; write out the folder that '~' stands for" },
		{ "$",       "; write out what the variable stands for" },
		{ "file://", "; leave 'file://' out" },
		{ " ",       "; leave the blank before it out" },
		{ "UUID=",   "; name the path where that file system is mounted" },
		{ "LABEL=",  "; name the path where that file system is mounted" },
	};
	/* clang-format on */

	for (size_t i = 0; i < ARRAY_LEN(mends); i++) {
		if (strncmp(path, mends[i].begin, strlen(mends[i].begin)) == 0)
			return mends[i].mend;
	}
	return "";
}

static int read_path(const struct decode *d, const json_t *v, const struct json_pointer *at,
		     void *dst)
{
	struct path_fault fault = {0};
	char *path = NULL;
	char shown[JSON_SHOWN_SIZE];

	if (!json_is_string(v))
		return error_set(d->err, ERROR_REQUEST, 0, at, "must be a string, not %s",
				 json_shown(v, shown));
	path = path_normalise(json_string_value(v), json_string_length(v), &fault);
	if (!path && fault.must)
		return error_set(d->err, ERROR_REQUEST, 0, at, "'%s' %s%s",
				 json_string_value(v), fault.must,
				 mend_of(json_string_value(v)));
	if (!path)
		return error_no_memory(d->err);
	*(char **)dst = path;
	return 0;
}

static int read_target(const struct decode *d, const json_t *v,
		       const struct json_pointer *at, void *dst)
{
	if (json_is_string(v) &&
	    strspn(json_string_value(v), "/") == json_string_length(v) &&
	    json_string_length(v) > 0)
		return error_set(d->err, ERROR_REQUEST, 0, at,
				 "must not be '/'; name a directory below it");
	return read_path(d, v, at, dst);
}

static int read_source_mount(const struct decode *d, const json_t *v,
			     const struct json_pointer *at, void *dst)
{
	struct source_mount found = {0};
	bool is_path = json_is_string(v) && json_string_value(v)[0] == '/';
	char shown[JSON_SHOWN_SIZE];

	if (is_path && read_path(d, v, at, &found.path) < 0)
		return -1;
	if (!is_path && decode_bool.read(d, v, at, &found.is_asked) < 0)
		return error_set(d->err, ERROR_REQUEST, 0, at,
				 "must be true, false or an absolute path, not %s",
				 json_shown(v, shown));
	found.is_asked |= is_path;
	found.is_any = !found.is_asked;
	*(struct source_mount *)dst = found;
	return 0;
}

/* clang-format off */
#define PATH_SCHEMA "\"pattern\": \"^/\", \"maxLength\": 4095"

const struct field_type read_as_source = {
	.read = read_path,
	.schema = "{\"type\": [\"string\", \"null\"], " PATH_SCHEMA "}",
};
const struct field_type read_as_target = {
	.read = read_target,
	.schema = "{\"type\": \"string\", \"pattern\": \"^/+[^/]\", \"maxLength\": 4095}",
};
const struct field_type read_as_source_mount = {
	.read = read_source_mount,
	.schema = "{\"type\": [\"boolean\", \"string\", \"null\"], " PATH_SCHEMA "}",
};
/* clang-format on */
