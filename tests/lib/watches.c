/* SPDX-License-Identifier: Apache-2.0 */
#include "watches.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "kernel/call_numbers.h"
#include "listener.h"

#define MNT_ID         0x1000u /* STATX_MNT_ID */
#define MNT_ID_UNIQUE  0x4000u /* STATX_MNT_ID_UNIQUE */
#define CLONE_TREE     0x1u    /* OPEN_TREE_CLONE */
#define RESOLVE_CACHED 0x20u

static struct iovec there(uint64_t address, size_t size)
{
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): an address in another process */
	return (struct iovec){.iov_base = (void *)(uintptr_t)address, .iov_len = size};
}

/* Copy memory of the process that waits; false when it is gone or the address is bad. */
static bool peek(const struct seccomp_notif *asked, uint64_t address, void *to, size_t size)
{
	struct iovec here = {.iov_base = to, .iov_len = size};
	struct iovec far = there(address, size);

	return process_vm_readv((pid_t)asked->pid, &here, 1, &far, 1, 0) == (ssize_t)size;
}

static bool poke(const struct seccomp_notif *asked, uint64_t address, const void *from,
		 size_t size)
{
	struct iovec here = {.iov_base = (void *)from, .iov_len = size};
	struct iovec far = there(address, size);

	return process_vm_writev((pid_t)asked->pid, &here, 1, &far, 1, 0) == (ssize_t)size;
}

/* A descriptor of it as one of ours; -1 with errno. */
static int take_fd(const struct seccomp_notif *asked, int fd)
{
	int process = (int)syscall(SYS_pidfd_open, asked->pid, 0);
	int ours = process < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, process, fd, 0);

	if (process >= 0)
		(void)close(process);
	return ours;
}

/* The number that follows `key` at the start of a line of this file; -1: there is none. */
static long find_number(const char *path, const char *key)
{
	FILE *file = fopen(path, "re");
	long number = -1;
	char *line = NULL;
	size_t room = 0;

	while (file && number < 0 && getline(&line, &room, file) > 0)
		if (strncmp(line, key, strlen(key)) == 0)
			number = strtol(line + strlen(key), NULL, 10);
	free(line);
	if (file)
		(void)fclose(file);
	return number;
}

/* Whether a descriptor of it lies on a mount in no namespace. */
static bool is_detached(const struct seccomp_notif *asked, int fd)
{
	char path[64], key[32];
	long id;

	(void)snprintf(path, sizeof(path), "/proc/%u/fdinfo/%d", asked->pid, fd);
	id = find_number(path, "mnt_id:");
	(void)snprintf(path, sizeof(path), "/proc/%u/mountinfo", asked->pid);
	(void)snprintf(key, sizeof(key), "%ld ", id);
	return id >= 0 && find_number(path, key) < 0;
}

/* An old statx leaves out what it does not know, without a word. */
static int stat_without(const struct seccomp_notif *asked, unsigned bits,
			uint64_t attributes)
{
	const __u64 *args = asked->data.args;
	struct statx buf;
	int error = 0, fd;
	char first;

	if (!(args[3] & bits) || !peek(asked, args[1], &first, 1))
		return 0;
	fd = first == '\0' ? take_fd(asked, (int)args[0]) : -1;
	if (fd < 0)
		return EINVAL; /* by name: nobody asks that way */
	if (statx(fd, "", (int)args[2], (unsigned)args[3] & ~bits, &buf) < 0)
		error = errno;
	(void)close(fd);
	if (bits & MNT_ID)
		buf.stx_mnt_id = 0;
	buf.stx_mask &= ~bits;
	buf.stx_attributes &= ~attributes;
	buf.stx_attributes_mask &= ~attributes;
	if (error == 0 && !poke(asked, args[4], &buf, sizeof(buf)))
		error = EFAULT;
	return error ? error : LISTENER_DONE;
}

static int allow_unique_id(const struct seccomp_notif *asked)
{
	return stat_without(asked, MNT_ID_UNIQUE, 0);
}

static int allow_id(const struct seccomp_notif *asked)
{
	return stat_without(asked, MNT_ID | MNT_ID_UNIQUE, STATX_ATTR_MOUNT_ROOT);
}

static int allow_cached(const struct seccomp_notif *asked)
{
	struct {
		uint64_t flags, mode, resolve;
	} how;

	if (!peek(asked, asked->data.args[2], &how, sizeof(how)))
		return 0;
	return how.resolve & RESOLVE_CACHED ? EINVAL : 0;
}

/* Whether the path below a descriptor starts on a mount in no namespace. */
static bool starts_detached(const struct seccomp_notif *asked, int fd, uint64_t path)
{
	char first = '\0';

	return fd >= 0 && peek(asked, path, &first, 1) && first != '/' &&
	       is_detached(asked, fd);
}

static int allow_clone(const struct seccomp_notif *asked)
{
	const __u64 *args = asked->data.args;

	return args[2] & CLONE_TREE && starts_detached(asked, (int)args[0], args[1])
		       ? EINVAL
		       : 0;
}

static int allow_attach(const struct seccomp_notif *asked)
{
	const __u64 *args = asked->data.args;

	return starts_detached(asked, (int)args[2], args[3]) ? EINVAL : 0;
}

/* clang-format off */
const struct watch watches[WATCH_COUNT_] = {
	{ "no-mnt-id",         SYS_statx,      allow_id },        /* 5.8 */
	{ "no-cached",         SYS_openat2,    allow_cached },    /* 5.12 */
	{ "no-statmount",      SYS_statx,      allow_unique_id }, /* 6.8 */
	{ "no-detached-clone", SYS_open_tree,  allow_clone },     /* 6.15 */
	{ "no-detached-clone", SYS_move_mount, allow_attach },
};
/* clang-format on */
