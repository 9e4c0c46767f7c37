/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/strbuf.h"
#include "plan/boot_risks.h"
#include "reply/reply_parts.h"

/* A sentence of these texts holds one path. */
#define TEXT_SIZE (4096u + 256u)

/* An error of bind `i`: its own pointer stands below the bind's place in the request. */
static void put_error(struct json_writer *w, const struct request *req, size_t i,
		      const struct kept_error *err)
{
	char at[600];

	if (i >= req->n_named)
		(void)snprintf(at, sizeof(at), "/purge");
	else if (req->is_single)
		(void)snprintf(at, sizeof(at), "%s", err->at);
	else
		(void)snprintf(at, sizeof(at), "/binds/%zu%s", i, err->at);
	part_kept_error(w, err, at);
}

/* Where symlinks were followed: what the bind was taken for. */
static void put_resolved(struct json_writer *w, const struct want *want)
{
	if (!want->asked || !want->asked->target)
		return;
	json_open_object(w, "resolved");
	json_put_text(w, "target", want->target);
	if (want->source)
		json_put_text(w, "source", want->source);
	json_close(w);
}

static void put_actions(struct json_writer *w, const struct outcome *out)
{
	const struct step_list *steps = &out->done.steps;

	if (steps->count == 0 && out->line == LINE_ACTION_LEAVE)
		return;
	json_open_array(w, "actions");
	for (size_t i = 0; i < steps->count; i++)
		json_put_text(w, NULL, step_names[steps->items[i]]);
	if (out->line != LINE_ACTION_LEAVE)
		json_put_text(w, NULL, line_action_names[out->line]);
	json_close(w);
}

/* Why, what was done, and what was seen before and after. */
static void put_reasons(struct json_writer *w, const struct outcome *out)
{
	bool differs =
		out->is_after_known && !target_state_is_equal(&out->before, &out->after);

	if (out->drift.count > 0)
		part_drift(w, "drift", &out->drift);
	put_actions(w, out);
	if (out->done.gap)
		json_put_bool(w, "gap", true);
	if (differs || out->changed)
		part_target_state(w, "before", &out->before);
	if (differs || (out->changed && out->is_after_known))
		part_target_state(w, "after", &out->after);
}

void part_bind(struct json_writer *w, const struct reply *reply, size_t i, bool is_short)
{
	const struct outcome *out = &reply->outcomes[i];
	const char *source = want_asked_source(out->want);

	json_open_object(w, NULL);
	json_put_text(w, "target", want_asked_target(out->want));
	if (source)
		json_put_text(w, "source", source);
	json_put_text(w, "state", state_rules[out->want->state].name);
	json_put_text(w, "status", status_names[out->status]);
	json_put_bool(w, "changed", out->changed);
	if (!is_short) {
		put_resolved(w, out->want);
		put_reasons(w, out);
	}
	if (out->error)
		put_error(w, reply->req, i, out->error);
	if (!is_short)
		part_holders(w, reply, i);
	json_close(w);
}

/* What changes in fstab alone is told once, with all its lines. */
bool bind_has_diff(const struct reply *reply, const struct outcome *out)
{
	struct target_state after = out->after;

	if (!reply->req->diff || !out->changed || !out->is_after_known)
		return false;
	after.in_fstab = out->before.in_fstab;
	return out->done.steps.count > 0 || !target_state_is_equal(&out->before, &after);
}

/* `is_there` tells of the target, where it is removed. */
static const char *diff_text(const struct outcome *out, const struct target_state *s,
			     bool is_there, char buf[TEXT_SIZE])
{
	const char *source = want_asked_source(out->want);
	char options[MOUNT_FLAGS_TEXT_SIZE];

	if (!is_there)
		return "not mounted\ntarget: removed\n";
	if (!s->mounted)
		return "not mounted\n";
	mount_flags_text(s->attr, options);
	(void)snprintf(
		buf, TEXT_SIZE,
		"source: %s\naccess: %s\noptions:%s%s\npropagation: %s\nmounts: %zu\n",
		s->same_as_source && source ? source : "(another)",
		s->read_only ? "read-only" : "writable", options[0] != '\0' ? " " : "",
		options, propagation_text(s->propagation), s->stacked);
	return buf;
}

