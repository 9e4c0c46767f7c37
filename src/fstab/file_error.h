/* SPDX-License-Identifier: Apache-2.0 */
/* What is said when fstab can be neither read nor written. */
#pragma once

#include "base/error.h"
#include "base/macro.h"
#include "fstab/file.h"

/* Fill *err for the step that failed with `r`, -errno, on the fstab at `path`. Returns -1. */
int fstab_file_error_set(struct error *err, const struct fstab_file_error *fault,
			 const char *path, int r);
