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
