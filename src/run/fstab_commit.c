/*
 *   lock | read | plan anew, edit | copy | write | unlock | tell systemd
 *
 * What is written goes by what fstab says under the lock, not by what it said when the run
 * began. When somebody changes it all the same, it is read once more.
 */
#include "run/fstab_commit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fstab/file_error.h"
#include "kernel/host.h"
#include "plan/fstab_plan.h"

/* A file that changes while we hold its lock is edited by hand, or by a tool that takes
 * none.
 */
#define TRIES_MAX 5u

/* Texts of the lines concerned, for the reply's diff. */
struct lines {
	FILE *out;
	char *text;
	size_t size;
};

struct keeping {
	const struct pledges *pledges;
	const struct request *req;
	const struct book *book;
	struct reply *reply;
	struct sys_fstab file;
	struct fstab fstab;
	struct fstab_edits edits;
	struct lines before;
	struct lines after;
};

void pledges_done(struct pledges *pledges)
{
	for (size_t i = 0; i < pledges->count; i++)
		want_paths_done(&pledges->items[i].want);
	free(pledges->items);
	*pledges = (struct pledges){0};
}

int pledges_add(struct pledges *pledges, size_t i, const struct outcome *out)
{
	struct pledge pledge = {
		.bind = i,
		.want = *out->real,
		.source_attr = out->source_attr,
		.changed_live = out->deeds.n_steps > 0,
	};
	struct pledge *more = NULL;

	pledge.want.source_mount.path = NULL;
	pledge.want.source = out->real->source ? strdup(out->real->source) : NULL;
	pledge.want.target = strdup(out->real->target);
	/* Room doubles at each power of two. */
	if ((pledges->count & (pledges->count - 1)) == 0) {
		size_t room = pledges->count ? 2 * pledges->count : 1;

		more = reallocarray(pledges->items, room, sizeof(*more));
		if (more)
			pledges->items = more;
	} else {
		more = pledges->items;
	}
	if (!more || !pledge.want.target || (out->real->source && !pledge.want.source)) {
		want_paths_done(&pledge.want);
		return -1;
	}
	pledges->items[pledges->count++] = pledge;
	return 0;
}

/* What is written goes by what fstab says now. 0, -1: no memory, 1: *f says why not. */
static int edit_one(struct keeping *k, const struct pledge *pledge, struct fail *f)
{
	struct line_plan plan = {0};
	int r = line_plan_make(&pledge->want, pledge->source_attr, &k->fstab, &plan);

	if (r == 0 && plan.conflict != FSTAB_NONE &&
	    want_of_fstab(&pledge->want) == DECIDES_THERE) {
		fail_set(f, FAIL_FSTAB_CONFLICT, 0, AT_KEY(AT_ROOT, "target"),
			 "'%s' got a line for '%s' that is no bind while robind was at "
			 "work; "
			 "remove it, then run robind",
			 k->book->path, pledge->want.target);
		r = 1;
	}
	if (r == 0)
		r = line_plan_note(&plan, &k->edits);
	if (r == 0 && plan.deed != LINE_LEAVE) {
		line_plan_show(&plan, &k->fstab, k->before.out);
		if (plan.line)
			(void)fprintf(k->after.out, "%s\n", plan.line);
		else if (plan.deed == LINE_CORRECT)
			(void)fprintf(k->after.out, "%.*s\n",
				      (int)k->fstab.entries[plan.first].whole.length,
				      k->fstab.text +
					      k->fstab.entries[plan.first].whole.at);
	}
	line_plan_done(&plan);
	return r;
}

static int edit_all(struct keeping *k)
{
	scoped_mem struct fail *f = malloc(sizeof(*f));
	int r = f ? 0 : -1;

	k->edits = (struct fstab_edits){.fstab = &k->fstab};
	for (size_t i = 0; r >= 0 && i < k->pledges->count; i++) {
		const struct pledge *pledge = &k->pledges->items[i];

		r = edit_one(k, pledge, f);
		if (r > 0 && reply_take_back(k->reply, k->req, pledge->bind,
					     pledge->changed_live, f) < 0)
			r = -1;
	}
	return r < 0 ? -1 : 0;
}

static void forget(struct keeping *k)
{
	fstab_edits_done(&k->edits);
	fstab_done(&k->fstab);
	sys_fstab_done(&k->file);
	if (k->before.out)
		(void)fclose(k->before.out);
	if (k->after.out)
		(void)fclose(k->after.out);
	free(k->before.text);
	free(k->after.text);
	k->before = k->after = (struct lines){0};
}

