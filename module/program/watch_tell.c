/* SPDX-License-Identifier: Apache-2.0 */
#include "watch_tell.h"

#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/json_writer.h"
#include "base/strbuf.h"
#include "output.h"
#include "reply_text.h"
#include "screen_holders.h"
#include "screen_words.h"
#include "watch_systemd.h"

#define NAMED 3u

/* For journalctl MESSAGE_ID=: one for each event, chosen at random once and for all. */
static const char *const message_ids[WATCH_EVENT_COUNT_] = {
	[WATCH_READY] = "9f7b5ea841c748418bea744dcd76aa9e",
	[WATCH_MENDED] = "3898274331e04fb38ea6f2897491428f",
	[WATCH_FAILED] = "1126dbfef2b546e28d12be0256f117a6",
	[WATCH_DRIFTED] = "a09bc6bc6f2943e095c5441fe7f706f3",
	[WATCH_IN_SYNC] = "492a1e120b474be5a4b618efb7adec44",
	[WATCH_FIGHTING] = "84899b1eae23453b9609925e25ea0af2",
	[WATCH_HELD] = "21bf8ffc6c5978c5140e879a012717b2",
	[WATCH_LOADED] = "e37244e797684a66af0fc76a608497c0",
	[WATCH_INVALID] = "63c6ff488ae24460b8afd8a03f59ed77",
	[WATCH_UNABLE] = "efd329d169d34ec680e21751db0887d2",
	[WATCH_STOPPED] = "78f35abfdfe444538a37e4329aa1b3aa",
};

static int priority_of(enum watch_event_kind kind)
{
	switch (kind) {
	case WATCH_FAILED:
	case WATCH_INVALID:
		return LOG_ERR;
	case WATCH_MENDED:
	case WATCH_DRIFTED:
	case WATCH_FIGHTING:
	case WATCH_HELD:
	case WATCH_UNABLE:
		return LOG_WARNING;
	default:
		return LOG_INFO;
	}
}

/* ---- JSON ---- */

static void put_drift(struct json_writer *w, const struct outcome *out)
{
	json_open_array(w, "drift");
	for (size_t i = 0; i < out->drift.count; i++)
		json_put_text(w, NULL, drift_rules[out->drift.items[i].code].name);
	json_close(w);
	json_open_array(w, "actions");
	for (size_t i = 0; i < out->done.steps.count; i++)
		json_put_text(w, NULL, step_names[out->done.steps.items[i]]);
	if (out->line != LINE_ACTION_LEAVE)
		json_put_text(w, NULL, line_action_names[out->line]);
	json_close(w);
}

static void put_time(struct json_writer *w)
{
	char text[40];
	struct timespec now;
	struct tm tm;
	size_t n = 0;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)gmtime_r(&now.tv_sec, &tm);
	n = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	(void)snprintf(text + n, sizeof(text) - n, ".%06ldZ", now.tv_nsec / 1000);
	json_put_text(w, "time", text);
}

static void put_actor(struct json_writer *w, const struct actor *actor)
{
	json_put_number(w, "actor_pid", actor->pid);
	if (actor->cgroup.unit)
		json_put_text(w, "actor_unit", actor->cgroup.unit);
	if (actor->cgroup.container)
		json_put_text(w, "actor_container", actor->cgroup.container);
}

static void put_event(struct json_writer *w, const struct watch_event *event)
{
	const struct outcome *out = event->outcome;

	json_open_object(w, NULL);
	json_put_text(w, "event", watch_event_names[event->kind]);
	put_time(w);
	if (event->file)
		json_put_text(w, "request", event->file);
	if (event->target)
		json_put_text(w, "target", event->target);
	if (out)
		put_drift(w, out);
	if (out && out->error)
		json_put_text(w, "code", error_code(out->error->kind));
	if (event->text)
		json_put_text(w, "msg", event->text);
	if (event->held)
		json_put_tree(w, "holders", json_object_get(event->held, "holders"));
	if (event->actor)
		put_actor(w, event->actor);
	if (event->latency >= 0)
		json_put_number(w, "latency_usec", (long long)(event->latency * 1e6));
	json_close(w);
}

/* ---- text ---- */

static void add_drift(struct strbuf *line, const struct outcome *out)
{
	for (size_t i = 0; i < out->drift.count; i++)
		strbuf_addf(line, "%s%s", i == 0 ? ": was " : ", ",
			    drift_was(drift_rules[out->drift.items[i].code].name));
}

static void add_actor(struct strbuf *line, const struct actor *actor)
{
	strbuf_addf(line, " (by process %ld", (long)actor->pid);
	if (actor->cgroup.unit)
		strbuf_addf(line, ", of %s", actor->cgroup.unit);
	if (actor->cgroup.container)
		strbuf_addf(line, ", in container %s", actor->cgroup.container);
	strbuf_add(line, ")");
}

