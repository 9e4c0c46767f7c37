/* SPDX-License-Identifier: Apache-2.0 */
#include "request/request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/json_copy.h"
#include "request/bind_members.h"
#include "request/field_types.h"
#include "request/needed_targets.h"
#include "request/validate.h"

/* What is read at the top level. */
struct top {
	struct wants binds;
	bool check_mode;
	bool diff;
	bool holders;
	bool on_error;
	bool namespace;
	char *set;
	enum purge purge;
	char *fstab;
	bool backup;
	bool daemon_reload;
	unsigned timeout;
};

/* clang-format off */
const struct field request_fields[] = {
	FIELD(struct top, binds, struct wants, &read_as_binds, 0,
	      "the binds; a single one may stand at the top level in its place"),
	FIELD(struct top, check_mode, bool, &decode_bool, 0,
	      "say what would change, and change nothing"),
	FIELD(struct top, diff, bool, &decode_bool, 0,
	      "add a list of texts before and after for each bind that changes"),
	FIELD(struct top, holders, bool, &decode_bool, 0,
	      "name the processes that keep an old or a writable view of a bind"),
	FIELD(struct top, on_error, bool, &read_as_on_error, 0,
	      "whether the binds after a failed one are still done"),
	FIELD(struct top, namespace, bool, &read_as_namespace, 0,
	      "'here': this mount namespace is meant, though the host may not see it"),
	FIELD(struct top, set, char *, &read_as_set, 0,
	      "the name of the set that the binds belong to, kept in fstab"),
	FIELD(struct top, purge, enum purge, &read_as_purge, 0,
	      "make absent what is of the set and not named here; 'all': even where nothing is named"),
	FIELD(struct top, fstab, char *, &read_as_source, 0,
	      "another file than /etc/fstab"),
	FIELD(struct top, backup, bool, &decode_bool, 0,
	      "keep a dated copy of fstab when it changes"),
	FIELD(struct top, daemon_reload, bool, &read_as_daemon_reload, 0,
	      "whether systemd is told of a changed fstab"),
	FIELD(struct top, timeout, unsigned, &read_as_timeout, 0,
	      "seconds that waiting and working may take together (default 30)"),
};
/* clang-format on */
const size_t request_n_fields = ARRAY_LEN(request_fields);

/* Both forms at once: say so, rather than that a well-known member is unknown. */
static int refuse_both_forms(const struct decode *d, const json_t *doc)
{
	for (size_t i = 0; i < request_n_bind_fields; i++) {
		const char *name = request_bind_fields[i].name;

		if (json_object_get(doc, name))
			return error_set(
				d->err, ERROR_REQUEST, 0, PTR_KEY(PTR_ROOT, name),
				"'%s' is of a bind, and there are \"binds\"; put it into "
				"an element of them",
				name);
	}
	return 0;
}

static int read_single(const struct decode *d, const json_t *doc, struct top *top)
{
	struct field_set shapes[] = {
		{request_fields, ARRAY_LEN(request_fields), top},
		{request_bind_fields, request_n_bind_fields, NULL},
	};

	if (ARRAY_RESERVE(top->binds.wants, 0, 1) < 0)
		return error_no_memory(d->err);
	top->binds.n_wants = 1;
	top->binds.wants[0] = bind_defaults;
	shapes[1].dst = top->binds.wants;
	if (decode_object(d, doc, PTR_ROOT, shapes, ARRAY_LEN(shapes)) < 0)
		return -1;
	return bind_check(d, doc, PTR_ROOT, top->binds.wants);
}

static int read_top(const struct decode *d, const json_t *doc, struct top *top,
		    bool *single)
{
	const struct field_set shape = {request_fields, ARRAY_LEN(request_fields), top};
	const json_t *binds = json_object_get(doc, "binds");

	*single = json_is_object(doc) && (!binds || json_is_null(binds));
	if (*single)
		return read_single(d, doc, top);
	if (refuse_both_forms(d, doc) < 0)
		return -1;
	return decode_object(d, doc, PTR_ROOT, &shape, 1);
}

