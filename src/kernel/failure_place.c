/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/failure_place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/failure.h"
#include "base/macro.h"
#include "base/path.h"
#include "kernel/fd.h"
#include "kernel/mount_id.h"
#include "kernel/mount_query.h"
#include "kernel/path_open.h"
#include "kernel/syscalls.h"

#define IMMUTABLE   0x10u /* STATX_ATTR_IMMUTABLE */
#define APPEND_ONLY 0x20u /* STATX_ATTR_APPEND */

/* The file systems that say something about a failure by being what they are. */
static const struct {
	const char *name;
	unsigned fact;
} kinds[] = {
	{"9p", FACT_REMOTE},           {"afs", FACT_REMOTE},
	{"ceph", FACT_REMOTE},         {"cifs", FACT_REMOTE},
	{"lustre", FACT_REMOTE},       {"nfs", FACT_REMOTE},
	{"nfs4", FACT_REMOTE},         {"smb3", FACT_REMOTE},
	{"virtiofs", FACT_REMOTE},     {"configfs", FACT_FIXED_NAMES},
	{"debugfs", FACT_FIXED_NAMES}, {"devpts", FACT_FIXED_NAMES},
	{"proc", FACT_FIXED_NAMES},    {"pstore", FACT_FIXED_NAMES},
	{"sysfs", FACT_FIXED_NAMES},   {"securityfs", FACT_FIXED_NAMES},
	{"tracefs", FACT_FIXED_NAMES},
};

static unsigned fact_of_kind(const char *fs_type)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (strcmp(kinds[i].name, fs_type) == 0)
			return kinds[i].fact;
	}
	return 0;
}

/* The line of a mount in the table of mounts, by the id that is used there; or NULL. */
static char *find_line(uint64_t id)
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	char *line = NULL;
	size_t size = 0;
	bool is_found = false;

	while (file && !is_found && getline(&line, &size, file) > 0)
		is_found = strtoull(line, NULL, 10) == id;
	if (file)
		(void)fclose(file);
	if (is_found)
		return line;
	free(line);
	return NULL;
}

/* The kernel lets in the user who mounted it, and others only where he said so. */
static bool is_closed_to_us(int fd)
{
	struct fd_info info = {0};
	scoped_mem char *line = sys_fd_info(fd, &info) == 0 ? find_line(info.mount) : NULL;
	const char *options = line ? strstr(line, " - ") : NULL;
	const char *user = options ? strstr(options, "user_id=") : NULL;

	return user && strtoul(user + strlen("user_id="), NULL, 10) != geteuid() &&
	       !strstr(options, "allow_other");
}

static unsigned look_at_fs(int fd, const struct mount *m)
{
	if (strncmp(m->fs_type, "fuse", 4) == 0 && strcmp(m->fs_type, "fusectl") != 0)
		return is_closed_to_us(fd) ? FACT_FUSE_CLOSED : FACT_REMOTE;
	return fact_of_kind(m->fs_type);
}

static unsigned look_at_attributes(int fd)
{
	struct shim_statx buf = {0};

	if (shim_statx(fd, "", AT_EMPTY_PATH | SHIM_AT_DONT_SYNC, SHIM_STATX_TYPE, &buf) <
	    0)
		return 0;
	return (buf.attributes & IMMUTABLE ? FACT_IMMUTABLE : 0u) |
	       (buf.attributes & APPEND_ONLY ? FACT_APPEND_ONLY : 0u);
}

/* What is there of a path: cut it down to that. A descriptor or -errno. */
static int open_nearest(char *path)
{
	int fd = sys_open(path);

	while (fd < 0 && fd != -ETIMEDOUT && path_to_parent(path))
		fd = sys_open(path);
	return fd;
}

/* A file that may be changed cannot be taken out of a folder that may not. */
static void look_above(struct failed_place *place)
{
	scoped_mem char *above = strdup(place->folder);
	scoped_fd int fd = above && path_to_parent(above) ? sys_open(above) : -1;
	unsigned facts = fd >= 0 ? look_at_attributes(fd) : 0;

	if (facts == 0)
		return;
	place->facts |= facts;
	free(place->folder);
	place->folder = STEAL(above);
}

static void look_at(const char *path, int fd, int number, struct failed_place *ret)
{
	struct file_id id = {0};
	struct statvfs fs;

	if (sys_stat_mount(fd, &id) == 0 && id.failure != 0)
		ret->facts |= FACT_IS_DEAD;
	else if (number == EPERM)
		ret->facts |= look_at_attributes(fd);
	if (number == EPERM && (ret->facts & (FACT_IMMUTABLE | FACT_APPEND_ONLY)) == 0 &&
	    strcmp(path, ret->folder) == 0)
		look_above(ret);
	if (number == ENOSPC && fstatvfs(fd, &fs) == 0 && fs.f_files > 0 && fs.f_ffree == 0)
		ret->facts |= FACT_NO_INODES;
}

static void find_mount(int fd, struct mount *ret)
{
	uint64_t id = 0;

	if (sys_mount_id(fd, &id) < 0 || sys_mount(id, true, ret) < 0)
		*ret = (struct mount){0};
}

void failed_place_look(const char *path, int number, struct failed_place *ret)
{
	scoped_fd int fd = -1;

	*ret = (struct failed_place){.folder = path[0] == '/' ? strdup(path) : NULL};
	if (ret->folder)
		fd = open_nearest(ret->folder);
	if (fd < 0) {
		free(STEAL(ret->folder));
		return;
	}
	look_at(path, fd, number, ret);
	find_mount(fd, &ret->mount);
	if (ret->mount.fs_type)
		ret->facts |= look_at_fs(fd, &ret->mount);
}

void failed_place_done(struct failed_place *place)
{
	free(place->folder);
	mount_done(&place->mount);
	*place = (struct failed_place){0};
}
