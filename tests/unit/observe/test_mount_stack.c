/* SPDX-License-Identifier: Apache-2.0 */
/* The mounts at a target, from the top down: which of them show the source. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"
#include "fake_machine.h"
#include "kernel/mount_query.h"
#include "kernel/path_open.h"
#include "observe/mount_stack.h"
#include "suite.h"

/* What the machine has beside its mounts. */
struct facts {
	const char *removed;
	const char *file;
	const char *shares_inode[2];
	const char *no_inode[2];
};

#define BIND(machine_, source_, target_, layers_)                                          \
	.machine = (machine_), .source = (source_), .target = (target_), .layers = (layers_)
#define GONE(path)    .facts.removed = (path)
#define FILE_AT(path) .facts.file = (path)

/*
 * A bind, and its layers from the top down: "same", "stale", "covered" or "other", with the
 * root that the mount shows. Behind "on" is what the lowest of them is mounted on.
 */
/* clang-format off */
static const struct { const char *machine, *source, *target, *layers; struct facts facts; } rows[] = {
	/* binds of robind's on real hosts */
	{ BIND("desktop", "/home/ann/Music", "/srv/share/Ann's Music", "same /ann/Music on / shared") },
	{ BIND("desktop", "/home/ann", "/srv/share/Ann's Music", "other /ann/Music on / shared") },
	{ BIND("desktop", "/media/ann/My Disk/Photos 2024", "/srv/share/Photos", "same /Photos 2024 on / shared") },
	{ BIND("desktop", "/net/nas/music/albums", "/srv/share/Albums", "same /albums on / shared") },
	{ BIND("desktop", "/home", "/srv/backup", "same / on / shared") },
	{ BIND("desktop", "/srv/music", "/home", "other / on / shared") },
	{ BIND("desktop", "/proc", "/proc/sys/fs/binfmt_misc", "other / on / shared") },
	{ BIND("docker-host", "/run/mysqld", "/srv/robind/mysqld", "same /mysqld on / shared") },
	{ BIND("docker-host", "/srv/mail", "/srv/robind/mail", "same /srv/mail on / shared") },
	{ BIND("docker-host", "/var/lib/docker/volumes/db/_data", "/srv/robind/db",
	  "same /var/lib/docker/volumes/db/_data on / shared") },
	{ BIND("docker-host", "/run/mysqld", "/srv/robind/shadow", "other /; same /mysqld on / shared") },
	{ BIND("docker-host", "/srv/mail", "/srv/robind/shadow", "other /; other /mysqld on / shared") },
	{ BIND("docker-host", "/var/lib/docker", "/var/lib/docker", "same /var/lib/docker on / shared") },
	{ BIND("kubernetes-node", "/var/lib/kubelet", "/srv/kubelet", "same /var/lib/kubelet on / shared") },
	{ BIND("kubernetes-node", "/var/lib/kubelet/pods/5d0e-11/volumes/kubernetes.io~secret/tls/key",
	  "/var/lib/kubelet/pods/5d0e-11/volume-subpaths/tls/app/0", "same /key on / shared"),
	  FILE_AT("/var/lib/kubelet/pods/5d0e-11/volumes/kubernetes.io~secret/tls/key") },
	/* overlays: a root of its own each, never mistaken for another */
	{ BIND("overlay-stack", "/srv/a", "/srv/t",
	  "other /; same /srv/a; same /srv/a; other /; other / on / shared") },
	{ BIND("overlay-stack", "/srv/b", "/srv/t",
	  "other /; other /srv/a; other /srv/a; other /; other / on / shared") },
	{ BIND("overlay-stack", "/srv/a", "/srv/u", "other /; same /srv/a on / shared") },
	{ BIND("overlay-stack", "/run/etc", "/etc", "other / on / shared") },
	/* binds of binds: all of them show the first source */
	{ BIND("bind-of-bind", "/srv/a", "/srv/1", "same /srv/a on / shared") },
	/* what has failed */
	{ BIND("bind-of-bind", "/srv/a", "/srv/1", "stale /srv/a on / shared"), .facts.no_inode = { "/srv/1" } },
	{ BIND("bind-of-bind", "/srv/a", "/srv/1", "same /srv/a on / shared"), .facts.no_inode = { "/srv/a" } },
	{ BIND("bind-of-bind", "/srv/a", "/srv/1", "same /srv/a on / shared"), .facts.no_inode = { "/srv/a", "/srv/1" } },
	{ BIND("bind-of-bind", "/srv/b", "/srv/1", "other /srv/a on / shared"), .facts.no_inode = { "/srv/b", "/srv/1" } },
	{ BIND("bind-of-bind", "/srv/1", "/srv/2", "same /srv/a on / shared") },
	{ BIND("bind-of-bind", "/srv/a", "/srv/2", "same /srv/a on / shared") },
	{ BIND("bind-of-bind", "/srv/2", "/srv/1", "same /srv/a on / shared") },
	{ BIND("bind-of-bind", "/srv/2/b", "/srv/3", "same /srv/a/b on / shared") },
	{ BIND("bind-of-bind", "/srv/2", "/srv/3", "other /srv/a/b on / shared") },
	{ BIND("bind-of-bind", "/srv/a", "/srv/twice", "same /srv/a; same /srv/a on / shared") },
	{ BIND("bind-of-bind", "/srv/k", "/srv/twice", "other /srv/a; other /srv/a on / shared") },
	{ BIND("bind-of-bind", "/srv/a/b", "/srv/outer/x", "same /srv/a/b on /srv/k") },
	{ BIND("bind-of-bind", "/srv/a b", "/srv/c\td", "same /srv/a b on / shared") },
	{ BIND("bind-of-bind", "/srv/a/file", "/srv/file", "same /srv/a/file on / shared"), FILE_AT("/srv/file") },
	/* made anew while we looked */
	{ BIND("bind-of-bind", "/srv/a", "/srv/1", "other /srv/a on / shared"), .facts.shares_inode = { "/srv/1", "/srv/x" } },
	/* onto itself: only what the mount below has at that place is a layer */
	{ BIND("bind-of-bind", "/srv/self", "/srv/self", "same /srv/self on / shared") },
	{ BIND("bind-of-bind", "/srv/a/b/c", "/srv/a/b/c", "on / shared") },
	{ BIND("bind-of-bind", "/srv/twice", "/srv/twice", "same /srv/a on /srv/a") },
	{ BIND("desktop", "/home", "/home", "on / shared") },
	/* btrfs: its subvolumes share numbers, so the place decides */
	{ BIND("btrfs-subvolumes", "/srv/mail", "/run/mail", "same /@/srv/mail on / shared") },
	{ BIND("btrfs-subvolumes", "/srv/mail", "/run/subvol", "same /@/srv/mail on / shared") },
	{ BIND("btrfs-subvolumes", "/home", "/run/home", "same /@home on / shared") },
	{ BIND("btrfs-subvolumes", "/home", "/run/home2", "same /@home on / shared") },
	{ BIND("btrfs-subvolumes", "/mnt/top/@home", "/run/home", "same /@home on / shared") },
	{ BIND("btrfs-subvolumes", "/mnt/top/@home", "/home", "same /@home on /@ shared") },
	{ BIND("btrfs-subvolumes", "/.snapshots/1/srv", "/run/mail", "other /@/srv/mail on / shared"),
	  .facts.shares_inode = { "/.snapshots/1/srv", "/srv/mail" } },
	{ BIND("btrfs-subvolumes", "/srv", "/home", "other /@home on /@ shared") },
	/* what has gone */
	{ BIND("deleted-source", "/srv/gone", "/run/gone", "stale /srv/gone//deleted on / shared"), GONE("/srv/gone") },
	{ BIND("deleted-source", "/srv/again", "/run/again", "stale /srv/again//deleted on / shared") },
	{ BIND("reused-number", "/srv/again", "/run/again", "stale /again//deleted on / shared"),
	  .facts.shares_inode = { "/srv/again", "/run/again" } },
	{ BIND("reused-number", "/run/again", "/run/as-well", "same /again//deleted on / shared"),
	  .facts.shares_inode = { "/run/as-well", "/run/again" } },
	/* A local file system does not use a number again that a mount shows. */
	{ BIND("deleted-source", "/srv/again", "/run/again", "same /srv/again//deleted on / shared"),
	  .facts.shares_inode = { "/srv/again", "/run/again" } },
	{ BIND("deleted-source", "/srv/renamed", "/run/renamed", "other /srv/else//deleted on / shared") },
	{ BIND("deleted-source", "/srv/other", "/run/gone", "other /srv/gone//deleted on / shared") },
	{ BIND("deleted-source", "/srv/file", "/run/file", "stale /srv/file//deleted on / shared"), FILE_AT("/run/file") },
	{ BIND("deleted-source", "/srv/other", "/run/file", "other /srv/file//deleted on / shared"), FILE_AT("/run/file") },
	{ BIND("deleted-source", "/srv/socket", "/run/socket", "stale /srv/socket//deleted on / shared"),
	  .facts = { .file = "/run/socket", .removed = "/srv/socket" } },
	{ BIND("deleted-source", "/srv/under", "/run/under", "covered /srv/under on / shared") },
	{ BIND("deleted-source", "/srv/volume", "/run/volume", "other / on / shared") },
	{ BIND("deleted-source", "/srv/data/x/y", "/run/data", "stale /x/y//deleted on / shared"), GONE("/srv/data/x") },
	{ BIND("deleted-source", "/srv/data/x", "/run/data", "other /x/y//deleted on / shared"), GONE("/srv/data/x") },
	{ BIND("deleted-source", "/srv/x/y", "/run/data", "other /x/y//deleted on / shared"), GONE("/srv/x") },
	{ BIND("deleted-source", "/srv/again", "/run/again", "stale /srv/again//deleted on / shared"), FILE_AT("/srv/again") },
	{ BIND("deleted-source", "/no/y", "/run/data", "other /x/y//deleted on / shared"), GONE("/no") },
	{ BIND("deleted-source", "/srv/volume/x/y", "/run/under", "other /srv/under on / shared"), GONE("/srv/volume/x") },
	/* no source, as where something shall be gone */
	{ BIND("docker-host", NULL, "/srv/robind/mysqld", "other /mysqld on / shared") },
	{ BIND("bind-of-bind", NULL, "/srv/twice", "other /srv/a; other /srv/a on / shared") },
};
/* clang-format on */

