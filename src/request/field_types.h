/* The kinds of value that the members of a request take, beside plain booleans. */
#pragma once

#include "request/json_decode.h"

extern const struct field_type read_as_source;       /* char *, normalised and allocated */
extern const struct field_type read_as_target;       /* char *, the same, but not "/" */
extern const struct field_type read_as_source_mount; /* struct source_mount */
extern const struct field_type read_as_state;        /* enum state */
extern const struct field_type read_as_options;      /* struct flag_change */
extern const struct field_type read_as_on_error;     /* bool: stop */
extern const struct field_type read_as_namespace;    /* bool: here */
extern const struct field_type read_as_timeout;      /* unsigned, seconds */

/* What concerns fstab (request/field_types_fstab.c). */
extern const struct field_type read_as_fstab_options; /* struct words_list */
extern const struct field_type read_as_fstab_type;    /* enum fstab_type */
extern const struct field_type read_as_set;           /* char *, allocated */
extern const struct field_type read_as_purge;         /* enum purge */
extern const struct field_type read_as_daemon_reload; /* bool: never */

/* Whether a value is this text; JSON text may hold a NUL, behind which strcmp() is blind.
 */
bool readers_is_word(const json_t *v, const char *word);

/*
 * Take each word of a list of texts, or of one comma-joined text. Returns 0, or -1 with the
 * failure set, which `take` may have set.
 */
typedef int readers_take(const struct decode *d, const struct json_pointer *at,
			 const char *word, size_t length, void *dst);
MUST_CHECK int readers_each_word(const struct decode *d, const json_t *v,
				 const struct json_pointer *at, readers_take *take,
				 void *dst);
