/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `robind complete WORD...`, which the completions of the shells call: what the last word could
 * become, one in a line, after a tab what it means. `:file` in a line of its own says that a
 * file's name could follow as well. All of it is of the program's own tables.
 */
#pragma once

#include <stdbool.h>

bool complete_is_called(int argc, char *argv[]);

/* Write the candidates. Returns the exit status. */
int complete_run(int argc, char *argv[]);
