/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/boot_risks.h"

#include <linux/magic.h>
#include <sys/stat.h>
#include <string.h>

#include "base/path.h"
#include "fstab/line.h"
#include "plan/boot_line.h"

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
	[RISK_BOOT_BUSYBOX]    = { "boot_writable",
		"the mount(8) of busybox makes it writable at boot, until robind boot runs; see to "
		"it that robind boot runs, or use that of util-linux" },
	[RISK_BOOT_REFUSED]    = { "boot_refused",
		"systemd misreads a path that ends in a blank or a backslash, that is not UTF-8, "
		"or that holds a newline, \"$$\" or \"${}\", and mounts nothing there; use another "
		"name" },
	[RISK_BOOT_LOOP]       = { "boot_refused",
		"the mount(8) of busybox takes a file for the image of a disk, and mounts nothing at "
		"boot where no loop device is free; see to it that robind boot runs, or share the "
		"directory that the file is in" },
	[RISK_BOOT_SKIPPED]    = { "boot_skipped",
		"its line in fstab says noauto, so nothing mounts it at boot; take that word out" },
	[RISK_BOOT_INITRD]     = { "boot_initrd",
		"the initrd mounts this line, before systemd 255 from its own files, and the host "
		"may not boot; keep it out of fstab (\"state\": \"ephemeral\", at each start)" },
	[RISK_HELPER_MISSING]  = { "helper_missing",
		"its line in fstab is of type robind, and " HELPER_IS_MISSING
		": the next boot fails" },
};
/* clang-format on */

static bool is_device(const struct have *have)
{
	return S_ISCHR(have->source.file_id.mode) || S_ISBLK(have->source.file_id.mode);
}

/* A socket is made by who runs, and a tmpfs is empty, when it is time to bind it. */
static bool is_volatile(const struct want *want, const struct have *have)
{
	if (!pinned_path_is_there(&have->source))
		return false;
	/* The kernel makes those of devtmpfs, which calls itself a tmpfs, ahead of all. */
	if (is_device(have) && path_is_below(want->source, "/dev"))
		return false;
	if (have->source_magic == TMPFS_MAGIC || have->source_magic == RAMFS_MAGIC)
		return true;
	return !pinned_path_is_directory(&have->source) &&
	       !S_ISREG(have->source.file_id.mode) && !is_device(have);
}

static bool is_of_helper(const struct want *want, const struct have *have)
{
	const struct fstab_entry *bind = have->line.bind;

	return want->fstab_type == FSTAB_TYPE_ROBIND ||
	       (bind && line_look(bind).type == FSTAB_TYPE_ROBIND);
}

/* Who mounts it, and what that makes of it. */
static unsigned risks_of_type(const struct want *want, const struct have *have)
{
	unsigned risks = 0;

	if (is_of_helper(want, have)) {
		if (have->line.has_busybox && S_ISREG(have->source.file_id.mode))
			risks |= 1u << RISK_BOOT_LOOP;
		return have->line.has_helper ? risks : 1u << RISK_HELPER_MISSING;
	}
	if (have->line.has_busybox)
		risks |= 1u << RISK_BOOT_BUSYBOX;
	else if (want->recursive && have->source_below.count > 0)
		risks |= 1u << RISK_BOOT_WRITABLE;
	return risks;
}

/* Whether systemd and an initrd leave the line to its time. */
static unsigned risks_of_line(const struct want *want, const struct have *have)
{
	const struct boot_words words = boot_words_find(want, have->line.bind);
	unsigned risks = 0;

	if (boot_path_is_misread(want->target) ||
	    (want->source && boot_path_is_misread(want->source)))
		risks |= 1u << RISK_BOOT_REFUSED;
	if (words.is_noauto && !words.is_automount)
		risks |= 1u << RISK_BOOT_SKIPPED;
	if (words.is_of_initrd || strcmp(want->target, "/usr") == 0)
		risks |= 1u << RISK_BOOT_INITRD;
	return risks;
}

unsigned risk_find(const struct want *want, const struct have *have)
{
	unsigned risks = 0;

	if (want_of_fstab(want) != DECIDES_THERE && !want->is_line)
		return 0;
	if (have->line.is_shadowed)
		risks |= 1u << RISK_FSTAB_SHADOWED;
	if (is_volatile(want, have))
		risks |= 1u << RISK_VOLATILE_SOURCE;
	return risks | risks_of_type(want, have) | risks_of_line(want, have);
}
