/* SPDX-License-Identifier: Apache-2.0 */
#include "watch_systemd.h"

#include <endian.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"

#define JOURNAL_SOCKET "/run/systemd/journal/socket"

/* One datagram to a socket of the file system, or of the abstract kind ("@..."). */
static void send_to(const char *path, const char *bytes, size_t n)
{
	scoped_fd int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	size_t length = strlen(path);

	if (fd < 0 || length >= sizeof(to.sun_path))
		return;
	memcpy(to.sun_path, path, length);
	if (to.sun_path[0] == '@')
		to.sun_path[0] = '\0';
	(void)sendto(fd, bytes, n, MSG_NOSIGNAL, (const struct sockaddr *)&to,
		     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
}

void systemd_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");

	if (path && (path[0] == '/' || path[0] == '@'))
		send_to(path, state, strlen(state));
}

double systemd_watchdog(void)
{
	const char *pid = getenv("WATCHDOG_PID");
	const char *microseconds = getenv("WATCHDOG_USEC");

	if (!microseconds || (pid && strtol(pid, NULL, 10) != (long)getpid()))
		return 0;
	return strtod(microseconds, NULL) / 1e6;
}

bool systemd_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat st;
	char ours[64];

	if (!stream || fstat(STDOUT_FILENO, &st) < 0)
		return false;
	(void)snprintf(ours, sizeof(ours), "%llu:%llu", (unsigned long long)st.st_dev,
		       (unsigned long long)st.st_ino);
	return strcmp(stream, ours) == 0;
}

/* A text of one line as NAME=TEXT; any other with its length before it. */
void journal_add(struct strbuf *entry, const char *name, const char *text)
{
	size_t n = strlen(text);
	uint64_t length = htole64(n);

	strbuf_add(entry, name);
	if (!strchr(text, '\n')) {
		strbuf_addf(entry, "=%s\n", text);
		return;
	}
	strbuf_add(entry, "\n");
	strbuf_add_bytes(entry, (const char *)&length, sizeof(length));
	strbuf_add_bytes(entry, text, n);
	strbuf_add(entry, "\n");
}

void journal_send(const struct strbuf *entry)
{
	if (strbuf_text(entry))
		send_to(JOURNAL_SOCKET, entry->bytes, entry->size);
}
