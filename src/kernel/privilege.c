/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/privilege.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "kernel/capabilities.h"
#include "kernel/process.h"

bool sys_has_capability(unsigned capability)
{
	return (sys_capabilities() >> capability & 1) != 0;
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
