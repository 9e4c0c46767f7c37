/* SPDX-License-Identifier: Apache-2.0 */
#include "request/bind_members.h"

#include "base/array.h"
#include "request/check_options.h"
#include "request/field_types.h"
#include "request/json_shown.h"

/* clang-format off */
const struct field request_bind_fields[] = {
	FIELD(struct want, target, char *, &read_as_target, FIELD_REQUIRED,
	      "where the source is to be seen read-only"),
	FIELD(struct want, source, char *, &read_as_source, 0,
	      "the directory, file or socket to share; states that remove need none"),
	FIELD(struct want, state, enum state, &read_as_state, 0,
	      "what shall be true of the live mount and of fstab"),
	FIELD(struct want, recursive, bool, &decode_bool, 0,
	      "the whole tree below the source, every mount of it read-only"),
	FIELD(struct want, options, struct flag_change, &read_as_options, 0,
	      "per-mount flags that must, or must not, be there"),
	FIELD(struct want, source_mount, struct source_mount, &read_as_source_mount, 0,
	      "true: the source must be a mount point; a path: it must lie on the mount there"),
	FIELD(struct want, create, bool, &decode_bool, 0,
	      "make a missing target, with its parents (default true)"),
	FIELD(struct want, mode, struct target_mode, &read_as_mode, 0,
	      "of a target that is made: octal text (default 0755, or 0444 of a file)"),
	FIELD(struct want, owner, struct account, &read_as_account, 0,
	      "of a target that is made: a user's name or number (default root)"),
	FIELD(struct want, group, struct account, &read_as_account, 0,
	      "of a target that is made: a group's name or number (default root)"),
	FIELD(struct want, remove_target, bool, &decode_bool, 0,
	      "with 'absent': an empty directory or file at the target goes as well"),
	FIELD(struct want, follow, bool, &decode_bool, 0,
	      "resolve symlinks in the paths once, instead of refusing them"),
	FIELD(struct want, replace, bool, &decode_bool, 0,
	      "take the place of a mount that is not robind's"),
	FIELD(struct want, nofail, bool, &decode_bool, 0,
	      "in fstab: the host boots without it"),
	FIELD(struct want, fstab_options, struct words_list, &read_as_fstab_options, 0,
	      "in fstab: more options, as they are"),
	FIELD(struct want, opts, struct mount_opts, &read_as_opts, 0,
	      "what fstab and mount -o have as options; each goes where the others have it"),
	FIELD(struct want, fstab_type, enum fstab_type, &read_as_fstab_type, 0,
	      "in fstab: 'robind' has mount.robind make it, without a writable moment"),
};
/* clang-format on */
const size_t request_n_bind_fields = ARRAY_LEN(request_bind_fields);

const struct want bind_defaults = {
	.state = STATE_MOUNTED,
	.create = true,
	.outer = WANT_NONE,
	.needed_by = WANT_NONE,
};

int bind_check(const struct decode *d, const json_t *v, const struct json_pointer *at,
	       struct want *want)
{
	if ((want_is_there(want) || want_of_fstab(want) == DECIDES_THERE) && !want->source)
		return error_set(
			d->err, ERROR_REQUEST, 0, PTR_KEY(at, "source"),
			"is missing: a bind that is to be there needs its 'source'");
	return check_options(d, v, at, want);
}

static int read_bind(const struct decode *d, const json_t *v, const struct json_pointer *at,
		     struct want *want)
{
	const struct field_set shape = {request_bind_fields, ARRAY_LEN(request_bind_fields),
					want};

	*want = bind_defaults;
	if (decode_object(d, v, at, &shape, 1) < 0)
		return -1;
	return bind_check(d, v, at, want);
}

static int read_binds(const struct decode *d, const json_t *v,
		      const struct json_pointer *at, void *dst)
{
	struct wants *wants = dst;
	size_t n = json_array_size(v);
	char shown[JSON_SHOWN_SIZE];

	if (!json_is_array(v))
		return error_set(d->err, ERROR_REQUEST, 0, at,
				 "must be a list of binds, [{...}], not %s",
				 json_shown(v, shown));
	if (n > REQUEST_MAX_BINDS)
		return error_set(d->err, ERROR_REQUEST, 0, at,
				 "must not hold more than %u binds", REQUEST_MAX_BINDS);
	if (ARRAY_RESERVE(wants->wants, 0, n ? n : 1) < 0)
		return error_no_memory(d->err);
	for (; wants->n_wants < n; wants->n_wants++) {
		size_t i = wants->n_wants;

		if (read_bind(d, json_array_get(v, i), PTR_INDEX(at, i), &wants->wants[i]) <
		    0) {
			wants->n_wants++; /* the half-read one has strings to free, too */
			return -1;
		}
	}
	return 0;
}

const struct field_type read_as_binds = {
	.read = read_binds,
	.schema =
		"{\"type\": \"array\", \"items\": {\"$ref\": \"#/$defs/bind\"}, \"maxItems\": 100000}",
};