/* What the members at the top level must be together. */
static int check_top(const struct top *top, struct error *err)
{
	if (top->purge != PURGE_NONE && !top->set)
		return error_set(err, ERROR_REQUEST, 0, PTR_KEY(PTR_ROOT, "purge"),
				 "needs a \"set\": only what is of one set is purged");
	if (top->purge == PURGE_REST && top->binds.n_wants == 0)
		return error_set(
			err, ERROR_REQUEST, 0, PTR_KEY(PTR_ROOT, "purge"),
			"would make the whole set '%s' absent, as there are no binds; "
			"say \"purge\": \"all\" if that is meant",
			top->set);
	return 0;
}

int request_decode(const json_t *doc, bool accept_text, struct request *req,
		   struct error *err)
{
	const struct field_set of_request = {request_fields, request_n_fields, NULL};
	const struct field_set of_bind = {request_bind_fields, request_n_bind_fields, NULL};
	const struct decode d = {accept_text, err, &of_request, &of_bind};
	struct top top = {.timeout = REQUEST_TIMEOUT_DEFAULT};
	bool single = false;
	int r = read_top(&d, doc, &top, &single);

	if (r == 0)
		r = check_top(&top, err);
	*req = (struct request){
		.wants = top.binds.wants,
		.n_wants = top.binds.n_wants,
		.is_single = single,
		.check_mode = top.check_mode,
		.diff = top.diff,
		.holders = top.holders,
		.stop_on_error = top.on_error,
		.any_namespace = top.namespace,
		.n_named = top.binds.n_wants,
		.set = top.set,
		.purge = top.purge,
		.fstab = top.fstab,
		.backup = top.backup,
		.no_reload = top.daemon_reload,
		.timeout = top.timeout,
	};
	for (size_t i = 0; i < req->n_wants; i++)
		req->wants[i].set = req->set;
	if (r == 0 && request_map_targets(req) < 0)
		r = error_no_memory(err);
	if (r == 0 && conflicts_check(req, err) == 0)
		return 0;
	request_done(req);
	return -1;
}

static size_t find_about_fstab(const struct request *req)
{
	for (size_t i = 0; i < req->n_wants; i++) {
		if (want_of_fstab(&req->wants[i]) != DECIDES_NOTHING)
			return i;
	}
	return WANT_NONE;
}

json_t *request_part(json_t *doc, size_t n_all, const size_t *which, size_t n)
{
	const json_t *binds = json_object_get(doc, "binds");
	scoped_json json_t *part = NULL;
	scoped_json json_t *some = NULL;

	if (n == n_all || !binds)
		return json_incref(doc);
	part = json_copy_whole(doc);
	some = json_array();
	for (size_t i = 0; some && i < n; i++) {
		if (json_array_append(some, json_array_get(binds, which[i])) < 0)
			return NULL;
	}
	if (!part || !some || json_object_set(part, "binds", some) < 0)
		return NULL;
	(void)json_object_del(part, "purge");
	return STEAL(part);
}

int request_map_targets(struct request *req)
{
	req->about_fstab = find_about_fstab(req);
	hash_table_done(&req->targets);
	/* Where they are resolved one after the other, each can have a second name. */
	if (hash_table_make(&req->targets, (req->keeps_order ? 2 : 1) * req->n_wants) < 0)
		return -1;
	for (size_t i = 0; i < req->n_wants; i++)
		(void)hash_table_put(&req->targets, req->wants[i].target, i);
	for (size_t i = 0; i < req->n_wants; i++)
		req->wants[i].outer =
			hash_table_get_above(&req->targets, req->wants[i].target);
	needed_mark(req->wants, req->n_wants, &req->targets);
	targets_done(&req->by_path);
	return req->keeps_order ? 0 : targets_sort(req->wants, req->n_wants, &req->by_path);
}

const char *request_fstab(const struct request *req)
{
	return req->fstab ? req->fstab : FSTAB_PATH;
}

void request_done(struct request *req)
{
	for (size_t i = 0; i < req->n_wants; i++)
		want_done(&req->wants[i]);
	free(req->wants);
	free(req->set);
	free(req->fstab);
	req->wants = NULL;
	req->set = NULL;
	req->fstab = NULL;
	req->n_wants = 0;
	passed_over_done(&req->passed);
	hash_table_done(&req->targets);
	hash_table_done(&req->purged);
	targets_done(&req->by_path);
}
