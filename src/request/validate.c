/* SPDX-License-Identifier: Apache-2.0 */
#include "request/validate.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "request/order.h"

struct check {
	const struct request *req;
	struct error *err;
};

/* Where bind `i` has this member; a single bind is the whole document. */
#define MEMBER(c, i, name)                                                                 \
	PTR_KEY((c)->req->is_single ? PTR_ROOT : PTR_INDEX(PTR_KEY(PTR_ROOT, "binds"), i), \
		name)

static int refuse(const struct check *c, size_t i, const char *member, const char *must,
		  const char *path)
{
	return error_set(c->err, ERROR_REQUEST, 0, MEMBER(c, i, member), "'%s' %s '%s'",
			 member[0] == 's' ? c->req->wants[i].source
					  : c->req->wants[i].target,
			 must, path);
}

/* Now or at the next boot: a line in fstab is judged like the mount that comes of it. */
static bool is_made(const struct want *want)
{
	return want_is_there(want) || want_of_fstab(want) == DECIDES_THERE;
}

/* The source of bind `i` is seen through the target of bind `other`. */
static int refuse_view(const struct check *c, size_t i, size_t other)
{
	const struct want *view = &c->req->wants[other];
	const char *source = c->req->wants[i].source;
	scoped_mem char *real = path_join(view->source, path_rest(source, view->target));

	/* It shows the same; but which options are taken over depends on what comes first. */
	if (want_is_self(view))
		return error_set(c->err, ERROR_REQUEST, 0, MEMBER(c, i, "source"),
				 "'%s' must not lie at or below '%s', which another bind "
				 "mounts onto itself; leave out one of the two, or ask for "
				 "this one by itself",
				 source, view->target);
	return error_set(
		c->err, ERROR_REQUEST, 0, MEMBER(c, i, "source"),
		"'%s' must not lie at or below '%s', the target of another bind; name the "
		"real source '%s'",
		source, view->target, real ? real : view->source);
}

static int refuse_purged(const struct check *c, size_t i, const char *purged)
{
	return error_set(
		c->err, ERROR_REQUEST, 0, MEMBER(c, i, "source"),
		"'%s' must not lie at or below '%s', which is purged after it; name "
		"the real source, or take that away in a run before",
		c->req->wants[i].source, purged);
}

/* The next bind above a path that is made, or WANT_NONE. */
static size_t made_above(const struct request *req, const char *path)
{
	size_t above = hash_table_get_above(&req->targets, path);

	while (above != WANT_NONE && !is_made(&req->wants[above]))
		above = req->wants[above].outer;
	return above;
}

/*
 * Where the source lies: below any target it would be read through a read-only mount of
 * ours, and a second run would find another directory at its path than the first one found.
 */
static int check_source(const struct check *c, size_t i)
{
	const struct want *want = &c->req->wants[i];
	size_t at = hash_table_get(&c->req->targets, want->source, strlen(want->source));
	size_t above = made_above(c->req, want->source);

	if (at != HASH_TABLE_NONE && at != i && is_made(&c->req->wants[at]))
		return refuse_view(c, i, at);
	if (above == i)
		return refuse(c, i, "source", "must not lie below its own target",
			      want->target);
	if (above != WANT_NONE)
		return refuse_view(c, i, above);
	if (want->recursive && path_is_below(want->target, want->source))
		return refuse(c, i, "target",
			      "must not lie in the source of a recursive bind",
			      want->source);
	return 0;
}

/* Whatever was made first would lack what the other one shows. */
static int check_circle(const struct check *c)
{
	size_t i = WANT_NONE;

	if (request_find_circle(c->req, &i) < 0)
		return error_no_memory(c->err);
	if (i == WANT_NONE)
		return 0;
	return refuse(c, i, "source",
		      "must not hold the target of a recursive bind that shows in turn",
		      c->req->wants[i].target);
}

int conflicts_check(const struct request *req, struct error *err)
{
	const struct check c = {req, err};

	for (size_t i = 0; i < req->n_wants; i++) {
		const char *target = req->wants[i].target;

		if (hash_table_get(&req->targets, target, strlen(target)) != i)
			return refuse(&c, i, "target",
				      "must not be the target of two binds:", target);
	}
	for (size_t i = 0; i < req->n_wants; i++) {
		if (is_made(&req->wants[i]) && check_source(&c, i) < 0)
			return -1;
	}
	return check_circle(&c);
}

int purged_check(const struct request *req, struct error *err)
{
	const struct check c = {req, err};

	for (size_t i = 0; i < req->n_named; i++) {
		const struct want *want = &req->wants[i];
		size_t at = HASH_TABLE_NONE;

		if (is_made(want))
			at = hash_table_get_at_or_above(&req->purged, want->source, NULL,
							NULL);
		if (at != HASH_TABLE_NONE)
			return refuse_purged(&c, i, req->wants[at].target);
	}
	return 0;
}
