/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "reply/reply_parts.h"

/* More names than this make a sentence that nobody reads; the holders have them all. */
#define NAMES_MAX 3u

/* Room for so many names: that of a unit or a container is one of a directory at most. */
#define TEXT_SIZE 2048u

void part_holders(struct json_writer *w, const struct reply *reply, size_t i)
{
	struct holder_range range = holders_of(&reply->scan.holders, i);

	if (range.first == range.end)
		return;
	json_open_array(w, "holders");
	for (size_t h = range.first; h < range.end; h++) {
		const struct holder *holder = &reply->scan.holders.items[h];
		const struct process_identity *who = &reply->scan.identities[h];

		json_open_object(w, NULL);
		json_put_number(w, "pid", holder->pid);
		json_put_text(w, "command", who->command);
		json_put_text_or_null(w, "unit", who->cgroup.unit);
		json_put_text_or_null(w, "container", who->cgroup.container);
		json_put_text(w, "path", holder->path);
		json_put_text(w, "why", why_names[holder->why]);
		json_close(w);
	}
	json_close(w);
}

void part_needs_restart(struct json_writer *w, const struct restarts *restarts)
{
	json_open_object(w, "needs_restart");
	json_open_array(w, "units");
	for (size_t i = 0; i < restarts->n_units; i++)
		json_put_text(w, NULL, restarts->units[i]);
	json_close(w);
	json_open_array(w, "containers");
	for (size_t i = 0; i < restarts->n_containers; i++)
		json_put_text(w, NULL, restarts->containers[i]);
	json_close(w);
	json_open_array(w, "processes");
	for (size_t i = 0; i < restarts->n_processes; i++)
		json_put_number(w, NULL, restarts->processes[i]);
	json_close(w);
	json_close(w);
}

/* ---- warnings ---- */

static void append(char text[TEXT_SIZE], const char *more)
{
	size_t used = strlen(text);

	(void)snprintf(text + used, TEXT_SIZE - used, "%s", more);
}

static void append_name(char text[TEXT_SIZE], const struct holder *holder,
			const struct process_identity *who)
{
	char process[512];

	(void)snprintf(process, sizeof(process), "process %d (%s)", (int)holder->pid,
		       who->command);
	if (who->cgroup.container)
		append(text, "container ");
	else if (who->cgroup.unit)
		append(text, "unit ");
	append(text, who->cgroup.container ? who->cgroup.container
		     : who->cgroup.unit    ? who->cgroup.unit
					   : process);
}

/* The sentence that names who keeps a writable copy. Returns how many do. */
static size_t writable_text(const struct reply *reply, struct holder_range range,
			    char text[TEXT_SIZE])
{
	size_t count = 0;
	char more[64];

	text[0] = '\0';
	for (size_t h = range.first; h < range.end; h++) {
		const struct holder *holder = &reply->scan.holders.items[h];

		if (holder->why != WHY_WRITABLE || count++ >= NAMES_MAX)
			continue;
		append(text, count > 1 ? ", " : "a writable copy is left with ");
		append_name(text, holder, &reply->scan.identities[h]);
	}
	(void)snprintf(more, sizeof(more), " and %zu more", count - NAMES_MAX);
	append(text, count > NAMES_MAX ? more : "");
	append(text, count > 1 ? "; restart these" : "; restart it");
	return count;
}

/* Why not all processes could be looked at. */
static void warn_unknown(struct json_writer *w, const struct process_scan *scan)
{
	char msg[160];

	if (scan->is_cut)
		(void)snprintf(msg, sizeof(msg),
			       "the time was over before all processes were read, so that "
			       "there may be more holders; raise \"timeout\"");
	else if (scan->is_hidden || scan->n_seen == 0)
		(void)snprintf(msg, sizeof(msg),
			       "/proc does not show the processes of others, so that there "
			       "may be more holders; run robind as root");
	else
		(void)snprintf(msg, sizeof(msg),
			       "%zu of %zu processes cannot be read, so that there may be "
			       "more holders; run robind as root",
			       scan->n_denied, scan->n_denied + scan->n_seen);
	part_warning(w, "holders_unknown", NULL, msg);
}

/* Where little could be read, what the plan feared is all there is to tell. */
static void warn_guesses(struct json_writer *w, const struct reply *reply)
{
	for (size_t i = 0; i < reply->n_outcomes; i++) {
		const struct outcome *out = &reply->outcomes[i];

		if (!out->leaves_copies ||
		    holders_have(&reply->scan.holders, i, WHY_WRITABLE))
			continue;
		part_warning(
			w, "writable_elsewhere", want_asked_target(out->want),
			"other mount namespaces may keep a writable copy of the old "
			"mount, because mounts lie below it there; restart what runs in them");
	}
}

void part_holder_warnings(struct json_writer *w, const struct reply *reply)
{
	char text[TEXT_SIZE];

	for (size_t i = 0; i < reply->n_outcomes && reply->has_searched; i++) {
		if (writable_text(reply, holders_of(&reply->scan.holders, i), text) > 0)
			part_warning(w, "writable_elsewhere",
				     want_asked_target(reply->outcomes[i].want), text);
	}
	if (reply->has_searched)
		part_kernel_warnings(w, reply);
	if (!reply->has_searched || !scan_is_incomplete(&reply->scan))
		return;
	if (reply->req->holders)
		warn_unknown(w, &reply->scan);
	warn_guesses(w, reply);
}
