/* What an autofs mount is for. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/macro.h"

/*
 * Whether the autofs mount of this id is the directory of an indirect map, as /home and /net
 * are (autofs(5)): it mounts on what is asked for in it, and nothing on itself. Where that
 * cannot be told it is a trigger: *ret is false. The table of mounts is read for it. 0 or
 * -ENOMEM.
 */
MUST_CHECK int sys_is_map_directory(uint64_t id, bool *ret);
