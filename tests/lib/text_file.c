/* SPDX-License-Identifier: Apache-2.0 */
#include "text_file.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void text_put(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	ck_assert(out && fputs(text, out) >= 0 && fclose(out) == 0);
}

char *text_file(const char *text)
{
	char *path = strdup("/tmp/robind-text.XXXXXX");
	int fd = path ? mkstemp(path) : -1;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(close(fd), 0);
	text_put(path, text);
	return path;
}
