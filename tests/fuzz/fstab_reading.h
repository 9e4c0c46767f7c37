/* SPDX-License-Identifier: Apache-2.0 */
/* An fstab as libmount reads it: the word of another reader. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "fstab/parse.h"

struct reading_line {
	char *source;
	char *target;
	char *type;
	char *options; /* "" where there are none */
};

struct reading {
	struct reading_line *lines;
	size_t count;
};

/* All lines of a text that libmount can read; reading_done() frees them. */
struct reading reading_of(const char *text, size_t size);
void reading_done(struct reading *reading);

bool reading_line_is(const struct reading_line *a, const struct reading_line *b);

/* It is what our own reader reads, or the process ends. */
void reading_must_be(const struct reading *reading, const struct fstab *fstab);

/* What the options of a line are for mount(2): MS_ bits. */
unsigned long reading_flags(const struct reading_line *line);

/* The bind is one with what is mounted below the source. */
bool reading_is_recursive(const struct reading_line *line);
