/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/drift.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"

/* clang-format off */
const struct drift_rule drift_rules[DRIFT_COUNT_] = {
	[DRIFT_UNTRIGGERED]       = { "untriggered",       HOLDERS_NONE,        "an automount is in the way that only apply triggers" },
	[DRIFT_SOURCE_MISSING]    = { "source_missing",    HOLDERS_NONE,        "source, or the mount that it must lie on, is not there" },
	[DRIFT_TARGET_MISSING]    = { "target_missing",    HOLDERS_NONE,        "target does not exist" },
	[DRIFT_NOT_MOUNTED]       = { "not_mounted",       HOLDERS_NONE,        "nothing is mounted at the target" },
	[DRIFT_WRONG_SOURCE]      = { "wrong_source",      HOLDERS_NONE,        "target shows another source" },
	[DRIFT_STALE_SOURCE]      = { "stale_source",      HOLDERS_LIKELY,      "target shows a source that has been deleted" },
	[DRIFT_SOURCE_COVERED]    = { "source_covered",    HOLDERS_LIKELY,      "target shows what lies under a mount that is now at the source" },
	[DRIFT_UNEXPECTED_MOUNT]  = { "unexpected_mount",  HOLDERS_NONE,        "target has a mount that is not asked for" },
	[DRIFT_TARGET_UNWANTED]   = { "target_unwanted",   HOLDERS_NONE,        "target is there, with nothing mounted and nothing in it" },
	[DRIFT_STACKED]           = { "stacked",           HOLDERS_NONE,        "the same bind is mounted more than once" },
	[DRIFT_WRITABLE]          = { "writable",          HOLDERS_LIKELY,      "target is writable" },
	[DRIFT_OPTIONS]           = { "options",           HOLDERS_NONE,        "mount options differ" },
	[DRIFT_PROPAGATION]       = { "propagation",       HOLDERS_OF_REPLACED, "target is not private" },
	[DRIFT_SUBMOUNT_MISSING]  = { "submount_missing",  HOLDERS_NONE,        "a mount below the source is not seen below the target" },
	[DRIFT_SUBMOUNT_EXTRA]    = { "submount_extra",    HOLDERS_NONE,        "a mount below the target is gone from the source" },
	[DRIFT_SUBMOUNT_WRITABLE] = { "submount_writable", HOLDERS_LIKELY,      "a mount below the target is writable" },
	[DRIFT_FSTAB_MISSING]     = { "fstab_missing",     HOLDERS_NONE,        "fstab has no line for the target" },
	[DRIFT_FSTAB_DIFFERS]     = { "fstab_differs",     HOLDERS_NONE,        "the line for the target in fstab lacks something" },
	[DRIFT_FSTAB_DUPLICATE]   = { "fstab_duplicate",   HOLDERS_NONE,        "fstab has more than one bind line for the target" },
	[DRIFT_FSTAB_UNWANTED]    = { "fstab_unwanted",    HOLDERS_NONE,        "fstab has a line for the target that is not asked for" },
};
/* clang-format on */

/* A copy of text, or NULL for NULL; *failed is set when there is no memory. */
static char *copy(const char *text, int *failed)
{
	char *s = text ? strdup(text) : NULL;

	if (text && !s)
		*failed = -1;
	return s;
}

static void drift_done(struct drift *d)
{
	free(d->want);
	free(d->have);
	free(d->path);
}

int drift_add(struct drift_list *list, enum drift_code code, const char *want,
	      const char *have, const char *path)
{
	int failed = 0;
	struct drift d = {
		.code = code,
		.want = copy(want, &failed),
		.have = copy(have, &failed),
		.path = copy(path, &failed),
	};

	if (failed || ARRAY_RESERVE(list->items, list->count, 1) < 0) {
		drift_done(&d);
		return -1;
	}
	list->items[list->count++] = d;
	return 0;
}

bool drift_list_has(const struct drift_list *list, enum drift_code code)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].code == code)
			return true;
	}
	return false;
}

void drift_list_done(struct drift_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		drift_done(&list->items[i]);
	free(list->items);
	*list = (struct drift_list){0};
}
