/* SPDX-License-Identifier: Apache-2.0 */
#include "dsc.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json_writer.h"
#include "reply_text.h"

/* ---- the request ---- */

int dsc_request(json_t *doc, struct error *err)
{
	bool is_to_go = json_is_false(json_object_get(doc, "_exist"));
	const char *key = NULL;
	json_t *value = NULL;
	void *next = NULL;

	if (json_object_get(doc, "binds"))
		return error_set(err, ERROR_REQUEST, 0, PTR_KEY(PTR_ROOT, "binds"),
				 "must not be there: an instance is one bind");
	json_object_foreach_safe(doc, next, key, value)
	{
		if (key[0] == '_')
			(void)json_object_del(doc, key);
	}
	if (is_to_go && !json_object_get(doc, "state") &&
	    json_object_set_new(doc, "state", json_string("absent")) < 0)
		return error_no_memory(err);
	return 0;
}

/* ---- the instance ---- */

/* The state that these facts are of; of a bind that is ok, the one that was asked for. */
static const char *state_of(const json_t *bind, const json_t *view)
{
	bool is_mounted = json_is_true(json_object_get(view, "mounted"));
	bool is_in_fstab = json_is_true(json_object_get(view, "in_fstab"));

	if (!view)
		return member_text(bind, "state");
	if (is_mounted)
		return is_in_fstab ? "mounted" : "ephemeral";
	return is_in_fstab ? "unmounted" : "absent";
}

/* How it is seen: what a bind that is ok has no need to tell. */
static int add_view(json_t *instance, const json_t *view)
{
	static const char *const seen[] = {"read_only", "recursive", "options",
					   "propagation"};
	int r = 0;

	for (size_t i = 0; view && i < ARRAY_LEN(seen); i++) {
		json_t *value = json_object_get(view, seen[i]);

		if (value && json_is_true(json_object_get(view, "mounted")))
			r |= json_object_set(instance, seen[i], value);
	}
	return r;
}

static void tell_failure(const json_t *reply)
{
	struct json_writer w = {.out = stderr};
	scoped_json json_t *msg = NULL;
	size_t i = 0;
	json_t *bind = NULL;

	json_array_foreach(json_object_get(reply, "binds"), i, bind)
	{
		if (json_object_get(bind, "error") && !msg)
			msg = line_of(bind, put_failure);
	}
	json_open_object(&w, NULL);
	json_put_text(&w, "error",
		      msg ? json_string_value(msg) : member_text(reply, "msg"));
	json_close(&w);
	(void)fputs("\n", stderr);
}

json_t *dsc_reply(const json_t *reply, const struct cli *cli)
{
	bool is_set = cli->command && strcmp(cli->command, "apply") == 0;
	const json_t *bind = json_array_get(json_object_get(reply, "binds"), 0);
	const json_t *view = json_object_get(bind, is_set ? "after" : "before");
	const char *state = state_of(bind, view);
	bool is_gone = strcmp(state, "absent") == 0;
	bool is_right =
		strcmp(member_text(bind, "status"), is_set ? "changed" : "ok") == 0 ||
		strcmp(member_text(bind, "status"), "ok") == 0;
	scoped_json json_t *instance = json_object();
	int r = 0;

	if (json_is_true(json_object_get(reply, "failed")))
		tell_failure(reply);
	if (bind) {
		r = json_object_set(instance, "target", json_object_get(bind, "target"));
		if (json_object_get(bind, "source"))
			r |= json_object_set(instance, "source",
					     json_object_get(bind, "source"));
		r |= json_object_set_new(instance, "state", json_string(state));
		r |= json_object_set_new(instance, "_exist", json_boolean(!is_gone));
		r |= add_view(instance, view);
		r |= json_object_set_new(instance, "drift", drift_codes(bind));
	}
	r |= json_object_set_new(instance, "_inDesiredState", json_boolean(is_right));
	return r < 0 ? NULL : STEAL(instance);
}
