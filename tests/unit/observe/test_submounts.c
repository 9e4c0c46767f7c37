/* SPDX-License-Identifier: Apache-2.0 */
/* The mounts below a target: copies of what the source has, binds of ours, and strangers. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"
#include "base/path.h"
#include "fake_machine.h"
#include "kernel/mount_query.h"
#include "kernel/path_open.h"
#include "observe/mount_stack.h"
#include "observe/submounts.h"
#include "request/request.h"
#include "suite.h"

/* A bind, and what else there is to go by. */
struct bind {
	const char *machine; /* its name, or its mountinfo */
	const char *source, *target;
	bool recursive;
	bool is_to_go;
	const char *other;      /* another target in the request */
	enum state other_state; /* STATE_MOUNTED, if nothing is said */
	bool other_failed;
	bool other_goes; /* check mode: it is detached by then, with what is below it */
	const char *fstab;
	const char *file; /* a path with a regular file */
};

#define BIND(machine_, source_, target_)                                                   \
	.bind.machine = (machine_), .bind.source = (source_), .bind.target = (target_)
#define RECURSIVE .bind.recursive = true
#define POD1      "pods/5d0e-11/volumes/kubernetes.io~"
#define POD2      "pods/7c2a-22/volumes/kubernetes.io~"
#define POD3      "pods/9e4f-33/volumes/kubernetes.io~"
#define SUBPATH   "pods/5d0e-11/volume-subpaths/tls/app/0"

#define ROOT "1 0 8:1 / / rw - ext4 /dev/a rw\n"

/* The source has three mounts, two of them at one place. */
#define SOURCE                                                                             \
	ROOT "10 1 0:10 / /a/x rw - tmpfs x rw\n"                                          \
	     "11 1 0:11 / /a/y rw - tmpfs y rw\n"                                          \
	     "12 11 0:12 / /a/y rw - tmpfs z rw\n"                                         \
	     "20 1 8:1 /a /t ro - ext4 /dev/a rw\n"
#define ONE_IS_MISSING                                                                     \
	SOURCE "21 20 0:11 / /t/y ro - tmpfs y rw\n"                                       \
	       "22 21 0:12 / /t/y ro - tmpfs z rw\n"                                       \
	       "23 20 0:13 / /t/xx ro - tmpfs x rw\n"
#define ONE_IS_ANOTHER                                                                     \
	SOURCE "21 20 0:10 / /t/x ro - tmpfs x rw\n"                                       \
	       "22 20 0:13 / /t/y ro - tmpfs y rw\n"
#define ONE_IS_THERE_TWICE                                                                 \
	SOURCE "21 20 0:10 / /t/x ro - tmpfs x rw\n"                                       \
	       "22 21 0:10 / /t/x ro - tmpfs x rw\n"

/* A self-bind: what is mounted on it, and what lies hidden below it, also on a mount there. */
#define SELF                                                                               \
	ROOT "10 1 0:10 / /s/x rw - tmpfs x rw\n"                                          \
	     "20 1 8:1 /s /s ro - ext4 /dev/a rw\n"                                        \
	     "21 20 0:10 / /s/x ro - tmpfs x rw\n"                                         \
	     "22 20 0:11 / /s/y ro - tmpfs y rw\n"
#define SELF_ON_MOUNT                                                                      \
	ROOT "9 1 0:9 / /s rw - tmpfs s rw\n"                                              \
	     "10 9 0:10 / /s/x rw - tmpfs x rw\n"                                          \
	     "20 9 0:9 / /s ro - tmpfs s rw\n"                                             \
	     "21 20 0:10 / /s/x ro - tmpfs x rw\n"                                         \
	     "22 20 0:11 / /s/y ro - tmpfs y rw\n"

/*
 * The mounts below the target by their relative paths, each with what it is, and those of
 * the source that a recursive bind lacks.
 */
