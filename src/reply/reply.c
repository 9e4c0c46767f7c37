/* SPDX-License-Identifier: Apache-2.0 */
#include "reply/reply.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "reply/reply_parts.h"

static void shown_done(struct shown *shown)
{
	free(shown->target);
	free(shown->resolved);
	mount_done(&shown->top);
	free(shown->kept.path);
	error_drop(shown->error);
}

static void drop_outcomes(struct reply *reply)
{
	for (size_t i = 0; i < reply->n_outcomes; i++)
		outcome_done(&reply->outcomes[i]);
	free(reply->outcomes);
	reply->outcomes = NULL;
	reply->n_outcomes = 0;
}

void reply_done(struct reply *reply)
{
	drop_outcomes(reply);
	for (size_t i = 0; i < reply->n_shown; i++)
		shown_done(&reply->shown[i]);
	free(reply->shown);
	strbuf_done(&reply->fstab_before);
	strbuf_done(&reply->fstab_after);
	free(reply->backup_file);
	free(reply->unread);
	restarts_done(&reply->restarts);
	process_scan_done(&reply->scan);
	kernel_writers_done(&reply->kernel_writers);
	*reply = (struct reply){0};
}

int reply_note_unread(struct reply *reply, const struct error *why, struct error *err)
{
	if (why->number == ENOENT) /* what is not there lists nothing */
		return 0;
	free(reply->unread);
	reply->unread = strdup(why->text);
	return reply->unread ? 0 : error_no_memory(err);
}

int reply_begin(struct reply *reply, const struct request *req)
{
	drop_outcomes(reply);
	reply->req = req;
	reply->outcomes = calloc(req->n_wants + 1, sizeof(*reply->outcomes));
	if (!reply->outcomes)
		return -1;
	reply->n_outcomes = req->n_wants;
	for (size_t i = 0; i < req->n_wants; i++)
		reply->outcomes[i] = (struct outcome){
			.want = &req->wants[i],
			.status = STATUS_SKIPPED,
		};
	return 0;
}

/* ---- the sum ---- */

struct reply_sum reply_sum(const struct reply *reply)
{
	struct reply_sum sum = {.n_all = reply->n_outcomes + reply->n_shown};

	for (size_t i = 0; i < reply->n_outcomes; i++) {
		const struct outcome *out = &reply->outcomes[i];

		sum.counts[out->status]++;
		sum.changed |= out->changed;
		sum.n_risks += out->risks != 0 && (out->changed || reply->req->judges_boot);
	}
	for (size_t i = 0; i < reply->n_shown; i++)
		sum.counts[reply->shown[i].error ? STATUS_FAILED : STATUS_OK]++;
	return sum;
}

static void put_counts(struct json_writer *w, const struct reply_sum *sum)
{
	json_open_object(w, "summary");
	for (size_t i = 0; i < STATUS_COUNT_; i++)
		json_put_number(w, status_names[i], (long long)sum->counts[i]);
	json_close(w);
}

static void put_msg(struct json_writer *w, const struct reply *reply,
		    const struct reply_sum *sum)
{
	size_t n_failed = sum->counts[STATUS_FAILED];
	char msg[160];
	int used = 0;

	if (n_failed > 0)
		used = snprintf(msg, sizeof(msg), "%zu of %zu binds failed, ", n_failed,
				sum->n_all);
	(void)snprintf(msg + used, sizeof(msg) - (size_t)used, "%zu of %zu binds %s",
		       sum->counts[STATUS_CHANGED], sum->n_all,
		       reply->check_mode ? "would change" : "changed");
	json_put_text(w, "msg", msg);
}

/* ---- the parts ---- */

static void put_binds(struct json_writer *w, const struct reply *reply, bool is_short)
{
	json_open_array(w, "binds");
	for (size_t i = 0; i < reply->n_outcomes; i++)
		part_bind(w, reply, i, is_short);
	for (size_t i = 0; i < reply->n_shown; i++)
		part_shown(w, &reply->shown[i]);
	json_close(w);
}

static void warn_unread(struct json_writer *w, const struct reply *reply)
{
	char msg[ERROR_TOLD_SIZE];

	(void)snprintf(msg, sizeof(msg),
		       "whether fstab lists a bind is not known, and none is said to be in "
		       "it: %s",
		       reply->unread);
	part_warning(w, "fstab_unread", NULL, msg);
}

static void warn_unparsed(struct json_writer *w, const struct reply *reply)
{
	char msg[4096 + 128];

	(void)snprintf(
		msg, sizeof(msg),
		"line %zu of '%s' (%zu in all) cannot be read as one of fstab, and is left "
		"alone; see fstab(5)",
		reply->unparsed, request_fstab(reply->req), reply->n_unparsed);
	part_warning(w, "fstab_unparsed", NULL, msg);
}

