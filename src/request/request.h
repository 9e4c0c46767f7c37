/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request, decoded and checked against itself before the machine is looked at. Only
 * request.c and bind_members.c know the names of the request's members.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/hash_table.h"
#include "base/macro.h"
#include "request/bind_members.h"
#include "request/json_decode.h"
#include "request/passed_over.h"
#include "request/targets_by_path.h"
#include "request/want.h"

#define REQUEST_MAX_TIMEOUT     86400
#define FSTAB_PATH              "/etc/fstab"
#define REQUEST_TIMEOUT_DEFAULT 30u /* seconds */

/* Whether binds of the set that the request does not name are made absent. */
enum purge {
	PURGE_NONE,
	PURGE_REST,
	PURGE_ALL, /* the request may name none at all */
};

/* Who is told of it while it works. Each may be NULL. */
struct progress_hook {
	void (*tell)(void *to, size_t n_done, size_t n_all); /* how many had their turn */
	bool (*is_over)(void *to); /* before each: the others shall have none */
	void *to;
};

struct request {
	struct want *wants;
	size_t n_wants;
	size_t n_named;     /* the first of them were named; the others are to be purged */
	size_t about_fstab; /* the first that is about its line in fstab, or WANT_NONE */
	bool is_single;     /* the one bind stood at the top level */
	bool check_mode;
	bool diff;
	bool holders; /* name who holds an old or writable view, also of binds that are ok */
	bool no_holders; /* who does is not asked at all: it takes a look at each process */
	bool stop_on_error;
	bool any_namespace; /* this mount namespace is meant, whichever it is */
	char *set;          /* the name that its binds bear in fstab, or NULL */
	enum purge purge;
	char *fstab;      /* the file, normalised; NULL: FSTAB_PATH */
	bool backup;      /* keep a dated copy of fstab when it changes */
	bool keeps_order; /* one bind may lead to the source of the next one */
	bool judges_boot; /* the next boot as well, of all binds */
	bool no_reload;   /* leave systemd alone when fstab changed */
	bool minds_watch; /* warn of what a robind watch that runs is asked for instead */
	unsigned timeout; /* seconds, one deadline for lock and work */
	double patience; /* seconds for one path that does not answer; 0: its share of those */
	struct progress_hook progress;
	struct passed_over passed; /* lines that the boot job leaves alone */
	struct hash_table targets; /* target -> index of the want */
	struct hash_table purged;  /* the same of those that purge_add() has added */
	struct targets_by_path by_path;
};

/*
 * Decode a JSON document. `accept_text` takes text for booleans and numbers too. Returns 0
 * with *req filled (give it to request_done()), or -1 with ERROR_REQUEST or ERROR_MEMORY
 * and a JSON Pointer; *req then holds nothing but the check_mode and diff that could be
 * read.
 */
MUST_CHECK int request_decode(const json_t *doc, bool accept_text, struct request *req,
			      struct error *err);

/*
 * The document with `n` of its binds alone, by their rising numbers, and nothing to be purged: a
 * new reference. With all of its `n_all` it is the document itself. NULL: there is no memory.
 */
json_t *request_part(json_t *doc, size_t n_all, const size_t *which, size_t n);

/*
 * Fill req->targets, where the first of several wants for one target counts, each want's
 * `outer`, req->by_path, and req->about_fstab. Returns 0, or -1 when there is no memory.
 */
MUST_CHECK int request_map_targets(struct request *req);

/* The fstab that is meant; borrowed, or static. */
const char *request_fstab(const struct request *req);

/* Free what the request owns; safe on {0} and twice. */
void request_done(struct request *req);

/* The rows of the members at the top level, for the schema. */
extern const struct field request_fields[];
extern const size_t request_n_fields;
