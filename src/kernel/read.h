/* SPDX-License-Identifier: Apache-2.0 */
/* Reading files whole, of which nobody knows the size before. */
#pragma once

#include <stddef.h>

#include "base/macro.h"

/*
 * Read from where fd stands to its end, or `most` bytes and one more, which tells that
 * there were more. *ret is allocated, and NUL-terminated beyond *ret_size. 0 or -errno.
 */
MUST_CHECK int sys_read_all(int fd, size_t most, char **ret, size_t *ret_size);
