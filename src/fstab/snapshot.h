/*
 * What fstab says, and what shall become of it: read once when the run begins, changed once
 * when all live mounts are done, for all binds that are as asked by then.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"
#include "base/error.h"
#include "fstab/parse.h"
#include "observe/have.h"
#include "apply/outcome.h"
#include "reply/reply.h"
#include "request/request.h"
#include "fstab/file.h"

/* One bind whose lines have to change, once its live mount is as asked. */
struct pledge {
	size_t bind;      /* of the request */
	struct want want; /* its paths are owned, the rest is borrowed */
	uint32_t source_attr;
	bool changed_live;
};

struct book {
	const struct request *req;
	const char *path;
	struct sys_fstab file;
	struct fstab fstab;
	bool is_read;
	bool has_helper;
	struct fail unread; /* why it is not */
	struct pledge *pledges;
	size_t n_pledges;
};

/*
 * Open the book of a request, which is borrowed: read its fstab. One that cannot be read is
 * the failure of those binds alone that need it. book_done() frees it.
 */
void book_open(struct book *book, const struct request *req);
void book_done(struct book *book);

/* What the book says of a normalised target; borrowed from the book. */
struct have_line book_look(const struct book *book, const char *target);

/* The bind line of robind's own (x-robind) for the target, or NULL. */
const struct fstab_entry *book_find_ours(const struct book *book, const char *target);

/*
 * Bind `i` is as asked in the live table, and its lines have to change. Returns 0, or -1
 * when there is no memory.
 */
MUST_CHECK int book_pledge(struct book *book, size_t i, const struct outcome *out);

/*
 * Keep all pledges: write fstab once, before the deadline, and tell the reply of it; in
 * check mode only tell. When it cannot be written, these binds have failed. Returns 0,
 * or -1 when there is no memory.
 */
MUST_CHECK int book_keep(struct book *book, double deadline, struct reply *reply);
