#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

/* clang-format off */
static const char *const codes[FAIL_COUNT_] = {
	[FAIL_NONE]                = "none",
	[FAIL_USAGE]               = "usage",
	[FAIL_INPUT]               = "input",
	[FAIL_REQUEST]             = "request",
	[FAIL_MEMORY]              = "memory",
	[FAIL_KERNEL]              = "kernel",
	[FAIL_LOCKED_OUT]          = "locked_out",
	[FAIL_TIMEOUT]             = "timeout",
	[FAIL_PERMISSION]          = "permission",
	[FAIL_SYMLINK]             = "symlink",
	[FAIL_SOURCE_MISSING]      = "source_missing",
	[FAIL_SOURCE_UNMOUNTED]    = "source_unmounted",
	[FAIL_TARGET_MISSING]      = "target_missing",
	[FAIL_TYPE_MISMATCH]       = "type_mismatch",
	[FAIL_WRONG_SOURCE]        = "wrong_source",
	[FAIL_UNEXPECTED_MOUNT]    = "unexpected_mount",
	[FAIL_SUBMOUNT_IN_THE_WAY] = "submount_in_the_way",
	[FAIL_SUBMOUNT_WRITABLE]   = "submount_writable",
	[FAIL_SUBMOUNT_MISSING]    = "submount_missing",
	[FAIL_OUTER_FAILED]        = "outer_failed",
	[FAIL_LOCKED]              = "locked",
	[FAIL_FSTAB]               = "fstab",
	[FAIL_FSTAB_CONFLICT]      = "fstab_conflict",
	[FAIL_HELPER_MISSING]      = "helper_missing",
	[FAIL_PRIVATE_NAMESPACE]   = "private_namespace",
	[FAIL_LIMIT]               = "limit",
	[FAIL_RACE]                = "race",
	[FAIL_NOT_CONVERGED]       = "not_converged",
	[FAIL_SYSTEM]              = "system",
};
/* clang-format on */

int fail_set(struct fail *f, enum fail_kind kind, int err, const struct at *at,
	     const char *fmt, ...)
{
	va_list args;

	f->kind = kind;
	f->err = err;
	at_render(at, f->at, sizeof(f->at));
	va_start(args, fmt);
	(void)vsnprintf(f->text, sizeof(f->text), fmt, args);
	va_end(args);
	return -1;
}

const char *fail_code(enum fail_kind kind)
{
	return codes[kind];
}
