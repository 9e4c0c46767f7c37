/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The names of error numbers, which the reply has. A table of our own: strerrorname_np(3)
 * is not in every C library, and not in glibc before 2.32.
 */
#pragma once

/* "ENOENT" and so on, static; NULL for 0 and for what no call documents. */
const char *errno_name(int err);
