/* SPDX-License-Identifier: Apache-2.0 */
/* Files that tests make of a text. */
#pragma once

/* Make a file, or put the text in the place of what it has. */
void text_put(const char *path, const char *text);

/* The name of a new file below /tmp, allocated; to be unlinked. */
char *text_file(const char *text);
