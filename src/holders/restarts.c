/* SPDX-License-Identifier: Apache-2.0 */
#include "holders/restarts.h"

#include <stdlib.h>
#include <string.h>

static void add(struct restarts *restarts, const struct process_identity *who, pid_t pid)
{
	const struct cgroup *cgroup = &who->cgroup;

	if (cgroup->container)
		restarts->containers[restarts->n_containers++] = cgroup->container;
	else if (cgroup->unit && cgroup->is_service)
		restarts->units[restarts->n_units++] = cgroup->unit;
	else
		restarts->processes[restarts->n_processes++] = pid;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int by_pid(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a;
	pid_t y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

/* Sort the items, and drop those that are there twice. Returns how many are left. */
static size_t settle(void *items, size_t n, size_t size,
		     int (*compare)(const void *a, const void *b))
{
	char *bytes = items;
	size_t kept = 0;

	if (n > 1)
		qsort(items, n, size, compare);
	for (size_t i = 0; i < n; i++) {
		if (kept > 0 && compare(bytes + (kept - 1) * size, bytes + i * size) == 0)
			continue;
		memmove(bytes + kept++ * size, bytes + i * size, size);
	}
	return kept;
}

int restarts_make(const struct process_scan *scan, struct restarts *ret)
{
	size_t n = scan->holders.count;
	struct restarts restarts = {
		.units = calloc(n + 1, sizeof(*restarts.units)),
		.containers = calloc(n + 1, sizeof(*restarts.containers)),
		.processes = calloc(n + 1, sizeof(*restarts.processes)),
	};

	if (!restarts.units || !restarts.containers || !restarts.processes) {
		restarts_done(&restarts);
		return -1;
	}
	for (size_t i = 0; i < n; i++)
		add(&restarts, &scan->identities[i], scan->holders.items[i].pid);
	restarts.n_units =
		settle(restarts.units, restarts.n_units, sizeof(*restarts.units), by_name);
	restarts.n_containers = settle(restarts.containers, restarts.n_containers,
				       sizeof(*restarts.containers), by_name);
	restarts.n_processes = settle(restarts.processes, restarts.n_processes,
				      sizeof(*restarts.processes), by_pid);
	*ret = restarts;
	return 0;
}

void restarts_done(struct restarts *restarts)
{
	free(restarts->units);
	free(restarts->containers);
	free(restarts->processes);
	*restarts = (struct restarts){0};
}
