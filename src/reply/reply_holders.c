#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "reply/reply.h"
#include "reply/reply_parts.h"

/* More names than this make a sentence that nobody reads; the holders have them all. */
#define NAMES_MAX 3u

static json_t *text_or_null(const char *text)
{
	return text ? reply_text(text) : json_null();
}

static json_t *holder_of(const struct holder *h, const struct process_identity *who)
{
	json_t *holder = json_object();
	int r = json_object_set_new(holder, "pid", json_integer(h->pid));

	r |= json_object_set_new(holder, "command", reply_text(who->command));
	r |= json_object_set_new(holder, "unit", text_or_null(who->cgroup.unit));
	r |= json_object_set_new(holder, "container", text_or_null(who->cgroup.container));
	r |= json_object_set_new(holder, "path", reply_text(h->path));
	r |= json_object_set_new(holder, "why", json_string(why_names[h->why]));
	return r < 0 ? part_drop(holder) : holder;
}

static void add_name(struct strbuf *text, const struct holder *h,
		     const struct process_identity *who)
{
	if (who->cgroup.container)
		strbuf_addf(text, "container %s", who->cgroup.container);
	else if (who->cgroup.unit)
		strbuf_addf(text, "unit %s", who->cgroup.unit);
	else
		strbuf_addf(text, "process %d (%s)", (int)h->pid, who->command);
}

/* The sentence that names who keeps a writable copy; NULL when nobody does, or no memory.
 */
static char *writable_text(const struct holder *holders, size_t n,
			   const struct process_identity *identities)
{
	scoped_strbuf text = {0};
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		if (holders[i].why != WHY_WRITABLE || count++ >= NAMES_MAX)
			continue;
		strbuf_add(&text, count > 1 ? ", " : "a writable copy is left with ");
		add_name(&text, &holders[i], &identities[i]);
	}
	if (count > NAMES_MAX)
		strbuf_addf(&text, " and %zu more", count - NAMES_MAX);
	strbuf_add(&text, count > 1 ? "; restart these" : "; restart it");
	return count > 0 ? strbuf_steal(&text) : NULL;
}

static bool has_writable(const struct holder *holders, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (holders[i].why == WHY_WRITABLE)
			return true;
	}
	return false;
}

static int add_holders(struct reply *reply, size_t i, const struct holder *holders,
		       size_t n, const struct process_identity *identities)
{
	json_t *list = json_array();
	scoped_mem char *msg = NULL;
	int r = 0;

	for (size_t h = 0; r == 0 && h < n; h++)
		r = json_array_append_new(list, holder_of(&holders[h], &identities[h]));
	if (r < 0) {
		json_decref(list);
		return -1;
	}
	if (json_object_set_new(json_array_get(reply->binds, i), "holders", list) < 0)
		return -1;
	if (!has_writable(holders, n))
		return 0;
	msg = writable_text(holders, n, identities);
	return msg ? reply_warn(reply, "writable_elsewhere", i, msg) : -1;
}

/* ---- what to restart ---- */

/* A name, or where there is none a number. */
struct restart {
	const char *name;
	pid_t pid;
};

static int by_name(const void *a, const void *b)
{
	const struct restart *x = a;
	const struct restart *y = b;

	if (x->name && y->name)
		return strcmp(x->name, y->name);
	return (x->pid > y->pid) - (x->pid < y->pid);
}

/* The list of these, each once. */
static json_t *list_of(struct restart *items, size_t n)
{
	json_t *list = json_array();

	if (n > 1)
		qsort(items, n, sizeof(*items), by_name);
	for (size_t i = 0; list && i < n; i++) {
		json_t *item = NULL;

		if (i > 0 && by_name(&items[i - 1], &items[i]) == 0)
			continue;
		item = items[i].name ? reply_text(items[i].name)
				     : json_integer(items[i].pid);
		if (json_array_append_new(list, item) < 0)
			return part_drop(list);
	}
	return list;
}

enum restart_kind { RESTART_UNIT, RESTART_CONTAINER, RESTART_PROCESS, RESTART_COUNT_ };

static enum restart_kind kind_of(const struct cgroup *cgroup)
{
	if (cgroup->container)
		return RESTART_CONTAINER;
	return cgroup->unit && cgroup->is_service ? RESTART_UNIT : RESTART_PROCESS;
}

static int add_needs_restart(struct reply *reply, const struct holder_list *holders,
			     const struct process_identity *identities)
{
	/* clang-format off */
	static const char *const names[RESTART_COUNT_] = {
		[RESTART_UNIT]      = "units",
		[RESTART_CONTAINER] = "containers",
		[RESTART_PROCESS]   = "processes",
	};
	/* clang-format on */
	scoped_mem struct restart *items = calloc(holders->count + 1, sizeof(*items));
	scoped_json json_t *whole = json_object();

	if (!items)
		return -1;
	for (unsigned kind = 0; kind < RESTART_COUNT_; kind++) {
		size_t n = 0;

		for (size_t i = 0; i < holders->count; i++) {
			const struct cgroup *cgroup = &identities[i].cgroup;

			if (kind_of(cgroup) != kind)
				continue;
			items[n++] = (struct restart){
				.name = kind == RESTART_UNIT        ? cgroup->unit
					: kind == RESTART_CONTAINER ? cgroup->container
								    : NULL,
				.pid = holders->items[i].pid,
			};
		}
		if (json_object_set_new(whole, names[kind], list_of(items, n)) < 0)
			return -1;
	}
	reply->needs_restart = STEAL(whole);
	return 0;
}

/* ---- what could not be looked at ---- */

static int add_unknown(struct reply *reply, const struct process_scan *scan)
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
	return json_array_append_new(reply->warnings,
				     part_warning("holders_unknown", NULL, msg));
}

static int add_guess(struct reply *reply, size_t i)
{
	return reply_warn(
		reply, "writable_elsewhere", i,
		"other mount namespaces may keep a writable copy of the old mount, because "
		"mounts lie below it there; restart what runs in them");
}

/* The holders of one bind follow each other. */
static int tell_binds(const struct process_scan *scan, struct search *search,
		      struct reply *reply)
{
	const struct holder_list *found = &scan->holders;
	size_t first = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < found->count; i++) {
		size_t bind = found->items[i].bind;
		size_t n = i + 1 - first;

		if (i + 1 < found->count && found->items[i + 1].bind == bind)
			continue;
		r = add_holders(reply, bind, found->items + first, n,
				scan->identities + first);
		for (size_t h = first; h <= i; h++)
			search->binds[bind].may_leave_copies &=
				found->items[h].why != WHY_WRITABLE;
		first = i + 1;
	}
	return r;
}

/* Where little could be read, what the plan feared is all there is to tell. */
static int tell_unknown(const struct process_scan *scan, const struct search *search,
			struct reply *reply)
{
	int r = 0;

	if (search->req->holders)
		r = add_unknown(reply, scan);
	for (size_t i = 0; r == 0 && i < search->req->n_wants; i++) {
		if (search->binds[i].may_leave_copies)
			r = add_guess(reply, i);
	}
	return r;
}

int reply_add_search(struct reply *reply, struct search *search,
		     const struct process_scan *found)
{
	int r = 0;

	if (!search->req->holders && search->n_locations == 0)
		return 0;
	r = tell_binds(found, search, reply);
	if (r == 0)
		r = add_needs_restart(reply, &found->holders, found->identities);
	if (r == 0)
		r = reply_add_kernel_writers(reply, search, found);
	if (r == 0 && scan_is_incomplete(found))
		r = tell_unknown(found, search, reply);
	return r;
}
