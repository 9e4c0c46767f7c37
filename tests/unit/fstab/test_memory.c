/* SPDX-License-Identifier: Apache-2.0 */
/* An fstab for which there is not enough memory: an error, and never another line. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "failing_memory.h"
#include "fstab/edit.h"
#include "fstab/file.h"
#include "fstab/file_error.h"
#include "fstab/file_private.h"
#include "fstab/line.h"
#include "fstab/places.h"
#include "fstab/snapshot.h"
#include "fstab/source_mount.h"
#include "suite.h"

#define SOURCE "/srv/my data"
#define TARGET "/mnt/a target"
#define RIGHT  "/srv/my\\040data /mnt/a\\040target"

static const char *const more[] = {"x-a=b c", "x-systemd.requires=/srv", "_netdev"};

/* clang-format off */
static const struct { const char *name; const char *text; bool removes; } rows[] = {
	{ "no line",        "# a comment\nUUID=1 / ext4 defaults 0 1\n", false },
	{ "no end",         "UUID=1 / ext4 defaults 0 1", false },
	{ "CR LF",          "UUID=1 / ext4 defaults 0 1\r\n", false },
	{ "all differs",    "/other /mnt//a\\040target robind rw,suid,x-a=c,shared,noauto 0 0\n", false },
	{ "few words",      RIGHT " none bind\n", false },
	{ "no options",     RIGHT " none\n/b /c none bind 0 0\n", false },
	{ "helper",         RIGHT " robind ro 0 0\n", false },
	{ "two lines",      RIGHT " none bind,ro 0 0\n" RIGHT " none bind 0 0\n", false },
	{ "many lines",     "a /1 x y\na /2 x y\na /3 x y\na /4 x y\na /5 x y\nbad\nbad\nbad\nbad\nbad\n" RIGHT " none bind,rw\n", false },
	{ "quotes, commas", RIGHT " none bind,,context=\"a,b\",exec,,ro\n", false },
	{ "removed",        "/a /b none bind\n" RIGHT " none bind,ro 0 0\n/c /d none bind", true },
	{ "two sets",       RIGHT " none bind,ro,x-robind.set=a,x-robind,x-robind.set=b 0 0\n", false },
	{ "another source", "/other /mnt/a\\040target robind ro,x-systemd.requires-mounts-for=/other 0 0\n", false },
	{ "a source mount", "/dev/x /srv ext4 defaults 0 2\n" RIGHT " none bind,ro,x-robind.source-mount=%2fsrv 0 0\n", false },
};
/* clang-format on */

/* What is told of the line, and what it is to become. */
static int correct(const struct fstab *fstab, const struct line_spec *need, bool removes,
		   struct fstab_edits *edits, struct line_check *verdict)
{
	size_t entry = line_find_bind(fstab, need->target);
	char *line = NULL;
	int r = -1;

	if (entry != FSTAB_NONE && removes)
		return fstab_remove(edits, entry);
	if (entry != FSTAB_NONE) {
		if (line_check_entry(fstab, entry, need, verdict) < 0)
			return -1;
		return verdict->line ? fstab_replace(edits, entry, verdict->line) : 0;
	}
	line = line_make(need);
	if (line)
		r = fstab_append(edits, line);
	free(line);
	return r;
}

static char *told(const struct fstab *fstab, const struct line_check *verdict,
		  const char *text, const char *above)
{
	char *shown = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&shown, &size);

	for (size_t i = 0; i < fstab->n_entries; i++)
		(void)fprintf(out, "%s|%s|%s|%s|%s\n", fstab->entries[i].source,
			      fstab->entries[i].target, fstab->entries[i].type,
			      fstab->entries[i].options, fstab->entries[i].place);
	(void)fprintf(out, "%zu bad, want %s, have %s, above %s\n%s", fstab->n_bad,
		      verdict->want, verdict->have, above, text);
	ck_assert_int_eq(fclose(out), 0);
	return shown;
}

static char *edit(const void *row)
{
	const __typeof__(rows[0]) *asked = row;
	const struct source_mount on_srv = {.is_asked = true, .path = (char *)"/srv"};
	struct line_spec need = {.source = SOURCE,
				 .target = TARGET,
				 .set = "one",
				 .nofail = true,
				 .inherited = MOUNT_FLAG_NOSUID,
				 .more = more,
				 .n_more = ARRAY_LEN(more)};
	struct fstab fstab = {0};
	struct fstab_edits edits = {.fstab = &fstab};
	struct line_check verdict = {0};
	struct source_mount kept = {0};
	char *word = NULL;
	char *text = NULL;
	char *shown = NULL;
	bool *points = NULL;
	size_t size = 0;
	bool is_done = source_mount_word(&on_srv, &word) == 0 &&
		       fstab_parse(asked->text, strlen(asked->text), &fstab) == 0;

	need.source_mount = word;
	is_done = is_done && (points = fstab_mount_points(&fstab)) &&
		  (fstab.n_entries == 0 ||
		   source_mount_of_line(&fstab.entries[fstab.n_entries - 1], &kept) == 0) &&
		  correct(&fstab, &need, asked->removes, &edits, &verdict) == 0 &&
		  fstab_edited(&edits, &text, &size) == 0;
	(void)failing_memory_end();
	if (is_done)
		shown = told(&fstab, &verdict, text,
			     fstab_mount_above(&fstab, points, SOURCE, NULL));
	free(text);
	free(word);
	free(points);
	free(kept.path);
	line_check_done(&verdict);
	fstab_edits_done(&edits);
	fstab_done(&fstab);
	return shown;
}

