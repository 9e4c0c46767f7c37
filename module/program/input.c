/* SPDX-License-Identifier: Apache-2.0 */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "kernel/read.h"

int input_read(const char *name, size_t most, char **ret, size_t *ret_size,
	       struct error *err)
{
	bool is_stdin = strcmp(name, "-") == 0;
	scoped_fd int fd = is_stdin ? -1 : open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int r = fd < 0 && !is_stdin ? -errno : 0;

	if (r == 0)
		r = sys_read_all(is_stdin ? STDIN_FILENO : fd, most, ret, ret_size);
	if (r == -ENOMEM)
		return error_no_memory(err);
	if (r < 0)
		return error_set(err, ERROR_INPUT, -r, PTR_ROOT,
				 "the request '%s' cannot be read: %s", name, strerror(-r));
	return 0;
}
