/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mounts on kernels before 5.12, and below a filter that hides the newer calls: mount(2)
 * makes a bind writable first and read-only second. So that nobody sees it between the two:
 *
 *   stage     a tmpfs, private, mode 0700: only root gets in, and no copy gets out
 *   clone     bind the source into the stage, private (else it could not be moved)
 *   flags     remount,bind with all flags that the mount had, and those asked
 *   attach    MS_MOVE from the stage to the target
 *
 * Paths are those of descriptors (/proc/self/fd/N): no name is looked up twice.
 */
#include "kernel/mount_legacy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/macro.h"
#include "kernel/fd.h"
#include "kernel/features.h"
#include "kernel/mount_api.h"
#include "kernel/mount_id.h"
#include "kernel/mount_query.h"
#include "kernel/mount_table.h"
#include "kernel/path_open.h"
#include "mount/flags.h"
#include "mount/mount.h"

static struct stage {
	const char *path; /* NULL until it is there */
	unsigned count;   /* places made in it */
	struct mount
		last; /* the newest clone: its id and flags, without asking the table */
} stage;

/* ---- the stage ---- */

static const char *const places[] = {"/run/robind.stage", "/tmp/robind.stage"};

static bool is_ours(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid();
}

void sys_sweep(void)
{
	for (size_t i = 0; !features_found()->mount_calls && i < ARRAY_LEN(places); i++) {
		if (!is_ours(places[i]))
			continue;
		while (umount2(places[i], MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
			;
		(void)rmdir(places[i]);
		sys_table_changed(-1);
	}
}

static int open_stage(void)
{
	int r = -ENOENT;

	for (size_t i = 0; !stage.path && i < ARRAY_LEN(places); i++) {
		if (mkdir(places[i], 0700) < 0 && !is_ours(places[i])) {
			r = -errno;
			continue;
		}
		if (mount("robind", places[i], "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
			  "mode=0700") < 0) {
			r = -errno;
			(void)rmdir(places[i]);
			continue;
		}
		stage.path = places[i];
		if (mount(NULL, stage.path, NULL, MS_PRIVATE, NULL) < 0) {
			r = -errno;
			sys_remount_done();
			return r;
		}
	}
	return stage.path ? 0 : r;
}

void sys_remount_done(void)
{
	if (!stage.path)
		return;
	(void)umount2(stage.path, MNT_DETACH | UMOUNT_NOFOLLOW);
	(void)rmdir(stage.path);
	stage = (struct stage){0};
	sys_table_changed(-1);
}

/* A new place in the stage for a mount of this kind; its path is written to buf. */
static int make_place(bool directory, char *buf, size_t size)
{
	(void)snprintf(buf, size, "%s/%u", stage.path, ++stage.count);
	if (directory)
		return mkdir(buf, 0700) < 0 ? -errno : 0;
	return mknod(buf, S_IFREG | 0400, 0) < 0 ? -errno : 0;
}

static int open_clone(const char *place, uint32_t attr)
{
	scoped_fd int fd = -1;
	int r = 0;

	if (mount(NULL, place, NULL, MS_PRIVATE | MS_REC, NULL) < 0)
		return -errno;
	fd = open(place, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	sys_table_changed(fd);
	stage.last.attr = attr;
	r = sys_mount_id(fd, &stage.last.id);
	return r < 0 ? r : steal_fd(&fd);
}

int sys_remount_clone(int fd, bool recursive)
{
	struct fd_path from = sys_fd_path(fd);
	struct file_id file_id = {0};
	struct mount source = {0};
	char place[64];
	int r = sys_stat(fd, &file_id);

	if (r == 0)
		r = sys_mount(file_id.mount, false, &source);
	if (r == 0)
		r = open_stage();
	if (r == 0)
		r = make_place(S_ISDIR(file_id.mode), place, sizeof(place));
	if (r < 0)
		return r;
	if (mount(from.text, place, NULL, MS_BIND | (recursive ? MS_REC : 0), NULL) < 0)
		return -errno;
	r = open_clone(place, source.attr);
	if (r < 0)
		(void)umount2(place, MNT_DETACH | UMOUNT_NOFOLLOW);
	return r;
}

/* ---- flags ---- */

/* A remount without a flag clears it, so all that the mount has are given again. */
static int set_flags(int fd, const struct mount *m, struct flag_change change)
{
	struct fd_path path = sys_fd_path(fd);
	uint32_t attr = flags_apply(m->attr, change);

	if (attr == m->attr)
		return 0;
	if (mount(NULL, path.text, NULL, MS_REMOUNT | MS_BIND | flags_for_mount2(attr),
		  NULL) < 0)
		return -errno;
	return 0;
}

/* A mount below: its path must still lead to it. */
static int set_flags_below(uint64_t id, struct flag_change change)
{
	struct mount m = {0};
	struct file_id file_id = {0};
	scoped_fd int fd = -1;
	int r = sys_mount(id, true, &m);

	if (r == 0) {
		fd = sys_open(m.point);
		r = fd < 0 ? fd : sys_stat(fd, &file_id);
	}
	if (r == 0)
		r = file_id.mount == id ? set_flags(fd, &m, change) : -ESTALE;
	mount_done(&m);
	return r;
}

int sys_remount_flags(int fd, struct flag_change change, bool recursive)
{
	scoped_mem uint64_t *ids = NULL;
	struct mount m = {0};
	uint64_t id = 0;
	size_t n = 0;
	int r = sys_mount_id(fd, &id);

	if (r == 0 && stage.path && id == stage.last.id)
		m = stage.last;
	else if (r == 0)
		r = sys_mount(id, false, &m);
	if (r == 0 && recursive)
		r = sys_mounts_below(id, &ids, &n);
	if (r == 0)
		r = set_flags(fd, &m, change);
	if (r == 0 && id == stage.last.id)
		stage.last.attr = flags_apply(m.attr, change);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = set_flags_below(ids[i], change);
	sys_table_changed(fd);
	return r;
}

int sys_remount_private(int fd, bool recursive)
{
	struct fd_path path = sys_fd_path(fd);
	unsigned long flags = MS_PRIVATE | (recursive ? MS_REC : 0);

	sys_table_changed(fd);
	return mount(NULL, path.text, NULL, flags, NULL) < 0 ? -errno : 0;
}

int sys_remount_attach(int tree, int target)
{
	struct fd_path from = sys_fd_path(tree);
	struct fd_path to = sys_fd_path(target);

	sys_table_changed(tree);
	return mount(from.text, to.text, NULL, MS_MOVE, NULL) < 0 ? -errno : 0;
}
