/* SPDX-License-Identifier: Apache-2.0 */
/* The commands and what they and the options mean, out of the text of --help. */
#pragma once

#include <stddef.h>

/* The `i`th command, allocated; NULL after the last one, or when there is no memory. */
char *command_at(size_t i);

/* What a command or an option does, allocated; NULL where the text does not say. */
char *help_of(const char *name);
