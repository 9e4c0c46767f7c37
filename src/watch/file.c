/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/file.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"

static void watched_done(struct watched *b)
{
	free(b->target);
	free(b->source);
	free(b->seen_on);
	actor_done(&b->actor);
	*b = (struct watched){0};
}

void watch_file_done(struct watch_file *f)
{
	for (size_t i = 0; i < f->n_binds; i++)
		watched_done(&f->binds[i]);
	free(f->binds);
	free(f->fstab);
	json_decref(f->doc);
	*f = (struct watch_file){0};
}

/* ---- which binds can be judged alone ---- */

/* A path that a bind has, to be sorted with those of all others. */
struct owned_path {
	const char *text;
	size_t bind;
};

/* As paths, not as texts: "/a/b" comes right after "/a", before "/a-b". */
static int by_path(const void *a, const void *b)
{
	const unsigned char *x =
		(const unsigned char *)((const struct owned_path *)a)->text;
	const unsigned char *y =
		(const unsigned char *)((const struct owned_path *)b)->text;

	while (*x != '\0' && *x == *y) {
		x++;
		y++;
	}
	return (*x == '/' ? 1 : *x) - (*y == '/' ? 1 : *y);
}

/* Those that share a source: when one is not alone, none is. */
static void spread(struct watch_file *f, const struct owned_path *paths, size_t n)
{
	for (size_t i = 1, from = 0; i <= n; i++) {
		bool is_alone = true;

		if (i < n && strcmp(paths[i].text, paths[from].text) == 0)
			continue;
		for (size_t k = from; k < i; k++)
			is_alone &= f->binds[paths[k].bind].is_alone;
		for (size_t k = from; k < i && !is_alone; k++)
			f->binds[paths[k].bind].is_alone = false;
		from = i;
	}
}

/*
 * Two binds are related where a path of one lies at or below one of the other, and one of these
 * is a target: sources may lie within each other.
 */
static void find_related(struct watch_file *f, struct owned_path *paths, size_t n)
{
	size_t top = 0; /* the path above which none of the rest lies, or n */

	qsort(paths, n, sizeof(*paths), by_path);
	for (size_t i = 1; i < n; i++) {
		struct watched *a = &f->binds[paths[top].bind];
		struct watched *b = &f->binds[paths[i].bind];

		if (!path_rest(paths[i].text, paths[top].text)) {
			top = i;
			continue;
		}
		if (paths[i].bind == paths[top].bind ||
		    (paths[i].text == b->source && paths[top].text == a->source))
			continue;
		a->is_alone = false;
		b->is_alone = false;
	}
	spread(f, paths, n);
}

static int mark_alone(struct watch_file *f)
{
	scoped_mem struct owned_path *paths = malloc((2 * f->n_binds + 1) * sizeof(*paths));
	size_t n = 0;

	if (!paths)
		return -1;
	for (size_t i = 0; i < f->n_binds; i++) {
		paths[n++] = (struct owned_path){f->binds[i].target, i};
		if (f->binds[i].source)
			paths[n++] = (struct owned_path){f->binds[i].source, i};
	}
	find_related(f, paths, n);
	return 0;
}

/* ---- what is remembered ---- */

static bool is_same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* What an earlier request has of the same bind. */
static void take_memory(struct watch_file *old, const struct hash_table *targets,
			struct watch_file *f, struct watched *b)
{
	size_t i = hash_table_get(targets, b->target, strlen(b->target));
	struct watched *known = i != HASH_TABLE_NONE ? &old->binds[i] : NULL;

	if (!known || !is_same_text(known->source, b->source))
		return;
	b->seen = known->seen;
	b->source_seen = known->source_seen;
	b->seen_on = STEAL(known->seen_on);
	b->mends = known->mends;
	b->search = known->search;
	b->searched = known->searched;
	if (b->search < f->search)
		f->search = b->search;
}

static int take_memories(struct watch_file *old, struct watch_file *f)
{
	struct hash_table targets = {0};

	if (hash_table_make(&targets, old->n_binds) < 0)
		return -1;
	for (size_t i = 0; i < old->n_binds; i++)
		(void)hash_table_put(&targets, old->binds[i].target, i);
	for (size_t i = 0; i < f->n_binds; i++)
		take_memory(old, &targets, f, &f->binds[i]);
	hash_table_done(&targets);
	return 0;
}

/* ---- a document ---- */

static int take_bind(const struct want *want, struct watched *b)
{
	*b = (struct watched){
		.target = strdup(want->target),
		.source = want->source ? strdup(want->source) : NULL,
		.is_there = want_is_there(want),
		.is_alone = !want->follow,
		.is_unwatched = want->recursive || want->follow,
		.due = WATCH_NEVER,
		.search = WATCH_NEVER,
	};
	return b->target && (b->source || !want->source) ? 0 : -1;
}

static int take_request(const struct request *req, struct watch_file *f)
{
	f->binds = calloc(req->n_wants + 1, sizeof(*f->binds));
	f->fstab = strdup(request_fstab(req));
	f->is_about_fstab = req->about_fstab != WANT_NONE;
	f->any_namespace = req->any_namespace;
	if (!f->binds || !f->fstab)
		return -1;
	for (; f->n_binds < req->n_wants; f->n_binds++) {
		if (take_bind(&req->wants[f->n_binds], &f->binds[f->n_binds]) < 0) {
			watched_done(&f->binds[f->n_binds]);
			return -1;
		}
	}
	return mark_alone(f);
}

int watch_file_take(json_t *doc, bool accepts_text, struct watch_file *old,
		    struct watch_file *ret, struct error *err)
{
	struct request req = {0};
	struct watch_file f = {
		.accepts_text = accepts_text,
		.is_valid = true,
		.reload = WATCH_NEVER,
		.fstab_due = WATCH_NEVER,
		.search = WATCH_NEVER,
	};

	if (request_decode(doc, accepts_text, &req, err) < 0) {
		request_done(&req);
		return -1;
	}
	if (take_request(&req, &f) < 0 || (old && take_memories(old, &f) < 0)) {
		request_done(&req);
		watch_file_done(&f);
		return error_no_memory(err);
	}
	request_done(&req);
	f.doc = doc;
	*ret = f;
	return 0;
}

/* ---- a request ---- */

int watch_file_request(const struct watch_file *f, const size_t *which, size_t n,
		       struct request *req, struct error *err)
{
	scoped_json json_t *doc = request_part(f->doc, f->n_binds, which, n);

	if (!doc)
		return error_no_memory(err);
	if (request_decode(doc, f->accepts_text, req, err) < 0)
		return -1;
	for (size_t i = 0; i < req->n_wants && i < n; i++) {
		req->wants[i].own_mount = f->binds[which[i]].seen.mount;
		req->wants[i].seen_on = f->binds[which[i]].seen_on;
	}
	return 0;
}
