#include "kernel/privilege.h"

#include <unistd.h>

bool sys_is_root(void)
{
	return geteuid() == 0;
}
