/*
 * What went wrong: one struct, on the caller's stack. It owns nothing, so that running out
 * of memory can be reported too. Who sees a problem first fills it; everyone above passes
 * -1 on.
 */
#pragma once

#include "base/json_pointer.h"
#include "base/macro.h"

/* The reply's "code". The names are API: see the table in fail.c. */
enum fail_kind {
	FAIL_NONE,
	FAIL_USAGE,
	FAIL_INPUT,
	FAIL_REQUEST,
	FAIL_MEMORY,
	FAIL_KERNEL,
	FAIL_LOCKED_OUT,
	FAIL_TIMEOUT,
	FAIL_PERMISSION,
	FAIL_SYMLINK,
	FAIL_SOURCE_MISSING,
	FAIL_SOURCE_UNMOUNTED,
	FAIL_TARGET_MISSING,
	FAIL_TYPE_MISMATCH,
	FAIL_WRONG_SOURCE,
	FAIL_UNEXPECTED_MOUNT,
	FAIL_SUBMOUNT_IN_THE_WAY,
	FAIL_SUBMOUNT_WRITABLE,
	FAIL_SUBMOUNT_MISSING,
	FAIL_OUTER_FAILED,
	FAIL_LOCKED,
	FAIL_FSTAB,
	FAIL_FSTAB_CONFLICT,
	FAIL_HELPER_MISSING,
	FAIL_PRIVATE_NAMESPACE,
	FAIL_LIMIT,
	FAIL_RACE,
	FAIL_NOT_CONVERGED,
	FAIL_SYSTEM,
	FAIL_COUNT_
};

struct fail {
	enum fail_kind kind;
	int err;         /* errno, or 0 where no call failed */
	char at[512];    /* JSON Pointer into the request, "" for the request as a whole */
	char text[9000]; /* one sentence; room for two paths of PATH_MAX */
};

/*
 * Record a failure. `err` is an errno or 0; the text is formatted like printf, lower case,
 * without a full stop. Returns -1, so that `return fail_set(...)` is the whole error path.
 */
PRINTF_LIKE(5, 6)
int fail_set(struct fail *f, enum fail_kind kind, int err, const struct at *at,
	     const char *fmt, ...);

/* The code of a kind, as the reply and its schema spell it; static. */
const char *fail_code(enum fail_kind kind);
