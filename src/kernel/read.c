/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/read.h"

#include <errno.h>
#include <unistd.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/macro.h"

#define PIECE ((size_t)65536)

int sys_read_all(int fd, size_t most, char **ret, size_t *ret_size)
{
	scoped_mem char *text = NULL;
	size_t size = 0;
	ssize_t n = 1;

	while (n != 0 && size <= most) {
		size_t room = most - size < PIECE ? most - size + 1 : PIECE;

		if (ARRAY_RESERVE(text, size, room + 1) < 0)
			return -ENOMEM;
		n = read(fd, text + size, room);
		if (n < 0 && errno != EINTR)
			return -errno;
		size += n > 0 ? (size_t)n : 0;
	}
	text[size] = '\0';
	*ret = STEAL(text);
	*ret_size = size;
	return 0;
}
