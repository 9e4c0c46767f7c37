/* SPDX-License-Identifier: Apache-2.0 */
/* What may go wrong at the next boot, on made-up machines. */
#include <linux/magic.h>
#include <sys/stat.h>

#include "plan/boot_risks.h"
#include "suite.h"

#define BIT(risk) (1u << RISK_##risk)

struct row {
	const char *name;
	enum state state;
	enum fstab_type type;
	const char *options; /* of the line there is: NULL for none */
	const char *line_type;
	bool no_source;
	bool is_file; /* a socket */
	bool is_regular;
	bool is_device;
	bool has_busybox;
	const char *source; /* NULL: /s, and the target /t */
	const char *target;
	bool recursive;
	bool has_submounts;
	bool has_helper;
	bool is_shadowed;
	uint64_t magic;
	unsigned risks;
};

/* clang-format off */
static const struct row rows[] = {
	{ .name = "all is well" },
	{ .name = "a unit in its place", .is_shadowed = true, .risks = BIT(FSTAB_SHADOWED) },
	{ .name = "a unit, and no line", .state = STATE_EPHEMERAL, .is_shadowed = true },
	{ .name = "a unit, and the line goes", .state = STATE_ABSENT, .is_shadowed = true },
	{ .name = "a line alone", .state = STATE_FSTAB_PRESENT, .is_shadowed = true,
	  .risks = BIT(FSTAB_SHADOWED) },
	{ .name = "a directory that is not there yet", .no_source = true, .magic = TMPFS_MAGIC },
	{ .name = "a file on a disk", .is_regular = true },
	{ .name = "a socket", .is_file = true, .risks = BIT(VOLATILE_SOURCE) },
	{ .name = "on a tmpfs", .magic = TMPFS_MAGIC, .risks = BIT(VOLATILE_SOURCE) },
	{ .name = "on a ramfs", .magic = RAMFS_MAGIC, .risks = BIT(VOLATILE_SOURCE) },
	{ .name = "a tree", .recursive = true, .has_submounts = true, .risks = BIT(BOOT_WRITABLE) },
	{ .name = "a tree of one", .recursive = true },
	{ .name = "its top alone", .has_submounts = true },
	{ .name = "a tree, by the helper", .recursive = true, .has_submounts = true,
	  .type = FSTAB_TYPE_ROBIND, .has_helper = true },
	{ .name = "a tree, by the line's helper", .recursive = true, .has_submounts = true,
	  .line_type = "robind", .options = "ro,recursive", .has_helper = true },
	{ .name = "a tree, by the line of mount(8)", .recursive = true, .has_submounts = true,
	  .line_type = "none", .options = "rbind,ro", .has_helper = true,
	  .risks = BIT(BOOT_WRITABLE) },
	{ .name = "no helper", .type = FSTAB_TYPE_ROBIND, .risks = BIT(HELPER_MISSING) },
	{ .name = "no helper for the line", .line_type = "robind", .options = "ro",
	  .risks = BIT(HELPER_MISSING) },
	{ .name = "a device on a disk", .is_device = true },
	{ .name = "a device that somebody made", .is_device = true, .magic = TMPFS_MAGIC,
	  .risks = BIT(VOLATILE_SOURCE) },
	{ .name = "a device that the kernel makes", .is_device = true, .magic = TMPFS_MAGIC,
	  .source = "/dev/s" },
	{ .name = "a socket in /dev", .is_file = true, .magic = TMPFS_MAGIC, .source = "/dev/s",
	  .risks = BIT(VOLATILE_SOURCE) },
	{ .name = "busybox", .has_busybox = true, .risks = BIT(BOOT_BUSYBOX) },
	{ .name = "busybox and the helper", .has_busybox = true, .type = FSTAB_TYPE_ROBIND,
	  .has_helper = true },
	{ .name = "busybox, the helper and a file", .has_busybox = true, .is_regular = true,
	  .type = FSTAB_TYPE_ROBIND, .has_helper = true, .risks = BIT(BOOT_LOOP) },
	{ .name = "busybox and a file", .has_busybox = true, .is_regular = true,
	  .risks = BIT(BOOT_BUSYBOX) },
	{ .name = "busybox, a file and no helper", .has_busybox = true, .is_regular = true,
	  .type = FSTAB_TYPE_ROBIND, .risks = BIT(HELPER_MISSING) },
	{ .name = "the helper and a file", .is_regular = true, .type = FSTAB_TYPE_ROBIND,
	  .has_helper = true },
	{ .name = "busybox and a tree", .has_busybox = true, .recursive = true,
	  .has_submounts = true, .risks = BIT(BOOT_BUSYBOX) },
	{ .name = "no unit for the target", .target = "/t ", .risks = BIT(BOOT_REFUSED) },
	{ .name = "no unit for the source", .source = "/s\\", .risks = BIT(BOOT_REFUSED) },
	{ .name = "no unit, and no line", .state = STATE_EPHEMERAL, .target = "/t " },
	{ .name = "noauto", .options = "bind,ro,noauto", .risks = BIT(BOOT_SKIPPED) },
	{ .name = "noauto, and then auto", .options = "bind,noauto,ro,auto" },
	{ .name = "noauto and an automount", .options = "bind,ro,noauto,x-systemd.automount" },
	{ .name = "/usr", .target = "/usr", .risks = BIT(BOOT_INITRD) },
	{ .name = "below /usr", .target = "/usr/local" },
	{ .name = "for the initrd", .options = "bind,ro,x-initrd.mount",
	  .risks = BIT(BOOT_INITRD) },
	{ .name = "several", .is_shadowed = true, .is_file = true, .type = FSTAB_TYPE_ROBIND,
	  .risks = BIT(FSTAB_SHADOWED) | BIT(VOLATILE_SOURCE) | BIT(HELPER_MISSING) },
};
/* clang-format on */

START_TEST(one_row)
{
	const struct row *row = &rows[_i];
	struct fstab_entry line = {.type = (char *)(row->line_type ? row->line_type
								   : "none"),
				   .options = (char *)row->options};
	struct mount below = {.point = "/s/a"};
	const struct want want = {
		.source = (char *)(row->source ? row->source : "/s"),
		.target = (char *)(row->target ? row->target : "/t"),
		.state = row->state,
		.recursive = row->recursive,
		.fstab_type = row->type,
	};
	const mode_t mode = row->is_file      ? S_IFSOCK
			    : row->is_regular ? S_IFREG
			    : row->is_device  ? S_IFCHR
					      : S_IFDIR;
	const struct have have = {
		.source = {.fd = row->no_source ? -1 : 0, .file_id = {.mode = mode}},
		.source_magic = row->magic,
		.source_below = {&below, row->has_submounts},
		.line = {.bind = row->options ? &line : NULL,
			 .has_helper = row->has_helper,
			 .has_busybox = row->has_busybox,
			 .is_shadowed = row->is_shadowed},
	};

	ck_assert_msg(risk_find(&want, &have) == row->risks, "%s: %#x", row->name,
		      risk_find(&want, &have));
}
END_TEST

START_TEST(each_risk_has_its_row)
{
	ck_assert_ptr_nonnull(risk_rules[_i].code);
	ck_assert_ptr_nonnull(risk_rules[_i].text);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("boot_risks");

	tcase_add_loop_test(tests, one_row, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tests, each_risk_has_its_row, 0, RISK_COUNT_);
	return suite_run("boot_risks", tests);
}