static const char *const kinds[] = {
	[LAYER_SAME] = "same",
	[LAYER_STALE] = "stale",
	[LAYER_COVERED] = "covered",
	[LAYER_OTHER] = "other",
};

static void prepare(const struct facts *facts)
{
	if (facts->removed)
		fake_machine_remove(facts->removed);
	if (facts->file)
		fake_machine_make_file(facts->file);
	if (facts->shares_inode[0])
		fake_machine_share_inode(facts->shares_inode[0], facts->shares_inode[1]);
	for (size_t i = 0; i < ARRAY_LEN(facts->no_inode) && facts->no_inode[i]; i++)
		fake_machine_hide_inode(facts->no_inode[i], EIO);
}

static void pin(const char *path, struct pinned_path *ret)
{
	ret->fd = path ? sys_open(path) : -1;
	if (ret->fd >= 0)
		ck_assert_int_eq(sys_stat_mount(ret->fd, &ret->file_id), 0);
}

static char *show(const struct have *have)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	struct mount base = {0};

	ck_assert_ptr_nonnull(out);
	for (size_t i = 0; i < have->n_layers; i++) {
		struct mount m = {0};

		/* The top layer may have been read without its texts. */
		ck_assert_int_eq(sys_mount(have->layers[i].mount.id, true, &m), 0);
		(void)fprintf(out, "%s%s %s", i > 0 ? "; " : "",
			      kinds[have->layers[i].kind], m.root);
		mount_done(&m);
	}
	ck_assert_int_eq(sys_mount(have->base, true, &base), 0);
	(void)fprintf(out, "%son %s%s", have->n_layers > 0 ? " " : "", base.root,
		      have->is_base_shared ? " shared" : "");
	mount_done(&base);
	ck_assert_int_eq(fclose(out), 0);
	return text;
}

