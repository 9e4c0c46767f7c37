/* SPDX-License-Identifier: Apache-2.0 */
/* Values that release themselves at the end of their scope; errno survives the release. */
#pragma once

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

static inline void scoped_release_fd(const int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		(void)close(*fd);
	errno = saved;
}

/* Give a descriptor away: the scope no longer closes it. */
static inline int steal_fd(int *fd)
{
	int stolen = *fd;

	*fd = -1;
	return stolen;
}

static inline void scoped_release_mem(void *p)
{
	int saved = errno;

	free(*(void **)p);
	errno = saved;
}

#define scoped_fd   __attribute__((cleanup(scoped_release_fd)))
#define scoped_mem  __attribute__((cleanup(scoped_release_mem)))
#define scoped_json __attribute__((cleanup(json_decrefp)))
