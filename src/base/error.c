/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_MEMORY "out of memory"

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
	[ERROR_OWNER_MISSING]       = "owner_missing",
	[ERROR_WRONG_SOURCE]        = "wrong_source",
	[ERROR_UNEXPECTED_MOUNT]    = "unexpected_mount",
	[ERROR_SUBMOUNT_IN_THE_WAY] = "submount_in_the_way",
	[ERROR_SUBMOUNT_WRITABLE]   = "submount_writable",
	[ERROR_SUBMOUNT_MISSING]    = "submount_missing",
	[ERROR_OUTER_FAILED]        = "outer_failed",
	[ERROR_INNER_FAILED]        = "inner_failed",
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
	err->line = 0;
	err->column = 0;
	json_pointer_render(at, err->at, sizeof(err->at));
	va_start(args, fmt);
	(void)vsnprintf(err->text, sizeof(err->text), fmt, args);
	va_end(args);
	return -1;
}

/* The place, with a colon and a blank; "" for the request as a whole. */
static void put_place(const struct error *err, const char *input, char *buf, size_t size)
{
	const char *at = err->at;
	const char *slash = err->at[0] == '/' ? strchr(err->at + 1, '/') : NULL;
	char line[32] = "";
	char column[32] = "";

	/* Line and column say it better than the member that begins there. */
	if (err->column > 0)
		at = "";
	else if (input && input[0] == '\0' && at[0] == '/' && !slash)
		at++;
	if (err->line > 0)
		(void)snprintf(line, sizeof(line), input ? ":%u" : "line %u", err->line);
	if (err->column > 0)
		(void)snprintf(column, sizeof(column), input ? ":%u" : ", column %u",
			       err->column);
	input = input ? input : "";
	(void)snprintf(buf, size, "%.4096s%s%s%s%s%s", input, line, column,
		       input[0] != '\0' || line[0] != '\0' ? ": " : "", at,
		       at[0] != '\0' ? ": " : "");
}

const char *error_tell(const struct error *err, const char *input,
		       char buf[ERROR_TOLD_SIZE])
{
	size_t used = 0;

	/* What is wrong elsewhere has no place in what was read. */
	if (err->kind != ERROR_REQUEST)
		input = NULL;
	put_place(err, input, buf, ERROR_TOLD_SIZE);
	used = strlen(buf);
	(void)snprintf(buf + used, ERROR_TOLD_SIZE - used, "%s", err->text);
	return buf;
}

int error_no_memory(struct error *err)
{
	return error_set(err, ERROR_MEMORY, ENOMEM, PTR_ROOT, NO_MEMORY);
}

/* Never changed, and never freed. */
static struct kept_error no_memory = {ERROR_MEMORY, ENOMEM, "", NO_MEMORY};

struct kept_error *error_keep(const struct error *err)
{
	size_t at_size = strlen(err->at) + 1;
	size_t text_size = strlen(err->text) + 1;
	struct kept_error *kept = malloc(sizeof(*kept) + at_size + text_size);
	char *texts = NULL;

	if (!kept)
		return &no_memory;
	texts = (char *)(kept + 1);
	*kept = (struct kept_error){err->kind, err->number, texts, texts + at_size};
	memcpy(texts, err->at, at_size);
	memcpy(texts + at_size, err->text, text_size);
	return kept;
}

int error_again(struct error *err, const struct kept_error *kept)
{
	err->kind = kept->kind;
	err->number = kept->number;
	err->line = 0;
	err->column = 0;
	(void)snprintf(err->at, sizeof(err->at), "%s", kept->at);
	(void)snprintf(err->text, sizeof(err->text), "%s", kept->text);
	return -1;
}

void error_drop(struct kept_error *kept)
{
	if (kept != &no_memory)
		free(kept);
}

const char *error_code(enum error_kind kind)
{
	return codes[kind];
}