static void expect(const char *name, const char *source, const char *target,
		   const char *layers, bool many)
{
	struct want want = {.source = (char *)source, .target = (char *)target};
	struct have have = HAVE_INIT;
	struct mounts mounts;
	char *shown = NULL;
	int r = 0;

	mounts_init(&mounts, many);
	pin(source, &have.source);
	pin(target, &have.target);
	ck_assert_msg(have.target.file_id.is_mount_root, "%s is no mount point", target);
	r = layers_read(&mounts, &want, &have);
	ck_assert_msg(r == 0, "%s: %s on %s: %s", name, source, target, strerror(-r));
	shown = show(&have);
	ck_assert_msg(strcmp(shown, layers) == 0, "%s: %s on %s:\n'%s', not\n'%s'", name,
		      source, target, shown, layers);
	free(shown);
	have_done(&have);
	mounts_done(&mounts);
}

static void expect_row(size_t i, bool many)
{
	expect(rows[i].machine, rows[i].source, rows[i].target, rows[i].layers, many);
}

START_TEST(layers_are_told_by_what_they_show)
{
	fake_machine_load(rows[_i].machine);
	prepare(&rows[_i].facts);
	expect_row((size_t)_i, false);
	expect_row((size_t)_i, true);
	fake_machine_reuse_ids();
	expect_row((size_t)_i, false);
	fake_machine_done();
}
END_TEST

