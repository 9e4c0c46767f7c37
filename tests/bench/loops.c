/* SPDX-License-Identifier: Apache-2.0 */
/* What can be had for less, when nothing is looked at and nothing promised.
 *
 *   loops WHAT PLACE FROM COUNT
 *
 * Bind I shows PLACE/s/I at PLACE/d/I. WHAT is a row of the table at the end.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macro.h"
#include "kernel/call_numbers.h"
#include "kernel/syscalls.h"

#define READ_ONLY     1u               /* MOUNT_ATTR_RDONLY */
#define CLOEXEC_CLONE (1u | O_CLOEXEC) /* OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC */
#define FROM_ITSELF   0x4u             /* MOVE_MOUNT_F_EMPTY_PATH */
#define MOUNTS_MAX    100000

static const char *place; /* a mount point */

/* ---- one bind each; -1 with errno ---- */

static int make_place(const char *source, const char *target)
{
	return mkdir(source, 0755) < 0 || mkdir(target, 0755) < 0 ? -1 : 0;
}

static int set(int dirfd, const char *path, int flags, struct shim_mount_attr attr)
{
	return (int)syscall(SYS_mount_setattr, dirfd, path, flags, &attr, sizeof(attr));
}

/*
 * A mount that has many others on it is slow to clone: each is looked at. So the clones are of a
 * copy that has none, where the kernel clones what is attached nowhere (6.15).
 */
static int clone_cheapest(const char *source)
{
	static int copy = -1;
	int tree = -1;

	if (copy < 0)
		copy = (int)syscall(SYS_open_tree, AT_FDCWD, place, CLOEXEC_CLONE);
	tree = (int)syscall(SYS_open_tree, copy, source + strlen(place) + 1, CLOEXEC_CLONE);
	return tree < 0 ? (int)syscall(SYS_open_tree, AT_FDCWD, source, CLOEXEC_CLONE)
			: tree;
}

static int make_cheapest(const char *source, const char *target)
{
	struct shim_mount_attr attr = {.attr_set = READ_ONLY, .propagation = MS_PRIVATE};
	int tree = clone_cheapest(source);

	if (tree < 0 || set(tree, "", AT_EMPTY_PATH, attr) < 0)
		return -1;
	if (syscall(SYS_move_mount, tree, "", AT_FDCWD, target, FROM_ITSELF) < 0)
		return -1;
	return close(tree);
}

static int make_plain(const char *source, const char *target)
{
	if (mount(source, target, NULL, MS_BIND, NULL) < 0)
		return -1;
	return mount(NULL, target, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL);
}

static int make_read_only(const char *source, const char *target)
{
	(void)source;
	return set(AT_FDCWD, target, 0, (struct shim_mount_attr){.attr_set = READ_ONLY});
}

static int make_writable(const char *source, const char *target)
{
	(void)source;
	return set(AT_FDCWD, target, 0, (struct shim_mount_attr){.attr_clr = READ_ONLY});
}

static int unmount(const char *source, const char *target)
{
	(void)source;
	return umount2(target, 0);
}

/* Whether the target shows the source, and is read-only: the least that a check could ask. */
static int look(const char *source, const char *target)
{
	unsigned mask = SHIM_STATX_TYPE | SHIM_STATX_INO | SHIM_STATX_MNT_ID_UNIQUE;
	struct shim_statx from = {0};
	struct shim_statx to = {0};
	struct shim_statmount facts = {0};

	if (shim_statx(AT_FDCWD, source, SHIM_AT_DONT_SYNC, mask, &from) < 0 ||
	    shim_statx(AT_FDCWD, target, SHIM_AT_DONT_SYNC, mask, &to) < 0 ||
	    shim_statmount(to.mnt_id, SHIM_STATMOUNT_SB_BASIC | SHIM_STATMOUNT_MNT_BASIC,
			   &facts, sizeof(facts)) < 0)
		return -1;
	errno = EXDEV;
	return from.ino == to.ino && facts.mnt_attr & READ_ONLY ? 0 : -1;
}

static int do_nothing(const char *source, const char *target)
{
	(void)source;
	(void)target;
	return 0;
}

/* All mounts of the namespace, by one call. */
static int list_mounts(const char *source, const char *target)
{
	static uint64_t ids[MOUNTS_MAX];

	(void)source;
	(void)target;
	return shim_listmount(SHIM_LSMT_ROOT, 0, ids, MOUNTS_MAX) < 0 ? -1 : 0;
}

/* clang-format off */
static const struct loop {
	const char *name;
	int (*one)(const char *source, const char *target);
} loops[] = {
	{ "places",    make_place },     /* the directories */
	{ "cheapest",  make_cheapest },  /* a copy, read-only and private, attached */
	{ "plain",     make_plain },     /* mount(2) twice, writable in between */
	{ "look",      look },
	{ "read-only", make_read_only },
	{ "writable",  make_writable },
	{ "unmount",   unmount },
	{ "list",      list_mounts },
	{ "nothing",   do_nothing },   /* what starting this costs */
};
/* clang-format on */

static int go_round(const struct loop *loop, long from, long count)
{
	char source[PATH_MAX];
	char target[PATH_MAX];

	for (long i = from; i < from + count; i++) {
		(void)snprintf(source, sizeof(source), "%s/s/%ld", place, i);
		(void)snprintf(target, sizeof(target), "%s/d/%ld", place, i);
		if (loop->one(source, target) < 0) {
			(void)fprintf(stderr, "loops %s: %s: %s\n", loop->name, target,
				      strerror(errno));
			return 1;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	for (size_t i = 0; argc == 5 && i < ARRAY_LEN(loops); i++) {
		place = argv[2];
		if (strcmp(argv[1], loops[i].name) == 0)
			return go_round(&loops[i], strtol(argv[3], NULL, 10),
					strtol(argv[4], NULL, 10));
	}
	(void)fprintf(stderr, "loops WHAT PLACE FROM COUNT\n");
	return 2;
}
