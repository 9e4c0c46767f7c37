#include "observe/unit_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "kernel/host.h"

#define UNITS "/etc/systemd/system/"

/* The name is that of systemd-escape(1); NULL when there is no memory. */
static char *unit_path(const char *target)
{
	static const char hex[] = "0123456789abcdef";
	char *path = malloc(sizeof(UNITS) + 4 * strlen(target) + sizeof(".mount"));
	char *to = path;

	if (!path)
		return NULL;
	to = stpcpy(to, UNITS);
	for (const char *p = target + 1; *p != '\0'; p++) {
		bool is_plain = (*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z') ||
				(*p >= 'A' && *p <= 'Z') || *p == ':' || *p == '_' ||
				(*p == '.' && p > target + 1);

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
	memcpy(to, ".mount", sizeof(".mount"));
	return path;
}

int unit_file_find(const char *target, bool *ret)
{
	scoped_mem char *path = unit_path(target);

	if (!path)
		return -ENOMEM;
	*ret = sys_is_file(path);
	return 0;
}