/*
 * In a directory that is no mount's root, as in a chroot, the table has names that lead to
 * other places. The layer on top is known by its inode, and the lower one by its place.
 */
START_TEST(the_top_layer_knows_the_place)
{
	fake_machine_load_text("20 1 8:1 / / rw - ext4 /dev/a rw\n"
			       "30 20 8:1 /jail/srv/a /srv/t ro - ext4 /dev/a rw\n"
			       "31 30 8:1 /jail/srv/a /srv/t ro - ext4 /dev/a rw\n");
	fake_machine_share_inode("/srv/a", "/srv/t");
	expect("chroot", "/srv/a", "/srv/t", "same /jail/srv/a; same /jail/srv/a on /",
	       false);
	fake_machine_done();
}
END_TEST

/* Ten thousand mounts, and as many layers as a mistake in a loop can make. */
START_TEST(a_huge_table)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	struct want want = {.source = "/srv/a", .target = "/srv/t"};
	struct have have = HAVE_INIT;
	struct mounts mounts;

	(void)fprintf(out, "1 0 8:1 / / rw - ext4 /dev/a rw\n");
	for (int i = 0; i < 9000; i++)
		(void)fprintf(out, "%d 1 8:1 /d%d /mnt/%d rw - ext4 /dev/a rw\n", 2 + i, i,
			      i);
	(void)fprintf(out, "10000 1 8:1 /srv/a /srv/t ro - ext4 /dev/a rw\n");
	for (int i = 1; i < 1000; i++)
		(void)fprintf(out, "%d %d 8:1 /srv/a /srv/t ro - ext4 /dev/a rw\n",
			      10000 + i, 9999 + i);
	ck_assert_int_eq(fclose(out), 0);
	fake_machine_load_text(text);
	free(text);
	mounts_init(&mounts, false);
	pin(want.source, &have.source);
	pin(want.target, &have.target);
	ck_assert_int_eq(layers_read(&mounts, &want, &have), 0);
	ck_assert_uint_eq(have.n_layers, 1000);
	for (size_t i = 0; i < have.n_layers; i++)
		ck_assert_int_eq(have.layers[i].kind, LAYER_SAME);
	have_done(&have);
	mounts_done(&mounts);
	fake_machine_done();
}
END_TEST

/* Where the source would lie is looked for further up, unless that cannot be seen. */
START_TEST(what_cannot_be_seen_is_a_failure)
{
	static const int errors[][2] = {{EREMOTE, 0},
					{EACCES, -EACCES},
					{ETIMEDOUT, -ETIMEDOUT},
					{EIO, -EIO}};
	struct want want = {.source = "/srv/no/such", .target = "/srv/1"};
	struct have have = HAVE_INIT;
	struct mounts mounts;

	fake_machine_load("bind-of-bind");
	fake_machine_remove("/srv/no/such");
	pin(want.source, &have.source);
	pin(want.target, &have.target);
	fake_machine_fail("/srv/no", errors[_i][0]);
	mounts_init(&mounts, false);
	ck_assert_int_eq(layers_read(&mounts, &want, &have), errors[_i][1]);
	have_done(&have);
	mounts_done(&mounts);
	fake_machine_done();
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("mount_stack");

	tcase_add_loop_test(tests, layers_are_told_by_what_they_show, 0, ARRAY_LEN(rows));
	tcase_add_test(tests, the_top_layer_knows_the_place);
	tcase_add_test(tests, a_huge_table);
	tcase_add_loop_test(tests, what_cannot_be_seen_is_a_failure, 0, 4);
	return suite_run("mount_stack", tests);
}
