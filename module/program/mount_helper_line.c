/* SPDX-License-Identifier: Apache-2.0 */
#include "mount_helper_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "fstab/file.h"
#include "fstab/line.h"
#include "fstab/parse.h"
#include "kernel/host.h"
#include "kernel/loop_device.h"
#include "request/request.h"

#define LOOP_NAME "/dev/loop"

static bool is_loop_device(const char *path, struct loop_file *ret)
{
	return strncmp(path, LOOP_NAME, strlen(LOOP_NAME)) == 0 &&
	       sys_loop_file(path, ret) == 0;
}

static bool is_file(const char *path, const struct loop_file *file)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_dev == file->dev && st.st_ino == file->ino;
}

/* The line of type robind for the target as it is written, or NULL. */
static const struct fstab_entry *find_line(const struct fstab *fstab, const char *target)
{
	size_t i = line_find_bind(fstab, target);

	while (i != FSTAB_NONE && line_look(&fstab->entries[i]).type != FSTAB_TYPE_ROBIND)
		i = line_next_bind(fstab, i, target);
	return i == FSTAB_NONE ? NULL : &fstab->entries[i];
}

/* The words that were handed on come last, and count more. */
static int take_line(struct mount_call *call, const struct fstab_entry *line)
{
	char *source = strdup(line->source);
	char *options = NULL;

	if (!source || asprintf(&options, "%s,%s", line->options,
				call->options ? call->options : "") < 0) {
		free(source);
		return -1;
	}
	free(call->options);
	call->options = options;
	call->source = call->line_source = source;
	return 0;
}

static int complete_by(struct mount_call *call, const struct fstab *fstab,
		       const struct loop_file *loop, struct error *err)
{
	struct path_fault fault = {0};
	scoped_mem char *target =
		path_normalise(call->target, strlen(call->target), &fault);
	const struct fstab_entry *line = target ? find_line(fstab, target) : NULL;
	bool is_meant = line && strcmp(line->source, call->source) == 0;

	if (!target && !fault.must)
		return error_no_memory(err);
	if (is_meant || (line && loop && is_file(line->source, loop)))
		return take_line(call, line) < 0 ? error_no_memory(err) : 0;
	if (!loop)
		return 0;
	return error_set(err, ERROR_USAGE, 0, PTR_ROOT,
			 "'%s' is a loop device, and '%s' has no line in " FSTAB_PATH
			 " for the file behind it; let robind apply mount that",
			 call->source, call->target);
}

int mount_call_complete(struct mount_call *call, struct error *err)
{
	struct loop_file behind = {0};
	bool is_loop = is_loop_device(call->source, &behind);
	struct fstab_file_error fault = {0};
	struct fstab_file file = {0};
	struct fstab fstab = {0};
	int r = 0;

	if (!is_loop && !sys_has_busybox_mount())
		return 0;
	/* One that cannot be read has no line. */
	if (fstab_file_read(FSTAB_PATH, &file, &fault) == 0)
		r = fstab_parse(file.text, file.size, &fstab);
	r = r < 0 ? error_no_memory(err)
		  : complete_by(call, &fstab, is_loop ? &behind : NULL, err);
	fstab_done(&fstab);
	fstab_file_done(&file);
	return r;
}
