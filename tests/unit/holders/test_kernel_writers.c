/* SPDX-License-Identifier: Apache-2.0 */
/* Loop devices and swap areas, as sysfs and /proc/swaps tell of them, below a bind's
 * source. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macro.h"
#include "fake_loop_device.h"
#include "holders/kernel_writers.h"
#include "kernel/mount_query.h"
#include "suite.h"

/* No such names are to be in the root directory of who runs the tests. */
#define IMAGE "robind-test-image"
#define ODD   "robind-test file"

static char top[] = "/tmp/robind-test-XXXXXX";

/* A path below `top`; static, one at a time. */
static const char *below_top(const char *name)
{
	static char path[160];

	(void)snprintf(path, sizeof(path), "%s/%s", top, name);
	return path;
}

static void make_directory(const char *name)
{
	ck_assert_int_eq(mkdir(below_top(name), 0700), 0);
}

static void write_file(const char *name, const char *text)
{
	FILE *file = fopen(below_top(name), "we");

	ck_assert_msg(file != NULL, "%s: %m", name);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

/* Each test runs in a process of its own, and so has a directory of its own. */
static void setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(top));
	make_directory("source");
	make_directory("source/sub");
	write_file("source/" IMAGE, "");
	write_file("source/sub/" ODD, "");
	make_directory("other");
	write_file("other/" IMAGE, "");
	make_directory("block");
}

static void teardown(void)
{
	char command[64];

	(void)snprintf(command, sizeof(command), "rm -r %s", top);
	ck_assert_int_eq(system(command), 0); /* NOLINT(cert-env33-c) */
}

static void make_device(const char *name, const char *file, const char *read_only)
{
	char path[80];

	(void)snprintf(path, sizeof(path), "block/%s", name);
	make_directory(path);
	(void)snprintf(path, sizeof(path), "block/%s/ro", name);
	write_file(path, read_only);
	if (!file)
		return;
	(void)snprintf(path, sizeof(path), "block/%s/loop", name);
	make_directory(path);
	(void)snprintf(path, sizeof(path), "block/%s/loop/backing_file", name);
	write_file(path, file);
}

static struct bind_location location_of(size_t bind, const char *name)
{
	struct bind_location location = {.bind = bind, .source = strdup(below_top(name))};
	struct stat st;

	ck_assert_int_eq(stat(location.source, &st), 0);
	location.dev = st.st_dev;
	return location;
}

/* What is found of the binds of source, number 3, and of other, number 5, as a text. */
static void expect(const char *want)
{
	struct bind_location locations[] = {
		{.bind = 0}, /* one to be gone, whose source nobody knows */
		location_of(3, "source"),
		location_of(5, "other"),
	};
	char *block = strdup(below_top("block"));
	char *swaps = strdup(below_top("swaps"));
	const struct kernel_writer_places places = {block, swaps};
	struct kernel_writer_list found = {0};
	char text[512] = "";
	size_t n = 0;

	ck_assert_int_eq(kernel_writers_find(&places, locations, ARRAY_LEN(locations),
					     &found),
			 0);
	for (size_t i = 0; i < found.count; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%zu %s %s\n",
				      found.items[i].bind,
				      found.items[i].device ? found.items[i].device
							    : "swap",
				      found.items[i].path);
	ck_assert_str_eq(text, want);
	kernel_writers_done(&found);
	kernel_writers_done(&found);
	for (size_t i = 0; i < ARRAY_LEN(locations); i++)
		bind_location_done(&locations[i]);
	free(block);
	free(swaps);
}

static struct loop_file file_of(const char *name)
{
	struct stat st;

	ck_assert_msg(stat(below_top(name), &st) == 0, "%s: %m", name);
	return (struct loop_file){.dev = st.st_dev, .ino = st.st_ino};
}

/*
 * A device; what sysfs tells of the file behind it, NULL for none; whether it is read-only;
 * that file, NULL when the device cannot be asked; what is found.
 */
