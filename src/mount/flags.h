/*
 * Per-mount flags: the words of mount(8) ("nosuid", "noatime") and the MOUNT_ATTR_* bits of
 * mount_setattr(2), from one table. Knows nothing of super block options.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The bits as <linux/mount.h> has them; spelled here because old headers miss some. */
#define MOUNT_FLAG_RDONLY      0x00000001u
#define MOUNT_FLAG_NOSUID      0x00000002u
#define MOUNT_FLAG_NODEV       0x00000004u
#define MOUNT_FLAG_NOEXEC      0x00000008u
#define MOUNT_FLAG_ATIME_MASK  0x00000070u
#define MOUNT_FLAG_NOATIME     0x00000010u
#define MOUNT_FLAG_STRICTATIME 0x00000020u
#define MOUNT_FLAG_NODIRATIME  0x00000080u
#define MOUNT_FLAG_NOSYMFOLLOW 0x00200000u

/* All bits that robind compares, carries over or shows; the read-only bit stands apart. */
#define MOUNT_FLAG_CARRIED                                                                 \
	(MOUNT_FLAG_NOSUID | MOUNT_FLAG_NODEV | MOUNT_FLAG_NOEXEC |                        \
	 MOUNT_FLAG_ATIME_MASK | MOUNT_FLAG_NODIRATIME | MOUNT_FLAG_NOSYMFOLLOW)

/* A change of flags: bits to set and bits to clear, as struct mount_attr wants them. */
struct flag_change {
	uint32_t set;
	uint32_t clear;
};

enum flags_word {
	FLAGS_WORD_OK,
	FLAGS_WORD_IMPLIED, /* bind, ro: true of every bind, nothing to add */
	FLAGS_WORD_REFUSED, /* rw, rbind: never a flag of ours; *why says what to do */
	FLAGS_WORD_CLASHES, /* contradicts a word added before */
	FLAGS_WORD_UNKNOWN,
};

/*
 * Add one word of `length` bytes to the change. On FLAGS_WORD_REFUSED *why is a static
 * sentence. Anything but FLAGS_WORD_OK leaves *flags as it was.
 */
enum flags_word flags_add(struct flag_change *flags, const char *word, size_t length,
			  const char **why);

/* The flags of a mount that had `have` once the change is made. */
uint32_t flags_apply(uint32_t have, struct flag_change change);

/* True when the change would do nothing to a mount that has `have`. */
bool flags_are_met(uint32_t have, struct flag_change change);

/* The change that makes a mount with any flags have at least the restrictions of `attr`. */
struct flag_change flags_from_attr(uint32_t attr);

/* Both changes in one; where they touch the same bit `over` wins. */
struct flag_change flags_merge(struct flag_change under, struct flag_change over);

/*
 * The `i`th word that describes a mount with the flags `attr`, or NULL after the last one;
 * static. relatime, the kernel's default, is not named.
 */
const char *flags_word_of(uint32_t attr, size_t i);

/* The `i`th word that flags_add() takes, or NULL after the last one; static. */
const char *flags_word_known(size_t i);
