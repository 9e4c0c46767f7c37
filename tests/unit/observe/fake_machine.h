/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A machine that is a recorded mountinfo file: it stands in for the calls of
 * kernel/mount_query.h, kernel/path_open.h and kernel/features.h in each test that loads
 * it. Every path is there, as a directory, unless the test says otherwise. Paths are those
 * of the machine; none of this machine is looked at.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Become the machine of tests/fixtures/mountinfo/NAME; fails the test when there is none. */
void fake_machine_load(const char *name);

/* The same from the text of a mountinfo file. */
void fake_machine_load_text(const char *text);

/* Nothing is at the path, or below it. */
void fake_machine_remove(const char *path);

/* A regular file is at the path. */
void fake_machine_make_file(const char *path);

/* What is at `path` has the device and inode numbers of what is at `other`. */
void fake_machine_share_inode(const char *path, const char *other);

/* A walk to the path, or through it, fails with -error, as with EREMOTE. */
void fake_machine_fail(const char *path, int error);

/* What is at the path can be opened, but not asked for its numbers, as with EIO. */
void fake_machine_hide_inode(const char *path, int error);

/* Ids of mounts are given again, as on kernels before 6.8. */
void fake_machine_reuse_ids(void);

/* How often a mount was asked for by its id. */
unsigned fake_machine_questions(void);

/* Free everything. */
void fake_machine_done(void);
