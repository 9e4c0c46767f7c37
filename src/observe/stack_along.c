/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/stack_along.h"

#include <errno.h>

#include "base/cleanup.h"
#include "kernel/mount_query.h"
#include "mount/stack.h"

static size_t find_layer(const struct have *have, uint64_t id)
{
	size_t i = 0;

	while (i < have->n_layers && have->layers[i].mount.id != id)
		i++;
	return i;
}

/* Which of the layers have something mounted in them, beside the next layer. 0 or -errno. */
static int find_holding(const struct have *have, struct stack *s)
{
	scoped_mem uint64_t *ids = NULL;
	size_t n = 0;
	int r = sys_mounts_below(have->layers[have->n_layers - 1].mount.id, &ids, &n);

	for (size_t i = 0; r == 0 && i < n; i++) {
		struct mount m = {0};
		size_t on = 0;

		if (find_layer(have, ids[i]) < have->n_layers)
			continue;
		r = sys_mount(ids[i], false, &m);
		on = r == 0 ? find_layer(have, m.parent) : have->n_layers;
		if (on < have->n_layers)
			s->holds[on] = true;
		if (r == -ENOENT || r == -EPERM)
			r = 0; /* gone by now, or out of our root directory's reach */
	}
	return r;
}

static int look(const struct group_tree *groups, size_t n_detached,
		const struct mount *base, struct stack *s, struct have *have)
{
	int r = find_holding(have, s);

	for (size_t i = 0; i < s->n; i++)
		s->mounts[i] = &have->layers[i].mount;
	s->mounts[s->n] = base;
	if (r == 0)
		r = stack_find_along(s, groups, n_detached);
	for (size_t i = 0; r == 0 && i < s->n; i++)
		have->layers[i].goes_along = s->along[i];
	return r;
}

int stack_look(const struct group_tree *groups, const struct want *want, size_t n_detached,
	       struct have *have)
{
	struct stack s = {.point = want->target, .n = have->n_layers};
	struct mount base = {0};
	int r = 0;

	if (have->reach.is_stack_known || s.n < 2 || s.n > STACK_MAX)
		return 0;
	have->reach.is_stack_known = true;
	r = sys_mount(have->base, true, &base);
	if (r == 0)
		r = look(groups, n_detached, &base, &s, have);
	mount_done(&base);
	/* One that is not seen from our root directory tells nothing. */
	return r == -ENOENT || r == -EPERM ? 0 : r;
}