static void warn_passed_over(struct json_writer *w, const struct request *req)
{
	const struct passed_over *passed = &req->passed;
	char msg[4096 + 256];

	for (size_t i = 0; i < passed->count; i++) {
		const struct passed_line *line = &passed->items[i];

		(void)snprintf(
			msg, sizeof(msg),
			"line %zu of '%s' is a read-only bind that robind leaves alone: "
			"%s %s",
			line->line, request_fstab(req), line->who, line->must);
		part_warning(w, "fstab_passed_over", line->target, msg);
	}
	if (passed->n_all <= passed->count)
		return;
	(void)snprintf(msg, sizeof(msg), "and so are %zu more lines of '%s'",
		       passed->n_all - passed->count, request_fstab(req));
	part_warning(w, "fstab_passed_over", NULL, msg);
}

static void warn_reload(struct json_writer *w, int number)
{
	const struct failure_words words = {.place = "/etc/fstab"};
	char msg[256];

	failure_tell(CALL_TELL_SYSTEMD, number,
		     failure_row_find(CALL_TELL_SYSTEMD, number, 0), &words, msg,
		     sizeof(msg));
	part_warning(w, "daemon_reload", NULL, msg);
}

static void put_warnings(struct json_writer *w, const struct reply *reply, bool is_short)
{
	json_open_array(w, "warnings");
	if (!is_short && reply->unread)
		warn_unread(w, reply);
	if (!is_short && reply->n_unparsed > 0)
		warn_unparsed(w, reply);
	if (!is_short && reply->req)
		warn_passed_over(w, reply->req);
	if (!is_short && reply->is_private)
		part_warning(w, "private_namespace", NULL,
			     "this mount namespace is not that of process 1, as far as "
			     "can be seen, so the host may not see what is mounted here; "
			     "run robind outside, or say "
			     "\"namespace\": \"here\" when this one is meant");
	for (size_t i = 0; !is_short && i < reply->n_outcomes; i++)
		part_bind_warnings(w, reply, &reply->outcomes[i]);
	if (!is_short && reply->reload_error != 0)
		warn_reload(w, reply->reload_error);
	if (!is_short)
		part_holder_warnings(w, reply);
	json_close(w);
}

static bool has_diff(const struct reply *reply)
{
	if (reply->has_fstab_diff)
		return true;
	for (size_t i = 0; i < reply->n_outcomes; i++) {
		if (bind_has_diff(reply, &reply->outcomes[i]))
			return true;
	}
	return false;
}

static void put_diff(struct json_writer *w, const struct reply *reply)
{
	if (!has_diff(reply))
		return;
	json_open_array(w, "diff");
	for (size_t i = 0; i < reply->n_outcomes; i++) {
		if (bind_has_diff(reply, &reply->outcomes[i]))
			part_bind_diff(w, &reply->outcomes[i]);
	}
	if (reply->has_fstab_diff)
		part_diff(w, strbuf_text(&reply->fstab_before),
			  strbuf_text(&reply->fstab_after), request_fstab(reply->req));
	json_close(w);
}

void reply_write_about(const struct features *features, const char *key,
		       struct json_writer *w)
{
	const char *read_api = features->view_calls ? "statmount" : NULL;

	if (!read_api && features->mountinfo)
		read_api = "mountinfo";
	json_open_object(w, key);
	json_put_text(w, "version", ROBIND_VERSION);
	json_put_number(w, "protocol", REPLY_PROTOCOL);
	json_put_text(w, "mount_api", features->mount_calls ? "mount_setattr" : "mount");
	json_put_text_or_null(w, "read_api", read_api);
	json_close(w);
}

/* ---- the whole ---- */

void reply_write(const struct reply *reply, const struct features *features,
		 const struct error *err, bool is_short, struct json_writer *w)
{
	const struct reply_sum sum = reply_sum(reply);
	char told[ERROR_TOLD_SIZE];

	json_open_object(w, NULL);
	json_put_bool(w, "changed", sum.changed);
	json_put_bool(w, "failed", err || sum.counts[STATUS_FAILED] > 0);
	if (err)
		json_put_text(w, "msg", error_tell(err, reply->input, told));
	else
		put_msg(w, reply, &sum);
	if (err)
		part_error(w, err);
	put_counts(w, &sum);
	put_binds(w, reply, is_short);
	if (!is_short && reply->has_searched)
		part_needs_restart(w, &reply->restarts);
	put_warnings(w, reply, is_short);
	if (!is_short)
		put_diff(w, reply);
	if (reply->backup_file)
		json_put_text(w, "backup_file", reply->backup_file);
	if (reply->has_reloaded)
		json_put_bool(w, "daemon_reload", reply->reload_error == 0);
	json_put_bool(w, "check_mode", reply->check_mode);
	reply_write_about(features, "robind", w);
	json_close(w);
}

json_t *reply_tree(const struct reply *reply, const struct features *features,
		   const struct error *err)
{
	struct json_writer w = {0};

	reply_write(reply, features, err, false, &w);
	return json_writer_take(&w);
}
