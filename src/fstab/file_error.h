/* What is said when fstab can be neither read nor written. */
#pragma once

#include "base/error.h"
#include "base/macro.h"
#include "fstab/file.h"

/* Fill *f for the step that failed with `r`, -errno, on the fstab at `path`. Returns -1. */
int book_fail(struct fail *f, const struct sys_fstab_fault *fault, const char *path, int r);
