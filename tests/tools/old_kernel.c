/* SPDX-License-Identifier: Apache-2.0 */
/* Run a command as on an older kernel, or below a filter that hides calls.
 *
 *   old_kernel PROFILE[,PROFILE...] COMMAND...
 *
 * The profiles are the rows of the tables below; those of `sums` stand for several. Without
 * COMMAND the single ones are printed. The exit status is the command's, 128+SIGNAL when
 * it was killed.
 *
 *   rules      a call fails, or fails with certain bits in one argument: a filter alone
 *   watches    what a filter cannot see is judged by a listener
 *   unwatched  what is left of the watches below fail_call, which has its own listener: a
 *              process can have one
 */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernel/call_numbers.h"
#include "listener.h"
#include "watches.h"

#define ARRAY_LEN(a)  (sizeof(a) / sizeof((a)[0]))
#define MNT_ID        0x1000u /* STATX_MNT_ID */
#define MNT_ID_UNIQUE 0x4000u /* STATX_MNT_ID_UNIQUE */
#define BENEATH       0x200u  /* MOVE_MOUNT_BENEATH */
#define REPORT_MNT    0x4000u /* FAN_REPORT_MNT */
#define STEPS         7       /* of the filter for one rule */

/* clang-format off */
static const struct option_rule {
	const char *profile;
	unsigned first, last; /* calls */
	unsigned arg, bits;   /* only with any of these bits in this argument, unless 0 */
	unsigned error;
} rules[] = {
	{ "no-mount-api",       SYS_open_tree,     SYS_fspick,        0, 0, ENOSYS }, /* 5.2 */
	{ "no-mount-api",       SYS_mount_setattr, SYS_mount_setattr, 0, 0, ENOSYS },
	{ "no-mount-api-eperm", SYS_open_tree,     SYS_fspick,        0, 0, EPERM },
	{ "no-mount-api-eperm", SYS_mount_setattr, SYS_mount_setattr, 0, 0, EPERM },
	{ "no-setattr",         SYS_mount_setattr, SYS_mount_setattr, 0, 0, ENOSYS }, /* 5.12 */
	{ "no-statmount",       SYS_statmount,     SYS_listmount,     0, 0, ENOSYS }, /* 6.8 */
	{ "no-new-calls",       SYS_statmount,     SYS_listmount,     0, 0, ENOSYS },
	{ "no-new-calls",       SYS_open_tree_attr, SYS_open_tree_attr, 0, 0, ENOSYS }, /* 6.15 */
	{ "no-new-calls-eperm", SYS_statmount,     SYS_listmount,     0, 0, EPERM },
	{ "no-new-calls-eperm", SYS_open_tree_attr, SYS_open_tree_attr, 0, 0, EPERM },
	{ "no-openat2",         SYS_openat2,       SYS_openat2,       0, 0, ENOSYS }, /* 5.6 */
	{ "no-openat2-eperm",   SYS_openat2,       SYS_openat2,       0, 0, EPERM },
	{ "no-beneath",         SYS_move_mount,    SYS_move_mount,    4, BENEATH, EINVAL }, /* 6.5 */
	{ "no-close-range",     SYS_close_range,   SYS_close_range,   0, 0, ENOSYS }, /* 5.9 */
	{ "no-pidfd",           SYS_pidfd_open,    SYS_pidfd_open,    0, 0, ENOSYS }, /* 5.3 */
	{ "no-pidfd",           SYS_pidfd_getfd,   SYS_pidfd_getfd,   0, 0, ENOSYS }, /* 5.6 */
	{ "no-mount-events",    SYS_fanotify_init, SYS_fanotify_init, 0, REPORT_MNT, EINVAL }, /* 6.14 */
};

/* What the watch of statx becomes where there can be no listener: an error is the nearest. */
static const struct option_rule unwatched[] = {
	{ "no-statmount", SYS_statx, SYS_statx, 3, MNT_ID_UNIQUE, EINVAL },
	{ "no-mnt-id",    SYS_statx, SYS_statx, 3, MNT_ID | MNT_ID_UNIQUE, EINVAL },
};

static const struct { const char *name, *profiles; } sums[] = {
	{ "linux-4.19", "no-mount-api,no-statmount,no-mnt-id,no-openat2,no-close-range,no-pidfd,"
			"no-mount-events" },
	{ "linux-5.4",  "no-setattr,no-statmount,no-mnt-id,no-openat2,no-beneath,"
			"no-detached-clone,no-close-range,no-mount-events" },
	{ "linux-5.10", "no-setattr,no-statmount,no-beneath,no-detached-clone,no-cached,"
			"no-mount-events" },
	{ "linux-5.15", "no-statmount,no-beneath,no-detached-clone,no-mount-events" },
	{ "linux-6.1",  "no-statmount,no-beneath,no-detached-clone,no-mount-events" },
	{ "linux-6.6",  "no-statmount,no-detached-clone,no-mount-events" },
	{ "linux-6.12", "no-detached-clone,no-mount-events" },
	{ "seccomp",    "no-mount-api-eperm,no-openat2-eperm,no-statmount,no-mount-events" },
};
/* clang-format on */

static int give_up(const char *what)
{
	fprintf(stderr, "old_kernel: %s: %s\n", what, strerror(errno));
	return 125;
}

