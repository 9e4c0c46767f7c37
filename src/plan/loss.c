/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/loss.h"

#include <errno.h>

static bool is_lost(const struct want *want, enum below_kind kind)
{
	switch (kind) {
	case BELOW_COPY:
	case BELOW_LEFT:
		return false;
	case BELOW_REQUEST:
	case BELOW_IN_FSTAB:
		return !want_is_there(want);
	case BELOW_KEPT:
		return want_is_there(want) || !want->replace;
	case BELOW_FOREIGN:
		break;
	}
	return !want->replace;
}

const struct mount *loss_find(const struct want *want, const struct have *have)
{
	for (size_t i = 0; i < have->below.count; i++) {
		if (is_lost(want, have->below_kinds[i]))
			return &have->below.items[i];
	}
	return NULL;
}

int loss_error(struct error *err, const struct want *want, const struct mount *lost)
{
	return error_set(err, ERROR_SUBMOUNT_IN_THE_WAY, 0, PTR_KEY(PTR_ROOT, "target"),
			 "'%s' is mounted below '%s' and would be lost; unmount it first",
			 lost->point, want->target);
}
