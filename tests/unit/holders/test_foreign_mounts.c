/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is a holder, on made-up namespaces. In all of them the bind is number 7: file system
 * 1 has the source at /v/s, and its /ro is the directory on which the target /ro/t lies. A
 * volume, file system 2, may be mounted on the source.
 */
#include <stdlib.h>
#include <string.h>

#include "holders/foreign_mounts.h"
#include "suite.h"

#define ROOT                                                                               \
	{                                                                                  \
		1, 0, 1, "/", "/", 0, "ext4"                                               \
	}
#define W (1u << WHY_WRITABLE)
#define S (1u << WHY_STALE)

struct row_mount {
	unsigned id;
	unsigned parent;
	unsigned superblock;
	const char *root;
	const char *point;
	unsigned attr;
	const char *fs_type;
};

enum scene {
	MOUNTED,
	UNMOUNTED, /* and shall be */
	COVERED,   /* a volume is mounted on the source */
	STACKED,   /* which was the root of a file system already */
};

struct row {
	const char *name;
	enum scene scene;
	struct row_mount mounts[5];
	unsigned long whys; /* bits */
	const char *path;
};

#define RO MOUNT_FLAG_RDONLY

/* clang-format off */
static const struct row rows[] = {
	{ "nothing of ours", MOUNTED, { ROOT, {2, 1, 9, "/", "/proc", 0, "proc"} }, 0, NULL },
	{ "good copy", MOUNTED, { ROOT, {2, 1, 1, "/v/s", "/ro/t", RO, "ext4"} }, 0, NULL },
	{ "writable copy", MOUNTED, { ROOT, {2, 1, 1, "/v/s", "/ro/t", 0, "ext4"} }, W, "/ro/t" },
	{ "order does not count", MOUNTED,
	  { {2, 1, 1, "/v/s", "/ro/t", 0, "ext4"}, ROOT }, W, "/ro/t" },
	{ "copy of the source before", MOUNTED,
	  { ROOT, {2, 1, 1, "/v/old", "/ro/t", RO, "ext4"} }, S, "/ro/t" },
	{ "deleted, writable", MOUNTED,
	  { ROOT, {2, 1, 1, "/v/s//deleted", "/ro/t", 0, "ext4"} }, W | S, "/ro/t" },
	{ "good over writable", MOUNTED,
	  { ROOT, {2, 1, 1, "/v/s", "/ro/t", 0, "ext4"}, {3, 2, 1, "/v/s", "/ro/t", RO, "ext4"} },
	  0, NULL },
	{ "writable over good", MOUNTED,
	  { ROOT, {2, 1, 1, "/v/s", "/ro/t", RO, "ext4"}, {3, 2, 1, "/v/s", "/ro/t", 0, "ext4"} },
	  W, "/ro/t" },
	{ "parent given to a container", MOUNTED,
	  { {1, 0, 5, "/", "/", 0, "overlay"}, {2, 1, 1, "/ro", "/data", RO, "ext4"},
	    {3, 2, 1, "/v/s", "/data/t", 0, "ext4"} }, W, "/data/t" },
	{ "parent's parent under another root", MOUNTED,
	  { {1, 0, 5, "/", "/", 0, "overlay"}, {2, 1, 1, "/", "/host", RO, "ext4"},
	    {3, 2, 1, "/v/s", "/host/ro/t", 0, "ext4"} }, W, "/host/ro/t" },
	{ "source given to a database", MOUNTED,
	  { {1, 0, 5, "/", "/", 0, "overlay"}, {2, 1, 1, "/v/s", "/data", 0, "ext4"} }, 0, NULL },
	{ "source given to it at the target's name", MOUNTED,
	  { {1, 0, 5, "/", "/", 0, "overlay"}, {2, 1, 1, "/v/s", "/ro/t", 0, "ext4"} }, 0, NULL },
	{ "target given to a container", MOUNTED,
	  { {1, 0, 5, "/", "/", 0, "overlay"}, {2, 1, 1, "/v/s//deleted", "/sock", RO, "ext4"} },
	  S, "/sock" },
	{ "part of the target given to a container", MOUNTED,
	  { {1, 0, 5, "/", "/", 0, "overlay"}, {2, 1, 1, "/v/s/a/b//deleted", "/sock", RO, "ext4"} },
	  S, "/sock" },
	{ "part of the target that is still there", MOUNTED,
	  { {1, 0, 5, "/", "/", 0, "overlay"}, {2, 1, 1, "/v/s/a/b", "/sock", RO, "ext4"} }, 0, NULL },
	{ "part of the source given to its owner", MOUNTED,
	  { {1, 0, 5, "/", "/", 0, "overlay"}, {2, 1, 1, "/v/s/a//deleted", "/sock", 0, "ext4"} },
	  0, NULL },
	{ "what lies beside the source", MOUNTED,
	  { {1, 0, 5, "/", "/", 0, "overlay"}, {2, 1, 1, "/v/a//deleted", "/sock", RO, "ext4"} },
	  0, NULL },
	{ "another file system's deleted one", MOUNTED,
	  { ROOT, {2, 1, 8, "/v/s//deleted", "/sock", RO, "ext4"} }, 0, NULL },
	{ "another deleted one", MOUNTED,
	  { ROOT, {2, 1, 1, "/v/s2//deleted", "/sock", RO, "ext4"} }, 0, NULL },
	{ "hidden by a tmpfs", MOUNTED,
	  { ROOT, {2, 1, 9, "/", "/ro/t", 0, "tmpfs"} }, 0, NULL },
	{ "made inaccessible", MOUNTED,
	  { ROOT, {2, 1, 9, "/systemd/inaccessible/dir", "/ro/t", RO, "tmpfs"} }, 0, NULL },
	{ "another place", MOUNTED, { ROOT, {2, 1, 1, "/v/s", "/ro/u", 0, "ext4"} }, 0, NULL },
	{ "nobody carries it", MOUNTED, { {2, 1, 1, "/v/s", "/ro/t", 0, "ext4"} }, 0, NULL },
	{ "target gone, copy left", UNMOUNTED,
	  { ROOT, {2, 1, 1, "/v/s", "/ro/t", RO, "ext4"} }, S, "/ro/t" },
	{ "target gone, writable copy left", UNMOUNTED,
	  { ROOT, {2, 1, 1, "/v/s", "/ro/t", 0, "ext4"} }, W | S, "/ro/t" },
	{ "target gone, something else there", UNMOUNTED,
	  { ROOT, {2, 1, 1, "/other", "/ro/t", RO, "ext4"} }, 0, NULL },
	{ "volume seen", COVERED, { ROOT, {2, 1, 2, "/", "/ro/t", RO, "ext4"} }, 0, NULL },
	{ "below the volume", COVERED, { ROOT, {2, 1, 1, "/v/s", "/ro/t", RO, "ext4"} }, S, "/ro/t" },
	{ "below the volume, elsewhere", COVERED,
	  { {1, 0, 5, "/", "/", 0, "overlay"}, {2, 1, 1, "/v/s", "/sock", RO, "ext4"} }, S, "/sock" },
	{ "the volume, elsewhere", COVERED,
	  { {1, 0, 5, "/", "/", 0, "overlay"}, {2, 1, 2, "/", "/sock", 0, "ext4"} }, 0, NULL },
	{ "a whole file system, where it always was", STACKED, { ROOT }, 0, NULL },
	{ "a whole file system, where the volume should be", STACKED,
	  { ROOT, {2, 1, 1, "/", "/ro/t", RO, "ext4"} }, S, "/ro/t" },
	{ "writable mount below a good copy", MOUNTED,
	  { ROOT, {2, 1, 1, "/v/s", "/ro/t", RO, "ext4"}, {3, 2, 3, "/", "/ro/t/sub", 0, "ext4"} },
	  W, "/ro/t/sub" },
	{ "read-only mount below a good copy", MOUNTED,
	  { ROOT, {2, 1, 1, "/v/s", "/ro/t", RO, "ext4"}, {3, 2, 3, "/", "/ro/t/sub", RO, "ext4"} },
	  0, NULL },
	{ "own mount below a good copy", MOUNTED,
	  { ROOT, {2, 1, 1, "/v/s", "/ro/t", RO, "ext4"}, {3, 2, 4, "/", "/ro/t/sub", 0, "tmpfs"} },
	  0, NULL },
};
/* clang-format on */

