/* SPDX-License-Identifier: Apache-2.0 */
#include "reply/reply_parts.h"

#include "base/errno_name.h"

void part_kept_error(struct json_writer *w, const struct kept_error *err, const char *at)
{
	json_open_object(w, "error");
	json_put_text(w, "code", error_code(err->kind));
	json_put_text(w, "at", at);
	json_put_text_or_null(w, "errno", errno_name(err->number));
	json_put_text(w, "msg", err->text);
	json_close(w);
}

void part_error(struct json_writer *w, const struct error *err)
{
	struct error placed = *err;
	char text[ERROR_TOLD_SIZE];
	struct kept_error same = {err->kind, err->number, err->at, text};

	/* `at` has the member; only a line has no other place. */
	placed.at[0] = '\0';
	(void)error_tell(&placed, NULL, text);
	part_kept_error(w, &same, err->at);
}

void part_drift(struct json_writer *w, const char *key, const struct drift_list *drift)
{
	json_open_array(w, key);
	for (size_t i = 0; i < drift->count; i++) {
		const struct drift *d = &drift->items[i];

		json_open_object(w, NULL);
		json_put_text(w, "code", drift_rules[d->code].name);
		json_put_text_or_null(w, "want", d->want);
		json_put_text_or_null(w, "have", d->have);
		if (d->path)
			json_put_text(w, "path", d->path);
		json_put_text(w, "msg", drift_rules[d->code].text);
		json_close(w);
	}
	json_close(w);
}

void part_live_state(struct json_writer *w, const struct target_state *s)
{
	const char *word = NULL;

	json_put_bool(w, "mounted", s->mounted);
	json_put_bool(w, "read_only", s->read_only);
	json_put_text_or_null(w, "propagation",
			      s->mounted ? propagation_text(s->propagation) : NULL);
	json_open_array(w, "options");
	for (size_t i = 0; (word = flags_word_of(s->attr, i)); i++)
		json_put_text(w, NULL, word);
	json_close(w);
	json_put_number(w, "stacked", (long long)s->stacked);
}

void part_target_state(struct json_writer *w, const char *key, const struct target_state *s)
{
	json_open_object(w, key);
	part_live_state(w, s);
	json_put_bool(w, "same_as_source", s->same_as_source);
	json_put_bool(w, "recursive", s->recursive);
	json_put_bool(w, "in_fstab", s->in_fstab);
	json_close(w);
}

void part_warning(struct json_writer *w, const char *code, const char *target,
		  const char *msg)
{
	json_open_object(w, NULL);
	json_put_text(w, "code", code);
	json_put_text_or_null(w, "target", target);
	json_put_text(w, "msg", msg);
	json_close(w);
}

void part_diff(struct json_writer *w, const char *before, const char *after,
	       const char *header)
{
	json_open_object(w, NULL);
	json_put_text(w, "before", before);
	json_put_text(w, "after", after);
	json_put_text(w, "before_header", header);
	json_put_text(w, "after_header", header);
	json_close(w);
}
