/* SPDX-License-Identifier: Apache-2.0 */
#include "terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Of a terminal that does not know, such as a serial line. */
#define USUAL_WIDTH 80u
/* With fewer columns than this nothing is readable by being broken. */
#define LEAST_WIDTH 40u

static size_t width_of(int fd)
{
	struct winsize size = {0};

	if (ioctl(fd, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return USUAL_WIDTH;
	return size.ws_col < LEAST_WIDTH ? LEAST_WIDTH : size.ws_col;
}

static bool takes_colour(void)
{
	const char *term = getenv("TERM");
	const char *no_colour = getenv("NO_COLOR");

	return term && term[0] != '\0' && strcmp(term, "dumb") != 0 &&
	       (!no_colour || no_colour[0] == '\0');
}

struct terminal terminal_look(void)
{
	struct terminal terminal = {.is_one = isatty(STDOUT_FILENO)};

	if (!terminal.is_one)
		return terminal;
	terminal.width = width_of(STDOUT_FILENO);
	terminal.has_colour = takes_colour();
	return terminal;
}
