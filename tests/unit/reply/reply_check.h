/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the reply share: a request for two binds, and what is told of it. */
#pragma once

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include "base/cleanup.h"
#include "base/macro.h"
#include "kernel/features.h"
#include "mount/flags.h"
#include "plan/boot_risks.h"
#include "reply/reply.h"
#include "suite.h"

static const struct features features = {.mount_calls = true, .mountinfo = true};

static const struct target_state nothing = {0};
static const struct target_state read_only = {
	.mounted = true,
	.read_only = true,
	.same_as_source = true,
	.propagation = PROPAGATION_PRIVATE,
	.stacked = 1,
};
static const struct target_state writable = {
	.mounted = true,
	.same_as_source = true,
	.propagation = PROPAGATION_SHARED,
	.attr = MOUNT_FLAG_NOEXEC,
	.stacked = 2,
};

/* A request for two binds, and a reply that a row makes something of. */
struct fixture {
	struct want wants[2];
	struct request req;
	struct reply reply;
	struct error *err; /* of the request as a whole */
	bool is_short;
};

static inline struct outcome *first(struct fixture *x)
{
	return &x->reply.outcomes[0];
}

static inline struct outcome *second(struct fixture *x)
{
	return &x->reply.outcomes[1];
}

static inline void refuse(struct outcome *out, const char *member)
{
	struct error err = {0};

	error_set(&err, ERROR_PERMISSION, EPERM, PTR_KEY(PTR_ROOT, member), "not for you");
	outcome_fail(out, &err);
}

static inline void change(struct outcome *out)
{
	out->status = STATUS_CHANGED;
	out->changed = true;
	out->before = nothing;
	out->after = read_only;
	out->is_after_known = true;
	ck_assert_int_eq(drift_add(&out->drift, DRIFT_NOT_MOUNTED, "/s", NULL, NULL), 0);
	ck_assert_int_eq(step_list_add(&out->done.steps, STEP_ATTACH), 0);
}

static inline void leave(struct fixture *x)
{
	first(x)->status = second(x)->status = STATUS_OK;
}

static inline void change_first(struct fixture *x)
{
	leave(x);
	change(first(x));
}

#define STATE(mounted, read_only, propagation, options, stacked, same, fstab)              \
	"{\"mounted\":" mounted ",\"read_only\":" read_only                                \
	",\"propagation\":" propagation ",\"options\":" options ",\"stacked\":" stacked    \
	",\"same_as_source\":" same ",\"recursive\":false,\"in_fstab\":" fstab "}"
#define ABSENT   STATE("false", "false", "null", "[]", "0", "false", "false")
#define RIGHT    STATE("true", "true", "\"private\"", "[]", "1", "true", "false")
#define WRITABLE STATE("true", "false", "\"shared\"", "[\"noexec\"]", "2", "true", "false")
#define ERROR_AT(at)                                                                       \
	"{\"code\":\"permission\",\"at\":\"" at                                            \
	"\",\"errno\":\"EPERM\",\"msg\":\"not for you\"}"

/* What is told at a place of the reply; NULL: nothing. */
struct row {
	const char *name;
	void (*make)(struct fixture *x);
	const char *at;
	const char *json;
};

static inline void setup(struct fixture *x)
{
	x->wants[0] = (struct want){.source = "/s", .target = "/t", .outer = WANT_NONE};
	x->wants[1] = (struct want){.source = "/s2", .target = "/u", .outer = WANT_NONE};
	x->req = (struct request){
		.wants = x->wants,
		.n_wants = 2,
		.n_named = 2,
		.fstab = "/mnt/fstab",
	};
	ck_assert_int_eq(reply_begin(&x->reply, &x->req), 0);
}

static inline char *text_of(const struct fixture *x)
{
	char *text = NULL;
	size_t size = 0;
	struct json_writer w = {.out = open_memstream(&text, &size)};

	reply_write(&x->reply, &features, x->err, x->is_short, &w);
	ck_assert_int_eq(fclose(w.out), 0);
	return text;
}

/* The value at a path such as "binds/0/error", or NULL. */
static inline const json_t *find(const json_t *value, const char *path)
{
	char copy[128];
	char *rest = copy;
	const char *name = NULL;

	(void)snprintf(copy, sizeof(copy), "%s", path);
	while (value && (name = strsep(&rest, "/")))
		value = json_is_array(value)
				? json_array_get(value, strtoul(name, NULL, 10))
				: json_object_get(value, name);
	return value;
}

static inline void check_row(const struct row *row)
{
	struct fixture x = {0};
	scoped_mem char *text = NULL;
	scoped_mem char *found = NULL;
	scoped_json json_t *whole = NULL;

	setup(&x);
	row->make(&x);
	text = text_of(&x);
	whole = json_loads(text, 0, NULL);
	ck_assert_msg(whole, "%s: no JSON: %s", row->name, text);
	if (find(whole, row->at))
		found = json_dumps(find(whole, row->at), JSON_COMPACT | JSON_ENCODE_ANY);
	ck_assert_msg(found ? row->json && strcmp(found, row->json) == 0 : !row->json,
		      "%s: %s is %s", row->name, row->at, found);
	if (!x.is_short) {
		scoped_json json_t *tree = reply_tree(&x.reply, &features, x.err);

		ck_assert_msg(json_equal(tree, whole), "%s: the tree is another",
			      row->name);
	}
	reply_done(&x.reply);
}