/* clang-format off */
static const struct { const char *device; const char *text; const char *read_only; const char *file; const char *want; } devices[] = {
	{ "loop0", "/" IMAGE "\n",             "0\n", "source/" IMAGE,   "3 /dev/loop0 " IMAGE "\n" },
	{ "loop0", "/" IMAGE "\n",             "0\n", "other/" IMAGE,    "5 /dev/loop0 " IMAGE "\n" },
	{ "loop0", "/" IMAGE "\n",             "0\n", "source/sub/" ODD, "" },
	{ "loop0", "/" IMAGE "\n",             "0\n", NULL,              "" },
	{ "loop7", "/sub/" ODD "\n",           "0\n", "source/sub/" ODD, "3 /dev/loop7 sub/" ODD "\n" },
	{ "loop0", "/sub/" ODD,                "0\n", "source/sub/" ODD, "3 /dev/loop0 sub/" ODD "\n" },
	{ "loop0", "/sub/" ODD "\n",           "1\n", "source/sub/" ODD, "" },
	{ "loop0", "/sub\n",                   "0\n", "source/sub",      "" }, /* a directory */
	{ "loop0", "/" IMAGE "-none\n",        "0\n", "source/" IMAGE,   "" },
	{ "loop0", "/sub/" ODD " (deleted)\n", "0\n", "source/sub/" ODD, "" },
	{ "loop0", "sub/" ODD "\n",            "0\n", "source/sub/" ODD, "" },
	{ "loop0", "\n",                       "0\n", "source/sub/" ODD, "" },
	{ "loop0", "",                         "0\n", "source/sub/" ODD, "" },
	{ "loop0", NULL,                       "0\n", "source/sub/" ODD, "" },
	{ "sda",   "/" IMAGE "\n",             "0\n", "source/" IMAGE,   "" },
};
/* clang-format on */

START_TEST(loop_devices_are_found)
{
	struct loop_file file = {0};

	if (devices[_i].file)
		file = file_of(devices[_i].file);
	fake_loop_file(devices[_i].file ? &file : NULL);
	make_device(devices[_i].device, devices[_i].text, devices[_i].read_only);
	expect(devices[_i].want);
}
END_TEST

/*
 * The whole path is told where the mount is still there. A hard link to the file, at that
 * path below the source, would else pass for it.
 */
START_TEST(a_file_that_can_be_reached_is_none)
{
	struct loop_file file = file_of("source/" IMAGE);
	char *reached = strdup(below_top("source/" IMAGE));
	char text[256];

	(void)snprintf(text, sizeof(text),
		       "mkdir -p %s/source%s/source && ln %s %s/source%s", top, top,
		       reached, top, reached);
	ck_assert_int_eq(system(text), 0); /* NOLINT(cert-env33-c) */
	fake_loop_file(&file);
	(void)snprintf(text, sizeof(text), "%s\n", reached);
	make_device("loop0", text, "0\n");
	expect("");
	free(reached);
}
END_TEST

#define SWAPS "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"

static const struct {
	const char *text;
	const char *want;
} swaps[] = {
	{SWAPS, ""},
	{SWAPS "/" IMAGE "                       file\t\t1020\t\t0\t\t-2\n",
	 "3 swap " IMAGE "\n5 swap " IMAGE "\n"},
	{SWAPS "/dev/sda2                        partition\t1020\t\t0\t\t-2\n"
	       "/sub/robind-test\\040file        file\t\t1020\t\t0\t\t-3\n",
	 "3 swap sub/" ODD "\n"},
	{SWAPS "/" IMAGE "                       partition\t\t1020\t\t0\t\t-2\n", ""},
	{"", ""},
};

START_TEST(swap_areas_are_found)
{
	write_file("swaps", swaps[_i].text);
	expect(swaps[_i].want);
}
END_TEST

/* In a container there may be neither. */
START_TEST(nothing_can_be_read)
{
	ck_assert_int_eq(rmdir(below_top("block")), 0);
	expect("");
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("kernel_writers");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, loop_devices_are_found, 0, ARRAY_LEN(devices));
	tcase_add_test(tests, a_file_that_can_be_reached_is_none);
	tcase_add_loop_test(tests, swap_areas_are_found, 0, ARRAY_LEN(swaps));
	tcase_add_test(tests, nothing_can_be_read);
	return suite_run("kernel_writers", tests);
}
