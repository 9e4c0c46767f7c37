/* The kinds of value that the members of a request take, beside plain booleans. */
#pragma once

#include "decode.h"

extern const struct reader read_as_source;        /* char *, normalised and allocated */
extern const struct reader read_as_target;        /* char *, the same, but not "/" */
extern const struct reader read_as_source_mount;  /* struct source_mount */
extern const struct reader read_as_state;         /* enum state */
extern const struct reader read_as_options;       /* struct flags */
extern const struct reader read_as_fstab_options; /* struct words_list */
extern const struct reader read_as_fstab_type;    /* enum fstab_type */
extern const struct reader read_as_set;           /* char *, allocated */
extern const struct reader read_as_purge;         /* enum purge */
extern const struct reader read_as_daemon_reload; /* bool: never */
extern const struct reader read_as_on_error;      /* bool: stop */
extern const struct reader read_as_namespace;     /* bool: here */
extern const struct reader read_as_timeout;       /* unsigned, seconds */
