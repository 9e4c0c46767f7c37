/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/volume.h"

#include <string.h>

struct volume volume_of(const struct want *want, const struct have *have)
{
	const struct source_mount *asked = &want->source_mount;

	if (!want_is_there(want) || asked->is_any)
		return (struct volume){0};
	if (asked->is_asked)
		return (struct volume){VOLUME_BY_REQUEST, asked->path};
	if (have->kept.is_asked)
		return (struct volume){VOLUME_BY_LINE, have->kept.path};
	if (have->kept.is_any)
		return (struct volume){0};
	/* Both lie at or above the source: the longer one is the nearer one. */
	if (want->seen_on &&
	    (!have->listed || strlen(want->seen_on) >= strlen(have->listed)))
		return (struct volume){VOLUME_BY_MEMORY, want->seen_on};
	return have->listed ? (struct volume){VOLUME_BY_FSTAB, have->listed}
			    : (struct volume){0};
}

bool volume_is_there(const struct want *want, const struct have *have)
{
	const struct volume volume = volume_of(want, have);
	const char *path = volume.path;
	bool is_bound = want_is_self(want) && have->n_layers > 0;
	uint64_t mount = is_bound ? have->base : have->source.file_id.mount;

	if (volume.by == VOLUME_BY_NOBODY)
		return true;
	if (!pinned_path_is_there(&have->source))
		return false;
	if (!path || strcmp(path, want->source) == 0)
		return is_bound ? have->is_base_here : have->source.file_id.is_mount_root;
	return pinned_path_is_there(&have->source_mount) &&
	       have->source_mount.file_id.is_mount_root &&
	       (volume.by == VOLUME_BY_FSTAB || volume.by == VOLUME_BY_MEMORY ||
		have->source_mount.file_id.mount == mount);
}

/* Both begin with a slash, so an equal end is one of whole components. */
static bool is_end_of(const char *root, const char *path)
{
	size_t n = strlen(root);
	size_t length = strlen(path);

	return strcmp(root, "/") == 0 ||
	       (n <= length && strcmp(path + length - n, root) == 0);
}

bool volume_may_have_left(const struct want *want, const struct have *have)
{
	const struct layer *top = have->layers;

	return want->source && have->n_layers > 0 && top->kind == LAYER_OTHER &&
	       top->mount.superblock != have->source_superblock &&
	       mount_is_read_only(&top->mount) &&
	       is_end_of(top->mount.root, want->source) &&
	       have->source_point_length < volume_point_length(want, have);
}

static bool is_source_bare(const struct have *have)
{
	return !pinned_path_is_there(&have->source) ||
	       (have->is_source_empty && !have->source.file_id.is_mount_root);
}

bool volume_has_left(const struct want *want, const struct have *have)
{
	enum volume_by by = volume_of(want, have).by;

	if (!volume_may_have_left(want, have))
		return false;
	if (!volume_is_there(want, have))
		return true;
	if (by == VOLUME_BY_REQUEST || by == VOLUME_BY_LINE || by == VOLUME_BY_MEMORY)
		return false;
	/* Of those that fstab does not list, the nearest one that it does tells nothing. */
	return is_source_bare(have) && !have->is_volume_mounted;
}

bool volume_has_moved(const struct want *want, const struct have *have)
{
	return volume_may_have_left(want, have) && is_source_bare(have) &&
	       have->is_volume_mounted;
}

size_t volume_point_length(const struct want *want, const struct have *have)
{
	const char *root = have->layers[0].mount.root;
	size_t length = strlen(want->source);

	if (strcmp(root, "/") == 0)
		return length;
	return length > strlen(root) ? length - strlen(root) : 1;
}
