/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that is going to be needed, asked of the kernel in one call. */
#pragma once

#include <stddef.h>

/*
 * About so many bytes will be allocated in small pieces. The kernel gives a page when it is
 * touched, at a fault for each of 4 KiB, which on a virtual machine takes longer than what is
 * written there; all at once it takes a twentieth of that. Of less than is worth it, and where
 * it cannot be done, nothing comes.
 */
void memory_expect(size_t bytes);