/* clang-format off */
static const struct { struct bind bind; const char *below; } rows[] = {
	/* what a recursive bind has, lacks, and has kept */
	{ BIND("docker-host", "/srv/mail", "/srv/robind/mail"), RECURSIVE, .below = "copy in" },
	{ BIND("docker-host", "/srv/mail", "/srv/robind/mail"), .below = "copy in" },
	{ BIND("docker-host", "/srv/mail", "/srv/robind/db"), RECURSIVE, .below = "lacks in" },
	{ BIND("docker-host", "/srv/mail", "/srv/robind/db"), .below = "" },
	{ BIND("docker-host", "/run", "/srv/robind/mail"), RECURSIVE,
	  .below = "left in, lacks docker/netns/3f1c, lacks docker/netns/9ab4" },
	{ BIND("docker-host", "/run", "/srv/robind/mail"),
	  .below = "foreign in" },
	{ BIND("desktop", "/home", "/srv/backup"), RECURSIVE, .below = "copy ann/Server" },
	{ BIND("kubernetes-node", "/var/lib/kubelet", "/srv/kubelet"), RECURSIVE,
	  .below = "copy " SUBPATH ", copy " POD1 "projected/kube-api-access, copy " POD1 "secret/tls, "
	           "copy " POD2 "projected/kube-api-access, left " POD2 "secret/tls, lacks " POD3 "secret/tls" },
	{ BIND("kubernetes-node", "/var/lib/kubelet", "/srv/kubelet"),
	  .below = "copy " SUBPATH ", copy " POD1 "projected/kube-api-access, copy " POD1 "secret/tls, "
	           "copy " POD2 "projected/kube-api-access, foreign " POD2 "secret/tls" },
	{ BIND("kubernetes-node", "/var/lib/kubelet/pods/7c2a-22", "/srv/kubelet"), RECURSIVE,
	  .below = "foreign " SUBPATH ", foreign " POD1 "projected/kube-api-access, foreign " POD1 "secret/tls, "
	           "foreign " POD2 "projected/kube-api-access, left " POD2 "secret/tls, "
	           "lacks volumes/kubernetes.io~projected/kube-api-access" },
	/* another bind of the request, or of fstab */
	{ BIND("bind-of-bind", "/srv/k", "/srv/outer"), .below = "foreign x" },
	{ BIND("bind-of-bind", "/srv/k", "/srv/outer"), RECURSIVE, .below = "left x" },
	{ BIND("bind-of-bind", "/srv/k", "/srv/outer"), .bind.other = "/srv/outer/x", .below = "request x" },
	{ BIND("bind-of-bind", "/srv/k", "/srv/outer"), RECURSIVE, .bind.other = "/srv/outer/x", .below = "request x" },
	{ BIND("bind-of-bind", "/srv/k", "/srv/outer"), .bind.other = "/srv/outer/y", .below = "foreign x" },
	{ BIND("bind-of-bind", "/srv/k", "/srv/outer"), .bind.other = "/srv/outer/x",
	  .bind.other_state = STATE_UNMOUNTED, .below = "foreign x" },
	{ BIND("bind-of-bind", "/srv/k", "/srv/outer"), .bind.other = "/srv/outer/x",
	  .bind.other_state = STATE_UNMOUNTED, .bind.other_failed = true, .below = "kept x" },
	{ BIND("bind-of-bind", "/srv/a", "/srv/all"), RECURSIVE, .bind.other = "/srv/all/b/c",
	  .bind.other_state = STATE_UNMOUNTED, .bind.other_failed = true, .below = "kept b/c" },
	{ BIND("bind-of-bind", "/srv/k", "/srv/outer"), .bind.other = "/srv/outer/x",
	  .bind.other_failed = true, .below = "request x" },
	{ BIND("bind-of-bind", "/srv/k", "/srv/outer"), .bind.other = "/srv/outer/x",
	  .bind.other_state = STATE_UNMOUNTED, .bind.other_goes = true, .below = "" },
	{ BIND("bind-of-bind", "/srv/k", "/srv/outer"), .bind.other = "/srv/outer/y",
	  .bind.other_state = STATE_UNMOUNTED, .bind.other_goes = true, .below = "foreign x" },
	{ BIND("bind-of-bind", "/srv/k", "/srv/outer"), .bind.other = "/srv/outer/x",
	  .bind.other_state = STATE_FSTAB_PRESENT, .below = "foreign x" },
	{ BIND("bind-of-bind", "/srv/k", "/srv/outer"), .bind.fstab = "/a /srv/outer/x none bind,ro,x-robind\n",
	  .below = "fstab x" },
	{ BIND("bind-of-bind", "/srv/k", "/srv/outer"), .bind.fstab = "/a /srv/outer/x none bind,ro\n",
	  .below = "foreign x" },
	{ BIND("docker-host", "/run", "/srv/robind/mail"), /* a whole file system is no bind of ours */
	  .bind.fstab = "/a /srv/robind/mail/in none bind,ro,x-robind\n",
	  .below = "foreign in" },
	/* one mount's copies elsewhere */
	{ BIND("bind-of-bind", "/srv/a", "/srv/all"), RECURSIVE, .below = "copy b/c" },
	{ BIND("bind-of-bind", "/srv/a", "/srv/1"), RECURSIVE, .below = "lacks b/c" },
	{ BIND("bind-of-bind", "/srv/a", "/srv/1"), .below = "" },
	{ BIND("bind-of-bind", "/srv/a/b", "/srv/slave"), .below = "copy c" },
	{ BIND("bind-of-bind", "/srv/a", "/srv/slave"), .below = "foreign c" },
	{ BIND("bind-of-bind", "/srv/all", "/srv/all"), .below = "foreign b/c" },
	{ BIND("bind-of-bind", "/srv/all", "/srv/all"), RECURSIVE, .below = "copy b/c" },
	/* a target that is no mount point yet */
	{ BIND("bind-of-bind", "/srv/k", "/srv/a"), .below = "foreign b/c" },
	{ BIND("bind-of-bind", "/srv/k", "/srv/a/b"), RECURSIVE, .below = "foreign c" },
	{ BIND("bind-of-bind", "/srv/k", "/srv/new"), .below = "" },
	{ BIND("bind-of-bind", "/srv/k", "/srv/slav"), .below = "" },
	{ BIND("bind-of-bind", "/srv/a", "/srv/new"), RECURSIVE, .below = "lacks b/c" },
	{ BIND("bind-of-bind", "/srv/k", "/srv/a"), .bind.is_to_go = true, .below = "" },
	{ BIND("bind-of-bind", "/srv/k", "/srv/outer"), .bind.is_to_go = true, .below = "foreign x" },
	{ BIND("bind-of-bind", NULL, "/srv/outer"), .bind.is_to_go = true, .below = "foreign x" },
	{ BIND("bind-of-bind", "/srv/a/file", "/srv/file"), .bind.file = "/srv/file", .below = "" },
	{ BIND("docker-host", "/run", "/srv/robind"), RECURSIVE,
	  .below = "foreign db, foreign mail, foreign mail/in, foreign mysqld, foreign shadow, foreign shadow, "
	           "lacks docker/netns/3f1c, lacks docker/netns/9ab4" },
	/* one by one */
	{ BIND(ONE_IS_MISSING, "/a", "/t"), RECURSIVE, .below = "left xx, copy y, copy y, lacks x" },
	{ BIND(ONE_IS_ANOTHER, "/a", "/t"), RECURSIVE, .below = "copy x, left y, lacks y, lacks y" },
	{ BIND(ONE_IS_THERE_TWICE, "/a", "/t"), RECURSIVE, .below = "copy x, left x, lacks y, lacks y" },
	{ BIND(SELF, "/s", "/s"), RECURSIVE, .below = "copy x, foreign y" },
	{ BIND(SELF, "/s", "/s"), .below = "foreign x, foreign y" },
	{ BIND(SELF, "/s", "/s"), .bind.is_to_go = true, .below = "copy x, foreign y" },
	{ BIND(SELF_ON_MOUNT, "/s", "/s"), RECURSIVE, .below = "copy x, foreign y" },
	/* onto itself: the source's own mounts lie hidden below */
	{ BIND("docker-host", "/var/lib/docker", "/var/lib/docker"),
	  .below = "foreign containers/3f1c/mounts/shm, foreign containers/9ab4/mounts/shm, "
	           "foreign overlay2/3f1c/merged, foreign overlay2/9ab4/merged" },
	{ BIND("docker-host", "/var/lib/docker", "/var/lib/docker"), RECURSIVE,
	  .below = "foreign containers/3f1c/mounts/shm, foreign containers/9ab4/mounts/shm, "
	           "foreign overlay2/3f1c/merged, foreign overlay2/9ab4/merged" },
};
/* clang-format on */

