#include "reply/reply.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "kernel/features.h"
#include "plan/boot_risks.h"
#include "reply/reply_parts.h"

int reply_init(struct reply *reply, size_t n, bool check_mode)
{
	*reply = (struct reply){
		.binds = json_array(),
		.warnings = json_array(),
		.check_mode = check_mode,
	};
	return reply->binds && reply->warnings ? reply_extend(reply, n) : -1;
}

int reply_extend(struct reply *reply, size_t n)
{
	while (json_array_size(reply->binds) < n) {
		if (json_array_append_new(reply->binds, json_null()) < 0)
			return -1;
	}
	return 0;
}

void reply_done(struct reply *reply)
{
	json_decref(reply->binds);
	json_decref(reply->diff);
	json_decref(reply->needs_restart);
	json_decref(reply->warnings);
	json_decref(reply->backup_file);
	json_decref(reply->daemon_reload);
	*reply = (struct reply){0};
}

/* ---- one bind ---- */

static json_t *actions_of(const struct outcome *out)
{
	const struct done_steps *done = &out->done;
	json_t *list = json_array();
	int r = list ? 0 : -1;

	for (size_t i = 0; r == 0 && i < done->steps.count; i++)
		r = json_array_append_new(list,
					  json_string(step_names[done->steps.items[i]]));
	if (r == 0 && out->line != LINE_ACTION_LEAVE)
		r = json_array_append_new(list, json_string(line_action_names[out->line]));
	return r < 0 ? part_drop(list) : list;
}

static int set_change(json_t *bind, const struct outcome *out)
{
	bool differs = !target_state_is_equal(&out->plan.before, &out->after);
	int r = 0;

	if (out->done.steps.count > 0 || out->line != LINE_ACTION_LEAVE)
		r |= json_object_set_new(bind, "actions", actions_of(out));
	if (out->done.gap)
		r |= json_object_set_new(bind, "gap", json_true());
	if (differs || out->changed) {
		r |= json_object_set_new(bind, "before",
					 part_target_state(&out->plan.before));
		r |= json_object_set_new(bind, "after", part_target_state(&out->after));
	}
	return r;
}

static int set_resolved(json_t *bind, const struct outcome *out)
{
	scoped_json json_t *resolved = NULL;

	if (!out->want->follow || !out->real->target)
		return 0;
	resolved = json_object();
	if (json_object_set_new(resolved, "target", reply_text(out->real->target)) < 0)
		return -1;
	if (out->real->source &&
	    json_object_set_new(resolved, "source", reply_text(out->real->source)) < 0)
		return -1;
	return json_object_set(bind, "resolved", resolved);
}

static json_t *bind_of(const struct request *req, size_t i, const struct outcome *out)
{
	json_t *bind = json_object();
	int r = json_object_set_new(bind, "target", reply_text(out->want->target));

	if (out->want->source)
		r |= json_object_set_new(bind, "source", reply_text(out->want->source));
	r |= json_object_set_new(bind, "state",
				 json_string(state_rules[out->want->state].name));
	r |= json_object_set_new(bind, "status", json_string(status_names[out->status]));
	r |= json_object_set_new(bind, "changed", json_boolean(out->changed));
	r |= set_resolved(bind, out);
	if (out->plan.drift.count > 0)
		r |= json_object_set_new(bind, "drift", part_drift(&out->plan.drift));
	r |= set_change(bind, out);
	if (out->status == STATUS_FAILED)
		r |= json_object_set_new(bind, "error",
					 part_bind_error(&out->fail, req, i));
	return r < 0 ? part_drop(bind) : bind;
}

static int add_risks(struct reply *reply, const struct outcome *out)
{
	int r = 0;

	reply->n_risks += out->risks != 0;
	for (unsigned i = 0; r == 0 && i < RISK_COUNT_; i++) {
		if (out->risks & 1u << i)
			r = json_array_append_new(reply->warnings,
						  part_warning(risk_rules[i].code,
							       out->want->target,
							       risk_rules[i].text));
	}
	return r;
}

static int add_frozen(struct reply *reply, const struct outcome *out)
{
	char msg[PATH_MAX + 256];

	(void)snprintf(
		msg, sizeof(msg),
		"its source takes no writes, because of a read-only bind of '%s' onto "
		"itself that nobody asked for; unmount that, if it is not meant",
		out->frozen_at);
	return json_array_append_new(reply->warnings, part_warning("source_read_only",
								   out->want->target, msg));
}

static int add_warnings(struct reply *reply, const struct request *req,
			const struct outcome *out)
{
	char msg[512];

	if ((out->changed || req->judges_boot) && add_risks(reply, out) < 0)
		return -1;
	if (out->frozen_at && add_frozen(reply, out) < 0)
		return -1;
	if (!out->covered)
		return 0;
	(void)snprintf(msg, sizeof(msg), "a mount of '%.400s' lies hidden below the bind",
		       out->covered);
	return json_array_append_new(reply->warnings,
				     part_warning("covered", out->want->target, msg));
}

