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

#define SECURE (MOUNT_FLAG_NOSUID | MOUNT_FLAG_NODEV)

/* clang-format off */
static const struct meaning meanings[] = {
	{ "ro",            MOUNT_FLAG_RDONLY,      MOUNT_FLAG_RDONLY,      false },
	{ "rw",            MOUNT_FLAG_RDONLY,      0,                false },
	{ "nosuid",        MOUNT_FLAG_NOSUID,      MOUNT_FLAG_NOSUID,      false },
	{ "suid",          MOUNT_FLAG_NOSUID,      0,                false },
	{ "nodev",         MOUNT_FLAG_NODEV,       MOUNT_FLAG_NODEV,       false },
	{ "dev",           MOUNT_FLAG_NODEV,       0,                false },
	{ "noexec",        MOUNT_FLAG_NOEXEC,      MOUNT_FLAG_NOEXEC,      false },
	{ "exec",          MOUNT_FLAG_NOEXEC,      0,                false },
	{ "nosymfollow",   MOUNT_FLAG_NOSYMFOLLOW, MOUNT_FLAG_NOSYMFOLLOW, false },
	{ "symfollow",     MOUNT_FLAG_NOSYMFOLLOW, 0,                false },
	{ "noatime",       OPTION_ATIME,       OPTION_NOATIME,     false },
	{ "atime",         OPTION_NOATIME,     0,                false },
	{ "relatime",      OPTION_ATIME,       OPTION_RELATIME,    false },
	{ "norelatime",    OPTION_RELATIME,    0,                false },
	{ "strictatime",   OPTION_ATIME,       OPTION_STRICTATIME, false },
	{ "nostrictatime", OPTION_STRICTATIME, 0,                false },
	{ "nodiratime",    MOUNT_FLAG_NODIRATIME,  MOUNT_FLAG_NODIRATIME,  false },
	{ "diratime",      MOUNT_FLAG_NODIRATIME,  0,                false },
	{ "noauto",        OPTION_NOAUTO,      OPTION_NOAUTO,      false },
	{ "auto",          OPTION_NOAUTO,      0,                false },
	{ "nofail",        OPTION_NOFAIL,      OPTION_NOFAIL,      false },
	{ "fail",          OPTION_NOFAIL,      0,                false },
	{ "user",          SECURE | MOUNT_FLAG_NOEXEC, SECURE | MOUNT_FLAG_NOEXEC, true },
	{ "users",         SECURE | MOUNT_FLAG_NOEXEC, SECURE | MOUNT_FLAG_NOEXEC, true },
	{ "owner",         SECURE,           SECURE,           true },
	{ "group",         SECURE,           SECURE,           true },
	{ "private",       OPTION_PRIVATE | OPTION_SHARING, OPTION_PRIVATE, false },
	{ "rprivate",      OPTION_PRIVATE | OPTION_SHARING, OPTION_PRIVATE, false },
	{ "shared",        OPTION_SHARING,     OPTION_SHARING,     false },
	{ "rshared",       OPTION_SHARING,     OPTION_SHARING,     false },
	{ "slave",         OPTION_SHARING,     OPTION_SHARING,     false },
	{ "rslave",        OPTION_SHARING,     OPTION_SHARING,     false },
	{ "unbindable",    OPTION_SHARING,     OPTION_SHARING,     false },
	{ "runbindable",   OPTION_SHARING,     OPTION_SHARING,     false },
	{ "remount",       OPTION_REMOUNT,     OPTION_REMOUNT,     false },
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
static const struct meaning *meaning_of(const struct fstab_option *word,
					bool *ret_has_value)
{
	const char *sign = memchr(word->text, '=', word->length);
	size_t length = sign ? (size_t)(sign - word->text) : word->length;

	*ret_has_value = sign != NULL;
	for (size_t i = 0; !word->removed && !word->replacement && i < ARRAY_LEN(meanings);
	     i++)
		if (is_text(word->text, length, meanings[i].name))
			return &meanings[i];
	return NULL;
}

bool fstab_option_contradicts(const struct fstab_option *word, uint32_t mask,
			      uint32_t value)
{
	bool has_value = false;
	const struct meaning *meaning = meaning_of(word, &has_value);

	return meaning && !meaning->is_broad &&
	       (meaning->mask & mask & (meaning->value ^ value)) != 0;
}

bool fstab_option_decides(const char *text, uint32_t *ret_mask, uint32_t *ret_value,
			  bool *ret_is_broad)
{
	const struct fstab_option word = {.text = text, .length = strlen(text)};
	bool has_value = false;
	const struct meaning *meaning = meaning_of(&word, &has_value);

	if (!meaning || has_value)
		return false;
	*ret_mask = meaning->mask;
	*ret_value = meaning->value;
	*ret_is_broad = meaning->is_broad;
	return true;
}

uint32_t fstab_option_mask(const struct fstab_option *word)
{
	bool has_value = false;
	const struct meaning *meaning = meaning_of(word, &has_value);

	return meaning && !meaning->is_broad ? meaning->mask : 0;
}

void fstab_option_tell(const struct fstab_option *word, uint32_t *told)
{
	bool has_value = false;
	const struct meaning *meaning = meaning_of(word, &has_value);

	/* What some heed and others do not only counts when it is for the worse. */
	if (meaning && !((has_value || word->is_ambiguous) && meaning->value != 0))
		*told = (*told & ~meaning->mask) | meaning->value;
}

bool fstab_options_say(const struct fstab_options *words, uint32_t mask, uint32_t value)
{
	uint32_t decided = 0;
	uint32_t said = 0;

	for (size_t i = 0; i < words->count; i++) {
		bool has_value = false;
		const struct meaning *meaning = meaning_of(&words->items[i], &has_value);

		if (fstab_option_contradicts(&words->items[i], mask, value))
			return false;
		if (!meaning || has_value || words->items[i].is_ambiguous)
			continue;
		decided |= meaning->mask;
		fstab_option_tell(&words->items[i], &said);
	}
	return (decided & mask) == mask && (said & mask) == value;
}
