/* SPDX-License-Identifier: Apache-2.0 */
/* Who holds what: one entry for each way in which a process keeps an old view of a bind. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/macro.h"

enum why {
	WHY_WRITABLE, /* a copy that is writable */
	WHY_STALE,    /* an older mount */
	WHY_WRITER,   /* files of the replaced mount, open for writing */
	WHY_COUNT_
};

/* The names in the reply; static. */
extern const char *const why_names[WHY_COUNT_];

struct holder {
	size_t bind;
	pid_t pid;
	enum why why;
	char *path; /* as that process sees it; of a writer, as it was called at the target */
};

struct holder_list {
	struct holder *items;
	size_t count;
};

/* Append a holder; the path is copied. Returns 0, or -1 when there is no memory. */
MUST_CHECK int holders_add(struct holder_list *list, size_t bind, pid_t pid, enum why why,
			   const char *path);

/* Sort by (bind, pid, why), and keep the first path of each. */
void holders_settle(struct holder_list *list);

/* Free what it owns; safe on {0} and twice. */
void holders_done(struct holder_list *list);

/* The holders of one bind, which follow each other in a settled list: first <= i < end. */
struct holder_range {
	size_t first;
	size_t end;
};

/* Those of `bind` in a settled list, which may be none. By bisection. */
struct holder_range holders_of(const struct holder_list *list, size_t bind);

/* True when somebody holds `bind` in this way; the list is settled. */
bool holders_have(const struct holder_list *list, size_t bind, enum why why);
