/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of mounts where it is another one at each reading, and what is asked in between. An
 * input is questions, and then the tables, apart by NUL bytes; the last one stays.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "kernel/fd.h"
#include "kernel/mount_query.h"
#include "kernel/mount_table.h"
#include "kernel/mountinfo.h"

#define QUESTIONS_MAX 12
#define IDS_MAX       64u

int __real_sys_read_mountinfo(const char *path, struct mount_list *ret);
int __wrap_sys_read_mountinfo(const char *path, struct mount_list *ret);
int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout);

static struct input tables;
static bool has_changed;

int __wrap_sys_read_mountinfo(const char *path, struct mount_list *ret)
{
	static char *text;
	static size_t size;

	(void)path;
	if (tables.left > 0) {
		free(text);
		text = input_text(&tables);
		size = strlen(text);
	}
	return __real_sys_read_mountinfo(sys_fd_path(input_file(text, size)).text, ret);
}

int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout)
{
	(void)fds;
	(void)n;
	(void)timeout;
	return has_changed;
}

/* Each once, and each but the last reading's is a mount. */
static void check_below(uint64_t id)
{
	uint64_t *ids = NULL;
	size_t n = 0;

	if (sys_table_below(id, &ids, &n) < 0)
		return;
	for (size_t i = 0; i < n; i++) {
		MUST(id == SYS_ALL_MOUNTS || ids[i] != id);
		for (size_t j = 0; j < i; j++)
			MUST(ids[i] != ids[j]);
	}
	free(ids);
}

static void check_mount(uint64_t id, bool with_text)
{
	struct mount m = {0};

	if (sys_table_mount(id, with_text, &m) < 0)
		return;
	MUST(m.id == id && (m.root != NULL) == with_text);
	mount_done(&m);
}

static void ask(struct input *in)
{
	uint64_t id = input_draw(in, IDS_MAX);

	has_changed = input_bool(in);
	switch (input_draw(in, 7)) {
	case 0:
		check_mount(id, input_bool(in));
		break;
	case 1:
		check_below(id);
		break;
	case 2:
		check_below(SYS_ALL_MOUNTS);
		break;
	case 3:
		sys_keep_view(input_bool(in));
		break;
	case 4:
		sys_table_changed(input_file("", 0));
		break;
	case 5:
		(void)sys_table_is_automount(id);
		break;
	default:
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	struct input questions = in;
	size_t n = input_draw(&in, QUESTIONS_MAX) + 1;

	/* Four bytes for each. */
	n = n * 4 < in.left ? n * 4 : in.left;
	questions = (struct input){in.at, n};
	tables = (struct input){in.at + n, in.left - n};
	if (tables.left == 0)
		return 0;
	while (questions.left > 0)
		ask(&questions);
	sys_table_done();
	return 0;
}
