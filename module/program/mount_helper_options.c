#include "mount_helper_options.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "mount/flags.h"

enum word_kind {
	WORD_NONE,
	WORD_IGNORED,
	WORD_READ_ONLY,
	WORD_WRITABLE,
	WORD_RECURSIVE,
	WORD_REMOUNT,
	WORD_NOFAIL,
	WORD_PROPAGATION,
};

struct word {
	const char *name; /* with a '=' or '-' at its end: all that begins so */
	enum word_kind kind;
};

/*
 * mount(8) sends `rw` where the line says neither, and keeps some of the rest to itself;
 * but it is not alone in calling helpers, and what it keeps differs between versions.
 */
/* clang-format off */
static const struct word words[] = {
	{ "ro",           WORD_READ_ONLY },
	{ "ro=vfs",       WORD_READ_ONLY },
	{ "rw",           WORD_WRITABLE },
	{ "recursive",    WORD_RECURSIVE },
	{ "ro=recursive", WORD_RECURSIVE },
	{ "remount",      WORD_REMOUNT },
	{ "nofail",       WORD_NOFAIL },

	{ "shared",       WORD_PROPAGATION },
	{ "rshared",      WORD_PROPAGATION },
	{ "slave",        WORD_PROPAGATION },
	{ "rslave",       WORD_PROPAGATION },
	{ "unbindable",   WORD_PROPAGATION },
	{ "runbindable",  WORD_PROPAGATION },
	{ "private",      WORD_IGNORED },
	{ "rprivate",     WORD_IGNORED },

	{ "bind",         WORD_IGNORED },
	{ "defaults",     WORD_IGNORED },
	{ "async",        WORD_IGNORED },
	{ "atime",        WORD_IGNORED },
	{ "diratime",     WORD_IGNORED },
	{ "silent",       WORD_IGNORED },
	{ "loud",         WORD_IGNORED },

	{ "auto",         WORD_IGNORED },
	{ "noauto",       WORD_IGNORED },
	{ "_netdev",      WORD_IGNORED },
	{ "user",         WORD_IGNORED },
	{ "user=",        WORD_IGNORED },
	{ "users",        WORD_IGNORED },
	{ "nouser",       WORD_IGNORED },
	{ "owner",        WORD_IGNORED },
	{ "group",        WORD_IGNORED },
	{ "comment=",     WORD_IGNORED },
	{ "x-",           WORD_IGNORED },
	{ "X-",           WORD_IGNORED },
};
/* clang-format on */

static bool is_prefix(const char *name)
{
	char last = name[strlen(name) - 1];

	return last == '=' || last == '-';
}

static enum word_kind kind_of(const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		const char *name = words[i].name;

		if (is_prefix(name) ? strncmp(name, word, strlen(name)) == 0
				    : strcmp(name, word) == 0)
			return words[i].kind;
	}
	return WORD_NONE;
}

/* What has been read so far, from the end of the list to its beginning. */
struct reading {
	struct mount_options *options;
	struct flags flags; /* those of the words behind this one */
	bool has_mode;      /* an `ro` or `rw` was among them */
};

static int take_flag(struct reading *r, const char *word, bool sloppy, struct fail *f)
{
	const char *why = NULL;

	switch (flags_add(&r->flags, word, strlen(word), &why)) {
	case FLAGS_WORD_OK:
		if (json_array_append_new(r->options->flags, json_string(word)) < 0)
			return fail_set(f, FAIL_MEMORY, ENOMEM, AT_ROOT, "out of memory");
		return 0;
	case FLAGS_WORD_CLASHES: /* a later word has decided that */
		return 0;
	default:
		if (sloppy)
			return 0;
		return fail_set(f, FAIL_USAGE, 0, AT_ROOT,
				"'%s' is no option of a read-only bind", word);
	}
}

static int take(struct reading *r, const char *word, bool sloppy, struct fail *f)
{
	enum word_kind kind = *word == '\0' ? WORD_IGNORED : kind_of(word);

	switch (kind) {
	case WORD_NONE:
		return take_flag(r, word, sloppy, f);
	case WORD_IGNORED:
		break;
	case WORD_READ_ONLY:
	case WORD_WRITABLE:
		r->options->writable |= kind == WORD_WRITABLE && !r->has_mode;
		r->has_mode = true;
		break;
	case WORD_RECURSIVE:
		r->options->recursive = true;
		break;
	case WORD_REMOUNT:
		r->options->remount = true;
		break;
	case WORD_NOFAIL:
		r->options->nofail = true;
		break;
	case WORD_PROPAGATION:
		return fail_set(f, FAIL_USAGE, 0, AT_ROOT,
				"a bind of robind is private, it cannot be '%s'", word);
	}
	return 0;
}

int mount_options_read(const char *text, bool sloppy, struct mount_options *ret,
		       struct fail *f)
{
	scoped_mem char *list = strdup(text ? text : "");
	struct reading reading = {.options = ret};
	char *comma = NULL;

	*ret = (struct mount_options){.flags = json_array()};
	if (!list || !ret->flags)
		return fail_set(f, FAIL_MEMORY, ENOMEM, AT_ROOT, "out of memory");
	do {
		comma = strrchr(list, ',');
		if (take(&reading, comma ? comma + 1 : list, sloppy, f) < 0)
			return -1;
		if (comma)
			*comma = '\0';
	} while (comma);
	return 0;
}

void mount_options_done(struct mount_options *options)
{
	json_decref(options->flags);
	options->flags = NULL;
}
