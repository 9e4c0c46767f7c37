/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mounts that carry others. To be asked what lies below one mount costs the kernel a walk
 * through all of the host (listmount(2)), and so for many it is cheaper to look at all, once.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From so many on that are to be asked for. */
#define CARRIERS_MANY 64u

/* {0} is that of a host where every mount may be one. */
struct carriers {
	bool is_known;
	uint64_t *ids; /* sorted */
	size_t n;
};

/* Find those that there are now, as far as that can be. carriers_done() frees *ret. */
void carriers_find(struct carriers *ret);

/* Whether something may be mounted in it. */
bool carriers_may_have(const struct carriers *carriers, uint64_t mount);

/* Free what it owns: then it is {0}. */
void carriers_done(struct carriers *carriers);
