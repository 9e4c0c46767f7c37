/* SPDX-License-Identifier: Apache-2.0 */
#include "request/check_options.h"

#include <errno.h>
#include <string.h>

#include "fstab/line.h"
#include "request/option_refused.h"

/* ---- opts ---- */

/* Which of two members stands behind the other: that is the one to blame. */
static const char *later_of(const json_t *bind, const char *a, const char *b)
{
	const char *name = NULL;
	const char *last = a;
	json_t *member = NULL;

	json_object_foreach((json_t *)bind, name, member)
	{
		if (strcmp(name, a) == 0 || strcmp(name, b) == 0)
			last = name;
	}
	return last;
}

/* `opts` say that the member `name` is true; it may say so itself, or nothing. */
static int agree(const struct decode *d, const json_t *bind, const struct json_pointer *at,
		 const char *name, bool *value)
{
	const json_t *said = json_object_get(bind, name);

	if (said && !json_is_null(said) && !*value)
		return error_set(d->err, ERROR_REQUEST, 0,
				 PTR_KEY(at, later_of(bind, name, "opts")),
				 "'%s' is said twice, differently", name);
	*value = true;
	return 0;
}

static int merge_flags(const struct decode *d, const json_t *bind,
		       const struct json_pointer *at, struct want *want)
{
	const struct flag_change flags = options_flags(&want->opts.told);
	uint32_t both =
		(flags.set | flags.clear) & (want->options.set | want->options.clear);

	if (((flags.set ^ want->options.set) & both) != 0)
		return error_set(d->err, ERROR_REQUEST, 0,
				 PTR_KEY(at, later_of(bind, "options", "opts")),
				 "'opts' and 'options' contradict each other");
	want->options = flags_merge(want->options, flags);
	return 0;
}

static int sort_opts(const struct decode *d, const json_t *bind,
		     const struct json_pointer *at, struct want *want)
{
	const struct words_list *words = &want->opts.fstab_options;
	uint32_t told = want->opts.told.value;
	int r = 0;

	if (merge_flags(d, bind, at, want) < 0 ||
	    (want->opts.recursive &&
	     agree(d, bind, at, "recursive", &want->recursive) < 0) ||
	    ((told & OPTION_NOFAIL) && agree(d, bind, at, "nofail", &want->nofail) < 0) ||
	    ((told & OPTION_MKDIR) && agree(d, bind, at, "create", &want->create) < 0))
		return -1;
	if (told & OPTION_NOAUTO)
		r = words_list_add(&want->fstab_options, "noauto");
	for (size_t i = 0; r == 0 && i < words->count; i++)
		r = words_list_add(&want->fstab_options, words->items[i]);
	return r < 0 ? error_no_memory(d->err) : 0;
}

/* ---- fstab_options ---- */

/* The options that are only for its line must leave to robind what that has to say. */
static int check_line(const struct decode *d, const struct want *want,
		      const struct json_pointer *at)
{
	const struct line_spec need = {
		.nofail = want->nofail,
		.more = (const char *const *)want->fstab_options.items,
		.n_more = want->fstab_options.count,
	};
	const char *unfit = line_unfit(&need);

	return unfit ? fstab_option_refused(d, PTR_KEY(at, "fstab_options"), unfit) : 0;
}

/* The automount point would itself be what mount.robind finds at the target. */
static int check_automount(const struct decode *d, const struct want *want,
			   const struct json_pointer *at)
{
	static const char automount[] = "x-systemd.automount";

	if (want->fstab_type != FSTAB_TYPE_ROBIND)
		return 0;
	for (size_t i = 0; i < want->fstab_options.count; i++) {
		if (strcmp(want->fstab_options.items[i], automount) == 0)
			return error_set(d->err, ERROR_REQUEST, 0,
					 PTR_KEY(at, "fstab_options"),
					 "'%s' does not go with the type 'robind'",
					 automount);
	}
	return 0;
}

int check_options(const struct decode *d, const json_t *bind, const struct json_pointer *at,
		  struct want *want)
{
	if (sort_opts(d, bind, at, want) < 0 || check_line(d, want, at) < 0)
		return -1;
	return check_automount(d, want, at);
}
