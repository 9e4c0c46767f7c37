/* SPDX-License-Identifier: Apache-2.0 */
/* A fuzz target without libFuzzer, on the files that are named: for where there is no clang. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "input.h"

/* As much as a run of libFuzzer gives. */
enum { MOST = 4096 };

static void replay(const char *name)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	uint8_t *data = malloc(MOST);
	ssize_t size = data ? read(fd, data, MOST) : -1;

	MUST_SAY(size >= 0, "%s: cannot be read", name);
	(void)close(fd);
	/* No longer than it is, so that a sanitizer sees what is read behind it. */
	data = realloc(data, size > 0 ? (size_t)size : 1);
	MUST(data);
	/* Seen last when it goes wrong. */
	(void)dprintf(STDERR_FILENO, "%s\n", name);
	(void)LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
}

#pragma weak LLVMFuzzerInitialize

int main(int argc, char **argv)
{
	if (argc < 2) {
		(void)dprintf(STDERR_FILENO, "usage: %s FILE...\n", argv[0]);
		return 1;
	}
	if (LLVMFuzzerInitialize)
		(void)LLVMFuzzerInitialize(&argc, &argv);
	for (int i = 1; i < argc; i++)
		replay(argv[i]);
	return 0;
}