/* The first ones: a sentence with more of them is read by nobody. */
static void add_holders(struct strbuf *line, const json_t *bind)
{
	const json_t *holders = json_object_get(bind, "holders");
	size_t n = json_array_size(holders);

	for (size_t i = 0; i < n && i < NAMED; i++) {
		strbuf_add(line, i == 0 ? ": " : "; ");
		put_holding(line, bind, json_array_get(holders, i));
	}
	if (n > NAMED)
		strbuf_addf(line, "; and %zu more", n - NAMED);
}

/* One sentence. */
static void put_sentence(struct strbuf *line, const struct watch_event *event)
{
	strbuf_add(line, watch_event_names[event->kind]);
	if (event->target)
		strbuf_addf(line, " %s", event->target);
	else if (event->file)
		strbuf_addf(line, " %s", event->file);
	if (event->held)
		add_holders(line, event->held);
	else if (event->text)
		strbuf_addf(line, ": %s", event->text);
	else if (event->outcome)
		add_drift(line, event->outcome);
	if (event->actor)
		add_actor(line, event->actor);
	if (event->kind == WATCH_FIGHTING)
		strbuf_add(line, ": somebody undoes it again and again, so it is mended "
				 "after pauses from now on; find out who");
}

/* ---- the journal ---- */

static void add_number(struct strbuf *entry, const char *name, long long number)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%lld", number);
	journal_add(entry, name, text);
}

static void add_outcome(struct strbuf *entry, const struct outcome *out)
{
	for (size_t i = 0; i < out->drift.count; i++)
		journal_add(entry, "ROBIND_CODE",
			    drift_rules[out->drift.items[i].code].name);
	for (size_t i = 0; i < out->done.steps.count; i++)
		journal_add(entry, "ROBIND_ACTION", step_names[out->done.steps.items[i]]);
	if (out->error)
		journal_add(entry, "ROBIND_ERROR", error_code(out->error->kind));
}

static void add_journal_actor(struct strbuf *entry, const struct actor *actor)
{
	add_number(entry, "ROBIND_ACTOR_PID", actor->pid);
	if (actor->cgroup.unit)
		journal_add(entry, "ROBIND_ACTOR_UNIT", actor->cgroup.unit);
	if (actor->cgroup.container)
		journal_add(entry, "ROBIND_ACTOR_CONTAINER", actor->cgroup.container);
}

static void add_journal_holders(struct strbuf *entry, const json_t *bind)
{
	size_t i = 0;
	json_t *holder = NULL;

	json_array_foreach(json_object_get(bind, "holders"), i, holder)
	{
		const char *unit = member_text(holder, "unit");

		add_number(entry, "ROBIND_HOLDER_PID",
			   json_integer_value(json_object_get(holder, "pid")));
		if (unit[0] != '\0')
			journal_add(entry, "ROBIND_HOLDER_UNIT", unit);
	}
}

static void tell_journal(const struct watch_event *event, const char *sentence)
{
	scoped_strbuf entry = {0};

	journal_add(&entry, "MESSAGE", sentence);
	journal_add(&entry, "MESSAGE_ID", message_ids[event->kind]);
	journal_add(&entry, "SYSLOG_IDENTIFIER", "robind");
	add_number(&entry, "PRIORITY", priority_of(event->kind));
	journal_add(&entry, "ROBIND_EVENT", watch_event_names[event->kind]);
	if (event->file)
		journal_add(&entry, "ROBIND_REQUEST", event->file);
	if (event->target)
		journal_add(&entry, "ROBIND_TARGET", event->target);
	if (event->outcome)
		add_outcome(&entry, event->outcome);
	if (event->held)
		add_journal_holders(&entry, event->held);
	if (event->actor)
		add_journal_actor(&entry, event->actor);
	if (event->latency >= 0)
		add_number(&entry, "ROBIND_LATENCY_USEC",
			   (long long)(event->latency * 1e6));
	journal_send(&entry);
}

void watch_say(const struct watch_event *event, struct strbuf *sentence)
{
	scoped_strbuf raw = {0};

	put_sentence(&raw, event);
	put_escaped(sentence, strbuf_text(&raw));
}

void watch_tell(const struct cli *cli, const struct watch_event *event,
		const struct strbuf *sentence)
{
	struct json_writer w = {.out = stdout};
	const char *text = strbuf_text(sentence);

	if (systemd_is_journal()) {
		if (text)
			tell_journal(event, text);
	} else if (cli->format == FORMAT_TEXT) {
		(void)fputs(text ? text : "out of memory", stdout);
		(void)!output_text("\n");
	} else {
		put_event(&w, event);
		(void)!output_text("\n");
	}
}
