/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The users and groups of this host by name, from its own /etc/passwd and /etc/group. Not by
 * NSS: a static program has none, and one that has shall answer the same.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash_table.h"
#include "base/macro.h"

enum account_kind { ACCOUNT_USER, ACCOUNT_GROUP, ACCOUNT_KIND_COUNT_ };

/* The largest number that a user or a group may have: one more means "leave it". */
#define ACCOUNT_ID_MAX 4294967294u

/* The file that lists them; static. */
extern const char *const account_files[ACCOUNT_KIND_COUNT_];

/* All that one of the files lists. */
struct accounts {
	struct hash_table ids; /* name -> number */
	char *text;            /* owned; of the names */
};

/*
 * Read what the text of a file lists; `text` is allocated, `size` bytes and a NUL, and is
 * owned from then on, whatever is returned. Of two lines for one name the first counts; lines
 * that name nobody are passed over. 0 or -ENOMEM.
 */
MUST_CHECK int accounts_parse(char *text, size_t size, struct accounts *ret);

/* Read the file of this kind; one that is not there lists nobody. 0 or -errno. */
MUST_CHECK int sys_read_accounts(enum account_kind kind, struct accounts *ret);

/* Find a number by name. False: nobody has that name. */
bool accounts_find(const struct accounts *accounts, const char *name, uint32_t *ret);

/* Numbers that mean somebody in this user namespace; of a count of 0 none does. */
struct id_range {
	uint64_t first;
	uint64_t count;
};

/*
 * The range that the number lies in, with a count of 0 where it means nobody; all numbers,
 * where that cannot be found out.
 */
struct id_range sys_id_range(enum account_kind kind, uint32_t id);

bool id_range_has(const struct id_range *range, uint32_t id);

/* Free what they own; safe on {0} and twice. */
void accounts_done(struct accounts *accounts);
