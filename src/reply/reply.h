/* What is told to the caller, as JSON. Only reply.c knows the names of the reply's members.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "apply/outcome.h"
#include "base/error.h"
#include "base/macro.h"
#include "fstab/parse.h"
#include "holders/process_scan.h"
#include "holders/search.h"
#include "kernel/features.h"
#include "request/request.h"

#define REPLY_PROTOCOL 1

struct reply {
	json_t *binds;
	json_t *diff;
	json_t *needs_restart; /* NULL until holders were looked for */
	json_t *warnings;
	json_t *backup_file;   /* NULL where none was made */
	json_t *daemon_reload; /* NULL where there was no need for one */
	size_t counts[STATUS_COUNT_];
	size_t n_changed;
	size_t n_risks; /* binds that the next boot may not bring back as they are */
	bool changed;   /* also when memory ran out later: the last word must be true */
	bool check_mode;
};

/* Start a reply for `n` binds. Returns 0, or -1 when there is no memory. */
MUST_CHECK int reply_init(struct reply *reply, size_t n, bool check_mode);
void reply_done(struct reply *reply);

/* Make room for binds that came later, up to `n` in all. 0, or -1: no memory. */
MUST_CHECK int reply_extend(struct reply *reply, size_t n);

/* Tell the outcome of bind `i` of the request. Returns 0, or -1 when there is no memory. */
MUST_CHECK int reply_add_bind(struct reply *reply, const struct request *req, size_t i,
			      const struct outcome *out);

/*
 * Bind `i`, of which it was told that its lines in fstab change, has failed for this
 * reason; `changed_live` says that its mount did change (reply_fstab.c). These return 0, or
 * -1 when there is no memory.
 */
MUST_CHECK int reply_take_back(struct reply *reply, const struct request *req, size_t i,
			       bool changed_live, const struct error *err);

/* The same of a bind whose lines did change, though maybe not for good. */
MUST_CHECK int reply_spoil(struct reply *reply, const struct request *req, size_t i,
			   const struct error *err);

/* Warn of lines in fstab that cannot be read: the number of the first, and how many. */
MUST_CHECK int reply_add_unparsed(struct reply *reply, const char *path, size_t line,
				  size_t n);

/* Tell of the copy that was made of the old fstab, or NULL. */
MUST_CHECK int reply_set_backup(struct reply *reply, const char *backup);

/* Tell how it went to tell systemd of it: 0 or -errno. */
MUST_CHECK int reply_set_reload(struct reply *reply, int r);

/* Tell the lines concerned, before and after. */
MUST_CHECK int reply_add_fstab_diff(struct reply *reply, const char *path,
				    const char *before, const char *after);

/* Warn of bind `i`. 0, or -1 when there is no memory. */
MUST_CHECK int reply_warn(struct reply *reply, const char *code, size_t i, const char *msg);

/*
 * Tell what the search for holders found, bind by bind, and what has to be restarted for
 * all of them to be gone; a writable copy is a warning, too. Where few processes could be
 * read, what the plan feared is told (reply_holders.c). 0, or -1 when there is no memory.
 */
MUST_CHECK int reply_add_search(struct reply *reply, struct search *search,
				const struct process_scan *found);

/*
 * The part of it about the kernel: which loop device or swap area goes on writing, and
 * where none is found, that something does. 0, or -1 when there is no memory.
 */
MUST_CHECK int reply_add_kernel_writers(struct reply *reply, const struct search *search,
					const struct process_scan *scan);

/* Warn that the mount namespace is not the host's. Returns 0, or -1 for no memory. */
MUST_CHECK int reply_add_namespace(struct reply *reply);

/*
 * Tell what is seen at a target, for `show`, and its line in fstab or NULL; f is NULL or
 * why it cannot be seen.
 */
MUST_CHECK int reply_add_target_state(struct reply *reply, size_t i, const char *target,
				      const struct target_state *state,
				      const struct mount *m, const struct fstab_entry *bind,
				      const struct error *err);

/*
 * The whole reply as a new object; `f` is NULL, or why the request as a whole failed. The
 * reply's parts move into it. NULL when there is no memory.
 */
json_t *reply_finish(struct reply *reply, const struct features *features,
		     const struct error *err);

/* {version, protocol, mount_api, read_api}, a new reference. */
json_t *reply_about(const struct features *features);

/*
 * Text that may hold bytes that are no UTF-8 (a foreign path): those and the backslashes of
 * such a text become octal escapes, as in mountinfo. A new reference; NULL for no memory.
 */
json_t *reply_text(const char *text);