/* Whether the comma-joined list has this name. */
static bool lists(const char *list, const char *name)
{
	for (const char *word = list; *word; word += strspn(word, ",")) {
		size_t length = strcspn(word, ",");

		if (length == strlen(name) && strncmp(word, name, length) == 0)
			return true;
		word += length;
	}
	return false;
}

static bool is_known(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(rules); i++)
		if (strcmp(name, rules[i].profile) == 0)
			return true;
	for (size_t i = 0; i < WATCH_COUNT_; i++)
		if (strcmp(name, watches[i].profile) == 0)
			return true;
	return false;
}

/* The single profiles that `asked` stands for, to be freed; NULL when one is unknown. */
static char *expand(char *asked)
{
	char *list = strdup("");

	for (char *name = strtok(asked, ","); name && list; name = strtok(NULL, ",")) {
		const char *part = is_known(name) ? name : NULL;
		char *longer = NULL;

		for (size_t i = 0; i < ARRAY_LEN(sums); i++)
			if (strcmp(name, sums[i].name) == 0)
				part = sums[i].profiles;
		if (part && asprintf(&longer, "%s%s,", list, part) < 0)
			longer = NULL;
		free(list);
		list = longer;
	}
	return list;
}

/* ---- what the filter can see ---- */

/* clang-format off */
static void add_rule(struct sock_filter *code, unsigned short *n, const struct option_rule *rule)
{
	unsigned arg = offsetof(struct seccomp_data, args) + rule->arg * sizeof(uint64_t);
	unsigned number = offsetof(struct seccomp_data, nr);
	unsigned verdict = rule->error ? SECCOMP_RET_ERRNO | rule->error : SECCOMP_RET_USER_NOTIF;
	const struct sock_filter steps[STEPS] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, number),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, rule->first, 0, 5),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, rule->last, 4, 0),
		BPF_JUMP(BPF_JMP | BPF_JA, rule->bits ? 0 : 2, 0, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, arg),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, rule->bits, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, verdict),
	};

	memcpy(code + *n, steps, sizeof(steps));
	*n += STEPS;
}
/* clang-format on */

static void add_pass(struct sock_filter *code, unsigned short *n)
{
	code[(*n)++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
}

static int hide_calls(const char *profiles, bool with_unwatched)
{
	struct sock_filter code[STEPS * (ARRAY_LEN(rules) + ARRAY_LEN(unwatched)) + 1];
	unsigned short n = 0;

	for (size_t i = 0; i < ARRAY_LEN(rules); i++)
		if (lists(profiles, rules[i].profile))
			add_rule(code, &n, &rules[i]);
	for (size_t i = 0; i < ARRAY_LEN(unwatched) && with_unwatched; i++)
		if (lists(profiles, unwatched[i].profile))
			add_rule(code, &n, &unwatched[i]);
	add_pass(code, &n);
	return listener_filter(code, n, 0);
}

/* ---- what it cannot see ---- */

static int judge(const struct seccomp_notif *asked, void *profiles)
{
	int error = 0;

	for (size_t i = 0; i < WATCH_COUNT_ && error == 0; i++)
		if ((unsigned)asked->data.nr == watches[i].call &&
		    lists(profiles, watches[i].profile))
			error = watches[i].judge(asked);
	return error;
}

/* One of those that started us has a listener: trying is the only way to find out, and it
 * is tried in a child, since there is no way back. */
static bool has_listener(void)
{
	struct sock_filter code[1];
	unsigned short n = 0;
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		add_pass(code, &n);
		_exit(listener_filter(code, n, SECCOMP_FILTER_FLAG_NEW_LISTENER) < 0 &&
		      errno == EBUSY);
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status);
}

static bool is_watched(const char *profiles)
{
	for (size_t i = 0; i < WATCH_COUNT_; i++)
		if (lists(profiles, watches[i].profile))
			return true;
	return false;
}

static int watch_calls(void *profiles)
{
	struct sock_filter code[STEPS * WATCH_COUNT_ + 1];
	unsigned short n = 0;
	int listener;

	for (size_t i = 0; i < WATCH_COUNT_; i++) {
		const struct option_rule rule = {.first = watches[i].call,
						 .last = watches[i].call};

		if (lists(profiles, watches[i].profile))
			add_rule(code, &n, &rule);
	}
	add_pass(code, &n);
	listener = listener_filter(code, n, SECCOMP_FILTER_FLAG_NEW_LISTENER);
	return listener < 0 || hide_calls(profiles, false) == 0 ? listener : -1;
}

int main(int argc, char **argv)
{
	char *profiles = argc > 1 ? expand(argv[1]) : NULL;
	const struct listener_job job = {
		.command = argv + 2,
		.listen = watch_calls,
		.judge = judge,
		.data = profiles,
	};
	int status = -1;

	errno = EINVAL;
	if (!profiles)
		return give_up("PROFILE[,PROFILE...] COMMAND...");
	if (argc == 2)
		return puts(profiles) < 0;
	if (is_watched(profiles) && !has_listener()) {
		status = listener_run(&job);
		return status < 0 ? give_up("supervise") : status;
	}
	if (hide_calls(profiles, true) < 0)
		return give_up("seccomp");
	execvp(argv[2], argv + 2);
	return give_up(argv[2]);
}
