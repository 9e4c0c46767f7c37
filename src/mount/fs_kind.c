#include "mount/fs_kind.h"

#include <linux/magic.h>
#include <stddef.h>

#include "base/macro.h"

bool fs_is_local(uint64_t magic)
{
	static const uint64_t kinds[] = {
		TMPFS_MAGIC,     RAMFS_MAGIC,       EXT4_SUPER_MAGIC,
		XFS_SUPER_MAGIC, BTRFS_SUPER_MAGIC, F2FS_SUPER_MAGIC,
	};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (kinds[i] == magic)
			return true;
	}
	return false;
}
