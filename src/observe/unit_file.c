/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/unit_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "kernel/host.h"

#define UNITS "/etc/systemd/system/"

char *unit_name(const char *prefix, const char *path, const char *suffix)
{
	static const char hex[] = "0123456789abcdef";
	char *name = malloc(strlen(prefix) + 4 * strlen(path) + strlen(suffix) + 1);
	char *to = name;

	if (!name)
		return NULL;
	to = stpcpy(to, prefix);
	for (const char *p = path + 1; *p != '\0'; p++) {
		bool is_plain = (*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z') ||
				(*p >= 'A' && *p <= 'Z') || *p == ':' || *p == '_' ||
				(*p == '.' && p > path + 1);

		if (*p == '/') {
			*to++ = '-';
		} else if (is_plain) {
			*to++ = *p;
		} else {
			*to++ = '\\';
			*to++ = 'x';
			*to++ = hex[(unsigned char)*p >> 4];
			*to++ = hex[(unsigned char)*p & 15];
		}
	}
	(void)stpcpy(to, suffix);
	return name;
}

int unit_file_find(const char *target, bool *ret)
{
	scoped_mem char *path = unit_name(UNITS, target, ".mount");

	if (!path)
		return -ENOMEM;
	*ret = sys_is_file(path);
	return 0;
}
