/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of value that the members of a request take, beside plain booleans. */
#pragma once

#include "request/json_decode.h"

/* Paths (request/field_paths.c). */
extern const struct field_type read_as_source;       /* char *, normalised and allocated */
extern const struct field_type read_as_target;       /* char *, the same, but not "/" */
extern const struct field_type read_as_source_mount; /* struct source_mount */

extern const struct field_type read_as_state;         /* enum state */
extern const struct field_type read_as_fstab_type;    /* enum fstab_type */
extern const struct field_type read_as_set;           /* char *, allocated */
extern const struct field_type read_as_purge;         /* enum purge */
extern const struct field_type read_as_on_error;      /* bool: stop */
extern const struct field_type read_as_namespace;     /* bool: here */
extern const struct field_type read_as_daemon_reload; /* bool: never */
extern const struct field_type read_as_timeout;       /* unsigned, seconds */

/* Lists of options (request/field_options.c). */
extern const struct field_type read_as_options;       /* struct flag_change */
extern const struct field_type read_as_fstab_options; /* struct words_list */
extern const struct field_type read_as_opts;          /* struct mount_opts */

/* What a target is that is made (request/field_owner.c). */
extern const struct field_type read_as_mode;    /* struct target_mode */
extern const struct field_type read_as_account; /* struct account */
