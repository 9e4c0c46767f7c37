/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Thousands of generated fstab files: libmount reads what we write as the old entries with
 * our changes, and nothing else.
 */
#include <libmount.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include "fstab/edit.h"
#include "fstab/line.h"
#include "suite.h"

#define FILES 4000

/* The same numbers for the same seed, everywhere. */
static uint32_t draw(uint64_t *state, size_t n)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((*state >> 33) % n);
}

#define PICK(state, list) ((list)[draw(state, ARRAY_LEN(list))])

/* clang-format off */
static const char *const blanks[] = { " ", " ", "\t", "  ", "\t\t ", " \t " };
static const char *const sources[] = {
	"/srv/a", "/srv/b/", "//srv//c", "/srv/d\\040e", "/srv/\\134f", "/s=x", "LABEL=disk", "UUID=12-34",
	"/dev/sda1", "host:/share", "\"/srv/g\"", "tmpfs", "#no", "/srv/\\0h", "/srv/\\377",
};
static const char *const targets[] = {
	"/t1", "/t2", "/t3/", "//t4", "/t5\\040x", "/t6\\011y", "/t7\\134", "none", "swap", "/", "/t1/./z", "\"/t8\"",
};
static const char *const types[] = { "none", "none", "none", "auto", "ext4", "tmpfs", "robind", "nfs", "bind", "swap" };
static const char *const words[] = {
	"bind", "bind", "bind", "rbind", "ro", "ro", "ro", "rw", "private", "rprivate", "shared", "rslave", "nosuid", "suid", "nodev",
	"noexec", "exec", "noatime", "relatime", "strictatime", "users", "owner", "nofail", "noauto", "auto", "defaults", "_netdev",
	"x-robind", "x-robind.set=one", "x-robind.set=two", "x-systemd.automount", "X-mount.mkdir=0755", "comment=a\\040b", "x=\"a,rw,b\"",
	"ro=recursive", "rw=recursive", "x-y=\\134", "a\\054ro", "", "size=10%", "remount", "unbindable", "context=\"s:o:t:s0,c1\"",
	"x-systemd.requires-mounts-for=/srv/a", "recursive", "uid=0", "open=\"quote",
};
static const char *const rests[] = { "", " 0", " 0 0", "\t0\t0", " 0 2", " 00 00", " 0 0 # note", " 1 1 ", " x", " 0 y", " #", " -1 0" };
static const char *const others[] = {
	"", "# comment", "  # /t1 bind", "\t", "alone", "two fields", "/srv/a /t1 none bind,rw words here", "#\\", "# ro,rw \"",
};
static const char *const wanted[] = { "/t1", "/t2", "/t3", "/t4", "/t5 x", "/t6\ty", "/t7\\", "/new", "/new 2\n", "/t1/z" };
static const char *const wanted_sources[] = { "/srv/a", "/srv/b", "/srv/d e", "/srv/\\f", "/other" };
static const char *const more[] = { "_netdev", "x-a", "noauto", "x-systemd.automount", "comment=a b" };
/* clang-format on */

static void put_options(FILE *out, uint64_t *state)
{
	size_t n = draw(state, 7);

	(void)fputs(PICK(state, words), out);
	for (size_t i = 0; i < n; i++)
		(void)fprintf(out, ",%s", PICK(state, words));
}

static void put_line(FILE *out, uint64_t *state)
{
	if (draw(state, 4) == 0) {
		(void)fputs(PICK(state, others), out);
		return;
	}
	if (draw(state, 8) == 0)
		(void)fputs(PICK(state, blanks), out);
	(void)fprintf(out, "%s%s", PICK(state, sources), PICK(state, blanks));
	(void)fprintf(out, "%s%s", PICK(state, targets), PICK(state, blanks));
	(void)fputs(PICK(state, types), out);
	if (draw(state, 20) == 0)
		return;
	(void)fputs(PICK(state, blanks), out);
	put_options(out, state);
	(void)fputs(PICK(state, rests), out);
}

static char *make_file(uint64_t *state, size_t *ret_size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_size);
	size_t n = draw(state, 12);
	uint32_t ends = draw(state, 4); /* LF, LF, CR LF, mixed */

	for (size_t i = 0; i < n; i++) {
		bool is_crlf = ends == 2 || (ends == 3 && draw(state, 2) == 0);
		uint32_t last = i + 1 == n ? draw(state, 4) : 3;

		put_line(out, state);
		if (last == 0)
			continue; /* no end at all */
		(void)fputs(last == 1 ? "\r" : is_crlf ? "\r\n" : "\n", out);
	}
	ck_assert_int_eq(fclose(out), 0);
	return text;
}

/* Entries as libmount reads them, one text for each. */
struct entries {
	char *texts[64];
	size_t count;
};

static char *text_of(const char *source, const char *target, const char *type,
		     const char *options, int freq, int passno)
{
	char *text = NULL;

	ck_assert(asprintf(&text, "%s|%s|%s|%s|%d|%d", source, target, type,
			   options ? options : "", freq, passno) > 0);
	return text;
}

