#include "plan/boot_risks.h"

#include <linux/magic.h>
#include <sys/stat.h>

#include "fstab/line.h"

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
		"its line in fstab is of type robind, and " HELPER_IS_MISSING
		": the next boot fails" },
};
/* clang-format on */

/* A socket is made by who runs, and a tmpfs is empty, when it is time to bind it. */
static bool is_volatile(const struct have *have)
{
	return pinned_path_is_there(&have->source) &&
	       ((!pinned_path_is_directory(&have->source) &&
		 !S_ISREG(have->source.file_id.mode)) ||
		have->source_magic == TMPFS_MAGIC || have->source_magic == RAMFS_MAGIC);
}

static bool is_of_helper(const struct want *want, const struct have *have)
{
	const struct fstab_entry *bind = have->line.bind;

	return want->fstab_type == FSTAB_TYPE_ROBIND ||
	       (bind && line_look(bind).type == FSTAB_TYPE_ROBIND);
}

unsigned risk_find(const struct want *want, const struct have *have)
{
	unsigned risks = 0;

	if (want_of_fstab(want) != DECIDES_THERE)
		return 0;
	if (have->line.is_shadowed)
		risks |= 1u << RISK_FSTAB_SHADOWED;
	if (is_volatile(have))
		risks |= 1u << RISK_VOLATILE_SOURCE;
	if (want->recursive && have->source_below.count > 0 && !is_of_helper(want, have))
		risks |= 1u << RISK_BOOT_WRITABLE;
	if (is_of_helper(want, have) && !have->line.has_helper)
		risks |= 1u << RISK_HELPER_MISSING;
	return risks;
}
