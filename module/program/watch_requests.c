/* SPDX-License-Identifier: Apache-2.0 */
#include "watch_requests.h"

#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"

static int read_named(const char *name, const struct call *call, json_t **ret,
		      bool *accepts_text, struct error *err)
{
	struct cli one = call->cli;
	const char *words[] = {name};

	one.words = words;
	one.n_words = 1;
	return cli_request(&one, ret, accepts_text, err);
}

int watch_requests_read(const struct watch_requests *w, const char *name, json_t **ret,
			struct error *err)
{
	bool accepts_text = false;

	return read_named(name, w->call, ret, &accepts_text, err);
}

/*
 * The name of a file as all who watch it know it: its directory has no symlink in it, where
 * that is there already. NULL where it has no such name, or when there is no memory.
 */
static char *name_of(const char *word)
{
	scoped_mem char *copy = strdup(word);
	scoped_mem char *directory = copy ? realpath(dirname(copy), NULL) : NULL;
	scoped_mem char *again = NULL;
	struct path_fault fault;

	if (!directory)
		return path_normalise(word, strlen(word), &fault);
	again = strdup(word);
	return again ? path_join(directory, basename(again)) : NULL;
}

static int add_document(struct watch_requests *w, json_t *doc, bool accepts_text,
			const char *name, struct error *err)
{
	struct watch_file *f = &w->files[w->watch.n_files];

	if (watch_file_take(doc, accepts_text, NULL, f, err) < 0)
		return -1;
	f->name = name;
	w->watch.n_files++;
	return 0;
}

/* A file that is not read yet: it has no binds until then. */
static int add_later(struct watch_requests *w, char *name)
{
	scoped_json json_t *doc = json_pack("{s:[]}", "binds");
	struct error err = {0};

	w->names[w->watch.n_files] = name;
	if (!name || !doc || add_document(w, doc, false, name, &err) < 0)
		return -1;
	(void)json_incref(doc);
	return 0;
}

static int too_many(const char *word, struct error *err)
{
	return error_set(err, ERROR_USAGE, E2BIG, PTR_ROOT,
			 "'%s' is one too many: at most %u files can be watched", word,
			 WATCH_FILES_MAX);
}

/* A file that cannot be read is waited for where it is not the only one. */
static int add_file(struct watch_requests *w, const char *word, bool has_others,
		    struct error *err)
{
	size_t i = w->watch.n_files;
	scoped_json json_t *doc = NULL;
	bool accepts_text = false;

	if (i == WATCH_FILES_MAX)
		return too_many(word, err);
	w->names[i] = name_of(word);
	if (read_named(word, w->call, &doc, &accepts_text, err) == 0 &&
	    add_document(w, doc, accepts_text, w->names[i], err) == 0) {
		(void)json_incref(doc);
		return 0;
	}
	if (!has_others || !w->names[i])
		return -1;
	if (add_later(w, w->names[i]) < 0)
		return error_no_memory(err);
	w->files[i].is_valid = false;
	pass_tell(&w->watch.pass, WATCH_INVALID, &w->files[i], err->text);
	*err = (struct error){0};
	return 0;
}

/* One that may come. */
static int add_awaited(struct watch_requests *w, const char *word, struct error *err)
{
	if (w->watch.n_files == WATCH_FILES_MAX)
		return too_many(word, err);
	if (add_later(w, name_of(word)) < 0)
		return error_no_memory(err);
	w->files[w->watch.n_files - 1].is_awaited = true;
	return 0;
}

static int is_request_name(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return n > 5 && entry->d_name[0] != '.' &&
	       strcmp(entry->d_name + n - 5, ".json") == 0;
}

static bool is_watched(const struct watch_requests *w, const char *name)
{
	size_t i = 0;

	while (i < w->watch.n_files && (!w->names[i] || strcmp(w->names[i], name) != 0))
		i++;
	return i < w->watch.n_files;
}

/* Those that are not watched yet, by their names; in no such directory there are none. */
static int add_from(struct watch_requests *w, const char *directory, bool is_first,
		    struct error *err)
{
	struct dirent **entries = NULL;
	int n = scandir(directory, &entries, is_request_name, alphasort);
	int r = 0;

	for (int i = 0; i < n; i++) {
		scoped_mem char *name = path_join(directory, entries[i]->d_name);

		free(entries[i]);
		if (r < 0 || (name && is_watched(w, name)))
			continue;
		if (name && is_first)
			r = add_file(w, name, true, err);
		else if (!name || w->watch.n_files == WATCH_FILES_MAX ||
			 add_later(w, STEAL(name)) < 0)
			r = error_no_memory(err);
	}
	free(entries);
	return r;
}

static int add_directory(struct watch_requests *w, const char *word, struct error *err)
{
	size_t i = w->watch.n_directories;
	char *name = realpath(word, NULL);

	if (!name)
		name = name_of(word);
	if (!name || i == WATCH_DIRECTORIES_MAX) {
		free(name);
		return error_set(
			err, ERROR_USAGE, E2BIG, PTR_ROOT,
			"'%s' cannot be watched: a directory has an absolute path, "
			"and there are at most %u",
			word, WATCH_DIRECTORIES_MAX);
	}
	w->directories[i] = name;
	w->watch.n_directories++;
	return add_from(w, name, true, err);
}

/* One that is not there yet is whatever its name says. */
static bool is_directory(const char *word)
{
	struct stat st;
	size_t n = strlen(word);

	if (stat(word, &st) == 0)
		return S_ISDIR(st.st_mode);
	return n < 5 || strcmp(word + n - 5, ".json") != 0;
}

static int add_single(struct watch_requests *w, struct error *err)
{
	scoped_json json_t *doc = NULL;
	bool accepts_text = false;

	if (cli_request(&w->call->cli, &doc, &accepts_text, err) < 0 ||
	    add_document(w, doc, accepts_text, NULL, err) < 0)
		return -1;
	(void)json_incref(doc);
	return 0;
}

int watch_requests_add(struct watch_requests *w, struct error *err)
{
	const struct cli *cli = &w->call->cli;
	int r = 0;

	w->watch.files = w->files;
	w->watch.directories = (const char *const *)w->directories;
	if (cli->json || cli->n_words == 0 || strcmp(cli->words[0], "-") == 0 ||
	    cli_is_member(cli->words[0]))
		return add_single(w, err);
	for (size_t i = 0; r == 0 && i < cli->n_words; i++) {
		const char *word = cli->words[i];
		bool is_there = access(word, F_OK) == 0;

		/* The unit names two places, and a host may have but one of them. */
		if (is_directory(word) && (is_there || cli->n_words > 1))
			r = add_directory(w, word, err);
		else if (is_there || cli->n_words == 1)
			r = add_file(w, word, cli->n_words > 1, err);
		else
			r = add_awaited(w, word, err);
	}
	return r;
}

void watch_requests_find(struct watch_requests *w)
{
	struct error err = {0};

	for (size_t i = 0; i < w->watch.n_directories; i++)
		(void)add_from(w, w->directories[i], false, &err);
}

void watch_requests_done(struct watch_requests *w)
{
	for (size_t i = 0; i < WATCH_FILES_MAX; i++) {
		watch_file_done(&w->files[i]);
		free(w->names[i]);
	}
	for (size_t i = 0; i < WATCH_DIRECTORIES_MAX; i++)
		free(w->directories[i]);
}
