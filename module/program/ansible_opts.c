#include "ansible_opts.h"

#include <errno.h>
#include <string.h>

#include "ansible_values.h"
#include "base/cleanup.h"
#include "mount/flags.h"

enum opt_kind {
	OPT_IMPLIED,   /* true of every bind of ours */
	OPT_RECURSIVE, /* a member of its own */
	OPT_NOFAIL,
	OPT_FSTAB, /* for the line in fstab alone */
	OPT_REFUSED,
};

#define WHY_PRIVATE                                                                        \
	"the bind is always private: else what is mounted below the source later would "   \
	"be "                                                                              \
	"writable below the target"

/* clang-format off */
static const struct opt { const char *word; enum opt_kind kind; const char *why; } opts[] = {
	{ "bind",          OPT_IMPLIED,   NULL },
	{ "ro",            OPT_IMPLIED,   NULL },
	{ "defaults",      OPT_IMPLIED,   NULL },
	{ "auto",          OPT_IMPLIED,   NULL },
	{ "private",       OPT_IMPLIED,   NULL },
	{ "rbind",         OPT_RECURSIVE, NULL },
	{ "rprivate",      OPT_IMPLIED,   NULL },
	{ "nofail",        OPT_NOFAIL,    NULL },
	{ "noauto",        OPT_FSTAB,     NULL },
	{ "_netdev",       OPT_FSTAB,     NULL },
	{ "rw",            OPT_REFUSED,   "a bind of robind is always read-only" },
	{ "remount",       OPT_REFUSED,   "robind compares what is mounted, and mends it by itself" },
	{ "ro=recursive",  OPT_REFUSED,   "this is said by 'recursive: true'" },
	{ "X-mount.mkdir", OPT_REFUSED,   "robind makes a missing target anyway (see 'create')" },
	{ "shared",        OPT_REFUSED,   WHY_PRIVATE },
	{ "rshared",       OPT_REFUSED,   WHY_PRIVATE },
	{ "slave",         OPT_REFUSED,   WHY_PRIVATE },
	{ "rslave",        OPT_REFUSED,   WHY_PRIVATE },
	{ "unbindable",    OPT_REFUSED,   WHY_PRIVATE },
	{ "runbindable",   OPT_REFUSED,   WHY_PRIVATE },
};
/* clang-format on */

static const struct opt unknown =
	{NULL, OPT_REFUSED,
	 "it is no option of a bind; one of a file system belongs where that is mounted"};

int ansible_refuse(struct error *err, const struct json_pointer *at, const char *what,
		   const char *why)
{
	return error_set(err, ERROR_REQUEST, 0, at, "'%s' is not supported, because %s",
			 what, why);
}

int ansible_extend(json_t *out, const char *name, json_t *list, struct error *err)
{
	scoped_json json_t *added = list;
	json_t *there = json_object_get(out, name);
	int r = 0;

	if (json_is_array(there) && json_is_array(added))
		r = json_array_extend(there, added);
	else
		r = json_object_set(out, name, added);
	return r < 0 ? error_no_memory(err) : 0;
}

int ansible_agree(json_t *out, const char *name, json_t *value,
		  const struct json_pointer *at, struct error *err)
{
	scoped_json json_t *said = value;
	const json_t *there = json_object_get(out, name);

	if (there && !json_equal(there, said))
		return error_set(err, ERROR_REQUEST, 0, at,
				 "'%s' is said twice, differently", name);
	return json_object_set(out, name, said) < 0 ? error_no_memory(err) : 0;
}

static const struct opt *find(const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(opts); i++) {
		if (strcmp(opts[i].word, word) == 0)
			return &opts[i];
	}
	return &unknown;
}

static bool is_flag(const char *word)
{
	struct flag_change flags = {0};
	const char *why = NULL;

	return flags_add(&flags, word, strlen(word), &why) == FLAGS_WORD_OK;
}

/* Comments for systemd, udisks and the like; robind's own are the decoder's to judge. */
static bool is_comment(const char *word)
{
	return strncmp(word, "x-", 2) == 0 || strncmp(word, "comment=", 8) == 0;
}

static int take(json_t *out, const json_t *v, const struct json_pointer *at,
		struct error *err)
{
	const char *word = json_string_value(v);
	const struct opt *opt = NULL;

	if (!word || strlen(word) != json_string_length(v))
		return error_set(err, ERROR_REQUEST, 0, at,
				 "must be the name of an option");
	if (is_flag(word))
		return ansible_extend(out, "options", json_pack("[O]", v), err);
	opt = find(word);
	if (opt->kind == OPT_FSTAB || is_comment(word))
		return ansible_extend(out, "fstab_options", json_pack("[O]", v), err);
	if (opt->kind == OPT_RECURSIVE)
		return ansible_agree(out, "recursive", json_true(), at, err);
	if (opt->kind == OPT_NOFAIL)
		return ansible_agree(out, "nofail", json_true(), at, err);
	return opt->kind == OPT_IMPLIED ? 0 : ansible_refuse(err, at, word, opt->why);
}

int ansible_opts(json_t *out, const json_t *given, const struct json_pointer *at,
		 struct error *err)
{
	scoped_json json_t *list = ansible_list(given);
	size_t i = 0;
	json_t *word = NULL;

	if (!list)
		return error_no_memory(err);
	if (!json_is_array(list))
		return error_set(err, ERROR_REQUEST, 0, at,
				 "must be a list of options or one comma-joined string");
	json_array_foreach(list, i, word)
	{
		if (take(out, word, json_is_array(given) ? PTR_INDEX(at, i) : at, err) < 0)
			return -1;
	}
	return 0;
}
