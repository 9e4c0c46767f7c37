/* SPDX-License-Identifier: Apache-2.0 */
#include "mount/stack.h"

#include "mount/fs_location.h"

/* What is looked at, and what each of its mounts has at the point. */
struct looking {
	struct stack *s;
	const struct group_tree *groups;
	struct fs_location places[STACK_MAX + 1];
};

/* What is mounted on the one group comes to this mount, too. */
static bool receives(const struct looking *look, size_t i, const struct group *from)
{
	const struct group *own = group_tree_of(look->groups, look->s->mounts[i]);

	return own && own->first >= from->first && own->first < from->last;
}

static bool is_same_place(const struct looking *look, size_t i, size_t k)
{
	const struct stack *s = look->s;

	return i < s->n ? fs_location_is_shown(&look->places[k], s->mounts[i])
			: fs_location_is_shown(&look->places[i], s->mounts[k]);
}

/* The next one below that is still there. */
static size_t next_below(const struct stack *s, size_t i)
{
	do {
		i++;
	} while (i < s->n && s->along[i]);
	return i;
}

/* Take off the one at `top`. What goes along is judged by what was there before. */
static void take_off(struct looking *look, size_t top)
{
	struct stack *s = look->s;
	size_t carrier = next_below(s, top);
	const struct group *group =
		group_tree_find(look->groups, s->mounts[carrier]->peer_group);
	size_t upper = carrier;

	while (group && upper < s->n) {
		size_t lower = next_below(s, upper);

		if (!s->holds[upper] && receives(look, lower, group) &&
		    is_same_place(look, lower, carrier))
			s->along[upper] = true;
		upper = lower;
	}
}

int stack_find_along(struct stack *s, const struct group_tree *groups, size_t n_detached)
{
	struct looking look = {.s = s, .groups = groups};
	int r = 0;

	for (size_t i = 1; r == 0 && i <= s->n; i++)
		r = fs_location_find(s->mounts[i], s->point, &look.places[i]);
	for (size_t i = 0; r == 0 && i < n_detached; i++) {
		if (!s->along[i])
			take_off(&look, i);
	}
	for (size_t i = 1; i <= s->n; i++)
		fs_location_done(&look.places[i]);
	return r;
}
