/* SPDX-License-Identifier: Apache-2.0 */
#include "mount_helper_options.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "mount/option_list.h"
#include "mount/option_near.h"

static int refuse(const struct mount_option *option, struct error *err)
{
	char near[NEAR_MISS_SIZE];

	return error_set(err, ERROR_USAGE, 0, PTR_ROOT,
			 "options: '%.*s' is no option of a read-only bind%s",
			 option->length < 64 ? (int)option->length : 64, option->text,
			 option_near_text(option->text, option->length, near));
}

/*
 * mount(8) sends `rw` where the line says neither, and keeps some of the rest to itself;
 * but it is not alone in calling helpers, and what it keeps differs between versions. What
 * is for others is passed over; what flags it implies has been told.
 */
static int take(const struct mount_option *option, bool sloppy, struct mount_options *ret,
		struct error *err)
{
	const struct option_word *word = option->word;

	switch (word ? word->kind : OPTION_KIND_DEVICE) {
	case OPTION_KIND_READ_ONLY:
		ret->writable = word->value == 0;
		return 0;
	case OPTION_KIND_RECURSIVE:
		ret->recursive = true;
		return 0;
	case OPTION_KIND_REMOUNT:
		ret->remount = true;
		return 0;
	case OPTION_KIND_PROPAGATION:
		if (word->value == 0)
			return 0;
		return error_set(err, ERROR_USAGE, 0, PTR_ROOT,
				 "options: a bind of robind is private, it cannot be '%s'",
				 word->name);
	case OPTION_KIND_RBIND:
	case OPTION_KIND_DEVICE:
		return sloppy ? 0 : refuse(option, err);
	default:
		return 0;
	}
}

static int set_flags(const struct options_told *told, json_t *list, struct error *err)
{
	const struct option_word *word = NULL;

	for (size_t i = 0; (word = flags_word_asked(options_flags(told), i)); i++)
		if (json_array_append_new(list, json_string(word->name)) < 0)
			return error_no_memory(err);
	return 0;
}

int mount_options_read(const char *text, bool sloppy, struct mount_options *ret,
		       struct error *err)
{
	const char *at = text ? text : "";
	struct mount_option option = {0};
	struct options_told told = {0};

	*ret = (struct mount_options){.flags = json_array()};
	if (!ret->flags)
		return error_no_memory(err);
	while (mount_option_next(&at, &option)) {
		if (mount_option_is_certain(&option))
			mount_option_tell(&option, &told);
		if (take(&option, sloppy, ret, err) < 0)
			return -1;
	}
	if (*at != '\0')
		return error_set(err, ERROR_USAGE, 0, PTR_ROOT,
				 "options: the quote in '%s' is not closed", at);
	ret->nofail = (told.value & OPTION_NOFAIL) != 0;
	return set_flags(&told, ret->flags, err);
}

void mount_options_done(struct mount_options *options)
{
	json_decref(options->flags);
	options->flags = NULL;
}
