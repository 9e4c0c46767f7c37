/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a process holds: files by its descriptors and maps, and where it stands. As
 * kernel/process.h otherwise.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/macro.h"

/* A file or directory that a process holds by a descriptor, a map, or stands in. */
struct open_file {
	char name[48];   /* below /proc/PID: "fd/3", "cwd", "map_files/..." */
	uint64_t mount;  /* mountinfo's id of the mount that it is held through */
	bool is_written; /* open for writing, or a shared map of what was */
};

/*
 * Call `each` with every file that a process holds on a path, until it returns less than 0.
 * What cannot be read is left out. Returns 0, or what `each` returned.
 */
typedef int open_file_visitor(void *context, pid_t pid, const struct open_file *file);
MUST_CHECK int sys_process_open_files(pid_t pid, open_file_visitor *each, void *context);

/* An O_PATH descriptor of what is held, for sys_stat(). */
MUST_CHECK int sys_open_file_open(pid_t pid, const struct open_file *file);

/*
 * The path that the kernel shows for it, allocated: from the root of its mount where that
 * is mounted nowhere, and with " (deleted)" at its end where it is.
 */
MUST_CHECK int sys_open_file_path(pid_t pid, const struct open_file *file, char **ret);

/* 1 when neither the mount nor the file system that fd lies on is read-only, else 0. */
MUST_CHECK int sys_is_writable(int fd);

/* An O_PATH descriptor of the directory that lies `steps` above the directory fd. */
MUST_CHECK int sys_climb(int fd, size_t steps);
