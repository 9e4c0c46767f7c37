#include "mount_helper_options.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "mount/flags.h"

enum word_kind {
	OPTION_NONE,
	OPTION_IGNORED,
	OPTION_READ_ONLY,
	OPTION_WRITABLE,
	OPTION_RECURSIVE,
	OPTION_REMOUNT,
	OPTION_NOFAIL,
	OPTION_PROPAGATION,
};

struct fstab_option {
	const char *name; /* with a '=' or '-' at its end: all that begins so */
	enum word_kind kind;
};

/*
 * mount(8) sends `rw` where the line says neither, and keeps some of the rest to itself;
 * but it is not alone in calling helpers, and what it keeps differs between versions.
 */
/* clang-format off */
static const struct fstab_option words[] = {
	{ "ro",           OPTION_READ_ONLY },
	{ "ro=vfs",       OPTION_READ_ONLY },
	{ "rw",           OPTION_WRITABLE },
	{ "recursive",    OPTION_RECURSIVE },
	{ "ro=recursive", OPTION_RECURSIVE },
	{ "remount",      OPTION_REMOUNT },
	{ "nofail",       OPTION_NOFAIL },

	{ "shared",       OPTION_PROPAGATION },
	{ "rshared",      OPTION_PROPAGATION },
	{ "slave",        OPTION_PROPAGATION },
	{ "rslave",       OPTION_PROPAGATION },
	{ "unbindable",   OPTION_PROPAGATION },
	{ "runbindable",  OPTION_PROPAGATION },
	{ "private",      OPTION_IGNORED },
	{ "rprivate",     OPTION_IGNORED },

	{ "bind",         OPTION_IGNORED },
	{ "defaults",     OPTION_IGNORED },
	{ "async",        OPTION_IGNORED },
	{ "atime",        OPTION_IGNORED },
	{ "diratime",     OPTION_IGNORED },
	{ "silent",       OPTION_IGNORED },
	{ "loud",         OPTION_IGNORED },

	{ "auto",         OPTION_IGNORED },
	{ "noauto",       OPTION_IGNORED },
	{ "_netdev",      OPTION_IGNORED },
	{ "user",         OPTION_IGNORED },
	{ "user=",        OPTION_IGNORED },
	{ "users",        OPTION_IGNORED },
	{ "nouser",       OPTION_IGNORED },
	{ "owner",        OPTION_IGNORED },
	{ "group",        OPTION_IGNORED },
	{ "comment=",     OPTION_IGNORED },
	{ "x-",           OPTION_IGNORED },
	{ "X-",           OPTION_IGNORED },
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
	return OPTION_NONE;
}

/* What has been read so far, from the end of the list to its beginning. */
struct reading {
	struct mount_options *options;
	struct flag_change flags; /* those of the words behind this one */
	bool has_mode;            /* an `ro` or `rw` was among them */
};

static int take_flag(struct reading *r, const char *word, bool sloppy, struct error *err)
{
	const char *why = NULL;

	switch (flags_add(&r->flags, word, strlen(word), &why)) {
	case FLAGS_WORD_OK:
		if (json_array_append_new(r->options->flags, json_string(word)) < 0)
			return error_no_memory(err);
		return 0;
	case FLAGS_WORD_CLASHES: /* a later word has decided that */
		return 0;
	default:
		if (sloppy)
			return 0;
		return error_set(err, ERROR_USAGE, 0, PTR_ROOT,
				 "'%s' is no option of a read-only bind", word);
	}
}

static int take(struct reading *r, const char *word, bool sloppy, struct error *err)
{
	enum word_kind kind = *word == '\0' ? OPTION_IGNORED : kind_of(word);

	switch (kind) {
	case OPTION_NONE:
		return take_flag(r, word, sloppy, err);
	case OPTION_IGNORED:
		break;
	case OPTION_READ_ONLY:
	case OPTION_WRITABLE:
		r->options->writable |= kind == OPTION_WRITABLE && !r->has_mode;
		r->has_mode = true;
		break;
	case OPTION_RECURSIVE:
		r->options->recursive = true;
		break;
	case OPTION_REMOUNT:
		r->options->remount = true;
		break;
	case OPTION_NOFAIL:
		r->options->nofail = true;
		break;
	case OPTION_PROPAGATION:
		return error_set(err, ERROR_USAGE, 0, PTR_ROOT,
				 "a bind of robind is private, it cannot be '%s'", word);
	}
	return 0;
}

int mount_options_read(const char *text, bool sloppy, struct mount_options *ret,
		       struct error *err)
{
	scoped_mem char *list = strdup(text ? text : "");
	struct reading reading = {.options = ret};
	char *comma = NULL;

	*ret = (struct mount_options){.flags = json_array()};
	if (!list || !ret->flags)
		return error_no_memory(err);
	do {
		comma = strrchr(list, ',');
		if (take(&reading, comma ? comma + 1 : list, sloppy, err) < 0)
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
