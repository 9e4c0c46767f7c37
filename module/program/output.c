#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void output_guard(void)
{
	/* Read-only on purpose: writing a reply to a standard output that is closed fails.
	 */
	for (int fd = 0; fd >= 0 && fd <= STDERR_FILENO;) {
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
		if (fd < 0) /* in a chroot, perhaps */
			fd = open("/", O_PATH | O_CLOEXEC);
		if (fd > STDERR_FILENO)
			(void)close(fd);
	}
	/* A reader who went away is an error of write(2), so that the exit status tells. */
	(void)signal(SIGPIPE, SIG_IGN);
	/* The same for a file that must not grow: standard output, or the lock's. */
	(void)signal(SIGXFSZ, SIG_IGN);
}

int output_json(const json_t *reply)
{
	if (json_dumpf(reply, stdout, JSON_COMPACT | JSON_ENSURE_ASCII) < 0)
		return -1;
	return output_text("\n");
}

int output_text(const char *text)
{
	if (fputs(text, stdout) == EOF)
		return -1;
	return fflush(stdout) == EOF || ferror(stdout) ? -1 : 0;
}

int output_no_memory(bool changed)
{
	return output_text(
		changed ? "{\"changed\":true,\"failed\":true,\"msg\":\"out of "
			  "memory\",\"error\":"
			  "{\"code\":\"memory\",\"at\":\"\",\"errno\":\"ENOMEM\",\"msg\":"
			  "\"out of memory\"}}\n"
			: "{\"changed\":false,\"failed\":true,\"msg\":\"out of "
			  "memory\",\"error\":"
			  "{\"code\":\"memory\",\"at\":\"\",\"errno\":\"ENOMEM\",\"msg\":"
			  "\"out of memory\"}}\n");
}
