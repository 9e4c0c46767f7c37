/* SPDX-License-Identifier: Apache-2.0 */
#include "request_check.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "input.h"
#include "request/order.h"
#include "request/validate.h"

void error_check(const struct error *err)
{
	MUST(err->kind != ERROR_NONE && err->text[0] != '\0');
	MUST(err->at[0] == '\0' || err->at[0] == '/');
	MUST(strlen(err->at) < sizeof(err->at) && strlen(err->text) < sizeof(err->text));
	MUST_SAY(!strchr(err->text, '\n') || strchr(err->text, '\''), "lines: %s",
		 err->text);
}

static void check_path(const char *path)
{
	struct path_fault fault = {0};
	char *normal = path_normalise(path, strlen(path), &fault);

	MUST(normal && strcmp(normal, path) == 0);
	free(normal);
}

static void check_want(const struct want *want, const struct request *req)
{
	MUST(want->target && (want->source || !want_is_there(want)));
	check_path(want->target);
	if (want->source)
		check_path(want->source);
	MUST(want->state < STATE_COUNT_ && want->fstab_type < FSTAB_TYPE_COUNT_);
	MUST((want->options.set & want->options.clear) == 0);
	MUST(want->outer == WANT_NONE || want->outer < req->n_wants);
	if (want->outer != WANT_NONE)
		MUST(path_is_below(want->target, req->wants[want->outer].target));
}

/* Each is begun once; what shall be there after what it lies below. */
static void check_order(const struct request *req)
{
	size_t *order = request_order(req);
	size_t *place = calloc(req->n_wants + 1, sizeof(*place));
	size_t circle = WANT_NONE;

	MUST(order && place);
	for (size_t i = 0; i < req->n_wants; i++) {
		MUST(order[i] < req->n_wants && place[order[i]] == 0);
		place[order[i]] = i + 1;
	}
	for (size_t i = 0; i < req->n_wants; i++) {
		const struct want *want = &req->wants[i];

		if (want->outer != WANT_NONE && want_is_there(want) &&
		    want_is_there(&req->wants[want->outer]))
			MUST(place[want->outer] < place[i]);
	}
	MUST(request_find_circle(req, &circle) == 0);
	MUST(circle == WANT_NONE);
	free(order);
	free(place);
}

bool request_check(const json_t *doc, bool accept_text, struct request *req)
{
	struct error err = {0};

	if (request_decode(doc, accept_text, req, &err) < 0) {
		error_check(&err);
		MUST(req->n_wants == 0 && !req->wants);
		request_done(req);
		return false;
	}
	for (size_t i = 0; i < req->n_wants; i++)
		check_want(&req->wants[i], req);
	check_order(req);
	return true;
}