static void pin(const char *path, struct pinned_path *ret)
{
	ret->fd = path ? sys_open(path) : -1;
	if (ret->fd >= 0)
		ck_assert_int_eq(sys_stat(ret->fd, &ret->file_id), 0);
}

static const char *const kinds[] = {
	[BELOW_COPY] = "copy", [BELOW_REQUEST] = "request", [BELOW_IN_FSTAB] = "fstab",
	[BELOW_LEFT] = "left", [BELOW_KEPT] = "kept",       [BELOW_FOREIGN] = "foreign",
};

static char *show(const struct want *want, const struct have *have)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	const char *comma = "";

	ck_assert_ptr_nonnull(out);
	for (size_t i = 0; i < have->below.count; i++, comma = ", ")
		(void)fprintf(out, "%s%s %s", comma, kinds[have->below_kinds[i]],
			      path_rest(have->below.items[i].point, want->target));
	for (size_t i = 0; want->recursive && i < have->source_below.count; i++) {
		if (have->is_matched[i])
			continue;
		(void)fprintf(out, "%slacks %s", comma,
			      path_rest(have->source_below.items[i].point, want->source));
		comma = ", ";
	}
	ck_assert_int_eq(fclose(out), 0);
	return text;
}

/* Look at the bind in a view of the machine. */
static char *look(const struct bind *bind, const struct view *view, bool again)
{
	struct want want = {
		.source = (char *)bind->source,
		.target = (char *)bind->target,
		.recursive = bind->recursive,
		.state = bind->is_to_go ? STATE_UNMOUNTED : STATE_EPHEMERAL,
	};
	struct have have = HAVE_INIT;
	char *shown = NULL;

	pin(want.source, &have.source);
	pin(want.target, &have.target);
	if (have.target.file_id.is_mount_root)
		ck_assert_int_eq(layers_read(view->mounts, &want, &have), 0);
	ck_assert_int_eq(submounts_read(view, &want, again, &have), 0);
	shown = show(&want, &have);
	have_done(&have);
	return shown;
}

