/* SPDX-License-Identifier: Apache-2.0 */
#include "request/unknown_member.h"

#include <string.h>

#include "base/near_miss.h"
#include "base/strbuf.h"

/* What other tools call these members; the callers' own are taken by their front ends. */
/* clang-format off */
static const struct { const char *name; const char *meant; } other_names[] = {
	{ "src",          "source" },
	{ "device",       "source" },
	{ "from",         "source" },
	{ "dest",         "target" },
	{ "destination",  "target" },
	{ "path",         "target" },
	{ "to",           "target" },
	{ "mountpoint",   "target" },
	{ "mount_point",  "target" },
	{ "ensure",       "state" },
	{ "rbind",        "recursive" },
	{ "force",        "replace" },
	{ "dry_run",      "check_mode" },
	{ "check",        "check_mode" },
	{ "noop",         "check_mode" },
	{ "fstype",       "fstab_type" },
	{ "mounts",       "binds" },
	{ "user",         "owner" },
	{ "permissions",  "mode" },
};
/* clang-format on */

static bool has(const struct field_set *shape, const char *name)
{
	for (size_t i = 0; i < shape->n_fields; i++) {
		if (strcmp(shape->fields[i].name, name) == 0)
			return true;
	}
	return false;
}

static void try_shape(struct near_miss *miss, const struct field_set *shape)
{
	for (size_t i = 0; i < shape->n_fields; i++)
		near_miss_try(miss, shape->fields[i].name);
	for (size_t i = 0; i < ARRAY_LEN(other_names); i++) {
		if (has(shape, other_names[i].meant))
			near_miss_try_as(miss, other_names[i].name, other_names[i].meant);
	}
}

/* All that could stand there. */
static const char *names_of(const struct field_set shapes[], size_t n_shapes,
			    struct strbuf *buf)
{
	for (size_t i = 0; i < n_shapes; i++) {
		for (size_t k = 0; k < shapes[i].n_fields; k++)
			strbuf_addf(buf, " %s", shapes[i].fields[k].name);
	}
	return strbuf_text(buf);
}

/* Known, but at the other level. */
static const char *place_of(const struct decode *d, const char *name)
{
	if (has(d->request, name))
		return "is of the whole request; put it beside \"binds\", not into a bind";
	return has(d->bind, name) ? "is of a bind; put it into an element of \"binds\""
				  : NULL;
}

int unknown_member(const struct decode *d, const char *name, const struct json_pointer *at,
		   const struct field_set shapes[], size_t n_shapes)
{
	struct near_miss miss = near_miss_of(name, strlen(name));
	const char *place = place_of(d, name);
	char meant[NEAR_MISS_SIZE];
	scoped_strbuf names = {0};

	if (place)
		return error_set(d->err, ERROR_REQUEST, 0, at, "'%.64s' %s", name, place);
	for (size_t i = 0; i < n_shapes; i++)
		try_shape(&miss, &shapes[i]);
	if (miss.best)
		return error_set(d->err, ERROR_REQUEST, 0, at,
				 "no such member as '%.64s'%s", name,
				 near_miss_text(&miss, meant));
	if (!names_of(shapes, n_shapes, &names))
		return error_no_memory(d->err);
	return error_set(d->err, ERROR_REQUEST, 0, at,
			 "no such member as '%.64s'; there are%s", name,
			 strbuf_text(&names));
}

const char *unknown_member_meant(const struct field_set shapes[], size_t n_shapes,
				 const char *name, size_t length)
{
	struct near_miss miss = near_miss_of(name, length);

	for (size_t i = 0; i < n_shapes; i++)
		try_shape(&miss, &shapes[i]);
	return miss.best;
}
