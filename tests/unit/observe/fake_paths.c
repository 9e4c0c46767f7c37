/* SPDX-License-Identifier: Apache-2.0 */
/* The paths of the fake machine: what is where, and what a descriptor stands for. */
#include "fake_paths.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "fake_machine.h"
#include "kernel/mount_query.h"
#include "kernel/path_limit.h"
#include "kernel/path_glance.h"
#include "kernel/path_open.h"
#include "kernel/path_place.h"

#define MAX_FACTS 64
#define MAX_FDS   256

/* What the test says of one path. */
struct fact {
	char *path;
	enum { REMOVED, FILE_IS_THERE, SHARED_INODE, FAILS, NUMBERLESS } kind;
	int error;
	char *other;
};

static struct fact facts[MAX_FACTS];
static size_t n_facts;
static char *fds[MAX_FDS]; /* what each descriptor stands for */

void fake_paths_done(void)
{
	while (n_facts > 0) {
		free(facts[--n_facts].path);
		free(facts[n_facts].other);
	}
	for (size_t i = 0; i < MAX_FDS; i++) {
		free(fds[i]);
		fds[i] = NULL;
	}
}

static void add_fact(const struct fact *fact)
{
	ck_assert_uint_lt(n_facts, MAX_FACTS);
	facts[n_facts++] = *fact;
}

void fake_machine_remove(const char *path)
{
	add_fact(&(struct fact){.path = strdup(path), .kind = REMOVED});
}

void fake_machine_make_file(const char *path)
{
	add_fact(&(struct fact){.path = strdup(path), .kind = FILE_IS_THERE});
}

void fake_machine_share_inode(const char *path, const char *other)
{
	add_fact(&(struct fact){
		.path = strdup(path),
		.kind = SHARED_INODE,
		.other = strdup(other),
	});
}

void fake_machine_fail(const char *path, int error)
{
	add_fact(&(struct fact){.path = strdup(path), .kind = FAILS, .error = error});
}

void fake_machine_hide_inode(const char *path, int error)
{
	add_fact(&(struct fact){.path = strdup(path), .kind = NUMBERLESS, .error = error});
}

/* Whether a fact is about the very path, or one above it. */
static const struct fact *fact_of(const char *path, int kind, bool above)
{
	for (size_t i = 0; i < n_facts; i++) {
		const struct fact *fact = &facts[i];

		if ((int)fact->kind == kind && (strcmp(fact->path, path) == 0 ||
						(above && path_is_below(path, fact->path))))
			return fact;
	}
	return NULL;
}

/* A number for each text, the same for the same one. */
static uint64_t number_of(const char *text)
{
	uint64_t hash = 14695981039346656037u;

	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * 1099511628211u;
	return hash | 1;
}

static void identify(const char *path, struct file_id *ret)
{
	const struct mount *m = fake_mount_at(path);
	const struct fact *shared = fact_of(path, SHARED_INODE, false);
	char place[8192];

	ret->mount = m->id;
	ret->is_mount_root = strcmp(m->point, path) == 0;
	ret->mode = fact_of(path, FILE_IS_THERE, false) ? S_IFREG | 0644 : S_IFDIR | 0755;
	if (shared) {
		m = fake_mount_at(shared->other);
		path = shared->other;
	}
	ret->dev = m->superblock;
	(void)snprintf(place, sizeof(place), "%s/%s", strcmp(m->root, "/") ? m->root : "",
		       path_rest(path, m->point));
	if (place[0] != '\0' && place[strlen(place) - 1] == '/')
		place[strlen(place) - 1] = '\0';
	ret->ino = number_of(place);
}

static int open_path(const char *path)
{
	const struct fact *fails = fact_of(path, FAILS, true);
	int fd = -1;

	ck_assert_msg(path[0] == '/', "'%s' is no absolute path", path);
	if (fails)
		return -fails->error;
	if (fact_of(path, REMOVED, true))
		return -ENOENT;
	for (size_t i = 0; i < n_facts; i++) {
		if (facts[i].kind == FILE_IS_THERE && path_is_below(path, facts[i].path))
			return -ENOTDIR;
	}
	fd = open("/", O_PATH | O_CLOEXEC);
	ck_assert(fd >= 0 && fd < MAX_FDS);
	free(fds[fd]);
	fds[fd] = strdup(path);
	return fd;
}

int sys_open(const char *path)
{
	return open_path(path);
}

int sys_trigger(const char *path)
{
	return open_path(path);
}

int sys_stat_mount(int fd, struct file_id *ret)
{
	const struct fact *fails = NULL;

	ck_assert(fd >= 0 && fd < MAX_FDS && fds[fd]);
	fails = fact_of(fds[fd], NUMBERLESS, false);
	*ret = (struct file_id){0};
	identify(fds[fd], ret);
	if (fails) {
		ret->failure = fails->error;
		ret->dev = ret->ino = 0;
	}
	return 0;
}

int sys_stat(int fd, struct file_id *ret)
{
	int r = sys_stat_mount(fd, ret);

	return r == 0 ? -ret->failure : r;
}

const char *path_last_obstacle(void)
{
	return "";
}

int sys_open_below(int dir, const char *rest)
{
	(void)dir, (void)rest;
	return -EAGAIN;
}

int sys_open_within(int dir, const char *rest, bool is_local)
{
	(void)dir, (void)rest, (void)is_local;
	return -EAGAIN;
}

int sys_glance(const char *path, struct file_id *ret)
{
	(void)path, (void)ret;
	return -EAGAIN;
}

bool sys_is_local(int fd)
{
	(void)fd;
	return true;
}

bool sys_is_local_mount(uint64_t id)
{
	(void)id;
	return true;
}

int sys_resolve(const char *path, char **ret)
{
	*ret = strdup(path);
	return *ret ? 0 : -ENOMEM;
}

void place_finder_done(struct place_finder *finder)
{
	(void)finder;
}

int sys_find_place(struct place_finder *finder, const char *path, char **ret)
{
	(void)finder, (void)path;
	*ret = NULL;
	return 0;
}

char *sys_find_symlink(const char *path)
{
	(void)path;
	return NULL;
}

int sys_is_empty(const char *path, bool *ret)
{
	(void)path;
	*ret = false;
	return 0;
}

/* Nothing is changed on this machine. */
int sys_make_place(const char *path, const struct new_place *as, size_t *ret_made)
{
	(void)path, (void)as, (void)ret_made;
	return -EROFS;
}

void sys_unmake_place(const char *path, bool directory, size_t made)
{
	(void)path, (void)directory, (void)made;
}

void path_set_deadline(double deadline, bool trigger)
{
	(void)deadline, (void)trigger;
}

void path_limit_done(void)
{
}