static void read_by_libmount(const char *text, size_t size, struct entries *ret)
{
	struct libmnt_table *table = mnt_new_table();
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs = NULL;
	FILE *in = size > 0 ? fmemopen((void *)text, size, "r") : fopen("/dev/null", "r");

	ret->count = 0;
	ck_assert(in && mnt_table_parse_stream(table, in, "fstab") == 0);
	while (mnt_table_next_fs(table, iter, &fs) == 0)
		ret->texts[ret->count++] =
			text_of(mnt_fs_get_source(fs), mnt_fs_get_target(fs),
				mnt_fs_get_fstype(fs), mnt_fs_get_options(fs),
				mnt_fs_get_freq(fs), mnt_fs_get_passno(fs));
	(void)fclose(in);
	mnt_free_iter(iter);
	mnt_unref_table(table);
}

static void entries_done(struct entries *entries)
{
	for (size_t i = 0; i < entries->count; i++)
		free(entries->texts[i]);
	entries->count = 0;
}

static void drop_entry(struct entries *entries, size_t index)
{
	free(entries->texts[index]);
	entries->texts[index] = NULL;
}

static struct line_spec make_need(uint64_t *state)
{
	struct line_spec need = {
		.source = PICK(state, wanted_sources),
		.target = PICK(state, wanted),
		.recursive = draw(state, 3) == 0,
		.inherited = draw(state, 3) == 0 ? MOUNT_FLAG_NOSUID | MOUNT_FLAG_NODEV : 0,
		.set = draw(state, 4) == 0 ? "one" : NULL,
		.nofail = draw(state, 4) == 0,
		.more = more + draw(state, ARRAY_LEN(more)),
		.n_more = draw(state, 2),
		.type = draw(state, 5) == 0 ? FSTAB_TYPE_ROBIND : FSTAB_TYPE_NONE,
	};

	if (draw(state, 4) == 0)
		need.options.clear = MOUNT_FLAG_NOEXEC;
	return need;
}

/* What the corrected line says, by libmount's own reading of its fields. */
static void check_corrected(const char *line, const struct line_spec *need,
			    const char *old_options, unsigned seed)
{
	struct libmnt_fs *fs = NULL;
	struct libmnt_table *table = mnt_new_table();
	FILE *in = fmemopen((void *)line, strlen(line), "r");
	unsigned long flags = 0;
	char *at = NULL;
	char *name = NULL;
	size_t length = 0;

	ck_assert(in && mnt_table_parse_stream(table, in, "fstab") == 0);
	ck_assert_msg(mnt_table_first_fs(table, &fs) == 0, "%u: no entry: %s", seed, line);
	ck_assert_int_eq(mnt_optstr_get_flags(mnt_fs_get_options(fs), &flags,
					      mnt_get_builtin_optmap(MNT_LINUX_MAP)),
			 0);
	ck_assert_msg(flags & MS_RDONLY, "%u: writable: %s", seed, line);
	ck_assert_msg(!(flags & (MS_SHARED | MS_SLAVE | MS_UNBINDABLE | MS_REMOUNT)),
		      "%u: shared: %s", seed, line);
	if (need->type == FSTAB_TYPE_NONE)
		ck_assert_msg((flags & MS_BIND) && (flags & MS_PRIVATE), "%u: %s", seed,
			      line);
	if (need->inherited != 0 && need->type == FSTAB_TYPE_NONE)
		ck_assert_msg(flags & MS_NOSUID, "%u: suid: %s", seed, line);
	if (need->options.clear != 0)
		ck_assert_msg(!(flags & MS_NOEXEC), "%u: noexec: %s", seed, line);
	/* what is not ours is still there */
	at = (char *)old_options;
	while (mnt_optstr_next_option(&at, &name, &length, NULL, NULL) == 0) {
		char *value = NULL;
		char word[64];

		(void)snprintf(word, sizeof(word), "%.*s", (int)length, name);
		if (strcmp(word, "_netdev") == 0 || strcmp(word, "X-mount.mkdir") == 0 ||
		    strcmp(word, "comment") == 0 || strcmp(word, "context") == 0 ||
		    strcmp(word, "size") == 0 || strcmp(word, "x") == 0)
			ck_assert_msg(mnt_optstr_get_option(mnt_fs_get_options(fs), word,
							    &value, NULL) == 0,
				      "%u: %s is lost: %s", seed, word, line);
	}
	(void)fclose(in);
	mnt_unref_table(table);
}

/* One bind is asked for, or to go. What that shall make of libmount's list is noted. */
static void change(const struct fstab *fstab, const struct line_spec *need, bool remove,
		   struct fstab_edits *edits, struct entries *expected, unsigned seed)
{
	size_t entry = fstab_find(fstab, need->target);
	struct line_check verdict = {0};
	char *line = NULL;
	struct entries made = {0};

