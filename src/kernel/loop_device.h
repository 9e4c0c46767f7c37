/* SPDX-License-Identifier: Apache-2.0 */
/* What a loop device has behind it. */
#pragma once

#include <stdint.h>

#include "base/macro.h"

struct loop_file {
	uint64_t dev; /* as in struct file_id */
	uint64_t ino;
};

/* The file behind the loop device of this path, as in /dev. 0 or -errno. */
MUST_CHECK int sys_loop_file(const char *device, struct loop_file *ret);
