/* SPDX-License-Identifier: Apache-2.0 */
#include "mount/option_words.h"

#include <string.h>
#include <sys/mount.h>

#include "base/macro.h"

#ifndef MS_NOSYMFOLLOW
#define MS_NOSYMFOLLOW 256u /* Linux 5.10 */
#endif

/* clang-format off */
#define NOSUID      MOUNT_FLAG_NOSUID
#define NODEV       MOUNT_FLAG_NODEV
#define NOEXEC      MOUNT_FLAG_NOEXEC
#define NOSYMFOLLOW MOUNT_FLAG_NOSYMFOLLOW
#define ATIME       MOUNT_FLAG_ATIME_MASK
#define NOATIME     MOUNT_FLAG_NOATIME
#define STRICTATIME MOUNT_FLAG_STRICTATIME
#define NODIRATIME  MOUNT_FLAG_NODIRATIME
#define RDONLY      MOUNT_FLAG_RDONLY
#define ALL_OF(bits)  (bits), (bits)
#define NONE_OF(bits) (bits), 0

#define WHY_READ_ONLY "a bind of robind is always read-only"
#define WHY_RECURSIVE "this is said by 'recursive: true'"
#define WHY_PRIVATE   "the bind is always private: else what is mounted below the source later would be " \
		      "writable below the target"
#define WHY_USERS     "others than root could then unmount the bind, and see what it hides"
#define WHY_NONE      "it is no option of a bind; one of a file system belongs where that is mounted"
#define WHY_MKDIR     "the mode of a target that is made is said by 'mode'"
#define WHY_REMOUNT   "robind compares what is mounted, and mends it by itself"

