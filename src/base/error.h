/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What went wrong: one struct, on the caller's stack. It owns nothing, so that running out
 * of memory can be reported too. Who sees a problem first fills it; everyone above passes
 * -1 on. It is large; who has many of them keeps copies.
 */
#pragma once

#include "base/json_pointer.h"
#include "base/macro.h"

/* The reply's "code". The names are API: see the table in base/error.c. */
enum error_kind {
	ERROR_NONE,
	ERROR_USAGE,
	ERROR_INPUT,
	ERROR_REQUEST,
	ERROR_MEMORY,
	ERROR_KERNEL,
	ERROR_LOCKED_OUT,
	ERROR_TIMEOUT,
	ERROR_PERMISSION,
	ERROR_SYMLINK,
	ERROR_SOURCE_MISSING,
	ERROR_SOURCE_UNMOUNTED,
	ERROR_TARGET_MISSING,
	ERROR_TYPE_MISMATCH,
	ERROR_OWNER_MISSING,
	ERROR_WRONG_SOURCE,
	ERROR_UNEXPECTED_MOUNT,
	ERROR_SUBMOUNT_IN_THE_WAY,
	ERROR_SUBMOUNT_WRITABLE,
	ERROR_SUBMOUNT_MISSING,
	ERROR_OUTER_FAILED,
	ERROR_INNER_FAILED,
	ERROR_REACHES_ELSEWHERE,
	ERROR_LOCKED,
	ERROR_FSTAB,
	ERROR_FSTAB_CONFLICT,
	ERROR_HELPER_MISSING,
	ERROR_PRIVATE_NAMESPACE,
	ERROR_LIMIT,
	ERROR_RACE,
	ERROR_NOT_CONVERGED,
	ERROR_SYSTEM,
	ERROR_COUNT_
};

struct error {
	enum error_kind kind;
	int number;    /* errno, or 0 where no call failed */
	unsigned line; /* of the text that was read, from 1; 0: not known */
	unsigned column;
	char at[512];    /* JSON Pointer into the request, "" for the request as a whole */
	char text[9000]; /* one sentence; room for two paths of PATH_MAX */
};

/*
 * Record a failure. `err` is an errno or 0; the text is formatted like printf, lower case,
 * without a full stop. Returns -1, so that `return error_set(...)` is the whole error path.
 */
PRINTF_LIKE(5, 6)
int error_set(struct error *err, enum error_kind kind, int number,
	      const struct json_pointer *at, const char *fmt, ...);

/*
 * The whole sentence: where, and what is wrong there. `input` is what the request was read
 * from: the name of a file; "" for KEY=VALUE words, whose members are named as they were
 * typed; NULL where the caller knows no name for it. Returns buf.
 */
#define ERROR_TOLD_SIZE 14000
const char *error_tell(const struct error *err, const char *input,
		       char buf[ERROR_TOLD_SIZE]);

/* Record that there is no memory. Returns -1. */
int error_no_memory(struct error *err);

/* A copy that is kept: as large as its texts are. */
struct kept_error {
	enum error_kind kind;
	int number;
	const char *at;
	const char *text;
};

/*
 * Keep a failure. Never NULL: where there is no memory for it, that is what is kept
 * instead, in a static one. error_drop() frees it, and NULL.
 */
struct kept_error *error_keep(const struct error *err);
void error_drop(struct kept_error *kept);

/* Record a failure that was kept. Returns -1. */
int error_again(struct error *err, const struct kept_error *kept);

/* The code of a kind, as the reply and its schema spell it; static. */
const char *error_code(enum error_kind kind);
