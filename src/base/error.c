#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

/* clang-format off */
static const char *const codes[ERROR_COUNT_] = {
	[ERROR_NONE]                = "none",
	[ERROR_USAGE]               = "usage",
	[ERROR_INPUT]               = "input",
	[ERROR_REQUEST]             = "request",
	[ERROR_MEMORY]              = "memory",
	[ERROR_KERNEL]              = "kernel",
	[ERROR_LOCKED_OUT]          = "locked_out",
	[ERROR_TIMEOUT]             = "timeout",
	[ERROR_PERMISSION]          = "permission",
	[ERROR_SYMLINK]             = "symlink",
	[ERROR_SOURCE_MISSING]      = "source_missing",
	[ERROR_SOURCE_UNMOUNTED]    = "source_unmounted",
	[ERROR_TARGET_MISSING]      = "target_missing",
	[ERROR_TYPE_MISMATCH]       = "type_mismatch",
	[ERROR_WRONG_SOURCE]        = "wrong_source",
	[ERROR_UNEXPECTED_MOUNT]    = "unexpected_mount",
	[ERROR_SUBMOUNT_IN_THE_WAY] = "submount_in_the_way",
	[ERROR_SUBMOUNT_WRITABLE]   = "submount_writable",
	[ERROR_SUBMOUNT_MISSING]    = "submount_missing",
	[ERROR_OUTER_FAILED]        = "outer_failed",
	[ERROR_REACHES_ELSEWHERE]   = "reaches_elsewhere",
	[ERROR_LOCKED]              = "locked",
	[ERROR_FSTAB]               = "fstab",
	[ERROR_FSTAB_CONFLICT]      = "fstab_conflict",
	[ERROR_HELPER_MISSING]      = "helper_missing",
	[ERROR_PRIVATE_NAMESPACE]   = "private_namespace",
	[ERROR_LIMIT]               = "limit",
	[ERROR_RACE]                = "race",
	[ERROR_NOT_CONVERGED]       = "not_converged",
	[ERROR_SYSTEM]              = "system",
};
/* clang-format on */

int error_set(struct error *err, enum error_kind kind, int number,
	      const struct json_pointer *at, const char *fmt, ...)
{
	va_list args;

	err->kind = kind;
	err->number = number;
	json_pointer_render(at, err->at, sizeof(err->at));
	va_start(args, fmt);
	(void)vsnprintf(err->text, sizeof(err->text), fmt, args);
	va_end(args);
	return -1;
}

int error_no_memory(struct error *err)
{
	return error_set(err, ERROR_MEMORY, ENOMEM, PTR_ROOT, "out of memory");
}

const char *error_code(enum error_kind kind)
{
	return codes[kind];
}
