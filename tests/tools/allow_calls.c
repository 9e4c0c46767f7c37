/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Run a command that may make certain system calls and no other: any other kills it.
 *
 *   allow_calls NAME,NAME,... COMMAND...
 *
 * execve(2) has to be one of them, to start the command. A name that this machine has no call
 * for is passed over, as is each of another architecture.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kernel/call_numbers.h"
#include "listener.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define ALLOWED_MAX  250 /* a jump in a filter spans no more */

/* clang-format off */
static const struct { const char *name; unsigned number; } calls[] = {
#include "call_names.h"
	{ "close_range",    SYS_close_range },
	{ "listmount",      SYS_listmount },
	{ "mount_setattr",  SYS_mount_setattr },
	{ "open_tree_attr", SYS_open_tree_attr },
	{ "openat2",        SYS_openat2 },
	{ "statmount",      SYS_statmount },
};
/* clang-format on */

static int give_up(const char *what)
{
	fprintf(stderr, "allow_calls: %s: %s\n", what, strerror(errno));
	return 125;
}

static int call_number(const char *name, unsigned *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		if (strcmp(name, calls[i].name) == 0) {
			*ret = calls[i].number;
			return 0;
		}
	}
	return -1;
}

/* Each call that is allowed jumps to the end; who comes by all of them is killed. */
static int allow(const unsigned *numbers, unsigned short n)
{
	struct sock_filter code[ALLOWED_MAX + 3] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	};

	for (unsigned short i = 0; i < n; i++)
		code[1 + i] =
			(struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, numbers[i],
						     (unsigned char)(n - i), 0);
	code[1 + n] =
		(struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	code[2 + n] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	return listener_filter(code, (unsigned short)(n + 3), 0);
}

int main(int argc, char **argv)
{
	unsigned numbers[ALLOWED_MAX];
	unsigned short n = 0;

	errno = EINVAL;
	if (argc < 3)
		return give_up("NAME,NAME,... COMMAND...");
	for (char *name = strtok(argv[1], ","); name; name = strtok(NULL, ",")) {
		if (n == ALLOWED_MAX)
			return give_up("too many names");
		if (call_number(name, &numbers[n]) == 0)
			n++;
	}
	if (allow(numbers, n) < 0)
		return give_up("seccomp");
	execvp(argv[2], argv + 2);
	return give_up(argv[2]);
}