static const struct option_word words[] = {
	{ "nosuid",        OPTION_KIND_FLAG,       ALL_OF(NOSUID),       MS_NOSUID,      NULL },
	{ "suid",          OPTION_KIND_FLAG,       NONE_OF(NOSUID),      0,              NULL },
	{ "nodev",         OPTION_KIND_FLAG,       ALL_OF(NODEV),        MS_NODEV,       NULL },
	{ "dev",           OPTION_KIND_FLAG,       NONE_OF(NODEV),       0,              NULL },
	{ "noexec",        OPTION_KIND_FLAG,       ALL_OF(NOEXEC),       MS_NOEXEC,      NULL },
	{ "exec",          OPTION_KIND_FLAG,       NONE_OF(NOEXEC),      0,              NULL },
	{ "nosymfollow",   OPTION_KIND_FLAG,       ALL_OF(NOSYMFOLLOW),  MS_NOSYMFOLLOW, NULL },
	{ "symfollow",     OPTION_KIND_FLAG,       NONE_OF(NOSYMFOLLOW), 0,              NULL },
	{ "noatime",       OPTION_KIND_FLAG,       ATIME, NOATIME,       MS_NOATIME,     NULL },
	{ "relatime",      OPTION_KIND_FLAG,       NONE_OF(ATIME),       MS_RELATIME,    NULL },
	{ "strictatime",   OPTION_KIND_FLAG,       ATIME, STRICTATIME,   MS_STRICTATIME, NULL },
	{ "nodiratime",    OPTION_KIND_FLAG,       ALL_OF(NODIRATIME),   MS_NODIRATIME,  NULL },
	{ "atime",         OPTION_KIND_TAKES_BACK, ATIME, NOATIME,       0, NULL },
	{ "norelatime",    OPTION_KIND_TAKES_BACK, NONE_OF(ATIME),       0, NULL },
	{ "nostrictatime", OPTION_KIND_TAKES_BACK, ATIME, STRICTATIME,   0, NULL },
	{ "diratime",      OPTION_KIND_TAKES_BACK, ALL_OF(NODIRATIME),   0, NULL },

	{ "ro",            OPTION_KIND_READ_ONLY,  ALL_OF(RDONLY),       MS_RDONLY, NULL },
	{ "rw",            OPTION_KIND_READ_ONLY,  NONE_OF(RDONLY),      0, WHY_READ_ONLY },
	{ "ro=vfs",        OPTION_KIND_READ_ONLY,  ALL_OF(RDONLY),       0, NULL },
	{ "ro=recursive",  OPTION_KIND_RECURSIVE,  0, 0, 0, WHY_RECURSIVE },
	{ "recursive",     OPTION_KIND_RECURSIVE,  0, 0, 0, WHY_RECURSIVE },
	{ "bind",          OPTION_KIND_BIND,       0, 0, 0, NULL },
	{ "rbind",         OPTION_KIND_RBIND,      0, 0, 0, NULL },
	{ "remount",       OPTION_KIND_REMOUNT,    ALL_OF(OPTION_REMOUNT), 0, WHY_REMOUNT },

	{ "private",       OPTION_KIND_PROPAGATION, NONE_OF(OPTION_SHARING), 0, NULL },
	{ "rprivate",      OPTION_KIND_PROPAGATION, NONE_OF(OPTION_SHARING), 0, NULL },
	{ "shared",        OPTION_KIND_PROPAGATION, ALL_OF(OPTION_SHARING),  0, WHY_PRIVATE },
	{ "rshared",       OPTION_KIND_PROPAGATION, ALL_OF(OPTION_SHARING),  0, WHY_PRIVATE },
	{ "slave",         OPTION_KIND_PROPAGATION, ALL_OF(OPTION_SHARING),  0, WHY_PRIVATE },
	{ "rslave",        OPTION_KIND_PROPAGATION, ALL_OF(OPTION_SHARING),  0, WHY_PRIVATE },
	{ "unbindable",    OPTION_KIND_PROPAGATION, ALL_OF(OPTION_SHARING),  0, WHY_PRIVATE },
	{ "runbindable",   OPTION_KIND_PROPAGATION, ALL_OF(OPTION_SHARING),  0, WHY_PRIVATE },

	{ "user",          OPTION_KIND_USERS,   ALL_OF(NOSUID | NODEV | NOEXEC), 0, WHY_USERS },
	{ "users",         OPTION_KIND_USERS,   ALL_OF(NOSUID | NODEV | NOEXEC), 0, WHY_USERS },
	{ "owner",         OPTION_KIND_USERS,   ALL_OF(NOSUID | NODEV),          0, WHY_USERS },
	{ "group",         OPTION_KIND_USERS,   ALL_OF(NOSUID | NODEV),          0, WHY_USERS },
	{ "user=",         OPTION_KIND_USERS,   0, 0, 0, WHY_USERS },
	{ "nouser",        OPTION_KIND_DEFAULT, 0, 0, 0, NULL },
	{ "nousers",       OPTION_KIND_DEFAULT, 0, 0, 0, NULL },
	{ "noowner",       OPTION_KIND_DEFAULT, 0, 0, 0, NULL },
	{ "nogroup",       OPTION_KIND_DEFAULT, 0, 0, 0, NULL },

	{ "noauto",        OPTION_KIND_FSTAB,   ALL_OF(OPTION_NOAUTO),  0, NULL },
	{ "auto",          OPTION_KIND_DEFAULT, NONE_OF(OPTION_NOAUTO), 0, NULL },
	{ "nofail",        OPTION_KIND_NOFAIL,  ALL_OF(OPTION_NOFAIL),  0, NULL },
	{ "fail",          OPTION_KIND_DEFAULT, NONE_OF(OPTION_NOFAIL), 0, NULL },
	{ "defaults",      OPTION_KIND_DEFAULT, 0, 0, 0, NULL },
	{ "async",         OPTION_KIND_DEFAULT, 0, 0, 0, NULL },
	{ "silent",        OPTION_KIND_DEFAULT, 0, 0, 0, NULL },
	{ "loud",          OPTION_KIND_DEFAULT, 0, 0, 0, NULL },
	{ "_netdev",       OPTION_KIND_FSTAB,   0, 0, 0, NULL },
	{ "comment=",      OPTION_KIND_FSTAB,   0, 0, 0, NULL },
	{ "x-",            OPTION_KIND_FSTAB,   0, 0, 0, NULL },

	{ "X-mount.subdir=", OPTION_KIND_DEVICE, 0, 0, 0, WHY_NONE },
	{ "X-mount.mkdir",  OPTION_KIND_FSTAB,  ALL_OF(OPTION_MKDIR), 0, NULL },
	{ "X-mount.mkdir=", OPTION_KIND_FSTAB,  0, 0, 0, WHY_MKDIR },
	{ "X-",            OPTION_KIND_FSTAB,   0, 0, 0, WHY_NONE },
	{ "loop",          OPTION_KIND_DEVICE,  0, 0, 0, WHY_NONE },
	{ "loop=",         OPTION_KIND_DEVICE,  0, 0, 0, WHY_NONE },
	{ "offset=",       OPTION_KIND_DEVICE,  0, 0, 0, WHY_NONE },
	{ "sizelimit=",    OPTION_KIND_DEVICE,  0, 0, 0, WHY_NONE },
	{ "encryption=",   OPTION_KIND_DEVICE,  0, 0, 0, WHY_NONE },
	{ "verity.",       OPTION_KIND_DEVICE,  0, 0, 0, WHY_NONE },
	{ "helper=",       OPTION_KIND_DEVICE,  0, 0, 0, WHY_NONE },
	{ "uhelper=",      OPTION_KIND_DEVICE,  0, 0, 0, WHY_NONE },
};
/* clang-format on */

const struct option_word *option_word_at(size_t i)
{
	return i < ARRAY_LEN(words) ? &words[i] : NULL;
}

static bool is_the_word(const char *name, const char *text, size_t length)
{
	size_t n = strlen(name);
	bool is_beginning = strchr("=-.", name[n - 1]) != NULL;

	return (is_beginning ? length >= n : length == n) && memcmp(name, text, n) == 0;
}

_Static_assert(ARRAY_LEN(words) <= OPTION_WORDS_MAX, "raise it");

const struct option_word *option_word_find(const char *text, size_t length)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (is_the_word(words[i].name, text, length))
			return &words[i];
	return NULL;
}

const char *option_word_why(const struct option_word *word)
{
	return word ? word->why : WHY_NONE;
}

bool option_word_is_contrary(const struct option_word *word, uint32_t mask, uint32_t value)
{
	uint32_t common = word->mask & mask;
	bool is_same = ((word->value ^ value) & common) == 0;

	if (common == 0 || word->kind == OPTION_KIND_USERS)
		return false;
	return word->kind == OPTION_KIND_TAKES_BACK ? is_same : !is_same;
}
