/* Who this process is, for what is advised. */
#pragma once

#include <stdbool.h>

/*
 * Whether it is root, so that "run robind as root" is no advice; what is missing then is a
 * capability, or lies elsewhere. Root of a user namespace counts.
 */
bool sys_is_root(void);
