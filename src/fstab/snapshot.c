#include "fstab/snapshot.h"

#include <errno.h>

#include "base/cleanup.h"
#include "fstab/file_error.h"
#include "fstab/line.h"
#include "kernel/host.h"

static int read_file(const char *path, struct sys_fstab *file, struct fstab *fstab,
		     struct fail *f)
{
	struct sys_fstab_fault fault = {0};
	int r = sys_fstab_read(path, file, &fault);

	if (r < 0)
		return book_fail(f, &fault, path, r);
	if (fstab_parse(file->text, file->size, fstab) == 0)
		return 0;
	sys_fstab_done(file);
	return fail_set(f, FAIL_MEMORY, ENOMEM, AT_ROOT, "out of memory");
}

void book_open(struct book *book, const char *path, bool sweep)
{
	*book = (struct book){
		.path = path,
		.has_helper = sys_has_helper(),
	};
	if (sweep)
		sys_fstab_sweep(book->path);
	book->is_read =
		read_file(book->path, &book->file, &book->fstab, &book->unread) == 0;
}

void book_done(struct book *book)
{
	fstab_done(&book->fstab);
	sys_fstab_done(&book->file);
	*book = (struct book){0};
}

struct have_line book_look(const struct book *book, const char *target)
{
	struct have_line line = {
		.path = book->path,
		.fstab = book->is_read ? &book->fstab : NULL,
		.unread = &book->unread,
		.has_helper = book->has_helper,
	};
	size_t i = book->is_read ? line_find_bind(&book->fstab, target) : FSTAB_NONE;

	if (i != FSTAB_NONE)
		line.bind = &book->fstab.entries[i];
	return line;
}

const struct fstab_entry *book_find_ours(const struct book *book, const char *target)
{
	const struct fstab_entry *bind = book_look(book, target).bind;

	return bind && line_look(bind).is_ours ? bind : NULL;
}
