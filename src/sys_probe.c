#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scoped.h"
#include "shim.h"

/* A call that exists complains about its arguments; one that does not, or that a seccomp
 * filter hides, says ENOSYS or EPERM. */
static bool is_there(long result)
{
	return result >= 0 || (errno != ENOSYS && errno != EPERM);
}

static bool has_sys_admin(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {0};

	if (syscall(SYS_capget, &header, data) < 0)
		return false;
	return (data[0].effective & (1u << CAP_SYS_ADMIN)) != 0;
}

static bool has_view_calls(void)
{
	struct statx buf = {0};
	scoped_fd int root = shim_openat2(AT_FDCWD, "/", O_PATH | O_CLOEXEC, 0);

	return root >= 0 &&
	       shim_statx(root, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC,
			  SHIM_STATX_MNT_ID_UNIQUE, &buf) == 0 &&
	       (buf.stx_mask & SHIM_STATX_MNT_ID_UNIQUE) &&
	       is_there(shim_statmount(0, 0, NULL, 0)) &&
	       is_there(shim_listmount(0, 0, NULL, 0));
}

void sys_probe(struct kernel *kernel)
{
	*kernel = (struct kernel){
		.mount_calls = is_there(shim_open_tree(-1, "", AT_EMPTY_PATH)) &&
			       is_there(shim_mount_setattr(-1, 0, NULL, 0)),
		.view_calls = has_view_calls(),
		.may_mount = has_sys_admin(),
	};
}
