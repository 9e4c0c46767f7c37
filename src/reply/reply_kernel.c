/* What the kernel itself keeps writing to: the part of reply_add_search() about it. */
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "reply/reply.h"

/* The path may hold any bytes, which a reply makes text of. */
static int tell_writer(struct reply *reply, const struct kernel_writer *writer)
{
	scoped_mem char *msg = NULL;
	int n = 0;

	if (writer->device)
		n = asprintf(
			&msg,
			"held by the kernel: the loop device %s writes to '%s' through "
			"a mount that was replaced; detach it, and set it up again",
			writer->device, writer->path);
	else
		n = asprintf(&msg,
			     "held by the kernel: the swap area '%s' is written to through "
			     "a mount that was replaced; give it another place",
			     writer->path);
	if (n < 0) {
		msg = NULL;
		return -1;
	}
	return reply_warn(reply, "writable_elsewhere", writer->bind, msg);
}

static bool is_explained(const struct search *search, const struct process_scan *scan,
			 size_t bind)
{
	for (size_t i = 0; i < search->kernel_writers.count; i++) {
		if (search->kernel_writers.items[i].bind == bind)
			return true;
	}
	for (size_t i = 0; i < scan->holders.count; i++) {
		if (scan->holders.items[i].bind == bind &&
		    scan->holders.items[i].why == WHY_WRITER)
			return true;
	}
	return false;
}

int reply_add_kernel_writers(struct reply *reply, const struct search *search,
			     const struct process_scan *scan)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < search->kernel_writers.count; i++)
		r = tell_writer(reply, &search->kernel_writers.items[i]);
	for (size_t i = 0; r == 0 && i < search->n_locations; i++) {
		size_t bind = search->locations[i].bind;

		if (search->binds[bind].was_busy && !is_explained(search, scan, bind))
			r = reply_warn(
				reply, "writable_elsewhere", bind,
				"the mount that was replaced was open for writing, and no "
				"process is seen that has it open: held by the kernel: a "
				"loop device, swap or NFS export, which has to be set up "
				"again; or by a process that has ended");
	}
	return r;
}
