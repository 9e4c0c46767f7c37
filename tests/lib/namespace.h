/* SPDX-License-Identifier: Apache-2.0 */
/* Namespaces for tests, made as root or, by a user namespace, as anybody. */
#pragma once

#include "base/macro.h"

/*
 * Take this process into new namespaces, with private mounts: `flags` are CLONE_NEWNS and
 * others, and CLONE_NEWUSER is added for whoever is not root. A new process namespace is
 * for the children to come. Returns 0, or -1 with errno set.
 */
MUST_CHECK int namespace_unshare(int flags);
