/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/cgroup.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

#define ID_LENGTH 64u

/* A component of the path as text that need not end with it. */
struct part {
	const char *text;
	size_t length;
};

/* clang-format off */
static const struct {
	const char *before;
	const char *after;
	bool is_id; /* 64 hexadecimal digits, else a name */
} containers[] = {
	{ "",                "",         true },  /* cgroupfs: docker/ID, kubepods/podUID/ID */
	{ "docker-",         ".scope",   true },
	{ "libpod-",         ".scope",   true },
	{ "libpod-",         "",         true },
	{ "cri-containerd-", ".scope",   true },
	{ "nerdctl-",        ".scope",   true },
	{ "crio-",           ".scope",   true },
	{ "crio-",           "",         true },
	{ "machine-",        ".scope",   false },
	{ "systemd-nspawn@", ".service", false },
	{ "lxc.payload.",    "",         false },
};

static const struct {
	const char *suffix;
	bool is_service; /* can be restarted; a scope is made by a program that has to */
} units[] = {
	{ ".service", true },
	{ ".socket",  true },
	{ ".mount",   true },
	{ ".swap",    true },
	{ ".scope",   false },
};
/* clang-format on */

static bool starts_with(const struct part *p, const char *text)
{
	size_t n = strlen(text);

	return p->length >= n && memcmp(p->text, text, n) == 0;
}

/* True when something is left of the part before the suffix. */
static bool ends_with(const struct part *p, const char *suffix)
{
	size_t n = strlen(suffix);

	return p->length > n && memcmp(p->text + p->length - n, suffix, n) == 0;
}

static bool is_id(const struct part *p)
{
	for (size_t i = 0; i < p->length; i++) {
		if (!isxdigit((unsigned char)p->text[i]))
			return false;
	}
	return p->length == ID_LENGTH;
}

/* The part as text, with systemd's \xNN escapes resolved; NULL: no memory. */
static char *text_of(const struct part *p)
{
	char *text = strndup(p->text, p->length);
	char *to = text;

	if (!text)
		return NULL;
	for (const char *from = text; *from != '\0'; to++) {
		if (from[0] == '\\' && from[1] == 'x' && isxdigit((unsigned char)from[2]) &&
		    isxdigit((unsigned char)from[3])) {
			const char hex[] = {from[2], from[3], '\0'};

			*to = (char)strtol(hex, NULL, 16);
			from += 4;
		} else {
			*to = *from++;
		}
	}
	*to = '\0';
	return text;
}

/* 1 when the part is a container, 0 when it is none, -1: no memory. */
static int note_container(const struct part *p, struct cgroup *cgroup)
{
	for (size_t i = 0; i < ARRAY_LEN(containers); i++) {
		struct part name = *p;

		if (!starts_with(p, containers[i].before) ||
		    !ends_with(p, containers[i].after))
			continue;
		name.text += strlen(containers[i].before);
		name.length -= strlen(containers[i].before);
		if (name.length <= strlen(containers[i].after))
			continue;
		name.length -= strlen(containers[i].after);
		if (containers[i].is_id && !is_id(&name))
			continue;
		cgroup->container = text_of(&name);
		return cgroup->container ? 1 : -1;
	}
	return 0;
}

/* The same for a unit. */
static int note_unit(const struct part *p, struct cgroup *cgroup)
{
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (!ends_with(p, units[i].suffix))
			continue;
		free(cgroup->unit);
		cgroup->unit = strndup(p->text, p->length);
		/* With it a user's whole session would end. */
		cgroup->is_service = units[i].is_service && !starts_with(p, "user@");
		return cgroup->unit ? 1 : -1;
	}
	return 0;
}

/*
 * One line's path, component by component, as far as the names are the manager's: what lies
 * below a unit was named by whoever runs in there, and may be the name of anything. A
 * container has a manager of its own, which again names the units in there.
 */
static int read_path(const char *path, const char *end, const char *own, struct cgroup *ret)
{
	static const char of_users[] = "/user/"; /* a tree for each of them, by pam_cgfs */
	size_t n = sizeof(of_users) - 1;

	if ((size_t)(end - path) >= n && memcmp(path, of_users, n) == 0)
		return 0;
	while (path < end) {
		const char *slash = memchr(path, '/', (size_t)(end - path));
		const struct part p = {path, (size_t)((slash ? slash : end) - path)};
		int is_container = 0;
		int is_unit = 0;

		if (p.length > 0 && !ret->container)
			is_container = note_container(&p, ret);
		/* From within it is none, and what runs it is no unit of ours. */
		if (is_container > 0 && own && strcmp(ret->container, own) == 0)
			cgroup_done(ret);
		else if (p.length > 0 && is_container >= 0)
			is_unit = note_unit(&p, ret);
		if (is_container < 0 || is_unit < 0)
			return -1;
		if (is_unit && !is_container)
			return 0;
		path += p.length + 1;
	}
	return 0;
}

/* systemd's own tree counts most, then version 2's, then whichever. */
static int rank_of(const char *controllers, size_t length)
{
	static const char systemd[] = "name=systemd";

	if (length == sizeof(systemd) - 1 && memcmp(controllers, systemd, length) == 0)
		return 3;
	return length == 0 ? 2 : 1;
}

/* Keep what a line tells, as a whole, where it counts more than what is known. */
static void merge(struct cgroup *line, int rank, struct cgroup *best, int *best_rank)
{
	if ((line->unit || line->container) && rank > *best_rank) {
		cgroup_done(best);
		*best = *line;
		*line = (struct cgroup){0};
		*best_rank = rank;
	}
}

int cgroup_read(const char *text, const char *own, struct cgroup *ret)
{
	struct cgroup best = {0};
	int rank = 0;

	while (*text != '\0') {
		size_t length = strcspn(text, "\n");
		const char *end = text + length;
		const char *controllers = memchr(text, ':', length);
		const char *path = controllers ? memchr(controllers + 1, ':',
							(size_t)(end - controllers - 1))
					       : NULL;
		struct cgroup line = {0};
		int r = path ? read_path(path + 1, end, own, &line) : 0;

		if (path)
			merge(&line,
			      rank_of(controllers + 1, (size_t)(path - controllers - 1)),
			      &best, &rank);
		cgroup_done(&line);
		if (r < 0) {
			cgroup_done(&best);
			return -1;
		}
		text = *end == '\n' ? end + 1 : end;
	}
	*ret = best;
	return 0;
}

void cgroup_done(struct cgroup *cgroup)
{
	free(cgroup->unit);
	free(cgroup->container);
	*cgroup = (struct cgroup){0};
}
