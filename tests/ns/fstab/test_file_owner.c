/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attributes that somebody adds, or makes longer, between the question for their size and
 * the reading: none may be left out. The two calls are the program's own here, so that it
 * happens each time.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/macro.h"
#include "fstab/file_private.h"
#include "sandbox.h"
#include "suite.h"

static int from;
static unsigned more_names; /* how often one is added yet */
static unsigned more_text;  /* how often a value gets longer */
static char text[128];

ssize_t flistxattr(int fd, char *list, size_t size)
{
	ssize_t n = syscall(SYS_flistxattr, fd, list, size);
	char name[32];

	if (fd == from && size == 0 && more_names > 0) {
		(void)snprintf(name, sizeof(name), "user.added-%u", --more_names);
		ck_assert_int_eq(fsetxattr(fd, name, "x", 1, 0), 0);
	}
	return n;
}

ssize_t fgetxattr(int fd, const char *name, void *value, size_t size)
{
	ssize_t n = syscall(SYS_fgetxattr, fd, name, value, size);

	if (fd == from && size == 0 && more_text > 0) {
		more_text--;
		memcpy(text + strlen(text), "xx", sizeof("xx"));
		ck_assert_int_eq(fsetxattr(fd, name, text, strlen(text), 0), 0);
	}
	return n;
}

static const struct {
	const char *name;
	unsigned more_names;
	unsigned more_text;
	int want;
} rows[] = {
	{"all is still", 0, 0, 0},           {"one more name", 1, 0, 0},
	{"names again and again", 5, 0, 0},  {"names for ever", 1000, 0, -EAGAIN},
	{"a longer value", 0, 1, 0},         {"longer again and again", 0, 5, 0},
	{"longer for ever", 0, 40, -EAGAIN},
};

START_TEST(nothing_is_left_out)
{
	scoped_fd int to = open("/mnt/to", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	char name[32];
	char have[128] = "";

	from = open("/mnt/from", O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	ck_assert(from >= 0 && to >= 0);
	(void)snprintf(text, sizeof(text), "text");
	ck_assert_int_eq(fsetxattr(from, "user.note", text, strlen(text), 0), 0);
	more_names = rows[_i].more_names;
	more_text = rows[_i].more_text;
	ck_assert_int_eq(fstab_file_copy_owner(from, to), rows[_i].want);
	more_names = more_text = 0;
	if (rows[_i].want < 0)
		return;
	for (unsigned i = 0; i < rows[_i].more_names; i++) {
		(void)snprintf(name, sizeof(name), "user.added-%u", i);
		ck_assert_msg(getxattr("/mnt/to", name, have, sizeof(have)) == 1,
			      "%s: no %s", rows[_i].name, name);
	}
	ck_assert_int_eq(getxattr("/mnt/to", "user.note", have, sizeof(have)),
			 (int)strlen(text));
	ck_assert_msg(memcmp(have, text, strlen(text)) == 0, "%s", rows[_i].name);
}
END_TEST

static bool can_hold_attributes(void)
{
	char name[] = "/dev/shm/robind-XXXXXX";
	scoped_fd int fd = mkostemp(name, O_CLOEXEC);
	bool can = fd >= 0 && fsetxattr(fd, "user.note", "x", 1, 0) == 0;

	(void)unlink(name);
	if (!can)
		puts("skipped: no attributes on a tmpfs (Linux 6.6)");
	return can;
}

int main(void)
{
	TCase *tests = tcase_create("file_owner");

	if (!sandbox_is_possible() || !can_hold_attributes())
		return 77;
	tcase_add_checked_fixture(tests, sandbox_enter, NULL);
	tcase_add_loop_test(tests, nothing_is_left_out, 0, ARRAY_LEN(rows));
	return suite_run("file_owner", tests);
}
