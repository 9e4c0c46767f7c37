#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

static int read_failed(const char *name, struct error *err)
{
	return error_set(err, ERROR_INPUT, errno, PTR_ROOT,
			 "the request '%s' cannot be read: %s", name, strerror(errno));
}

static int read_all(int fd, const char *name, size_t most, char **ret, size_t *ret_size,
		    struct error *err)
{
	scoped_mem char *text = NULL;
	size_t used = 0;
	size_t room = 0;

	for (;;) {
		ssize_t n = 0;

		if (used == room) {
			char *more = NULL;

			room = room ? 4 * room : 65536;
			room = room > most ? most + 1 : room;
			more = realloc(text, room);
			if (!more)
				return error_no_memory(err);
			text = more;
		}
		n = read(fd, text + used, room - used);
		if (n < 0 && errno != EINTR)
			return read_failed(name, err);
		used += n > 0 ? (size_t)n : 0;
		if (n == 0 || used > most)
			break;
	}
	*ret = STEAL(text);
	*ret_size = used;
	return 0;
}

int input_read(const char *name, size_t most, char **ret, size_t *ret_size,
	       struct error *err)
{
	scoped_fd int fd = -1;

	if (strcmp(name, "-") == 0)
		return read_all(STDIN_FILENO, "-", most, ret, ret_size, err);
	fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return read_failed(name, err);
	return read_all(fd, name, most, ret, ret_size, err);
}