/* The names stay with the row: nothing here is to be freed. */
static size_t fill(const struct row_mount from[], size_t n, struct mount to[])
{
	size_t count = 0;

	for (size_t i = 0; i < n && from[i].root; i++)
		to[count++] = (struct mount){
			.id = from[i].id,
			.parent = from[i].parent,
			.superblock = from[i].superblock,
			.attr = from[i].attr,
			.root = from[i].root,
			.point = from[i].point,
			.fs_type = from[i].fs_type,
		};
	return count;
}

static struct bind_location bind_of(enum scene scene)
{
	static struct fs_location covered[] = {{1, "/v/s"}, {1, "/"}};
	struct bind_location location = {
		.bind = 7,
		.source = "/v/s",
		.target = "/ro/t",
		.from.at = {1, "/v/s"},
		.top = {1, "/v/s"},
		.place = {1, "/ro/t"},
	};

	if (scene == UNMOUNTED)
		location.top.root = NULL;
	if (scene == COVERED || scene == STACKED) {
		location.from.at = location.top = (struct fs_location){2, "/"};
		location.from.covered = &covered[scene == STACKED];
		location.from.n_covered = 1;
	}
	return location;
}

START_TEST(judges)
{
	/* What is mounted below the source here. */
	static const struct row_mount sub[] = {{9, 1, 3, "/", "/v/s/sub", 0, "ext4"}};
	const struct row *row = &rows[_i];
	const struct bind_location location = bind_of(row->scene);
	struct mount ours[1];
	struct mount theirs[ARRAY_LEN(row->mounts)];
	const struct mount_list here = {ours, fill(sub, 1, ours)};
	struct mount_list there = {theirs,
				   fill(row->mounts, ARRAY_LEN(row->mounts), theirs)};
	struct holder_list found = {0};
	struct location_index index;
	unsigned long whys = 0;

	ck_assert_int_eq(location_index_make(&location, 1, &index), 0);
	ck_assert_int_eq(holders_judge(&index, &there, &here, 42, &found), 0);
	holders_settle(&found);
	for (size_t i = 0; i < found.count; i++) {
		ck_assert_msg(!(whys & 1ul << found.items[i].why), "%s: twice", row->name);
		whys |= 1ul << found.items[i].why;
		ck_assert_msg(found.items[i].bind == 7 && found.items[i].pid == 42,
			      "%s: bind %zu, process %d", row->name, found.items[i].bind,
			      (int)found.items[i].pid);
		ck_assert_msg(row->path && strcmp(found.items[i].path, row->path) == 0,
			      "%s: at '%s'", row->name, found.items[i].path);
	}
	ck_assert_msg(whys == row->whys, "%s: %#lx, not %#lx", row->name, whys, row->whys);
	holders_done(&found);
	location_index_done(&index);
}
END_TEST