void part_bind_diff(struct json_writer *w, const struct outcome *out)
{
	char before[TEXT_SIZE];
	char after[TEXT_SIZE];
	char header[TEXT_SIZE];

	(void)snprintf(header, sizeof(header), "%s (live)", want_asked_target(out->want));
	part_diff(w, diff_text(out, &out->before, true, before),
		  diff_text(out, &out->after,
			    !step_list_has(&out->done.steps, STEP_REMOVE_TARGET), after),
		  header);
}

/*
 * Told at each run where a line of fstab would have it mount the bind again, else once.
 */
static void warn_left(struct json_writer *w, const struct outcome *out)
{
	char msg[TEXT_SIZE];

	if (!out->is_automount_left || !want_is_gone(out->want) ||
	    (!out->changed && !out->after.in_fstab))
		return;
	if (out->left_unit)
		(void)snprintf(
			msg, sizeof(msg),
			"an automount of systemd stays at the target, and mounts there "
			"again what its unit has for it; take it away, on the host and as "
			"root, by: systemctl stop '%s'",
			out->left_unit);
	else
		(void)snprintf(msg, sizeof(msg),
			       "an automount stays at the target, and mounts there again "
			       "what its map has for it; take that out of the map");
	part_warning(w, "automount_left", want_asked_target(out->want), msg);
}

static void warn_watched(struct json_writer *w, const struct outcome *out)
{
	scoped_strbuf msg = {0};

	strbuf_addf(&msg,
		    "a robind watch runs that is asked for something else there (%s), and "
		    "undoes what differs; change that first, or stop the watch",
		    out->watched);
	if (strbuf_text(&msg))
		part_warning(w, "watched", want_asked_target(out->want), strbuf_text(&msg));
}

void part_bind_warnings(struct json_writer *w, const struct reply *reply,
			const struct outcome *out)
{
	char msg[TEXT_SIZE];

	for (unsigned i = 0; i < RISK_COUNT_; i++) {
		if ((out->changed || reply->req->judges_boot) && out->risks & 1u << i)
			part_warning(w, risk_rules[i].code, want_asked_target(out->want),
				     risk_rules[i].text);
	}
	if (out->kept && out->status != STATUS_FAILED) {
		(void)snprintf(msg, sizeof(msg),
			       "the target was to be removed, and stays: %s", out->kept);
		part_warning(w, "target_kept", want_asked_target(out->want), msg);
	}
	if (out->changed && out->hides) {
		(void)snprintf(
			msg, sizeof(msg),
			"the target is not empty (%s), and what is in it is hidden by "
			"the bind; see whether source and target are meant this way",
			out->hides);
		part_warning(w, "target_not_empty", want_asked_target(out->want), msg);
	}
	if (out->frozen_at) {
		(void)snprintf(
			msg, sizeof(msg),
			"its source takes no writes, because of a read-only bind of "
			"'%s' onto itself that nobody asked for; unmount that, if it is not meant",
			out->frozen_at);
		part_warning(w, "source_read_only", want_asked_target(out->want), msg);
	}
	if (out->automount) {
		(void)snprintf(
			msg, sizeof(msg),
			"'%s' is an automount, which works at its own place alone: who goes "
			"in there by the target gets ELOOP; share what it mounts by a bind "
			"of its own, or mount that for good, without an automount",
			out->automount);
		part_warning(w, "automount_in_source", want_asked_target(out->want), msg);
	}
	warn_left(w, out);
	if (out->watched)
		warn_watched(w, out);
	if (!out->covered)
		return;
	(void)snprintf(msg, sizeof(msg), "a mount of '%s' lies hidden below the bind",
		       out->covered);
	part_warning(w, "covered", want_asked_target(out->want), msg);
}
