/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/have.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void pinned_path_done(struct pinned_path *place)
{
	if (place->fd >= 0)
		(void)close(place->fd);
	place->fd = -1;
	free(place->untriggered);
	place->untriggered = NULL;
	free(place->seen_at);
	place->seen_at = NULL;
}

void pinned_path_move(struct pinned_path *from, struct pinned_path *to)
{
	*to = *from;
	*from = (struct pinned_path){.fd = -1};
}

void have_done(struct have *have)
{
	pinned_path_done(&have->source);
	pinned_path_done(&have->source_mount);
	free(have->kept.path);
	pinned_path_done(&have->target);
	for (size_t i = 0; i < have->n_layers; i++)
		mount_done(&have->layers[i].mount);
	free(have->layers);
	mount_list_done(&have->below);
	free(have->below_kinds);
	free(have->automount);
	free(have->on.unit);
	mount_list_done(&have->source_below);
	free(have->is_matched);
	free(have->is_given);
	free(have->ground.point);
	free(have->bare.content);
	free(have->frozen_at);
	free(have->reach.copies);
	free(have->reach.place);
	free(have->reach.with);
	free(have->reach.lost);
	free(have->reach.carrier);
	*have = (struct have)HAVE_INIT;
}

bool pinned_path_is_there(const struct pinned_path *place)
{
	return place->fd >= 0 || place->fd == PINNED_BY_NAME;
}

bool pinned_path_is_directory(const struct pinned_path *place)
{
	return S_ISDIR(place->file_id.mode);
}

uint64_t have_floor(const struct have *have)
{
	return have->on.may_stop ? have->on.parent : have->base;
}

bool have_is_parent_shared(const struct have *have, size_t i)
{
	if (i + 1 < have->n_layers)
		return mount_is_shared(&have->layers[i + 1].mount);
	return have->is_base_shared;
}
