/* What fstab says, read once when the run begins. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/macro.h"
#include "fstab/file.h"
#include "fstab/parse.h"

struct book {
	const char *path;
	struct sys_fstab file;
	struct fstab fstab;
	bool is_read;
	bool has_helper;
	struct fail unread; /* why it is not */
};

/* What fstab says of the target; borrowed from the run's book. */
struct have_line {
	const char *path;               /* of the file */
	const struct fstab *fstab;      /* NULL: it cannot be read */
	const struct fail *unread;      /* why not */
	const struct fstab_entry *bind; /* the first bind line for the target, or NULL */
	bool is_settled; /* this run has judged it before, and goes by that */
	bool has_helper; /* mount.robind is where mount(8) looks for it */
};

/*
 * Read the fstab at `path`, which is borrowed. One that cannot be read is the failure of
 * those binds alone that need it: book->unread says why. `sweep` also removes what a killed
 * run left beside it. book_done() frees it.
 */
void book_open(struct book *book, const char *path, bool sweep);
void book_done(struct book *book);

/* What the book says of a normalised target; borrowed from the book. */
struct have_line book_look(const struct book *book, const char *target);

/* The bind line of robind's own (x-robind) for the target, or NULL. */
const struct fstab_entry *book_find_ours(const struct book *book, const char *target);