/* Several binds of one source are all concerned when it is deleted. */
START_TEST(judges_each_bind)
{
	const struct bind_location locations[] = {
		{.bind = 0, .from.at = {1, "/v/s"}, .place = {1, "/ro/t"}},
		{.bind = 1, .from.at = {1, "/v/other"}, .place = {1, "/ro/u"}},
		{.bind = 2, .from.at = {1, "/v/s"}, .place = {1, "/ro/w"}},
	};
	struct mount mounts[] = {{.id = 2,
				  .parent = 1,
				  .superblock = 1,
				  .attr = RO,
				  .root = "/v/s//deleted",
				  .point = "/sock",
				  .fs_type = "ext4"}};
	struct mount_list there = {mounts, ARRAY_LEN(mounts)};
	const struct mount_list here = {0};
	struct holder_list found = {0};
	struct location_index index;

	ck_assert_int_eq(location_index_make(locations, ARRAY_LEN(locations), &index), 0);
	ck_assert_int_eq(holders_judge(&index, &there, &here, 42, &found), 0);
	holders_settle(&found);
	ck_assert_uint_eq(found.count, 2);
	ck_assert_uint_eq(found.items[0].bind, 0);
	ck_assert_uint_eq(found.items[1].bind, 2);
	holders_done(&found);
	location_index_done(&index);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("holders");

	tcase_add_loop_test(tests, judges, 0, ARRAY_LEN(rows));
	tcase_add_test(tests, judges_each_bind);
	return suite_run("holders", tests);
}
