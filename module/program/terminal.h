/* SPDX-License-Identifier: Apache-2.0 */
/* Where text for a person goes: to a terminal, and of which kind. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct terminal {
	bool is_one;
	bool has_colour; /* not a dumb one, and nobody said NO_COLOR */
	size_t width;    /* columns; 0 where nothing is to be broken into lines */
};

/* Look at standard output. */
struct terminal terminal_look(void);
