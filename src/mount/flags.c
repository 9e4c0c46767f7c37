/* SPDX-License-Identifier: Apache-2.0 */
#include "mount/flags.h"

#include <stdio.h>

#include "mount/mount.h"
#include "mount/option_words.h"

/* True when the change leaves what the word is about as the word has it. */
static bool asks_for(struct flag_change change, const struct option_word *word)
{
	return ((change.set | change.clear) & word->mask) == word->mask &&
	       (change.set & word->mask) == word->value;
}

bool flags_add(struct flag_change *flags, const struct option_word *word)
{
	if (((flags->set | flags->clear) & word->mask) != 0 && !asks_for(*flags, word))
		return false;
	flags->set |= word->value;
	flags->clear |= word->mask & ~word->value;
	return true;
}

uint32_t flags_apply(uint32_t have, struct flag_change change)
{
	return (have & ~change.clear) | change.set;
}

bool flags_are_met(uint32_t have, struct flag_change change)
{
	return flags_apply(have, change) == have;
}

struct flag_change flags_from_attr(uint32_t attr)
{
	struct flag_change flags = {.set = attr & MOUNT_FLAG_CARRIED};

	/* The access time mode is one value in three bits, never a union of two. */
	if ((attr & MOUNT_FLAG_ATIME_MASK) != 0)
		flags.clear = MOUNT_FLAG_ATIME_MASK & ~attr;
	return flags;
}

struct flag_change flags_merge(struct flag_change under, struct flag_change over)
{
	return (struct flag_change){
		.set = (under.set & ~over.clear) | over.set,
		.clear = (under.clear & ~over.set) | over.clear,
	};
}

const char *flags_word_of(uint32_t attr, size_t i)
{
	const struct option_word *word = NULL;

	for (size_t w = 0; (word = option_word_at(w)); w++) {
		if (word->kind != OPTION_KIND_FLAG || word->value == 0 ||
		    (attr & word->mask) != word->value)
			continue;
		if (i-- == 0)
			return word->name;
	}
	return NULL;
}

const struct option_word *flags_word_asked(struct flag_change change, size_t i)
{
	const struct option_word *word = NULL;

	for (size_t w = 0; (word = option_word_at(w)); w++)
		if (word->kind == OPTION_KIND_FLAG && asks_for(change, word) && i-- == 0)
			return word;
	return NULL;
}

/* What goes without saying may be said. */
static bool is_known(const struct option_word *word)
{
	return word->kind == OPTION_KIND_FLAG || word->kind == OPTION_KIND_BIND ||
	       (word->kind == OPTION_KIND_READ_ONLY && word->call != 0);
}

const char *flags_word_known(size_t i)
{
	const struct option_word *word = NULL;

	for (size_t w = 0; (word = option_word_at(w)); w++)
		if (is_known(word) && i-- == 0)
			return word->name;
	return NULL;
}

void mount_flags_text(uint32_t attr, char buf[MOUNT_FLAGS_TEXT_SIZE])
{
	size_t used = 0;
	const char *word = NULL;

	buf[0] = '\0';
	for (size_t i = 0; (word = flags_word_of(attr, i)) && used < MOUNT_FLAGS_TEXT_SIZE;
	     i++)
		used += (size_t)snprintf(buf + used, MOUNT_FLAGS_TEXT_SIZE - used, "%s%s",
					 i ? "," : "", word);
}

const char *propagation_text(uint32_t propagation)
{
	if ((propagation & PROPAGATION_SHARED) && (propagation & PROPAGATION_SLAVE))
		return "shared,slave";
	if (propagation & PROPAGATION_SHARED)
		return "shared";
	if (propagation & PROPAGATION_SLAVE)
		return "slave";
	return propagation & PROPAGATION_UNBINDABLE ? "unbindable" : "private";
}

unsigned long flags_for_mount2(uint32_t attr)
{
	const struct option_word *word = NULL;
	unsigned long all = 0;

	for (size_t w = 0; (word = option_word_at(w)); w++)
		if (word->call != 0 && (attr & word->mask) == word->value)
			all |= word->call;
	return all;
}