START_TEST(an_edit_is_whole_or_an_error)
{
	failing_memory_sweep(edit, rows[_i].name, &rows[_i]);
}
END_TEST

/* ---- where the targets lead to ---- */

static char *find_places(const void *row)
{
	const char *text = row;
	struct fstab fstab = {0};
	char *shown = NULL;
	size_t size = 0;
	FILE *out = NULL;
	bool is_done = fstab_parse(text, strlen(text), &fstab) == 0 &&
		       fstab_find_places(&fstab) == 0;

	(void)failing_memory_end();
	if (is_done) {
		out = open_memstream(&shown, &size);
		for (size_t i = 0; i < fstab.n_entries; i++)
			(void)fprintf(out, "%s, written %s\n", fstab.entries[i].place,
				      fstab.entries[i].written);
		ck_assert_int_eq(fclose(out), 0);
	}
	fstab_done(&fstab);
	return shown;
}

/* /proc/self is a symlink, on every host. */
START_TEST(places_are_found_or_it_is_an_error)
{
	failing_memory_sweep(find_places, "places",
			     "/a /proc/self none bind\n/b /proc/./self/fd none bind\n");
}
END_TEST

/* ---- the file ---- */

#define OLD "/a /b none bind,ro 0 0\n"
#define NEW OLD "/c /d none bind,ro 0 0\n"

/* Without a word of the test's, which would want memory as well. */
static bool put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	bool is_put = write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	(void)close(fd);
	return is_put;
}

/* How many names are in the folder of the file. */
static size_t count_names(const char *path)
{
	char folder[64] = "";
	size_t n = 0;
	DIR *dir = NULL;

	(void)snprintf(folder, sizeof(folder), "%.*s", (int)(strrchr(path, '/') - path),
		       path);
	dir = opendir(folder);
	ck_assert_ptr_nonnull(dir);
	for (const struct dirent *entry = NULL; (entry = readdir(dir));)
		n += entry->d_name[0] != '.' || strlen(entry->d_name) > 2;
	(void)closedir(dir);
	return n;
}

static int replace_file(const char *path, struct fstab_file_error *fault)
{
	struct fstab_lock lock = FSTAB_LOCK_INIT;
	struct fstab_file file = {0};
	char *name = NULL;
	int r = fstab_file_foresee(path, fault);

	if (r == 0)
		r = fstab_lock(path, clock_now(), &lock, fault);
	if (r == 0)
		r = fstab_file_read(path, &file, fault);
	if (r == 0)
		r = fstab_file_backup(&file, &name, fault);
	if (r == 0)
		r = fstab_file_write(&file, NEW, strlen(NEW), fault);
	if (name)
		fstab_file_drop_backup(name);
	free(name);
	fstab_file_done(&file);
	fstab_unlock(&lock);
	return r;
}

/* With a lock and a temporary file that a killed robind left. */
static char *rewrite(const void *row)
{
	const char *path = row;
	struct fstab_file_error fault = {0};
	struct fstab_snapshot snapshot;
	struct error err = {0};
	struct error unread = {0};
	bool is_open = false;
	char *shown = NULL;
	char left[64];
	int r = 0;
	bool is_put = put(path, OLD);

	(void)snprintf(left, sizeof(left), "%s~", path);
	is_put = put(left, "robind 1\n") && is_put;
	r = replace_file(path, &fault);
	if (r < 0)
		(void)fstab_file_error_set(&err, &fault, path, r);
	is_open = snapshot_open(&snapshot, path, true, &unread) == 0;
	(void)failing_memory_end();
	/* A dead lock that was not taken over goes in time. */
	fstab_sweep(path);
	ck_assert(is_put);
	ck_assert_uint_eq(count_names(path), 1);
	ck_assert_msg(r == 0 || err.kind == ERROR_MEMORY, "%s", err.text);
	ck_assert_msg(is_open ? snapshot.is_read : unread.kind == ERROR_MEMORY, "%s",
		      snapshot.unread.text);
	ck_assert(!snapshot.is_read || snapshot.mount_points);
	if (r == 0 && snapshot.is_read)
		shown = strdup(snapshot.file.text);
	snapshot_done(&snapshot);
	return shown;
}

START_TEST(a_file_is_replaced_or_it_is_an_error)
{
	char folder[] = "/tmp/robind-memory.XXXXXX";
	char path[64];

	ck_assert_ptr_nonnull(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/fstab", folder);
	failing_memory_sweep(rewrite, "file", path);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

static char *find(const void *row)
{
	struct fstab_file_error fault = {0};
	char *real = NULL;
	int r = fstab_file_find(row, &real, &fault);

	(void)failing_memory_end();
	ck_assert_msg(r == 0 ? real != NULL : r == -ENOMEM, "%d", r);
	return r == 0 ? real : NULL;
}

/* One that is not there yet has the place of its folder, and no other. */
START_TEST(a_missing_file_is_found_or_it_is_an_error)
{
	failing_memory_sweep(find, "missing", "/proc/./no-fstab");
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("memory");

	tcase_add_loop_test(tests, an_edit_is_whole_or_an_error, 0, ARRAY_LEN(rows));
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, a_file_is_replaced_or_it_is_an_error);
	tcase_add_test(tests, a_missing_file_is_found_or_it_is_an_error);
	tcase_add_test(tests, places_are_found_or_it_is_an_error);
	return suite_run("memory", tests);
}
