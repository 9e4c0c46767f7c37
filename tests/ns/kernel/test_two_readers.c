/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What newer kernels tell of one mount, and what older ones have in the table, is the same:
 * of each mount that there is, in all that a rule looks at.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/macro.h"
#include "kernel/features.h"
#include "kernel/mount_query.h"
#include "kernel/mount_table.h"
#include "kernel/mountinfo.h"
#include "mount/fs_kind.h"
#include "sandbox.h"
#include "suite.h"

#ifndef MS_NOSYMFOLLOW
#define MS_NOSYMFOLLOW 256
#endif
#define SHARED_SLAVE (MS_SHARED | MS_SLAVE) /* one after the other */

/* clang-format off */
static const struct {
	const char *name;
	const char *type;
	unsigned long flags;
	unsigned long propagation;
} mounts[] = {
	{ "plain", "tmpfs", 0, 0 },
	{ "read-only", "tmpfs", MS_RDONLY, 0 },
	{ "nosuid,nodev,noexec", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, 0 },
	{ "noatime", "tmpfs", MS_NOATIME, MS_PRIVATE },
	{ "nodiratime", "tmpfs", MS_NODIRATIME, 0 },
	{ "strictatime", "tmpfs", MS_STRICTATIME, 0 },
	{ "strict, nodiratime", "tmpfs", MS_STRICTATIME | MS_NODIRATIME, 0 },
	{ "nosymfollow", "tmpfs", MS_NOSYMFOLLOW, 0 },
	{ "private", "tmpfs", 0, MS_PRIVATE },
	{ "shared", "tmpfs", 0, MS_SHARED },
	{ "unbindable", "tmpfs", 0, MS_UNBINDABLE },
	{ "ramfs", "ramfs", MS_RDONLY, MS_PRIVATE },
	{ "a line\nand a\ttab \\040 \\", "tmpfs", 0, 0 },
	{ "#begins as a comment", "tmpfs", 0, 0 },
	{ "\xff\xfe\xc3\xb6", "tmpfs", 0, 0 },
	{ "shared:7 - master:8", "tmpfs", 0, MS_PRIVATE },
};
/* Copies of what is within some of these. */
static const struct { const char *name; const char *source; unsigned long propagation; } binds[] = {
	{ "bind", "plain/sub", 0 },
	{ "bind of a strange one", "a line\nand a\ttab \\040 \\/sub", MS_PRIVATE },
	{ "peer", "shared/sub", 0 },
	{ "slave", "shared/sub", MS_SLAVE },
	{ "shared slave", "shared/sub", SHARED_SLAVE },
	{ "deleted", "plain/gone", MS_PRIVATE },
};
/* clang-format on */

static void set_propagation(const char *path, unsigned long propagation)
{
	if (propagation & MS_SLAVE)
		ck_assert(mount("none", path, NULL, MS_SLAVE, NULL) == 0);
	if (propagation & ~(unsigned long)MS_SLAVE)
		ck_assert(mount("none", path, NULL, propagation & ~(unsigned long)MS_SLAVE,
				NULL) == 0);
}

static void make_mounts(void)
{
	char path[128], source[128];

	for (size_t i = 0; i < ARRAY_LEN(mounts); i++) {
		(void)snprintf(path, sizeof(path), "/mnt/%s", mounts[i].name);
		sandbox_mkdir(path);
		ck_assert_msg(mount("none", path, mounts[i].type, mounts[i].flags, NULL) ==
				      0,
			      "%s", path);
		set_propagation(path, mounts[i].propagation);
	}
	for (size_t i = 0; i < ARRAY_LEN(binds); i++) {
		(void)snprintf(path, sizeof(path), "/mnt/%s", binds[i].name);
		(void)snprintf(source, sizeof(source), "/mnt/%s", binds[i].source);
		sandbox_mkdir(path);
		sandbox_mkdir(source);
		ck_assert_msg(mount(source, path, NULL, MS_BIND, NULL) == 0, "%s", path);
		set_propagation(path, binds[i].propagation);
	}
	ck_assert(rmdir("/mnt/plain/gone") == 0);
}

static void read_by_calls(struct mount_list *ret)
{
	uint64_t *ids = NULL;
	size_t n = 0;

	ck_assert_int_eq(sys_mounts_below(SYS_ALL_MOUNTS, &ids, &n), 0);
	*ret = (struct mount_list){.items = calloc(n, sizeof(*ret->items)), .count = n};
	ck_assert_ptr_nonnull(ret->items);
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(sys_mount(ids[i], true, &ret->items[i]), 0);
	free(ids);
}

/* Kinds that no rule asks for have no number in the table. */
static uint64_t known_magic(const struct mount *m)
{
	return fs_magic_of(m->fs_type) ? m->magic : 0;
}

/* A number is another one in each, and older kernels say of a group that is out of sight which
 * one in sight is nearest: neither is asked for here. */
static void assert_same(const struct mount *a, const struct mount *b)
{
	ck_assert_str_eq(a->point, b->point);
	ck_assert_msg(strcmp(a->root, b->root) == 0, "%s: %s %s", a->point, a->root,
		      b->root);
	ck_assert_msg(strcmp(a->fs_type, b->fs_type) == 0, "%s: %s %s", a->point,
		      a->fs_type, b->fs_type);
	ck_assert_msg(a->superblock == b->superblock, "%s: super block", a->point);
	ck_assert_msg(known_magic(a) == b->magic, "%s: magic %lx %lx", a->point,
		      (unsigned long)a->magic, (unsigned long)b->magic);
	ck_assert_msg(fs_is_local(a->magic) == fs_is_local(b->magic), "%s: local",
		      a->point);
	ck_assert_msg(a->attr == b->attr, "%s: flags %x %x", a->point, a->attr, b->attr);
	ck_assert_msg(a->propagation == b->propagation, "%s: propagation %x %x", a->point,
		      a->propagation, b->propagation);
	ck_assert_msg(a->peer_group == b->peer_group, "%s: group %lu %lu", a->point,
		      (unsigned long)a->peer_group, (unsigned long)b->peer_group);
}

static void sort(struct mount_list *list)
{
	qsort(list->items, list->count, sizeof(*list->items), mount_by_point_and_id);
}

START_TEST(say_the_same)
{
	struct mount_list calls = {0}, table = {0};

	make_mounts();
	(void)features_probe();
	read_by_calls(&calls);
	ck_assert_int_eq(sys_read_mountinfo("/proc/self/mountinfo", &table), 0);
	ck_assert_uint_eq(calls.count, table.count);
	ck_assert_uint_gt(calls.count, ARRAY_LEN(mounts) + ARRAY_LEN(binds));
	sort(&calls);
	sort(&table);
	for (size_t i = 0; i < calls.count; i++)
		assert_same(&calls.items[i], &table.items[i]);
	mount_list_done(&calls);
	mount_list_done(&table);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("two_readers");

	if (!sandbox_is_possible())
		return 77;
	if (!features_probe()->view_calls) {
		puts("skipped: this kernel tells of no single mount (Linux 6.8)");
		return 77;
	}
	tcase_add_checked_fixture(tests, sandbox_enter, NULL);
	tcase_add_test(tests, say_the_same);
	return suite_run("two_readers", tests);
}