int reply_add_namespace(struct reply *reply)
{
	return json_array_append_new(
		reply->warnings,
		part_warning("private_namespace", NULL,
			     "this mount namespace is not that of "
			     "process 1, as far as can be seen, so the host may not see "
			     "what is mounted here; run robind "
			     "outside, or say \"namespace\": \"here\" "
			     "when this one is meant"));
}

/* What changes in fstab alone is told once, with all its lines. */
static bool is_live_change(const struct outcome *out)
{
	struct target_state after = out->after;

	after.in_fstab = out->plan.before.in_fstab;
	return out->done.steps.count > 0 ||
	       !target_state_is_equal(&out->plan.before, &after);
}

static int add_diff(struct reply *reply, const struct outcome *out)
{
	if (!reply->diff)
		reply->diff = json_array();
	return json_array_append_new(reply->diff, part_diff(out));
}

int reply_add_bind(struct reply *reply, const struct request *req, size_t i,
		   const struct outcome *out)
{
	int r = 0;

	reply->counts[out->status]++;
	reply->n_changed += out->changed;
	reply->changed = reply->n_changed > 0;
	r = json_array_set_new(reply->binds, i, bind_of(req, i, out));
	if (r == 0)
		r = add_warnings(reply, req, out);
	if (r == 0 && req->diff && out->changed && is_live_change(out))
		r = add_diff(reply, out);
	return r;
}

int reply_add_target_state(struct reply *reply, size_t i, const char *target,
			   const struct target_state *state, const struct mount *m,
			   const struct fstab_entry *bind, const struct error *err)
{
	json_t *shown = json_object();
	int r = json_object_set_new(shown, "target", reply_text(target));

	reply->counts[err ? STATUS_FAILED : STATUS_OK]++;
	if (err)
		r |= json_object_set_new(shown, "error", part_error(err, err->at));
	else
		r |= json_object_set_new(shown, "live", part_live(state, m));
	r |= json_object_set_new(shown, "fstab", bind ? part_line(bind) : json_null());
	r |= json_array_set_new(reply->binds, i, shown);
	return r;
}

/* ---- the whole ---- */

json_t *reply_about(const struct features *features)
{
	const char *read_api = features->view_calls ? "statmount" : NULL;

	if (!read_api && features->mountinfo)
		read_api = "mountinfo";
	return json_pack("{s:s, s:i, s:s?, s:s?}", "version", ROBIND_VERSION, "protocol",
			 REPLY_PROTOCOL, "mount_api",
			 features->mount_calls ? "mount_setattr" : "mount", "read_api",
			 read_api);
}

static void summarise(const struct reply *reply, const struct error *err, char *msg,
		      size_t size)
{
	const size_t *n = reply->counts;
	size_t all =
		n[STATUS_OK] + n[STATUS_CHANGED] + n[STATUS_FAILED] + n[STATUS_SKIPPED];
	const char *would = reply->check_mode ? "would change" : "changed";
	int used = 0;

	if (err) {
		(void)snprintf(msg, size, "%s", err->text);
		return;
	}
	if (n[STATUS_FAILED] > 0)
		used = snprintf(msg, size, "%zu of %zu binds failed, ", n[STATUS_FAILED],
				all);
	(void)snprintf(msg + used, size - (size_t)used, "%zu of %zu binds %s",
		       n[STATUS_CHANGED], all, would);
}

static json_t *counts_of(const struct reply *reply)
{
	json_t *counts = json_object();
	int r = 0;

	for (size_t i = 0; i < STATUS_COUNT_; i++)
		r |= json_object_set_new(counts, status_names[i],
					 json_integer((json_int_t)reply->counts[i]));
	return r < 0 ? part_drop(counts) : counts;
}

json_t *reply_finish(struct reply *reply, const struct features *features,
		     const struct error *err)
{
	char msg[sizeof(err->text)];
	json_t *whole = json_object();
	int r = json_object_set_new(whole, "changed", json_boolean(reply->changed));

	summarise(reply, err, msg, sizeof(msg));
	r |= json_object_set_new(whole, "failed",
				 json_boolean(err || reply->counts[STATUS_FAILED] > 0));
	r |= json_object_set_new(whole, "msg", reply_text(msg));
	if (err)
		r |= json_object_set_new(whole, "error", part_error(err, err->at));
	r |= json_object_set_new(whole, "summary", counts_of(reply));
	r |= json_object_set_new(whole, "binds", STEAL(reply->binds));
	if (reply->needs_restart)
		r |= json_object_set_new(whole, "needs_restart",
					 STEAL(reply->needs_restart));
	r |= json_object_set_new(whole, "warnings", STEAL(reply->warnings));
	if (reply->diff)
		r |= json_object_set_new(whole, "diff", STEAL(reply->diff));
	if (reply->backup_file)
		r |= json_object_set_new(whole, "backup_file", STEAL(reply->backup_file));
	if (reply->daemon_reload)
		r |= json_object_set_new(whole, "daemon_reload",
					 STEAL(reply->daemon_reload));
	r |= json_object_set_new(whole, "check_mode", json_boolean(reply->check_mode));
	r |= json_object_set_new(whole, "robind", reply_about(features));
	return r < 0 ? part_drop(whole) : whole;
}