/* What has become of the other bind, if it has had its turn. */
static void take_turn(const struct bind *bind, const struct view *view)
{
	struct turn *turn = view->turns;
	const struct want *other = view->req->wants;
	struct have have = HAVE_INIT;

	turn->has_failed = bind->other_failed;
	if (!bind->other_goes)
		return;
	turn->is_done = true;
	pin(other->target, &have.target);
	if (have.target.file_id.is_mount_root)
		ck_assert_int_eq(layers_read(view->mounts, other, &have), 0);
	ck_assert_int_eq(turn_take(turn, &have), 0);
	have_done(&have);
}

static void expect(size_t row, bool many, bool again)
{
	const struct bind *bind = &rows[row].bind;
	struct want other = {.target = (char *)bind->other, .state = bind->other_state};
	struct request req = {.wants = &other,
			      .n_wants = bind->other != NULL,
			      .n_named = bind->other != NULL,
			      .check_mode = bind->other_goes};
	struct fstab_snapshot snapshot = {.is_read = true};
	struct mounts mounts;
	struct turn *turns = turns_make(&req);
	struct view view = {.mounts = &mounts, .req = &req, .turns = turns};
	char *shown = NULL;

	mounts_init(&mounts, many);
	ck_assert_ptr_nonnull(turns);
	ck_assert_int_eq(request_map_targets(&req), 0);
	if (bind->fstab) {
		ck_assert_int_eq(fstab_parse(bind->fstab, strlen(bind->fstab),
					     &snapshot.fstab),
				 0);
		view.snapshot = &snapshot;
	}
	if (bind->other)
		take_turn(bind, &view);
	shown = look(bind, &view, again);
	ck_assert_msg(strcmp(shown, rows[row].below) == 0, "%s: %s on %s:\n'%s', not\n'%s'",
		      bind->machine, bind->source, bind->target, shown, rows[row].below);
	free(shown);
	turns_done(turns, &req);
	hash_table_done(&req.targets);
	fstab_done(&snapshot.fstab);
	mounts_done(&mounts);
}

START_TEST(submounts_are_told_apart)
{
	if (strchr(rows[_i].bind.machine, '\n'))
		fake_machine_load_text(rows[_i].bind.machine);
	else
		fake_machine_load(rows[_i].bind.machine);
	if (rows[_i].bind.file)
		fake_machine_make_file(rows[_i].bind.file);
	expect((size_t)_i, false, false);
	expect((size_t)_i, false, true);
	expect((size_t)_i, true, false);
	expect((size_t)_i, true, true);
	fake_machine_done();
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("submounts");

	tcase_add_loop_test(tests, submounts_are_told_apart, 0, ARRAY_LEN(rows));
	return suite_run("submounts", tests);
}
