/* SPDX-License-Identifier: Apache-2.0 */
#include "input.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

size_t input_draw(struct input *in, size_t n)
{
	size_t value = 0;

	if (in->left == 0)
		return 0;
	value = *in->at++;
	in->left--;
	return value % n;
}

bool input_bool(struct input *in)
{
	return input_draw(in, 2) == 1;
}

static char *copy(const uint8_t *at, size_t size)
{
	char *text = malloc(size + 1);

	MUST(text);
	if (size > 0)
		memcpy(text, at, size);
	text[size] = '\0';
	return text;
}

char *input_text(struct input *in)
{
	const uint8_t *end = in->left > 0 ? memchr(in->at, '\0', in->left) : NULL;
	size_t size = end ? (size_t)(end - in->at) : in->left;
	char *text = copy(in->at, size);

	in->at += size + (end != NULL);
	in->left -= size + (end != NULL);
	return text;
}

char *input_rest(struct input *in, size_t *ret_size)
{
	char *text = copy(in->at, in->left);

	*ret_size = in->left;
	in->at += in->left;
	in->left = 0;
	return text;
}

int input_file(const void *bytes, size_t size)
{
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("input", 0);
	MUST(fd >= 0 && ftruncate(fd, 0) == 0);
	MUST(pwrite(fd, bytes, size, 0) == (ssize_t)size);
	MUST(lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

void input_mute(void)
{
	stdout = fopen("/dev/null", "we");
	stderr = fopen("/dev/null", "we");
	MUST(stdout && stderr);
}

void input_fault(const char *file, int line, const char *fmt, ...)
{
	va_list args;

	(void)dprintf(STDERR_FILENO, "%s:%d: ", file, line);
	va_start(args, fmt);
	(void)vdprintf(STDERR_FILENO, fmt, args);
	va_end(args);
	(void)dprintf(STDERR_FILENO, "\n");
	abort();
}
