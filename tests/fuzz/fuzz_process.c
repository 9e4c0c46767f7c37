/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What /proc tells of processes: maps, fdinfo, status, uid_map, passwd, automounts; which of them these bytes
 * are, the first one says. All of it is asked about this process.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "input.h"
#include "kernel/accounts.h"
#include "kernel/automount.h"
#include "kernel/fd.h"
#include "kernel/flock_holders.h"
#include "kernel/privilege.h"
#include "kernel/process.h"
#include "kernel/process_files.h"

FILE *__real_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode);
FILE *__wrap_fopen64(const char *path, const char *mode);

static char *text;
static size_t text_size;

/* The core reads nothing but /proc with it. */
FILE *__wrap_fopen(const char *path, const char *mode)
{
	if (strncmp(path, "/proc/", 6) != 0)
		return __real_fopen(path, mode);
	if (text_size == 0)
		return __real_fopen("/dev/null", mode);
	return fmemopen(text, text_size, "r");
}

/* Its name where sizes have 64 bits on a machine of 32. */
FILE *__wrap_fopen64(const char *path, const char *mode)
{
	return __wrap_fopen(path, mode);
}

static int each_file(void *context, pid_t pid, const struct open_file *file)
{
	size_t *n = context;

	MUST(pid == getpid() && strlen(file->name) < sizeof(file->name));
	*n += 1;
	return 0;
}

static void read_maps(void)
{
	size_t n = 0;

	MUST(sys_process_open_files(getpid(), each_file, &n) == 0);
}

static void read_fdinfo(void)
{
	struct fd_info info = {0};
	char name[16];
	int dir = open("/proc/self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC);

	(void)snprintf(name, sizeof(name), "%d", input_file(text, text_size));
	MUST(dir >= 0);
	if (sys_read_fdinfo(dir, name, &info) == 0)
		MUST(strstr(text, "flags:") && strstr(text, "mnt_id:"));
	(void)close(dir);
}

static void read_locks(void)
{
	struct flock_holders holders = {0};
	int r = sys_flock_holders(input_file("", 0), &holders);

	MUST(r == 0 || r == -ENOENT || r == -ESRCH);
	if (holders.entitled != 0 || holders.others)
		MUST(strstr(text, "lock:"));
}

static void read_status(void)
{
	char *read = NULL;
	int r = sys_process_text(getpid(), "status", &read);

	/* Not a line of it, where nothing was there. */
	MUST((r == 0) == (text_size > 0));
	if (r == 0)
		MUST(strlen(read) == strlen(text));
	free(read);
}

static void read_id_map(void)
{
	for (size_t kind = 0; kind < ACCOUNT_KIND_COUNT_; kind++) {
		uint32_t id = text_size > 4 ? (unsigned char)text[4] : 0;
		struct id_range range = sys_id_range((enum account_kind)kind, id);

		MUST(range.count == 0 || id_range_has(&range, id));
	}
}

static void read_accounts(void)
{
	struct accounts accounts = {0};
	char *copy = malloc(text_size + 1);
	uint32_t id = 0;

	MUST(copy);
	memcpy(copy, text, text_size + 1);
	MUST(accounts_parse(copy, text_size, &accounts) == 0);
	if (accounts_find(&accounts, "root", &id))
		MUST(memmem(text, text_size, "root:", 5) && id <= ACCOUNT_ID_MAX);
	MUST(!accounts_find(&accounts, "", &id));
	accounts_done(&accounts);
}

static void read_automounts(void)
{
	struct automount found = {0};
	uint64_t superblock = 30;

	sys_automounts_done();
	MUST(sys_automount(superblock, &found) == 0 && found.superblock == superblock);
	sys_automounts_done();
}

static void read_privilege(void)
{
	(void)sys_is_in_user_namespace();
	(void)sys_is_filtered();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const readers[])(
		void) = {read_maps,   read_fdinfo,   read_locks,      read_status,
			 read_id_map, read_accounts, read_automounts, read_privilege};
	struct input in = {data, size};
	size_t which = input_draw(&in, ARRAY_LEN(readers));

	text = input_rest(&in, &text_size);
	readers[which]();
	free(text);
	return 0;
}
