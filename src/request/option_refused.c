/* SPDX-License-Identifier: Apache-2.0 */
#include "request/option_refused.h"

#include <string.h>

#include "mount/option_near.h"

#define SHOWN_MAX 64u

/* Where a word belongs that has a meaning for a bind, but not here; by its kind. */
static const char *mend_of(const struct option_word *word)
{
	switch (word->kind) {
	case OPTION_KIND_RBIND:
		return "is said by \"recursive\": true; put that in its place";
	case OPTION_KIND_NOFAIL:
		return "is said by \"nofail\": true; put that in its place";
	case OPTION_KIND_FSTAB:
		return "is for fstab alone; put it into \"fstab_options\"";
	case OPTION_KIND_TAKES_BACK:
		return "takes back an option that is not there; leave it out";
	default:
		return "asks for what is so anyway; leave it out";
	}
}

int option_shown_length(const struct mount_option *option)
{
	return option->length < SHOWN_MAX ? (int)option->length : (int)SHOWN_MAX;
}

int option_refused(const struct decode *d, const struct json_pointer *at,
		   const struct mount_option *option)
{
	int shown = option_shown_length(option);
	char flags[OPTION_FLAGS_SIZE];
	char near[NEAR_MISS_SIZE];

	if (option->word && option->word->why)
		return error_set(d->err, ERROR_REQUEST, 0, at,
				 "'%.*s' is not supported, because %s; leave it out", shown,
				 option->text, option->word->why);
	if (option->word)
		return error_set(d->err, ERROR_REQUEST, 0, at, "'%.*s' %s", shown,
				 option->text, mend_of(option->word));
	return error_set(d->err, ERROR_REQUEST, 0, at, "no such option as '%.*s'%s (%s)",
			 shown, option->text,
			 option_near_text(option->text, option->length, near),
			 option_flags_text(flags));
}

static const char *fstab_mend_of(const struct option_word *word)
{
	switch (word->kind) {
	case OPTION_KIND_FLAG:
	case OPTION_KIND_TAKES_BACK:
		return "is a flag of the mount; put it into \"options\"";
	case OPTION_KIND_RBIND:
	case OPTION_KIND_RECURSIVE:
		return "is said by \"recursive\": true; put that in its place";
	default:
		return "is robind's own to write; leave it out";
	}
}

int fstab_option_refused(const struct decode *d, const struct json_pointer *at,
			 const char *text)
{
	const struct option_word *word = option_word_find(text, strlen(text));

	if (word && (word->kind == OPTION_KIND_USERS || word->kind == OPTION_KIND_DEVICE))
		return error_set(d->err, ERROR_REQUEST, 0, at,
				 "'%.64s' is not supported, because %s", text, word->why);
	if (word && word->kind != OPTION_KIND_NOFAIL && word->kind != OPTION_KIND_FSTAB &&
	    word->kind != OPTION_KIND_DEFAULT)
		return error_set(d->err, ERROR_REQUEST, 0, at, "'%.64s' %s", text,
				 fstab_mend_of(word));
	return error_set(d->err, ERROR_REQUEST, 0, at,
			 "'%.64s' is robind's own to write, or contradicts another option",
			 text);
}
