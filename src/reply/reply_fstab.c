#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fstab/line.h"
#include "reply/reply.h"
#include "reply/reply_parts.h"

/* The change that was told of, as far as it concerns fstab alone, did not come about. */
static int take_back_change(json_t *bind, bool changed_live)
{
	json_t *actions = json_object_get(bind, "actions");
	json_t *after = json_object_get(bind, "after");
	const json_t *before = json_object_get(bind, "before");
	int r = 0;

	if (json_array_size(actions) > 0)
		r |= json_array_remove(actions, json_array_size(actions) - 1);
	if (json_array_size(actions) == 0)
		(void)json_object_del(bind, "actions");
	if (after)
		r |= json_object_set(after, "in_fstab",
				     json_object_get(before, "in_fstab"));
	if (json_equal(before, after)) {
		(void)json_object_del(bind, "before");
		(void)json_object_del(bind, "after");
	}
	return r | json_object_set_new(bind, "changed", json_boolean(changed_live));
}

int reply_spoil(struct reply *reply, const struct request *req, size_t i,
		const struct error *err)
{
	json_t *bind = json_array_get(reply->binds, i);
	int r = json_object_set_new(bind, "status",
				    json_string(status_names[STATUS_FAILED]));

	reply->counts[STATUS_CHANGED]--;
	reply->counts[STATUS_FAILED]++;
	return r | json_object_set_new(bind, "error", part_bind_error(err, req, i));
}

int reply_take_back(struct reply *reply, const struct request *req, size_t i,
		    bool changed_live, const struct error *err)
{
	int r = take_back_change(json_array_get(reply->binds, i), changed_live);

	reply->n_changed -= !changed_live;
	reply->changed = reply->n_changed > 0;
	return r | reply_spoil(reply, req, i, err);
}

int reply_add_unparsed(struct reply *reply, const char *path, size_t line, size_t n)
{
	char msg[4096 + 128];

	(void)snprintf(
		msg, sizeof(msg),
		"line %zu of '%s' (%zu in all) cannot be read as one of fstab, and is "
		"left alone; see fstab(5)",
		line, path, n);
	return json_array_append_new(reply->warnings,
				     part_warning("fstab_unparsed", NULL, msg));
}

int reply_set_backup(struct reply *reply, const char *backup)
{
	if (!backup)
		return 0;
	reply->backup_file = reply_text(backup);
	return reply->backup_file ? 0 : -1;
}

int reply_set_reload(struct reply *reply, int r)
{
	char msg[256];

	reply->daemon_reload = json_boolean(r == 0);
	if (r == 0)
		return 0;
	(void)snprintf(msg, sizeof(msg),
		       "systemd was not told of the new fstab (%s); run systemctl "
		       "daemon-reload",
		       r == -EIO ? "systemctl failed" : strerror(-r));
	return json_array_append_new(reply->warnings,
				     part_warning("daemon_reload", NULL, msg));
}

int reply_add_fstab_diff(struct reply *reply, const char *path, const char *before,
			 const char *after)
{
	json_t *diff = json_object();
	int r = json_object_set_new(diff, "before", reply_text(before));

	r |= json_object_set_new(diff, "after", reply_text(after));
	r |= json_object_set_new(diff, "before_header", reply_text(path));
	r |= json_object_set_new(diff, "after_header", reply_text(path));
	if (!reply->diff)
		reply->diff = json_array();
	return json_array_append_new(reply->diff, r < 0 ? part_drop(diff) : diff);
}
