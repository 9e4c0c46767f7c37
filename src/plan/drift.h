/* SPDX-License-Identifier: Apache-2.0 */
/* The reasons for a change, as the reply names them: a fixed table, and lists of reasons. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/macro.h"

enum drift_code {
	DRIFT_UNTRIGGERED,
	DRIFT_SOURCE_MISSING,
	DRIFT_TARGET_MISSING,
	DRIFT_NOT_MOUNTED,
	DRIFT_WRONG_SOURCE,
	DRIFT_STALE_SOURCE,
	DRIFT_SOURCE_COVERED,
	DRIFT_UNEXPECTED_MOUNT,
	DRIFT_TARGET_UNWANTED,
	DRIFT_STACKED,
	DRIFT_WRITABLE,
	DRIFT_OPTIONS,
	DRIFT_PROPAGATION,
	DRIFT_SUBMOUNT_MISSING,
	DRIFT_SUBMOUNT_EXTRA,
	DRIFT_SUBMOUNT_WRITABLE,
	DRIFT_FSTAB_MISSING,
	DRIFT_FSTAB_DIFFERS,
	DRIFT_FSTAB_DUPLICATE,
	DRIFT_FSTAB_UNWANTED,
	DRIFT_COUNT_
};

/* Whether others, who got their views before it was mended, may have a wrong one for good. */
enum drift_holders {
	HOLDERS_NONE,
	HOLDERS_OF_REPLACED, /* where it took a new mount: it may have been writable once */
	HOLDERS_LIKELY,
};

struct drift_rule {
	const char *name; /* the reply's "code" */
	enum drift_holders holders;
	const char *text; /* what is said of the target, or of the mount at `path` */
};

/* The rule of each code; static. */
extern const struct drift_rule drift_rules[DRIFT_COUNT_];

/* One reason. The texts are allocated, each may be NULL. */
struct drift {
	enum drift_code code;
	char *want;
	char *have;
	char *path; /* where it is, when that is not the target */
};

struct drift_list {
	struct drift *items;
	size_t count;
};

/*
 * Append a reason; the texts are copied. Returns 0, or -1 when there is no memory.
 * drift_list_done() frees the list.
 */
MUST_CHECK int drift_add(struct drift_list *list, enum drift_code code, const char *want,
			 const char *have, const char *path);
bool drift_list_has(const struct drift_list *list, enum drift_code code);
void drift_list_done(struct drift_list *list);
