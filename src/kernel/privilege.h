/* SPDX-License-Identifier: Apache-2.0 */
/* What this process may do, and what keeps it from more. */
#pragma once

#include <stdbool.h>

/*
 * Whether it has a capability (CAP_SYS_ADMIN ...) in its own user namespace. One that it gave
 * up unneeded it has: for want of that nothing fails.
 */
bool sys_has_capability(unsigned capability);

/* Whether it is in another user namespace than the host's, as far as can be seen. */
bool sys_is_in_user_namespace(void);

/* Whether a seccomp filter is on it. */
bool sys_is_filtered(void);
