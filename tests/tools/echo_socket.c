/* SPDX-License-Identifier: Apache-2.0 */
/* The two ends of a Unix socket.
 *
 *   echo_socket serve PATH     answers every client with what it said, until it is killed
 *                              or whoever started it ends
 *   echo_socket ask PATH TEXT  says TEXT and prints the answer
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define TEXT_MAX 256

static int give_up(const char *what)
{
	fprintf(stderr, "echo_socket: %s: %s\n", what, strerror(errno));
	return 1;
}

static void answer(int server)
{
	char text[TEXT_MAX];
	int client = accept4(server, NULL, NULL, SOCK_CLOEXEC);
	ssize_t n = client < 0 ? -1 : recv(client, text, sizeof(text), 0);

	if (n > 0)
		(void)send(client, text, (size_t)n, MSG_NOSIGNAL);
	if (client >= 0)
		close(client);
}

static int serve(const struct sockaddr_un *address)
{
	int server = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (server < 0 ||
	    bind(server, (const struct sockaddr *)address, sizeof(*address)) < 0 ||
	    listen(server, 16) < 0)
		return give_up(address->sun_path);
	for (;;)
		answer(server);
}

static int ask(const struct sockaddr_un *address, const char *text)
{
	char reply[TEXT_MAX];
	int client = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	ssize_t n = 0;

	if (client < 0 ||
	    connect(client, (const struct sockaddr *)address, sizeof(*address)) < 0)
		return give_up(address->sun_path);
	if (send(client, text, strlen(text), MSG_NOSIGNAL) < 0)
		return give_up("send");
	n = recv(client, reply, sizeof(reply), 0);
	if (n <= 0)
		return give_up("recv");
	return printf("%.*s\n", (int)n, reply) < 0 || fflush(stdout) != 0;
}

int main(int argc, char *argv[])
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (argc < 3 || strlen(argv[2]) >= sizeof(address.sun_path)) {
		fprintf(stderr, "usage: echo_socket serve PATH | ask PATH TEXT\n");
		return 2;
	}
	memcpy(address.sun_path, argv[2], strlen(argv[2]));
	if (argc == 3 && strcmp(argv[1], "serve") == 0)
		return serve(&address);
	if (argc == 4 && strcmp(argv[1], "ask") == 0)
		return ask(&address, argv[3]);
	return 2;
}
