/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel itself keeps writing to: the part of part_holder_warnings() about it. */
#include <limits.h>
#include <stdio.h>

#include "reply/reply_parts.h"

static void warn_writer(struct json_writer *w, const struct reply *reply,
			const struct kernel_writer *writer)
{
	char msg[PATH_MAX + 256];

	if (writer->device)
		(void)snprintf(
			msg, sizeof(msg),
			"held by the kernel: the loop device %s writes to '%s' through "
			"a mount that was replaced; detach it, and set it up again",
			writer->device, writer->path);
	else
		(void)snprintf(
			msg, sizeof(msg),
			"held by the kernel: the swap area '%s' is written to through "
			"a mount that was replaced; give it another place",
			writer->path);
	part_warning(w, "writable_elsewhere",
		     want_asked_target(reply->outcomes[writer->bind].want), msg);
}

static bool is_explained(const struct reply *reply, size_t bind)
{
	for (size_t i = 0; i < reply->kernel_writers.count; i++) {
		if (reply->kernel_writers.items[i].bind == bind)
			return true;
	}
	return holders_have(&reply->scan.holders, bind, WHY_WRITER);
}

void part_kernel_warnings(struct json_writer *w, const struct reply *reply)
{
	for (size_t i = 0; i < reply->kernel_writers.count; i++)
		warn_writer(w, reply, &reply->kernel_writers.items[i]);
	for (size_t i = 0; i < reply->n_outcomes; i++) {
		const struct outcome *out = &reply->outcomes[i];

		if (!out->done.was_busy || !step_list_has(&out->done.steps, STEP_REPLACE) ||
		    is_explained(reply, i))
			continue;
		part_warning(w, "writable_elsewhere", want_asked_target(out->want),
			     "the mount that was replaced was open for writing, and no "
			     "process is seen that has it open: held by the kernel: a "
			     "loop device, swap or NFS export, which has to be set up "
			     "again; or by a process that has ended");
	}
}
