/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14 */
#endif

#define LEAST (256u << 10)
#define MOST  (31u << 20) /* as a piece of the heap, and not mapped by itself */

#ifdef __GLIBC__
/* What is free at the end of the heap, with its pages, is what comes of the next malloc(3). */
static void fill_heap(size_t bytes)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	char *room = malloc(bytes);
	uintptr_t from = ((uintptr_t)room + page - 1) / page * page;

	if (room)
		(void)madvise((void *)from, ((uintptr_t)room + bytes - from) / page * page,
			      MADV_POPULATE_WRITE);
	free(room);
}

void memory_expect(size_t bytes)
{
	if (bytes < LEAST || mallopt(M_MMAP_THRESHOLD, MOST + LEAST) == 0 ||
	    mallopt(M_TRIM_THRESHOLD, MOST + LEAST) == 0)
		return;
	fill_heap(bytes < MOST ? bytes : MOST);
}
#else
void memory_expect(size_t bytes)
{
	(void)bytes;
}
#endif
