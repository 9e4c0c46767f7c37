/* The parts of a reply. Each returns a new reference, or NULL when there is no memory. */
#pragma once

#include <jansson.h>

#include "apply/outcome.h"
#include "base/error.h"
#include "fstab/parse.h"
#include "mount/mount.h"
#include "plan/drift.h"
#include "plan/planner.h"
#include "request/request.h"

json_t *part_error(const struct error *err, const char *at);
json_t *part_drift(const struct drift_list *drift);
json_t *part_target_state(const struct target_state *state);

/* What `show` tells of a target: its state, and what the top mount is; m may be NULL. */
json_t *part_live(const struct target_state *state, const struct mount *m);

/* What `show` tells of a target's line in fstab. */
json_t *part_line(const struct fstab_entry *bind);

/* {before, after, before_header, after_header}, as Ansible shows it. */
json_t *part_diff(const struct outcome *out);

/* An error of bind `i`: its own pointer below the bind's place in the request (reply.c). */
json_t *part_bind_error(const struct error *err, const struct request *req, size_t i);

/* {code, target, msg}; the target is NULL where it is not about one bind. */
json_t *part_warning(const char *code, const char *target, const char *msg);

/* Release `part` and return NULL: for the end of a failed construction. */
json_t *part_drop(json_t *part);
