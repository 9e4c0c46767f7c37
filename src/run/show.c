#include "run/show.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "observe/mount_cache.h"
#include "observe/observe.h"

/* Look at the target as at a bind of nobody knows what. */
static int look(const struct view *view, const struct want *want, struct sight *sight,
		struct mount *top, struct fail *f)
{
	struct have have = HAVE_INIT;
	struct plan plan = {0};
	int r = observe(view, want, false, &have, f);

	if (r == 0)
		r = plan_make(want, NULL, &have, true, &plan, f);
	if (r == 0) {
		*sight = plan.before;
		/* A mount that went away just now leaves the texts out. */
		if (have.n_layers > 0)
			(void)!sys_mount(have.layers[0].mount.id, true, top);
	}
	plan_done(&plan);
	have_done(&have);
	return r;
}

int show_target(struct reply *reply, const struct book *book, size_t i, const char *target,
		struct fail *f)
{
	struct path_fault fault = {0};
	scoped_mem char *path = path_normalise(target, strlen(target), &fault);
	struct want want = {.target = path, .state = STATE_UNMOUNTED, .outer = WANT_NONE};
	struct request req = {.check_mode = true};
	struct mounts mounts;
	const struct view view = {&mounts, &req, book};
	const struct fstab_entry *bind = NULL;
	struct sight sight = {0};
	struct mount top = {0};
	struct fail why = {0};
	int r = 0;

	if (!path && !fault.must)
		return fail_set(f, FAIL_MEMORY, ENOMEM, AT_ROOT, "out of memory");
	mounts_init(&mounts, false);
	if (!path)
		r = fail_set(&why, FAIL_USAGE, 0, AT_ROOT, "'%s' %s", target, fault.must);
	else
		r = look(&view, &want, &sight, &top, &why);
	if (path)
		bind = book_look(book, path).bind;
	r = reply_add_sight(reply, i, path ? path : target, &sight, top.text ? &top : NULL,
			    bind, r < 0 ? &why : NULL);
	mount_done(&top);
	mounts_done(&mounts);
	return r < 0 ? fail_set(f, FAIL_MEMORY, ENOMEM, AT_ROOT, "out of memory") : 0;
}

int show_listed(struct reply *reply, const struct book *book, struct fail *f)
{
	size_t n = 0;

	if (!book->is_read) {
		*f = book->unread;
		return -1;
	}
	for (size_t i = 0; i < book->fstab.n_entries; i++) {
		const struct fstab_entry *entry = &book->fstab.entries[i];

		/* A second line for one target is no second bind. */
		if (!entry->place || book_look(book, entry->place).bind != entry)
			continue;
		if (reply_extend(reply, n + 1) < 0)
			return fail_set(f, FAIL_MEMORY, ENOMEM, AT_ROOT, "out of memory");
		if (show_target(reply, book, n++, entry->place, f) < 0)
			return -1;
	}
	return 0;
}
