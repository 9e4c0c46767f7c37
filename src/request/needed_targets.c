/* SPDX-License-Identifier: Apache-2.0 */
#include "request/needed_targets.h"

#include <string.h>

/* Of the targets above one that was told before, all have been told. */
static void tell_above(struct want *wants, size_t i)
{
	for (size_t above = wants[i].outer;
	     above != WANT_NONE && wants[above].needed_by == WANT_NONE;
	     above = wants[above].outer)
		wants[above].needed_by = i;
}

static void tell_source(struct want *wants, size_t i, const struct hash_table *targets)
{
	const char *source = wants[i].source;
	size_t at =
		source ? hash_table_get(targets, source, strlen(source)) : HASH_TABLE_NONE;

	if (at != HASH_TABLE_NONE && at != i)
		wants[at].needed_by = i;
}

void needed_mark(struct want *wants, size_t n_wants, const struct hash_table *targets)
{
	for (size_t i = 0; i < n_wants; i++)
		wants[i].needed_by = WANT_NONE;
	for (size_t i = 0; i < n_wants; i++) {
		if (want_is_there(&wants[i]))
			tell_above(wants, i);
	}
	for (size_t i = 0; i < n_wants; i++) {
		if (want_is_there(&wants[i]) || want_of_fstab(&wants[i]) == DECIDES_THERE)
			tell_source(wants, i, targets);
	}
}
