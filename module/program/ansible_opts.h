/* The words of ansible.posix.mount's `opts`, each to where the request has it. */
#pragma once

#include <jansson.h>

#include "base/error.h"
#include "base/json_pointer.h"
#include "base/macro.h"

/*
 * Take `opts` (a list, or text joined by commas) into the request's bind `out`: flags into
 * `options`, what is for fstab alone into `fstab_options`, `rbind` and `nofail` into
 * members of their own. Returns 0, or -1 with ERROR_REQUEST or ERROR_MEMORY; a word that
 * means nothing for a read-only bind is refused with the reason.
 */
MUST_CHECK int ansible_opts(json_t *out, const json_t *opts, const struct json_pointer *at,
			    struct error *err);

/* Append `list` to the list `name` of `out`; a value that is no list takes its place as it
 * is. Steals `list`. Returns 0, or -1 with ERROR_MEMORY. */
MUST_CHECK int ansible_extend(json_t *out, const char *name, json_t *list,
			      struct error *err);

/* Set a member that may be said in two ways: both have to say the same. */
MUST_CHECK int ansible_agree(json_t *out, const char *name, json_t *value,
			     const struct json_pointer *at, struct error *err);

/* Refuse a word or member, with the reason. Returns -1. */
int ansible_refuse(struct error *err, const struct json_pointer *at, const char *what,
		   const char *why);
