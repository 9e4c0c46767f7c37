/* SPDX-License-Identifier: Apache-2.0 */
#include "holders/process_scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "holders/open_files.h"
#include "kernel/mountinfo.h"
#include "kernel/process.h"

struct process {
	pid_t pid;
	uint64_t namespace;
};

struct looking {
	struct location_index index;
	struct process *processes; /* sorted by (namespace, pid) */
	size_t n_processes;
	uint64_t here;          /* our own namespace */
	struct mount_list ours; /* sorted by point */
	struct ids ids;         /* of the mounts of all namespaces */
	double deadline;
	struct process_scan *scan;
};

static bool is_late(const struct looking *l)
{
	l->scan->is_cut |= clock_now() >= l->deadline;
	return l->scan->is_cut;
}

void process_scan_done(struct process_scan *scan)
{
	for (size_t i = 0; scan->identities && i < scan->holders.count; i++) {
		free(scan->identities[i].command);
		cgroup_done(&scan->identities[i].cgroup);
	}
	free(scan->identities);
	holders_done(&scan->holders);
	*scan = (struct process_scan){0};
}

bool scan_is_incomplete(const struct process_scan *scan)
{
	return scan->is_hidden || scan->is_cut || scan->n_seen == 0 ||
	       scan->n_denied > scan->n_seen;
}

static int by_namespace(const void *a, const void *b)
{
	const struct process *x = a;
	const struct process *y = b;

	if (x->namespace != y->namespace)
		return x->namespace < y->namespace ? -1 : 1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

static int find_processes(struct looking *l)
{
	scoped_mem pid_t *pids = NULL;
	size_t n = 0;
	int r = sys_processes(&pids, &n);

	l->scan->is_hidden = r < 0;
	if (r < 0)
		return r == -ENOMEM ? -1 : 0;
	l->processes = calloc(n, sizeof(*l->processes));
	if (!l->processes)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct process *process = &l->processes[l->n_processes];

		r = sys_process_namespace(pids[i], &process->namespace);
		if (r == -EACCES || r == -EPERM)
			l->scan->n_denied++;
		if (r < 0)
			continue;
		process->pid = pids[i];
		l->n_processes++;
	}
	/* Where processes are hidden from us, even the first one is not seen. */
	l->scan->is_hidden = pids[0] != 1;
	l->scan->n_seen = l->n_processes > 0 ? l->n_processes - 1 : 0;
	qsort(l->processes, l->n_processes, sizeof(*l->processes), by_namespace);
	return 0;
}

/* ---- mounts ---- */

static int look_at_ours(struct looking *l)
{
	int r = sys_process_namespace(getpid(), &l->here);

	if (r == 0)
		r = sys_process_mounts(getpid(), &l->ours);
	if (r == -ENOMEM)
		return -1;
	/* Without our own mounts nobody's are known to be others. */
	l->scan->is_hidden |= r < 0;
	if (r < 0)
		return 0;
	qsort(l->ours.items, l->ours.count, sizeof(*l->ours.items), mount_by_point);
	return ids_add(&l->ids, &l->ours);
}

/* One process tells for its namespace; the next one does, when that has ended meanwhile. */
static int look_at_namespace(struct looking *l, const struct process *first, size_t n)
{
	struct mount_list theirs = {0};
	int r = -ESRCH;

	for (size_t i = 0; i < n && r < 0; i++) {
		r = sys_process_mounts(first[i].pid, &theirs);
		if (r == -ENOMEM)
			return -1;
		if (r == 0)
			r = holders_judge(&l->index, &theirs, &l->ours, first[i].pid,
					  &l->scan->holders);
		if (r == 0)
			r = ids_add(&l->ids, &theirs);
		if (r == -1)
			break;
	}
	mount_list_done(&theirs);
	return r == -1 ? -1 : 0;
}

static int look_at_namespaces(struct looking *l)
{
	for (size_t i = 0, n = 0; i < l->n_processes && !is_late(l); i += n) {
		const struct process *first = &l->processes[i];

		for (n = 1;
		     i + n < l->n_processes && first[n].namespace == first->namespace; n++)
			;
		if (first->namespace != l->here && look_at_namespace(l, first, n) < 0)
			return -1;
	}
	return 0;
}

/* ---- processes ---- */

static int who_is(pid_t pid, struct process_identity *ret)
{
	int r = sys_process_text(pid, "comm", &ret->command);

	if (r == 0)
		ret->command[strcspn(ret->command, "\n")] = '\0';
	else if (r != -ENOMEM)
		ret->command = strdup("");
	if (!ret->command)
		return -1;
	return sys_process_cgroup(pid, &ret->cgroup) == -ENOMEM ? -1 : 0;
}

static int name_them(struct process_scan *scan)
{
	holders_settle(&scan->holders);
	scan->identities = calloc(scan->holders.count + 1, sizeof(*scan->identities));
	if (!scan->identities)
		return -1;
	for (size_t i = 0; i < scan->holders.count; i++) {
		if (who_is(scan->holders.items[i].pid, &scan->identities[i]) < 0)
			return -1;
	}
	return 0;
}

static int look(struct looking *l, const struct bind_location locations[], size_t n)
{
	struct writers writers = {.index = &l->index,
				  .ids = &l->ids,
				  .found = &l->scan->holders};

	if (location_index_make(locations, n, &l->index) < 0 || find_processes(l) < 0 ||
	    look_at_ours(l) < 0 || look_at_namespaces(l) < 0)
		return -1;
	ids_sort(&l->ids);
	for (size_t i = 0; l->ours.count > 0 && i < l->n_processes && !is_late(l); i++) {
		if (l->processes[i].pid != getpid() &&
		    writers_look(&writers, l->processes[i].pid) < 0)
			return -1;
	}
	return name_them(l->scan);
}

int process_scan_run(const struct bind_location locations[], size_t n, double deadline,
		     struct process_scan *ret)
{
	struct process_scan scan = {0};
	struct looking l = {.deadline = deadline, .scan = &scan};
	int r = look(&l, locations, n);

	location_index_done(&l.index);
	free(l.processes);
	mount_list_done(&l.ours);
	ids_done(&l.ids);
	if (r < 0)
		process_scan_done(&scan);
	else
		*ret = scan;
	return r;
}
