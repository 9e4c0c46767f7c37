/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/features.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/macro.h"
#include "kernel/namespace.h"
#include "kernel/privilege.h"
#include "kernel/syscalls.h"

/* A call that exists complains about its arguments; one that does not, or that a seccomp
 * filter hides, says ENOSYS or EPERM. */
static bool is_there(long result)
{
	return result >= 0 || (errno != ENOSYS && errno != EPERM);
}

/* A change of nothing asks for no more than the right to make one. */
static bool is_namespace_ours(void)
{
	const struct shim_mount_attr nothing = {0};

	return shim_mount_setattr(-1, 0, &nothing, sizeof(nothing)) == 0 || errno != EPERM;
}

/*
 * The bit by which statx(2) tells the id of a mount: never used again, or the old one. An
 * emulator (qemu-user) may hand on the bit and not the id.
 */
static unsigned find_mount_id(bool *is_rooted)
{
	static const unsigned bits[] = {SHIM_STATX_MNT_ID_UNIQUE, SHIM_STATX_MNT_ID};

	for (size_t i = 0; i < ARRAY_LEN(bits); i++) {
		struct shim_statx buf = {0};

		if (shim_statx(AT_FDCWD, "/", SHIM_AT_DONT_SYNC, bits[i], &buf) == 0 &&
		    (buf.mask & bits[i]) && buf.mnt_id != 0) {
			*is_rooted = (buf.attributes & SHIM_ATTR_MOUNT_ROOT) != 0;
			return bits[i];
		}
	}
	return 0;
}

static bool has_cached_walks(void)
{
	scoped_fd int root =
		shim_openat2(AT_FDCWD, "/", O_PATH | O_CLOEXEC, SHIM_RESOLVE_CACHED);

	return root >= 0;
}

static struct features found;

const struct features *features_found(void)
{
	return &found;
}

const struct features *features_probe(void)
{
	found = (struct features){
		.mount_calls = is_there(shim_open_tree(-1, "", AT_EMPTY_PATH)) &&
			       is_there(shim_mount_setattr(-1, 0, NULL, 0)),
		.mountinfo = access("/proc/self/mountinfo", R_OK) == 0,
		.cached_walks = has_cached_walks(),
		.may_mount = sys_has_capability(CAP_SYS_ADMIN),
		.is_private = !sys_is_namespace_of_init(),
		.is_rooted = true,
	};
	found.mount_id = find_mount_id(&found.is_rooted);
	/* In a user namespace that our mount namespace does not belong to, it says nothing. */
	if (found.mount_calls)
		found.may_mount &= is_namespace_ours();
	found.view_calls = found.mount_id == SHIM_STATX_MNT_ID_UNIQUE &&
			   is_there(shim_statmount(0, 0, NULL, 0)) &&
			   is_there(shim_listmount(0, 0, NULL, 0));
	/* One kind of ids throughout: without statmount the table's. */
	if (!found.view_calls && found.mount_id)
		found.mount_id = SHIM_STATX_MNT_ID;
	return &found;
}

bool sys_ids_are_unique(void)
{
	return found.view_calls;
}

bool sys_copies_are_detached(void)
{
	return found.mount_calls;
}
