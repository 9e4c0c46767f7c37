/* SPDX-License-Identifier: Apache-2.0 */
#include "fstab/file_error.h"

#include <errno.h>

#include "kernel/failure.h"

/* clang-format off */
static const enum failed_call calls[] = {
	[FSTAB_FILE_NOTHING] = CALL_FSTAB_LOOK,
	[FSTAB_FILE_FIND]    = CALL_FSTAB_FIND,
	[FSTAB_FILE_LOCK]    = CALL_FSTAB_LOCK,
	[FSTAB_FILE_READ]    = CALL_FSTAB_READ,
	[FSTAB_FILE_BACKUP]  = CALL_FSTAB_BACKUP,
	[FSTAB_FILE_CREATE]  = CALL_FSTAB_CREATE,
	[FSTAB_FILE_WRITE]   = CALL_FSTAB_WRITE,
	[FSTAB_FILE_RENAME]  = CALL_FSTAB_RENAME,
	[FSTAB_FILE_SYNC]    = CALL_FSTAB_SYNC,
};
/* clang-format on */

int fstab_file_error_set(struct error *err, const struct fstab_file_error *fault,
			 const char *path, int r)
{
	const struct failure failure = {
		.call = calls[fault->step],
		.number = -r,
		.path = fault->path[0] != '\0' ? fault->path : path,
		.at = PTR_ROOT,
		.known = fault->step == FSTAB_FILE_LOCK && fault->holder > 0 ? FACT_HOLDER
									     : 0,
		.holder = fault->holder,
	};

	return r == -ENOMEM ? error_no_memory(err) : failure_set(err, &failure);
}
