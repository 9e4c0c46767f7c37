#include "kernel/privilege.h"

#include <stddef.h>
#include <unistd.h>

const char *sys_advice(const char *to_user, const char *to_root)
{
	return to_root && geteuid() == 0 ? to_root : to_user;
}
