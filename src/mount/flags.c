#include "mount/flags.h"

#include <string.h>

#include "base/macro.h"

/*
 * `mask` is what the word decides, `value` what these bits become. Two words clash when
 * they decide a common bit differently. A word is shown for a mount whose bits equal a
 * value that is not zero.
 */
struct fstab_option {
	const char *name;
	uint32_t mask;
	uint32_t value;
};

/* clang-format off */
static const struct fstab_option words[] = {
	{ "nosuid",      MOUNT_FLAG_NOSUID,      MOUNT_FLAG_NOSUID },
	{ "suid",        MOUNT_FLAG_NOSUID,      0 },
	{ "nodev",       MOUNT_FLAG_NODEV,       MOUNT_FLAG_NODEV },
	{ "dev",         MOUNT_FLAG_NODEV,       0 },
	{ "noexec",      MOUNT_FLAG_NOEXEC,      MOUNT_FLAG_NOEXEC },
	{ "exec",        MOUNT_FLAG_NOEXEC,      0 },
	{ "nosymfollow", MOUNT_FLAG_NOSYMFOLLOW, MOUNT_FLAG_NOSYMFOLLOW },
	{ "symfollow",   MOUNT_FLAG_NOSYMFOLLOW, 0 },
	{ "noatime",     MOUNT_FLAG_ATIME_MASK,  MOUNT_FLAG_NOATIME },
	{ "relatime",    MOUNT_FLAG_ATIME_MASK,  0 },
	{ "strictatime", MOUNT_FLAG_ATIME_MASK,  MOUNT_FLAG_STRICTATIME },
	{ "nodiratime",  MOUNT_FLAG_NODIRATIME,  MOUNT_FLAG_NODIRATIME },
};

static const struct { const char *name; enum flags_word kind; const char *why; } others[] = {
	{ "ro",    FLAGS_WORD_IMPLIED, NULL },
	{ "bind",  FLAGS_WORD_IMPLIED, NULL },
	{ "rw",    FLAGS_WORD_REFUSED, "a bind of robind is always read-only; leave 'rw' out" },
	{ "rbind", FLAGS_WORD_REFUSED, "say \"recursive\": true in place of 'rbind'" },
};
/* clang-format on */

static bool is_word(const char *name, const char *word, size_t length)
{
	return strlen(name) == length && memcmp(name, word, length) == 0;
}

static enum flags_word add_other(const char *word, size_t length, const char **why)
{
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		if (is_word(others[i].name, word, length)) {
			*why = others[i].why;
			return others[i].kind;
		}
	}
	return FLAGS_WORD_UNKNOWN;
}

enum flags_word flags_add(struct flag_change *flags, const char *word, size_t length,
			  const char **why)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		const struct fstab_option *w = &words[i];
		uint32_t decided = (flags->set | flags->clear) & w->mask;

		if (!is_word(w->name, word, length))
			continue;
		if (decided != 0 && (flags->set & w->mask) != w->value)
			return FLAGS_WORD_CLASHES;
		flags->set |= w->value;
		flags->clear |= w->mask & ~w->value;
		return FLAGS_WORD_OK;
	}
	return add_other(word, length, why);
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
	for (size_t w = 0; w < ARRAY_LEN(words); w++) {
		if (words[w].value == 0 || (attr & words[w].mask) != words[w].value)
			continue;
		if (i-- == 0)
			return words[w].name;
	}
	return NULL;
}

const char *flags_word_known(size_t i)
{
	if (i < ARRAY_LEN(words))
		return words[i].name;
	i -= ARRAY_LEN(words);
	return i < ARRAY_LEN(others) && others[i].kind == FLAGS_WORD_IMPLIED
		       ? others[i].name
		       : NULL;
}
