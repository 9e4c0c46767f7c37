/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/requests.h"

#include <errno.h>
#include <jansson.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "run/watched_file.h"

static int read_again(struct watch *w, struct watch_file *f, struct error *err)
{
	json_t *doc = NULL;
	struct watch_file read = {0};

	if (w->pass.hooks->read(w->pass.hooks->to, f->name, &doc, err) < 0)
		return -1;
	if (watch_file_take(doc, false, f, &read, err) < 0) {
		json_decref(doc);
		return -1;
	}
	apart_forget(w, (size_t)(f - w->files));
	held_forget(w, (size_t)(f - w->files));
	read.name = f->name;
	watch_file_done(f);
	*f = read;
	return 0;
}

void requests_reload(struct watch *w, struct watch_file *f)
{
	struct error err = {0};

	f->reload = WATCH_NEVER;
	if (!f->name)
		return;
	w->is_asked_anew = true;
	if (read_again(w, f, &err) < 0) {
		char told[ERROR_TOLD_SIZE];

		if (f->is_awaited && err.number == ENOENT)
			return;
		f->is_awaited = false;
		f->is_valid = false;
		pass_tell(&w->pass, WATCH_INVALID, f, error_tell(&err, f->name, told));
		return;
	}
	pass_tell(&w->pass, WATCH_LOADED, f, NULL);
	w->has_lost = true; /* its paths are others */
	pass_first(&w->pass, f);
}

void requests_leave(struct watch *w)
{
	scoped_strbuf left = {0};

	w->is_asked_anew = false;
	for (size_t i = 0; i < w->n_files && !w->pass.check_mode; i++) {
		const struct watch_file *f = &w->files[i];
		struct request req = {0};
		struct error err = {0};

		if (f->doc && request_decode(f->doc, f->accepts_text, &req, &err) == 0)
			watched_add(&left, &req, f->name);
		request_done(&req);
	}
	if (left.size > 0)
		watched_leave(&left, &w->left);
}

void requests_find(struct watch *w)
{
	size_t had = w->n_files;

	w->find = WATCH_NEVER;
	w->pass.hooks->find(w->pass.hooks->to);
	if (w->n_files == had)
		return;
	/* They are read once they are watched, so that no write is missed. */
	w->has_lost = true;
	for (size_t i = had; i < w->n_files; i++)
		w->files[i].reload = clock_boot();
}