	while (entry != FSTAB_NONE && !line_look(&fstab->entries[entry]).is_bind)
		entry = fstab_next(fstab, entry, need->target);
	if (entry != FSTAB_NONE && remove) {
		ck_assert_int_eq(fstab_remove(edits, entry), 0);
		drop_entry(expected, entry);
		return;
	}
	if (remove)
		return;
	if (entry == FSTAB_NONE) {
		line = line_make(need);
		ck_assert_int_eq(fstab_append(edits, line), 0);
		read_by_libmount(line, strlen(line), &made);
		ck_assert_uint_eq(made.count, 1);
		expected->texts[expected->count++] = made.texts[0];
		check_corrected(line, need, "", seed);
		free(line);
		return;
	}
	ck_assert_int_eq(line_check_entry(fstab, entry, need, &verdict), 0);
	if (verdict.line) {
		ck_assert_int_eq(fstab_replace(edits, entry, verdict.line), 0);
		read_by_libmount(verdict.line, strlen(verdict.line), &made);
		ck_assert_msg(made.count == 1, "%u: %s", seed, verdict.line);
		drop_entry(expected, entry);
		expected->texts[entry] = made.texts[0];
		check_corrected(verdict.line, need, fstab->entries[entry].options, seed);
	}
	line_check_done(&verdict);
}

static void compare(const struct entries *want, const struct entries *have, unsigned seed,
		    const char *text)
{
	size_t at = 0;

	for (size_t i = 0; i < want->count; i++) {
		if (!want->texts[i])
			continue;
		ck_assert_msg(at < have->count &&
				      strcmp(want->texts[i], have->texts[at]) == 0,
			      "%u: want %s\nhave %s\nin\n%s", seed, want->texts[i],
			      at < have->count ? have->texts[at] : "nothing", text);
		at++;
	}
	ck_assert_msg(at == have->count, "%u: %zu entries too many in\n%s", seed,
		      have->count - at, text);
}

/* All that the file has, read as libmount does. */
static void check_reading(const struct fstab *fstab, const struct entries *theirs,
			  unsigned seed)
{
	struct entries ours = {0};

	for (size_t i = 0; i < fstab->n_entries; i++) {
		const struct fstab_entry *entry = &fstab->entries[i];
		const char *freq = fstab->text + entry->fields[FSTAB_FREQ].at;
		const char *passno = fstab->text + entry->fields[FSTAB_PASSNO].at;

		ours.texts[ours.count++] =
			text_of(entry->source, entry->target, entry->type, entry->options,
				entry->fields[FSTAB_FREQ].length > 0 ? atoi(freq) : 0,
				entry->fields[FSTAB_PASSNO].length > 0 ? atoi(passno) : 0);
	}
	compare(theirs, &ours, seed, fstab->text);
	entries_done(&ours);
}

/* All again on the new text: nothing is left to do. */
static void check_settled(const char *text, size_t size, const struct line_spec *need,
			  unsigned seed)
{
	struct fstab fstab = {0};
	struct line_check verdict = {0};
	size_t entry = 0;

	ck_assert_int_eq(fstab_parse(text, size, &fstab), 0);
	entry = fstab_find(&fstab, need->target);
	while (entry != FSTAB_NONE && !line_look(&fstab.entries[entry]).is_bind)
		entry = fstab_next(&fstab, entry, need->target);
	ck_assert_msg(entry != FSTAB_NONE, "%u: no line for %s", seed, need->target);
	ck_assert_int_eq(line_check_entry(&fstab, entry, need, &verdict), 0);
	ck_assert_msg(!verdict.line, "%u: %s\nonce more: %s", seed, text, verdict.line);
	fstab_done(&fstab);
}

static void run(unsigned seed)
{
	uint64_t state = seed * 2654435761u + 1;
	size_t size = 0;
	size_t new_size = 0;
	char *text = make_file(&state, &size);
	char *new_text = NULL;
	struct fstab fstab = {0};
	struct fstab_edits edits = {.fstab = &fstab};
	struct line_spec need = make_need(&state);
	bool remove = draw(&state, 4) == 0;
	struct entries expected;
	struct entries have;

	ck_assert_int_eq(fstab_parse(text, size, &fstab), 0);
	read_by_libmount(text, size, &expected);
	check_reading(&fstab, &expected, seed);
	change(&fstab, &need, remove, &edits, &expected, seed);
	ck_assert_int_eq(fstab_edited(&edits, &new_text, &new_size), 0);
	read_by_libmount(new_text, new_size, &have);
	compare(&expected, &have, seed, new_text);
	if (edits.count == 0)
		ck_assert(new_size == size && memcmp(text, new_text, size) == 0);
	if (!remove)
		check_settled(new_text, new_size, &need, seed);
	entries_done(&expected);
	entries_done(&have);
	fstab_edits_done(&edits);
	fstab_done(&fstab);
	free(text);
	free(new_text);
}

START_TEST(libmount_reads_the_old_entries_and_ours)
{
	for (unsigned seed = (unsigned)_i * FILES / 8;
	     seed < (unsigned)(_i + 1) * FILES / 8; seed++)
		run(seed);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("fstab_corpus");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, libmount_reads_the_old_entries_and_ours, 0, 8);
	return suite_run("fstab_corpus", tests);
}
