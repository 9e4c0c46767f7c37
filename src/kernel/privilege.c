#include "kernel/privilege.h"

#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "kernel/process.h"

bool sys_has_capability(unsigned capability)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {0};

	if (syscall(SYS_capget, &header, data) < 0)
		return false;
	return (data[CAP_TO_INDEX(capability)].effective & CAP_TO_MASK(capability)) != 0;
}

bool sys_is_in_user_namespace(void)
{
	scoped_mem char *map = NULL;
	unsigned long inner = 0;
	unsigned long outer = 0;
	unsigned long count = 0;

	/* The host's is all numbers as they are. */
	return sys_process_text(getpid(), "uid_map", &map) == 0 &&
	       (sscanf(map, "%lu %lu %lu", &inner, &outer, &count) != 3 || inner != 0 ||
		outer != 0 || count != 4294967295ul);
}

bool sys_is_filtered(void)
{
	scoped_mem char *status = NULL;

	return sys_process_text(getpid(), "status", &status) == 0 &&
	       strstr(status, "\nSeccomp:\t2\n");
}
