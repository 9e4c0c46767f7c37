#include "plan/boot_risks.h"

#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fstab/line.h"
#include "kernel/host.h"

#define UNITS "/etc/systemd/system/"

/* clang-format off */
const struct risk_rule risk_rules[RISK_COUNT_] = {
	[RISK_FSTAB_SHADOWED]  = { "fstab_shadowed",
		"a unit file of systemd takes the place of its line in fstab; remove one of the two" },
	[RISK_VOLATILE_SOURCE] = { "volatile_source",
		"its source is not there when the host boots, and systemd would make a directory "
		"in its place; share a directory that lasts" },
	[RISK_BOOT_WRITABLE]   = { "boot_writable",
		"mount(8) makes only its top read-only at boot, until robind boot runs; "
		"\"fstab_type\": \"robind\" makes all of it read-only" },
	[RISK_HELPER_MISSING]  = { "helper_missing",
		"its line in fstab is of type robind, and there is no executable "
		"'/sbin/mount.robind': the next boot fails" },
};
/* clang-format on */

char *risk_unit_path(const char *target)
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

/* A socket or file is made by who runs, and a tmpfs is empty, when it is time to bind it.
 */
static bool is_volatile(const struct have *have)
{
	return pinned_path_is_there(&have->source) &&
	       (!pinned_path_is_directory(&have->source) ||
		have->source_magic == TMPFS_MAGIC || have->source_magic == RAMFS_MAGIC);
}

static bool is_of_helper(const struct want *want, const struct have *have)
{
	const struct fstab_entry *bind = have->line.bind;

	return want->fstab_type == FSTAB_TYPE_ROBIND ||
	       (bind && line_look(bind).type == LINE_ROBIND);
}

unsigned risk_find(const struct want *want, const struct have *have)
{
	scoped_mem char *unit = NULL;
	unsigned risks = 0;

	if (want_of_fstab(want) != DECIDES_THERE)
		return 0;
	unit = risk_unit_path(want->target);
	if (unit && sys_is_file(unit))
		risks |= 1u << RISK_FSTAB_SHADOWED;
	if (is_volatile(have))
		risks |= 1u << RISK_VOLATILE_SOURCE;
	if (want->recursive && have->source_below.count > 0 && !is_of_helper(want, have))
		risks |= 1u << RISK_BOOT_WRITABLE;
	if (is_of_helper(want, have) && !have->line.has_helper)
		risks |= 1u << RISK_HELPER_MISSING;
	return risks;
}
