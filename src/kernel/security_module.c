/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/security_module.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/macro.h"

#define ENFORCED " (enforce)" /* at the end of an AppArmor profile */

/* These keep nobody from a place: what they deny is something else, or they have a row of
 * their own. */
static const char *const others[] = {
	"capability", "lockdown", "yama",      "integrity", "ima",     "evm",
	"loadpin",    "ipe",      "safesetid", "apparmor",  "selinux",
};

/* The first line of a file; "" where there is none. */
static void read_line(const char *root, const char *path, char *text, size_t size)
{
	char whole[4096];
	scoped_fd int fd = -1;
	ssize_t n = 0;

	(void)snprintf(whole, sizeof(whole), "%s%s", root, path);
	fd = open(whole, O_RDONLY | O_CLOEXEC);
	n = fd >= 0 ? read(fd, text, size - 1) : 0;
	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
}

/* Cut the mode off the end of a profile's name. */
static bool is_enforced(char *profile)
{
	size_t n = strlen(profile);
	size_t end = strlen(ENFORCED);

	if (n <= end || strcmp(profile + n - end, ENFORCED) != 0)
		return false;
	profile[n - end] = '\0';
	return true;
}

static bool is_listed(const char *name, size_t n)
{
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		if (strncmp(others[i], name, n) == 0 && others[i][n] == '\0')
			return true;
	}
	return false;
}

/* Of the names, with commas between, those of modules that may keep somebody from a place. */
static void find_others(const char *names, char *ret, size_t size)
{
	size_t used = 0;

	ret[0] = '\0';
	while (names[0] != '\0') {
		size_t n = strcspn(names, ",");

		if (n > 0 && !is_listed(names, n) && used + n + 3 < size)
			used += (size_t)snprintf(ret + used, size - used, "%s%.*s",
						 used > 0 ? ", " : "", (int)n, names);
		names += n;
		names += names[0] == ',';
	}
}

void sys_find_security_module(const char *root, struct security_module *ret)
{
	char text[256];

	ret->kind = SECURITY_MODULE_APPARMOR;
	read_line(root, "/proc/self/attr/apparmor/current", ret->name, sizeof(ret->name));
	if (is_enforced(ret->name))
		return;
	/* What this one has is that of the first module that has any. */
	read_line(root, "/proc/self/attr/current", ret->name, sizeof(ret->name));
	if (is_enforced(ret->name))
		return;
	ret->kind = SECURITY_MODULE_SELINUX;
	read_line(root, "/sys/fs/selinux/enforce", text, sizeof(text));
	if (text[0] == '1')
		return;
	read_line(root, "/sys/kernel/security/lsm", text, sizeof(text));
	find_others(text, ret->name, sizeof(ret->name));
	ret->kind = ret->name[0] != '\0' ? SECURITY_MODULE_OTHER : SECURITY_MODULE_NONE;
}
