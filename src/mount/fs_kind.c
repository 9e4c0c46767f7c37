/* SPDX-License-Identifier: Apache-2.0 */
#include "mount/fs_kind.h"

#include <linux/magic.h>
#include <stddef.h>
#include <string.h>

#include "base/macro.h"

/* The file systems whose kind matters to a rule. */
static const struct {
	const char *name; /* as the table of mounts gives it */
	uint64_t magic;
	bool is_local;
} kinds[] = {
	{"autofs", AUTOFS_SUPER_MAGIC, false},
	{"btrfs", BTRFS_SUPER_MAGIC, true},
	{"ext2", EXT4_SUPER_MAGIC, true},
	{"ext3", EXT4_SUPER_MAGIC, true},
	{"ext4", EXT4_SUPER_MAGIC, true},
	{"f2fs", F2FS_SUPER_MAGIC, true},
	{"ramfs", RAMFS_MAGIC, true},
	{"tmpfs", TMPFS_MAGIC, true},
	{"xfs", XFS_SUPER_MAGIC, true},
	{"overlay", OVERLAYFS_SUPER_MAGIC, false},
	/* tmpfs under other names; the root of an initramfs may be a ramfs as well */
	{"devtmpfs", TMPFS_MAGIC, true},
	{"rootfs", TMPFS_MAGIC, true},
};

bool fs_is_local(uint64_t magic)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (kinds[i].magic == magic)
			return kinds[i].is_local;
	}
	return false;
}

uint64_t fs_magic_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (strcmp(kinds[i].name, name) == 0)
			return kinds[i].magic;
	}
	return 0;
}

bool fs_is_size_of_empty(uint64_t magic, uint64_t size)
{
	/* tmpfs counts 20 for each name, "." and ".." too; btrfs twice the bytes of each. */
	return (magic == TMPFS_MAGIC && size == 40) ||
	       (magic == BTRFS_SUPER_MAGIC && size == 0);
}

bool fs_is_heard(uint64_t magic)
{
	return magic == OVERLAYFS_SUPER_MAGIC || fs_is_local(magic);
}
