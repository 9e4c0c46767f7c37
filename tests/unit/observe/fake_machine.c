/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_machine.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "fake_paths.h"
#include "kernel/features.h"
#include "kernel/mount_query.h"
#include "kernel/mountinfo.h"
#include "text_file.h"

static struct machine {
	struct mount_list mounts;
	bool reuses_ids;
	unsigned n_questions;
} machine;

/* ---- what the test says ---- */

static void load_file(const char *path)
{
	fake_machine_done();
	ck_assert_msg(sys_read_mountinfo(path, &machine.mounts) == 0, "no '%s' in %s", path,
		      getcwd((char[4096]){0}, 4096));
	ck_assert_uint_gt(machine.mounts.count, 0);
}

void fake_machine_load(const char *name)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "tests/fixtures/mountinfo/%s", name);
	load_file(path);
}

void fake_machine_load_text(const char *text)
{
	scoped_mem char *path = text_file(text);

	load_file(path);
	ck_assert_int_eq(unlink(path), 0);
}

void fake_machine_reuse_ids(void)
{
	machine.reuses_ids = true;
}

unsigned fake_machine_questions(void)
{
	return machine.n_questions;
}

void fake_machine_done(void)
{
	fake_paths_done();
	mount_list_done(&machine.mounts);
	machine = (struct machine){0};
}

/* ---- mounts ---- */

static const struct mount *mount_of(uint64_t id)
{
	for (size_t i = 0; i < machine.mounts.count; i++) {
		if (machine.mounts.items[i].id == id)
			return &machine.mounts.items[i];
	}
	return NULL;
}

/* The mount that covers `point` on the mount `id`, or NULL. */
static const struct mount *mounted_on(uint64_t id, const char *point)
{
	for (size_t i = 0; i < machine.mounts.count; i++) {
		const struct mount *m = &machine.mounts.items[i];

		if (m->parent == id && m->id != id && strcmp(m->point, point) == 0)
			return m;
	}
	return NULL;
}

/* The mount that our root directory lies on: nothing in the table carries it. */
static const struct mount *root_mount(void)
{
	for (size_t i = 0; i < machine.mounts.count; i++) {
		const struct mount *m = &machine.mounts.items[i];

		if (m->parent == m->id || !mount_of(m->parent))
			return m;
	}
	ck_abort_msg("no root mount");
	return NULL;
}

const struct mount *fake_mount_at(const char *path)
{
	const struct mount *m = root_mount();
	char point[4096];

	for (size_t n = 1; n <= strlen(path); n++) {
		const struct mount *next = m;

		if (path[n] != '/' && path[n] != '\0')
			continue;
		(void)snprintf(point, sizeof(point), "%.*s", (int)n, path);
		while (next) {
			m = next;
			next = mounted_on(m->id, point);
		}
	}
	return m;
}

static bool is_below(const struct mount *m, uint64_t id)
{
	while (m && m->id != id && m->parent != m->id) {
		if (m->parent == id)
			return true;
		m = mount_of(m->parent);
	}
	return false;
}

int sys_mount(uint64_t id, bool with_text, struct mount *ret)
{
	const struct mount *m = mount_of(id);

	machine.n_questions++;
	if (!m)
		return -ENOENT;
	*ret = *m;
	ret->root = ret->point = ret->fs_type = ret->text = NULL;
	return with_text ? mount_set_text(ret, m->root, m->point, m->fs_type) : 0;
}

int sys_mounts_below(uint64_t id, uint64_t **ret, size_t *ret_n)
{
	uint64_t *ids = calloc(machine.mounts.count + 1, sizeof(*ids));
	size_t n = 0;

	if (!ids)
		return -ENOMEM;
	if (id != SYS_ALL_MOUNTS && !mount_of(id)) {
		free(ids);
		return -ENOENT;
	}
	for (size_t i = 0; i < machine.mounts.count; i++) {
		const struct mount *m = &machine.mounts.items[i];

		if (id == SYS_ALL_MOUNTS || is_below(m, id))
			ids[n++] = m->id;
	}
	*ret = ids;
	*ret_n = n;
	return 0;
}

int sys_mount_master_here(uint64_t id, uint64_t *ret)
{
	const struct mount *m = mount_of(id);

	*ret = m ? m->master : 0;
	return m ? 0 : -ENOENT;
}

/* ---- features ---- */

static const struct features all = {
	.mount_calls = true,
	.view_calls = true,
	.mountinfo = true,
	.cached_walks = true,
	.may_mount = true,
};

const struct features *features_found(void)
{
	return &all;
}

const struct features *features_probe(void)
{
	return &all;
}

bool sys_ids_are_unique(void)
{
	return !machine.reuses_ids;
}

bool sys_copies_are_detached(void)
{
	return true;
}
