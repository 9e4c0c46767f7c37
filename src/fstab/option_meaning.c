#include <string.h>

#include "fstab/options.h"
#include "mount/flags.h"

/*
 * What a word decides, from the tables of libmount. Where a word that stands for several
 * (`is_broad`) is in the way, it is overruled and not taken out.
 */
struct meaning {
	const char *name;
	uint32_t mask;
	uint32_t value;
	bool is_broad;
};

#define SECURE (FLAG_NOSUID | FLAG_NODEV)

/* clang-format off */
static const struct meaning meanings[] = {
	{ "ro",            FLAG_RDONLY,      FLAG_RDONLY,      false },
	{ "rw",            FLAG_RDONLY,      0,                false },
	{ "nosuid",        FLAG_NOSUID,      FLAG_NOSUID,      false },
	{ "suid",          FLAG_NOSUID,      0,                false },
	{ "nodev",         FLAG_NODEV,       FLAG_NODEV,       false },
	{ "dev",           FLAG_NODEV,       0,                false },
	{ "noexec",        FLAG_NOEXEC,      FLAG_NOEXEC,      false },
	{ "exec",          FLAG_NOEXEC,      0,                false },
	{ "nosymfollow",   FLAG_NOSYMFOLLOW, FLAG_NOSYMFOLLOW, false },
	{ "symfollow",     FLAG_NOSYMFOLLOW, 0,                false },
	{ "noatime",       WORD_ATIME,       WORD_NOATIME,     false },
	{ "atime",         WORD_NOATIME,     0,                false },
	{ "relatime",      WORD_ATIME,       WORD_RELATIME,    false },
	{ "norelatime",    WORD_RELATIME,    0,                false },
	{ "strictatime",   WORD_ATIME,       WORD_STRICTATIME, false },
	{ "nostrictatime", WORD_STRICTATIME, 0,                false },
	{ "nodiratime",    FLAG_NODIRATIME,  FLAG_NODIRATIME,  false },
	{ "diratime",      FLAG_NODIRATIME,  0,                false },
	{ "noauto",        WORD_NOAUTO,      WORD_NOAUTO,      false },
	{ "auto",          WORD_NOAUTO,      0,                false },
	{ "nofail",        WORD_NOFAIL,      WORD_NOFAIL,      false },
	{ "fail",          WORD_NOFAIL,      0,                false },
	{ "user",          SECURE | FLAG_NOEXEC, SECURE | FLAG_NOEXEC, true },
	{ "users",         SECURE | FLAG_NOEXEC, SECURE | FLAG_NOEXEC, true },
	{ "owner",         SECURE,           SECURE,           true },
	{ "group",         SECURE,           SECURE,           true },
	{ "private",       WORD_PRIVATE | WORD_SHARING, WORD_PRIVATE, false },
	{ "rprivate",      WORD_PRIVATE | WORD_SHARING, WORD_PRIVATE, false },
	{ "shared",        WORD_SHARING,     WORD_SHARING,     false },
	{ "rshared",       WORD_SHARING,     WORD_SHARING,     false },
	{ "slave",         WORD_SHARING,     WORD_SHARING,     false },
	{ "rslave",        WORD_SHARING,     WORD_SHARING,     false },
	{ "unbindable",    WORD_SHARING,     WORD_SHARING,     false },
	{ "runbindable",   WORD_SHARING,     WORD_SHARING,     false },
	{ "remount",       WORD_REMOUNT,     WORD_REMOUNT,     false },
};
/* clang-format on */

static bool is_text(const char *text, size_t length, const char *name)
{
	return strlen(name) == length && memcmp(text, name, length) == 0;
}

/*
 * A value makes a weaker word of it: libmount before 2.39 ignores `ro=recursive`, and
 * `user=joe` implies nothing. Still no line of ours may say `rw=recursive`.
 */
static const struct meaning *meaning_of(const struct word *word, bool *ret_has_value)
{
	const char *sign = memchr(word->text, '=', word->length);
	size_t length = sign ? (size_t)(sign - word->text) : word->length;

	*ret_has_value = sign != NULL;
	for (size_t i = 0; !word->is_gone && !word->instead && i < ARRAY_LEN(meanings); i++)
		if (is_text(word->text, length, meanings[i].name))
			return &meanings[i];
	return NULL;
}

bool word_contradicts(const struct word *word, uint32_t mask, uint32_t value)
{
	bool has_value = false;
	const struct meaning *meaning = meaning_of(word, &has_value);

	return meaning && !meaning->is_broad &&
	       (meaning->mask & mask & (meaning->value ^ value)) != 0;
}

bool word_decides(const char *text, uint32_t *ret_mask, uint32_t *ret_value,
		  bool *ret_is_broad)
{
	const struct word word = {.text = text, .length = strlen(text)};
	bool has_value = false;
	const struct meaning *meaning = meaning_of(&word, &has_value);

	if (!meaning || has_value)
		return false;
	*ret_mask = meaning->mask;
	*ret_value = meaning->value;
	*ret_is_broad = meaning->is_broad;
	return true;
}

uint32_t word_mask(const struct word *word)
{
	bool has_value = false;
	const struct meaning *meaning = meaning_of(word, &has_value);

	return meaning && !meaning->is_broad ? meaning->mask : 0;
}

void word_tell(const struct word *word, uint32_t *told)
{
	bool has_value = false;
	const struct meaning *meaning = meaning_of(word, &has_value);

	/* What some heed and others do not only counts when it is for the worse. */
	if (meaning && !((has_value || word->is_joined) && meaning->value != 0))
		*told = (*told & ~meaning->mask) | meaning->value;
}

bool words_say(const struct words *words, uint32_t mask, uint32_t value)
{
	uint32_t decided = 0;
	uint32_t said = 0;

	for (size_t i = 0; i < words->count; i++) {
		bool has_value = false;
		const struct meaning *meaning = meaning_of(&words->items[i], &has_value);

		if (word_contradicts(&words->items[i], mask, value))
			return false;
		if (!meaning || has_value || words->items[i].is_joined)
			continue;
		decided |= meaning->mask;
		word_tell(&words->items[i], &said);
	}
	return (decided & mask) == mask && (said & mask) == value;
}