static int begin(struct keeping *k)
{
	k->before.out = open_memstream(&k->before.text, &k->before.size);
	k->after.out = open_memstream(&k->after.text, &k->after.size);
	return k->before.out && k->after.out ? 0 : -1;
}

static bool is_same(const struct keeping *k, const char *text, size_t size)
{
	return size == k->file.size && memcmp(text, k->file.text, size) == 0;
}

/* One try: read, edit, write. 0, or -errno with the fault; -ENOMEM is of our own. */
static int try_once(struct keeping *k, struct sys_fstab_fault *fault)
{
	scoped_mem char *text = NULL;
	scoped_mem char *backup = NULL;
	size_t size = 0;
	int r = begin(k) < 0 ? -ENOMEM : sys_fstab_read(k->book->path, &k->file, fault);

	if (r < 0)
		return r;
	if (fstab_parse(k->file.text, k->file.size, &k->fstab) < 0 || edit_all(k) < 0 ||
	    fstab_edited(&k->edits, &text, &size) < 0)
		return -ENOMEM;
	if (is_same(k, text, size))
		return 0;
	if (k->req->backup) {
		r = sys_fstab_backup(&k->file, &backup, fault);
		if (r < 0)
			return r;
	}
	r = sys_fstab_write(&k->file, text, size, fault);
	if (r < 0 && fault->step != SYS_FSTAB_SETTLE) {
		if (backup)
			sys_fstab_drop(backup);
		return r;
	}
	if (reply_set_backup(k->reply, backup) < 0)
		return -ENOMEM;
	return r < 0 ? r : 1;
}

/*
 * No pledge was kept; or, where the new file `is_there`, none for sure. 0, or -1 when there
 * is no memory.
 */
static int fail_all(const struct keeping *k, bool is_there, const struct fail *f)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < k->pledges->count; i++) {
		const struct pledge *pledge = &k->pledges->items[i];

		r = is_there ? reply_spoil(k->reply, k->req, pledge->bind, f)
			     : reply_take_back(k->reply, k->req, pledge->bind,
					       pledge->changed_live, f);
	}
	return r;
}

static int tell_diff(struct keeping *k)
{
	if (!k->req->diff || fflush(k->before.out) == EOF || fflush(k->after.out) == EOF)
		return 0;
	return reply_add_fstab_diff(k->reply, k->book->path, k->before.text, k->after.text);
}

/* Tell what would be written: by what was read at the start, and judged by then. */
static int foretell(struct keeping *k)
{
	const struct sys_fstab *file = &k->book->file;
	int r = begin(k);

	if (r == 0)
		r = fstab_parse(file->text, file->size, &k->fstab);
	if (r == 0)
		r = edit_all(k);
	if (r == 0)
		r = tell_diff(k);
	forget(k);
	return r;
}

static int write_all(struct keeping *k, double deadline, struct fail *f)
{
	struct sys_fstab_lock lock = SYS_FSTAB_LOCK_INIT;
	scoped_mem struct sys_fstab_fault *fault = calloc(1, sizeof(*fault));
	int r = fault ? sys_fstab_lock(k->book->path, deadline, &lock, fault) : -ENOMEM;

	for (unsigned n = 0; r >= 0 && n < TRIES_MAX; n++) {
		forget(k);
		r = try_once(k, fault);
		if (r != -ESTALE)
			break;
		r = n + 1 < TRIES_MAX ? 0 : r;
	}
	sys_fstab_unlock(&lock);
	if (r == -ENOMEM)
		return -1;
	if (r < 0) {
		book_fail(f, fault, k->book->path, r);
		return fail_all(k, fault->step == SYS_FSTAB_SETTLE, f);
	}
	return tell_diff(k) < 0 ? -1 : r;
}

static bool is_of_host(const struct book *book)
{
	return strcmp(book->path, FSTAB_PATH) == 0 && sys_has_systemd();
}

int pledges_keep(const struct pledges *pledges, const struct request *req,
		 const struct book *book, double deadline, struct reply *reply)
{
	struct keeping k = {
		.pledges = pledges,
		.req = req,
		.book = book,
		.reply = reply,
	};
	struct fail f = {0};
	int r = 0;

	if (pledges->count == 0)
		return 0;
	if (req->check_mode)
		return req->diff ? foretell(&k) : 0;
	r = write_all(&k, deadline, &f);
	forget(&k);
	if (r > 0 && !req->no_reload && is_of_host(book))
		return reply_set_reload(reply, sys_daemon_reload(deadline));
	return r < 0 ? -1 : 0;
}
