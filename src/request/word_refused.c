/* SPDX-License-Identifier: Apache-2.0 */
#include "request/word_refused.h"

#include <string.h>

#include "base/near_miss.h"
#include "base/strbuf.h"
#include "request/json_shown.h"

/* What other tools call these states. */
/* clang-format off */
static const struct { const char *name; const char *meant; } other_names[] = {
	{ "present",   "mounted" },
	{ "mount",     "mounted" },
	{ "running",   "mounted" },
	{ "remounted", "mounted" },
	{ "defined",   "fstab_present" },
	{ "umounted",  "unmounted" },
	{ "umount",    "unmounted" },
	{ "removed",   "absent" },
	{ "absent_from_fstab", "fstab_absent" },
};
/* clang-format on */

const char *word_at(const struct word_set *set, size_t i)
{
	return *(const char *const *)((const char *)set->first + i * set->stride);
}

static bool has(const struct word_set *set, const char *word)
{
	for (size_t i = 0; i < set->count; i++) {
		if (word_at(set, i) && strcmp(word_at(set, i), word) == 0)
			return true;
	}
	return false;
}

static struct near_miss nearest(const struct word_set *set, const json_t *v)
{
	struct near_miss miss = near_miss_of(json_string_value(v), json_string_length(v));

	for (size_t i = 0; json_is_string(v) && i < set->count; i++) {
		if (word_at(set, i))
			near_miss_try(&miss, word_at(set, i));
	}
	for (size_t i = 0; json_is_string(v) && i < ARRAY_LEN(other_names); i++) {
		if (has(set, other_names[i].meant))
			near_miss_try_as(&miss, other_names[i].name, other_names[i].meant);
	}
	return miss;
}

int word_refused(const struct decode *d, const struct word_set *set, const json_t *v,
		 const struct json_pointer *at)
{
	const struct near_miss miss = nearest(set, v);
	char shown[JSON_SHOWN_SIZE];
	char meant[NEAR_MISS_SIZE];
	scoped_strbuf names = {0};

	(void)near_miss_text(&miss, meant);
	if (!set->noun)
		return error_set(d->err, ERROR_REQUEST, 0, at, "%s, not %s%s", set->must,
				 json_shown(v, shown), meant);
	for (size_t i = 0; i < set->count; i++) {
		if (word_at(set, i))
			strbuf_addf(&names, "%s%s", names.size > 0 ? " " : "",
				    word_at(set, i));
	}
	if (!strbuf_text(&names))
		return error_no_memory(d->err);
	if (!json_is_string(v))
		return error_set(d->err, ERROR_REQUEST, 0, at, "%s (%s), not %s", set->must,
				 strbuf_text(&names), json_shown(v, shown));
	return error_set(d->err, ERROR_REQUEST, 0, at, "no such %s as '%.64s'%s (%s)",
			 set->noun, json_string_value(v), meant, strbuf_text(&names));
}
