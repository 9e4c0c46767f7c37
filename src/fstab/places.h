/* SPDX-License-Identifier: Apache-2.0 */
/* Where the targets of an fstab's lines lead to on this machine. */
#pragma once

#include "base/macro.h"
#include "fstab/parse.h"

/*
 * Put the real path, to which symlinks, "." and ".." lead, in the place of each entry's
 * place; how it was written is then `written`. One look at each path, whatever is asked of
 * fstab later. Where it cannot be told, the place stays. Returns 0, or -1 when there is no
 * memory.
 */
MUST_CHECK int fstab_find_places(struct fstab *fstab);
