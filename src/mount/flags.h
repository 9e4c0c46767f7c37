/*
 * Per-mount flags: the words of mount(8) ("nosuid", "noatime") and the MOUNT_ATTR_* bits of
 * mount_setattr(2), from one table. Knows nothing of super block options.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The bits as <linux/mount.h> has them; spelled here because old headers miss some. */
#define FLAG_RDONLY      0x00000001u
#define FLAG_NOSUID      0x00000002u
#define FLAG_NODEV       0x00000004u
#define FLAG_NOEXEC      0x00000008u
#define FLAG_ATIME_MASK  0x00000070u
#define FLAG_NOATIME     0x00000010u
#define FLAG_STRICTATIME 0x00000020u
#define FLAG_NODIRATIME  0x00000080u
#define FLAG_NOSYMFOLLOW 0x00200000u

/* All bits that robind compares, carries over or shows; the read-only bit stands apart. */
#define FLAG_CARRIED                                                                       \
	(FLAG_NOSUID | FLAG_NODEV | FLAG_NOEXEC | FLAG_ATIME_MASK | FLAG_NODIRATIME |      \
	 FLAG_NOSYMFOLLOW)

/* A change of flags: bits to set and bits to clear, as struct mount_attr wants them. */
struct flags {
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
enum flags_word flags_add(struct flags *flags, const char *word, size_t length,
			  const char **why);

/* The flags of a mount that had `have` once the change is made. */
uint32_t flags_apply(uint32_t have, struct flags change);

/* True when the change would do nothing to a mount that has `have`. */
bool flags_are_met(uint32_t have, struct flags change);

/* The change that makes a mount with any flags have at least the restrictions of `attr`. */
struct flags flags_from_attr(uint32_t attr);

/* Both changes in one; where they touch the same bit `over` wins. */
struct flags flags_merge(struct flags under, struct flags over);

/*
 * The `i`th word that describes a mount with the flags `attr`, or NULL after the last one;
 * static. relatime, the kernel's default, is not named.
 */
const char *flags_word_of(uint32_t attr, size_t i);

/* The `i`th word that flags_add() takes, or NULL after the last one; static. */
const char *flags_word_known(size_t i);
