/* SPDX-License-Identifier: Apache-2.0 */
/* What kinds of file systems have in common. Plain data: no call is made here. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * True for file systems that the kernel alone answers for: a walk of a path waits for
 * nobody, and the number of an inode is not given to another one as long as a mount shows
 * the first. Behind FUSE, a network or another file system somebody else may do so. `magic`
 * is that of statfs(2).
 */
bool fs_is_local(uint64_t magic);

/*
 * True for those that may be listened to: the local ones, and layers, which are local but on
 * the rarest hosts.
 */
bool fs_is_heard(uint64_t magic);

/*
 * True where a directory of this size, as stat(2) gives it, holds nothing. False elsewhere, and
 * where the size does not tell.
 */
bool fs_is_size_of_empty(uint64_t magic, uint64_t size);

/*
 * The magic number of a file system by the name that the table of mounts gives, so that what
 * matters to a rule is the same to older kernels, which tell no number. 0 for all others.
 */
uint64_t fs_magic_of(const char *name);
