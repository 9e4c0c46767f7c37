/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "fstab/line.h"
#include "fstab/source_mount.h"
#include "reply/reply_parts.h"

static void put_live(struct json_writer *w, const struct shown *shown)
{
	const struct mount *top = shown->top.text ? &shown->top : NULL;
	char device[32] = "";

	if (top)
		(void)snprintf(device, sizeof(device), "%u:%u",
			       (unsigned)(top->superblock >> 32),
			       (unsigned)top->superblock);
	json_open_object(w, "live");
	part_live_state(w, &shown->state);
	json_put_text_or_null(w, "root", top ? top->root : NULL);
	json_put_text_or_null(w, "fs_type", top ? top->fs_type : NULL);
	json_put_text_or_null(w, "device", top ? device : NULL);
	json_close(w);
}

/* As the request's member of that name; null where the line says nothing of it. */
static void put_source_mount(struct json_writer *w, const struct source_mount *kept)
{
	if (kept->path)
		json_put_text(w, "source_mount", kept->path);
	else if (kept->is_asked || kept->is_any)
		json_put_bool(w, "source_mount", kept->is_asked);
	else
		json_put_null(w, "source_mount");
}

static void put_line(struct json_writer *w, const struct shown *shown)
{
	const struct fstab_entry *line = shown->line;
	const struct line_info info = line_look(line);

	json_open_object(w, "fstab");
	json_put_text(w, "source", line->source);
	json_put_text(w, "type", line->type);
	json_put_text(w, "options", line->options);
	json_put_number(w, "line", (long long)line->line);
	/* A helper of type robind makes no other bind, whatever the options say. */
	json_put_bool(w, "read_only", info.is_read_only || info.type == FSTAB_TYPE_ROBIND);
	json_put_bool(w, "recursive", info.is_recursive);
	put_source_mount(w, &shown->kept);
	json_put_bool(w, "ours", info.is_ours);
	if (info.set.length > 0)
		json_put_bytes(w, "set", line->options + info.set.at, info.set.length);
	else
		json_put_null(w, "set");
	json_close(w);
}

void part_shown(struct json_writer *w, const struct shown *shown)
{
	json_open_object(w, NULL);
	json_put_text(w, "target", shown->target);
	if (shown->resolved) {
		json_open_object(w, "resolved");
		json_put_text(w, "target", shown->resolved);
		json_close(w);
	}
	if (shown->error)
		part_kept_error(w, shown->error, shown->error->at);
	else
		put_live(w, shown);
	if (shown->line)
		put_line(w, shown);
	else
		json_put_null(w, "fstab");
	json_close(w);
}
