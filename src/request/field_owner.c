/* SPDX-License-Identifier: Apache-2.0 */
/* The members of a bind that say what a target is that is made: its mode, owner and group. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/accounts.h"
#include "request/field_types.h"
#include "request/json_shown.h"
#include "request/want.h"

#define ACCOUNT_NAME_MAX 256u

static int read_mode(const struct decode *d, const json_t *v, const struct json_pointer *at,
		     void *dst)
{
	const char *text = json_string_value(v);
	size_t n = json_string_length(v);
	char shown[JSON_SHOWN_SIZE];

	/* As a number it would be read as decimal by some, and as octal by others. */
	if (!text || n < 3 || n > 5 || strspn(text, "01234567") != n ||
	    (n == 5 && text[0] != '0'))
		return error_set(d->err, ERROR_REQUEST, 0, at,
				 "must be octal text, such as \"0750\" (in quotes; not "
				 "symbolic, like \"u=rwx\"), not %s",
				 json_shown(v, shown));
	*(struct target_mode *)dst =
		(struct target_mode){true, (uint32_t)strtoul(text, NULL, 8)};
	return 0;
}

static int refuse_account(const struct decode *d, const json_t *v,
			  const struct json_pointer *at)
{
	char shown[JSON_SHOWN_SIZE];

	return error_set(d->err, ERROR_REQUEST, 0, at,
			 "must be one name, without ':', or a number from 0 to %u, not %s",
			 ACCOUNT_ID_MAX, json_shown(v, shown));
}

/* The number of a user or a group, a text of digits alone. */
static int read_account_id(const struct decode *d, const json_t *v,
			   const struct json_pointer *at, uint32_t *ret)
{
	unsigned long long id = 0;

	errno = 0;
	id = strtoull(json_string_value(v), NULL, 10);
	if (errno != 0 || id > ACCOUNT_ID_MAX)
		return refuse_account(d, v, at);
	*ret = (uint32_t)id;
	return 0;
}

static bool is_account_name(const char *name, size_t length)
{
	/* What cannot be a line's first word in /etc/passwd is nobody's name. */
	if (length == 0 || length > ACCOUNT_NAME_MAX || strchr("#+-", name[0]))
		return false;
	for (size_t i = 0; i < length; i++) {
		if (name[i] == ':' || iscntrl((unsigned char)name[i]))
			return false;
	}
	return true;
}

static int read_account(const struct decode *d, const json_t *v,
			const struct json_pointer *at, void *dst)
{
	const char *text = json_string_value(v);
	size_t n = json_string_length(v);
	struct account found = {0};
	json_int_t id = json_integer_value(v);

	if (json_is_integer(v) && id >= 0 && id <= ACCOUNT_ID_MAX)
		found.id = (uint32_t)id;
	else if (!text || !is_account_name(text, n))
		return refuse_account(d, v, at);
	else if (strspn(text, "0123456789") == n) {
		if (read_account_id(d, v, at, &found.id) < 0)
			return -1;
	} else {
		found.name = strdup(text);
		if (!found.name)
			return error_no_memory(d->err);
	}
	*(struct account *)dst = found;
	return 0;
}

/* clang-format off */
const struct field_type read_as_mode = {
	.read = read_mode,
	.schema = "{\"type\": [\"string\", \"null\"], \"pattern\": \"^0?[0-7]{3,4}$\"}",
};
const struct field_type read_as_account = {
	.read = read_account,
	.schema = "{\"type\": [\"string\", \"integer\", \"null\"], \"minimum\": 0, \"maximum\": 4294967294, "
		  "\"pattern\": \"^[^#+:-][^:]*$\", \"maxLength\": 256}",
};
/* clang-format on */
