/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_copy.h"

/* The copy, or NULL where something is missing. */
static json_t *if_whole(json_t *copy, const json_t *tree)
{
	if (json_equal(copy, (json_t *)tree))
		return copy;
	json_decref(copy);
	return NULL;
}

json_t *json_copy_whole(const json_t *tree)
{
	return if_whole(json_copy((json_t *)tree), tree);
}

json_t *json_deep_copy_whole(const json_t *tree)
{
	return if_whole(json_deep_copy(tree), tree);
}
