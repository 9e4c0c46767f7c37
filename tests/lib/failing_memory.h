/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that cannot be had: the Nth time that anything is allocated, once or from then on. Of a
 * program that the Makefile links for it, each call of malloc() and the like in the core, and all
 * of jansson's.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Let the `nth` allocation from here on fail, counted from 1; `from_then_on`: those behind it, too. */
void failing_memory_begin(size_t nth, bool from_then_on);

/* All can be had again. Returns whether one has failed. */
bool failing_memory_end(void);

/*
 * What is done with a row of a table, as text: allocated, and written to a stream, which takes
 * its memory elsewhere. NULL where it said that there is no memory.
 */
typedef char *failing_memory_job(const void *row);

/*
 * Do it once with all memory, then again and again: each allocation of it fails once, and from
 * then on. Fail, naming the row, where that makes anything but the same, or an error.
 */
void failing_memory_sweep(failing_memory_job *job, const char *name, const void *row);
