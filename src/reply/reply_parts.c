#include "reply/reply_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/errno_name.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "fstab/line.h"
#include "fstab/source_mount.h"
#include "reply/reply.h"

json_t *part_drop(json_t *part)
{
	json_decref(part);
	return NULL;
}

json_t *reply_text(const char *text)
{
	scoped_strbuf escaped = {0};
	const char *p = text;
	size_t n = utf8_decode(p, NULL);

	while (n > 0) {
		p += n;
		n = utf8_decode(p, NULL);
	}
	if (*p == '\0')
		return json_string_nocheck(text);
	for (p = text; *p != '\0'; p += n) {
		n = utf8_decode(p, NULL);
		if (n > 0 && *p != '\\') {
			strbuf_add_bytes(&escaped, p, n);
			continue;
		}
		strbuf_addf(&escaped, "\\%03o", (unsigned char)*p);
		n = 1;
	}
	return json_string_nocheck(strbuf_text(&escaped));
}

json_t *part_error(const struct error *err, const char *at)
{
	const char *name = errno_name(err->number);
	json_t *error = json_object();
	int r = json_object_set_new(error, "code", json_string(error_code(err->kind)));

	r |= json_object_set_new(error, "at", reply_text(at));
	r |= json_object_set_new(error, "errno", name ? json_string(name) : json_null());
	r |= json_object_set_new(error, "msg", reply_text(err->text));
	return r < 0 ? part_drop(error) : error;
}

static json_t *text_or_null(const char *text)
{
	return text ? reply_text(text) : json_null();
}

json_t *part_warning(const char *code, const char *target, const char *msg)
{
	json_t *warning = json_object();
	int r = json_object_set_new(warning, "code", json_string(code));

	r |= json_object_set_new(warning, "target", text_or_null(target));
	r |= json_object_set_new(warning, "msg", reply_text(msg));
	return r < 0 ? part_drop(warning) : warning;
}

static json_t *drift_of(const struct drift *d)
{
	json_t *item = json_object();
	int r = json_object_set_new(item, "code", json_string(drift_rules[d->code].name));

	r |= json_object_set_new(item, "want", text_or_null(d->want));
	r |= json_object_set_new(item, "have", text_or_null(d->have));
	if (d->path)
		r |= json_object_set_new(item, "path", reply_text(d->path));
	r |= json_object_set_new(item, "msg", json_string(drift_rules[d->code].text));
	return r < 0 ? part_drop(item) : item;
}

json_t *part_drift(const struct drift_list *drift)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < drift->count; i++) {
		if (json_array_append_new(list, drift_of(&drift->items[i])) < 0)
			return part_drop(list);
	}
	return list;
}

static json_t *options_of(uint32_t attr)
{
	json_t *list = json_array();
	const char *word = NULL;

	for (size_t i = 0; list && (word = flags_word_of(attr, i)); i++) {
		if (json_array_append_new(list, json_string(word)) < 0)
			return part_drop(list);
	}
	return list;
}

/* The members that a target_state and a live target have in common. */
static int set_target_state(json_t *object, const struct target_state *s)
{
	int r = json_object_set_new(object, "mounted", json_boolean(s->mounted));

	r |= json_object_set_new(object, "read_only", json_boolean(s->read_only));
	r |= json_object_set_new(object, "propagation",
				 s->mounted ? json_string(propagation_text(s->propagation))
					    : json_null());
	r |= json_object_set_new(object, "options", options_of(s->attr));
	r |= json_object_set_new(object, "stacked", json_integer((json_int_t)s->stacked));
	return r;
}

json_t *part_target_state(const struct target_state *s)
{
	json_t *state = json_object();
	int r = set_target_state(state, s);

	r |= json_object_set_new(state, "same_as_source", json_boolean(s->same_as_source));
	r |= json_object_set_new(state, "recursive", json_boolean(s->recursive));
	r |= json_object_set_new(state, "in_fstab", json_boolean(s->in_fstab));
	return r < 0 ? part_drop(state) : state;
}

json_t *part_live(const struct target_state *state, const struct mount *m)
{
	json_t *live = json_object();
	char device[32] = "";
	int r = set_target_state(live, state);

	if (m)
		(void)snprintf(device, sizeof(device), "%u:%u",
			       (unsigned)(m->superblock >> 32), (unsigned)m->superblock);
	r |= json_object_set_new(live, "root", text_or_null(m ? m->root : NULL));
	r |= json_object_set_new(live, "fs_type", text_or_null(m ? m->fs_type : NULL));
	r |= json_object_set_new(live, "device", text_or_null(m ? device : NULL));
	return r < 0 ? part_drop(live) : live;
}

static json_t *diff_text(const struct outcome *out, const struct target_state *s)
{
	char options[MOUNT_FLAGS_TEXT_SIZE];
	char text[4096 + 256];

	if (!s->mounted)
		return json_string("not mounted\n");
	mount_flags_text(s->attr, options);
	(void)snprintf(
		text, sizeof(text),
		"source: %s\naccess: %s\noptions:%s%s\npropagation: %s\nmounts: %zu\n",
		s->same_as_source && out->want->source ? out->want->source : "(another)",
		s->read_only ? "read-only" : "writable", options[0] != '\0' ? " " : "",
		options, propagation_text(s->propagation), s->stacked);
	return reply_text(text);
}

json_t *part_diff(const struct outcome *out)
{
	char header[4096 + 16];
	json_t *diff = json_object();
	int r = json_object_set_new(diff, "before", diff_text(out, &out->plan.before));

	(void)snprintf(header, sizeof(header), "%s (live)", out->want->target);
	r |= json_object_set_new(diff, "after", diff_text(out, &out->after));
	r |= json_object_set_new(diff, "before_header", reply_text(header));
	r |= json_object_set_new(diff, "after_header", reply_text(header));
	return r < 0 ? part_drop(diff) : diff;
}

/* As the request's member of that name; null where the line says nothing of it. */
static json_t *source_mount_of(const struct fstab_entry *bind)
{
	struct source_mount kept = {0};
	json_t *told = NULL;

	if (source_mount_of_line(bind, &kept) < 0)
		return NULL;
	if (kept.path)
		told = reply_text(kept.path);
	else
		told = kept.is_asked || kept.is_any ? json_boolean(kept.is_asked)
						    : json_null();
	free(kept.path);
	return told;
}

json_t *part_line(const struct fstab_entry *bind)
{
	const struct line_info have = line_look(bind);
	json_t *line = json_object();
	int r = json_object_set_new(line, "source", reply_text(bind->source));

	r |= json_object_set_new(line, "type", reply_text(bind->type));
	r |= json_object_set_new(line, "options", reply_text(bind->options));
	r |= json_object_set_new(line, "line", json_integer((json_int_t)bind->line));
	r |= json_object_set_new(line, "source_mount", source_mount_of(bind));
	r |= json_object_set_new(line, "ours", json_boolean(have.is_ours));
	r |= json_object_set_new(line, "set",
				 have.set.length > 0
					 ? json_stringn(bind->options + have.set.at,
							have.set.length)
					 : json_null());
	return r < 0 ? part_drop(line) : line;
}

json_t *part_bind_error(const struct error *err, const struct request *req, size_t i)
{
	char at[sizeof(err->at) + 32];

	if (i >= req->n_named)
		(void)snprintf(at, sizeof(at), "/purge");
	else if (req->is_single)
		(void)snprintf(at, sizeof(at), "%s", err->at);
	else
		(void)snprintf(at, sizeof(at), "/binds/%zu%s", i, err->at);
	return part_error(err, at);
}
