/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Per-mount flags: the MOUNT_ATTR_* bits of mount_setattr(2), changes of them, and their
 * words and mount(2)'s bits by the table in mount/option_words.h. Knows nothing of super
 * block options.
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

struct option_word; /* mount/option_words.h */

/*
 * Add what a word of the kind OPTION_KIND_FLAG decides to the change. False, and nothing is
 * added, when the change says the contrary already.
 */
bool flags_add(struct flag_change *flags, const struct option_word *word);

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

/* The `i`th word that asks for what the change does, or NULL after the last one; static. */
const struct option_word *flags_word_asked(struct flag_change change, size_t i);

/* The `i`th word that a request's `options` take, or NULL after the last one; static. */
const char *flags_word_known(size_t i);

#define MOUNT_FLAGS_TEXT_SIZE 128u

/* The comma-joined words for a mount's flags, without the read-only flag; "" for none. */
void mount_flags_text(uint32_t attr, char buf[MOUNT_FLAGS_TEXT_SIZE]);

/* "private", "shared", "slave", "shared,slave" or "unbindable"; static. */
const char *propagation_text(uint32_t propagation);

/* The flags, the read-only one with them, as mount(2) has them. */
unsigned long flags_for_mount2(uint32_t attr);
