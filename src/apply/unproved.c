/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/unproved.h"

#include <unistd.h>

#include "apply/settle.h"
#include "base/cleanup.h"

bool unproved_has_room(const struct unproved *unproved)
{
	return unproved->count < UNPROVED_MAX;
}

void unproved_put(struct unproved *unproved, const struct want *want, struct clone *clone)
{
	size_t i = unproved->count++;

	unproved->items[i].want = want;
	unproved->items[i].tree = steal_fd(&clone->fd);
	unproved->items[i].id = clone->id;
}

int unproved_settle(const struct unproved *unproved, struct outcome *out, struct error *err)
{
	for (size_t i = 0; i < unproved->count; i++) {
		if (unproved->items[i].want == out->want)
			return settle_again(out->want, unproved->items[i].tree,
					    unproved->items[i].id, &out->done, err);
	}
	return 0;
}

void unproved_done(struct unproved *unproved)
{
	for (size_t i = 0; i < unproved->count; i++)
		(void)close(unproved->items[i].tree);
	unproved->count = 0;
}
