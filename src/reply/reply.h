/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is told to the caller, as JSON: a run leaves here what it found and did, and only
 * when all is done the reply is written from it. Only this folder knows the names of the
 * reply's members.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "apply/outcome.h"
#include "base/error.h"
#include "base/json_writer.h"
#include "base/macro.h"
#include "base/strbuf.h"
#include "fstab/parse.h"
#include "fstab/source_mount.h"
#include "holders/kernel_writers.h"
#include "holders/process_scan.h"
#include "holders/restarts.h"
#include "kernel/features.h"
#include "mount/mount.h"
#include "request/request.h"

#define REPLY_PROTOCOL 1

/* What `show` tells of one target. */
struct shown {
	char *target;
	char *resolved; /* where symlinks lead to from there, or NULL */
	struct target_state state;
	struct mount top;               /* without texts where there is none */
	const struct fstab_entry *line; /* borrowed from the snapshot, or NULL */
	struct source_mount kept;       /* what the line says of it */
	struct kept_error *error;       /* why it cannot be seen, or NULL */
};

struct reply {
	const struct request *req; /* borrowed; NULL where none could be read */
	const char *input; /* what the request was read from, see error_tell(); borrowed */
	bool check_mode;
	bool is_private; /* this mount namespace is not the host's */
	struct outcome
		*outcomes; /* one for each bind of the request, once they are begun */
	size_t n_outcomes;
	struct shown *shown;
	size_t n_shown;
	char *unread;      /* why fstab cannot be read, where no bind needs it; or NULL */
	size_t n_unparsed; /* lines in fstab that cannot be read */
	size_t unparsed;   /* the number of the first one */
	bool has_fstab_diff;
	struct strbuf
		fstab_before; /* the lines concerned, for the diff; NULL: none is due */
	struct strbuf fstab_after;
	char *backup_file; /* the copy of the old fstab, or NULL */
	bool has_reloaded; /* systemd was told of the new fstab, */
	int reload_error;  /* and this is how it went: 0 or an errno */
	bool has_searched; /* holders were looked for */
	struct process_scan scan;
	struct kernel_writer_list kernel_writers;
	struct restarts restarts;
};

/* Free what it owns; safe on {0} and twice. */
void reply_done(struct reply *reply);

/*
 * Make the outcomes for a request, whose binds are all skipped until they are begun. The
 * request is borrowed. Those of an earlier beginning are gone. Returns 0, or -1 when there is
 * no memory.
 */
MUST_CHECK int reply_begin(struct reply *reply, const struct request *req);

/*
 * Note why fstab cannot be read, for a reply that says of it what it can; one that does not exist
 * lists nothing, and is not noted. Returns 0, or -1 with ERROR_MEMORY.
 */
MUST_CHECK int reply_note_unread(struct reply *reply, const struct error *why,
				 struct error *err);

/* What the reply says of all binds together. */
struct reply_sum {
	size_t counts[STATUS_COUNT_];
	size_t n_all;
	size_t n_risks; /* binds that the next boot may not bring back as they are */
	bool changed;
};
struct reply_sum reply_sum(const struct reply *reply);

/*
 * Write the reply; `err` is NULL, or why the request as a whole failed. As text, this needs
 * no memory. A short one has each bind, but neither reasons nor warnings.
 */
void reply_write(const struct reply *reply, const struct features *features,
		 const struct error *err, bool is_short, struct json_writer *w);

/* The same as a tree, a new reference; NULL when there is no memory. */
json_t *reply_tree(const struct reply *reply, const struct features *features,
		   const struct error *err);

/* {version, protocol, mount_api, read_api}. */
void reply_write_about(const struct features *features, const char *key,
		       struct json_writer *w);
