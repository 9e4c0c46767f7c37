/* SPDX-License-Identifier: Apache-2.0 */
#include "run/owners.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "kernel/accounts.h"
#include "kernel/failure.h"

/* A kind of account: how a request calls it, and where a bind has it. */
struct role {
	enum account_kind kind;
	const char *member;
	const char *noun;
	size_t offset;
};

/* clang-format off */
static const struct role roles[] = {
	{ ACCOUNT_USER,  "owner", "user",  offsetof(struct want, owner) },
	{ ACCOUNT_GROUP, "group", "group", offsetof(struct want, group) },
};
/* clang-format on */

/* The accounts of one kind, as far as somebody asked for them. */
struct search {
	const struct request *req;
	const struct role *role;
	struct accounts accounts;
	bool is_read;
	struct id_range mapped; /* in which the last number was found */
	struct error *err;
};

static int refuse(const struct search *s, size_t i, enum error_kind kind, int number,
		  const char *name, const char *why)
{
	const struct json_pointer binds = {.key = "binds"};
	const struct json_pointer bind = {.up = &binds, .index = i};

	return error_set(s->err, kind, number,
			 PTR_KEY(s->req->is_single ? PTR_ROOT : &bind, s->role->member),
			 "the %s '%s' %s", s->role->noun, name, why);
}

static int refuse_unread(const struct search *s, size_t i, const char *name, int r)
{
	const struct failure failure = {.call = CALL_READ_ACCOUNTS,
					.number = -r,
					.path = account_files[s->role->kind]};
	char fact[512];
	char why[640];

	if (r == -ENOMEM)
		return error_no_memory(s->err);
	failure_put_fact(&failure, fact, sizeof(fact));
	(void)snprintf(why, sizeof(why), "cannot be looked up in '%s': %s; give a number",
		       account_files[s->role->kind], fact);
	return refuse(s, i, ERROR_SYSTEM, -r, name, why);
}

static int find_name(struct search *s, size_t i, struct account *account)
{
	int r = s->is_read ? 0 : sys_read_accounts(s->role->kind, &s->accounts);
	char why[256];

	if (r < 0)
		return refuse_unread(s, i, account->name, r);
	s->is_read = true;
	if (accounts_find(&s->accounts, account->name, &account->id))
		return 0;
	(void)snprintf(why, sizeof(why),
		       "is not in '%s' here; add it first, or give its number",
		       account_files[s->role->kind]);
	return refuse(s, i, ERROR_OWNER_MISSING, 0, account->name, why);
}

static int check_mapped(struct search *s, size_t i, const struct account *account)
{
	char number[16];

	if (!id_range_has(&s->mapped, account->id))
		s->mapped = sys_id_range(s->role->kind, account->id);
	if (s->mapped.count > 0)
		return 0;
	(void)snprintf(number, sizeof(number), "%u", account->id);
	return refuse(s, i, ERROR_OWNER_MISSING, EINVAL,
		      account->name ? account->name : number,
		      "means nobody in this user namespace; run robind outside, or give "
		      "another one");
}

static int find_all(struct search *s)
{
	for (size_t i = 0; i < s->req->n_wants; i++) {
		struct want *want = &s->req->wants[i];
		struct account *account =
			(struct account *)((char *)want + s->role->offset);

		if (!want_makes_target(want))
			continue;
		if (account->name && find_name(s, i, account) < 0)
			return -1;
		if (account->id != 0 && check_mapped(s, i, account) < 0)
			return -1;
	}
	return 0;
}

int owners_find(struct request *req, struct error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(roles); i++) {
		struct search search = {.req = req, .role = &roles[i], .err = err};

		r = find_all(&search);
		accounts_done(&search.accounts);
	}
	return r;
}
