/* SPDX-License-Identifier: Apache-2.0 */
#include "watch_command.h"

#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "confine.h"
#include "kernel/inherited.h"
#include "output.h"
#include "run/run.h"
#include "watch/watch.h"
#include "watch_count.h"
#include "watch_systemd.h"
#include "watch_tell.h"

/* The watch of this process, and who hears of it. */
struct watching {
	struct call *call;
	struct watch watch;
	struct watch_file files[WATCH_FILES_MAX];
	char *names[WATCH_FILES_MAX];
	struct watch_count count;
};

/* ---- hooks ---- */

static void tell(void *to, const struct watch_event *event)
{
	struct watching *w = to;

	watch_tell(&w->call->cli, event, &w->count);
	if (event->kind == WATCH_READY)
		systemd_notify("READY=1");
	if (event->kind == WATCH_STOPPED)
		systemd_notify("STOPPING=1");
}

static double settled(void *to, double now)
{
	struct watching *w = to;

	systemd_notify("WATCHDOG=1");
	return watch_count_write(&w->count, &w->watch, now);
}

static int read_named(const char *name, const struct call *call, json_t **ret,
		      bool *accepts_text, struct error *err)
{
	struct cli one = call->cli;
	const char *words[] = {name};

	one.words = words;
	one.n_words = 1;
	return cli_request(&one, ret, accepts_text, err);
}

static int read_again(void *to, const char *name, json_t **ret, struct error *err)
{
	const struct watching *w = to;
	bool accepts_text = false;

	return read_named(name, w->call, ret, &accepts_text, err);
}

/* ---- requests ---- */

/*
 * The name of a file as all who watch it know it: its directory has no symlink in it. NULL
 * where that is not there, or when there is no memory.
 */
static char *name_of(const char *word)
{
	scoped_mem char *copy = strdup(word);
	scoped_mem char *again = strdup(word);
	scoped_mem char *directory = copy ? realpath(dirname(copy), NULL) : NULL;

	return directory && again ? path_join(directory, basename(again)) : NULL;
}

static int add_document(struct watching *w, json_t *doc, bool accepts_text,
			const char *name, struct error *err)
{
	struct watch_file *f = &w->files[w->watch.n_files];

	if (watch_file_take(doc, accepts_text, NULL, f, err) < 0)
		return -1;
	f->name = name;
	w->watch.n_files++;
	return 0;
}

/* A file that cannot be read is waited for where it is not the only one. */
static int add_file(struct watching *w, const char *word, bool has_others,
		    struct error *err)
{
	size_t i = w->watch.n_files;
	scoped_json json_t *doc = NULL;
	bool accepts_text = false;

	if (i == WATCH_FILES_MAX)
		return error_set(err, ERROR_USAGE, E2BIG, PTR_ROOT,
				 "'%s' is one too many: at most %u files can be watched",
				 word, WATCH_FILES_MAX);

	w->names[i] = name_of(word);
	if (read_named(word, w->call, &doc, &accepts_text, err) == 0 &&
	    add_document(w, doc, accepts_text, w->names[i], err) == 0) {
		(void)json_incref(doc);
		return 0;
	}
	if (!has_others || !w->names[i])
		return -1;
	json_decref(doc);
	doc = json_pack("{s:[]}", "binds");
	if (!doc || add_document(w, doc, false, w->names[i], err) < 0)
		return -1;
	(void)json_incref(doc);
	w->files[i].is_valid = false;
	tell(w, &(struct watch_event){.kind = WATCH_INVALID,
				      .file = w->names[i],
				      .text = err->text,
				      .latency = -1});
	*err = (struct error){0};
	return 0;
}

static int is_request_name(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return n > 5 && entry->d_name[0] != '.' &&
	       strcmp(entry->d_name + n - 5, ".json") == 0;
}

/* Each request in a directory, by their names; no such directory has none. */
static int add_directory(struct watching *w, const char *word, struct error *err)
{
	struct dirent **entries = NULL;
	int n = scandir(word, &entries, is_request_name, alphasort);
	int r = 0;

	for (int i = 0; i < n; i++) {
		scoped_mem char *name = path_join(word, entries[i]->d_name);

		free(entries[i]);
		if (r == 0)
			r = name ? add_file(w, name, true, err) : error_no_memory(err);
	}
	free(entries);
	return r;
}

static bool is_directory(const char *word)
{
	struct stat st;

	return stat(word, &st) == 0 && S_ISDIR(st.st_mode);
}

static int add_single(struct watching *w, struct error *err)
{
	scoped_json json_t *doc = NULL;
	bool accepts_text = false;

	if (cli_request(&w->call->cli, &doc, &accepts_text, err) < 0 ||
	    add_document(w, doc, accepts_text, NULL, err) < 0)
		return -1;
	(void)json_incref(doc);
	return 0;
}

static int add_requests(struct watching *w, struct error *err)
{
	const struct cli *cli = &w->call->cli;
	int r = 0;

	if (cli->json || cli->n_words == 0 || strcmp(cli->words[0], "-") == 0 ||
	    cli_is_member(cli->words[0]))
		return add_single(w, err);
	for (size_t i = 0; r == 0 && i < cli->n_words; i++) {
		const char *word = cli->words[i];

		/* The unit names two places, and each host has one of them or both. */
		if (is_directory(word))
			r = add_directory(w, word, err);
		else if (cli->n_words == 1 || access(word, F_OK) == 0)
			r = add_file(w, word, cli->n_words > 1, err);
	}
	return r;
}

/* ---- the command ---- */

/* What a run may need at any time from here on, whatever the request will be by then. */
static void confine_watch(const struct call *call)
{
	struct want want = {.state = STATE_MOUNTED, .create = true};
	const struct request all = {
		.wants = &want,
		.n_wants = 1,
		.purge = PURGE_ALL,
		.holders = true,
		.check_mode = call->cli.check,
	};

	confine(&all, call->features);
}

/* Others would see nothing of what is mounted here. */
static int check_namespace(const struct watching *w, struct error *err)
{
	for (size_t i = 0; i < w->watch.n_files && w->call->features->is_private; i++) {
		if (!w->files[i].any_namespace)
			return error_set(
				err, ERROR_PRIVATE_NAMESPACE, 0, PTR_ROOT,
				"this mount namespace is not that of process 1, so what is "
				"mended here is seen by nobody else; run robind watch outside "
				"(of a unit with PrivateTmp and the like), or say "
				"\"namespace\": \"here\" when this one is meant");
	}
	return 0;
}

static int watch_all(struct watching *w, struct error *err)
{
	const struct watch_hooks hooks = {
		.to = w,
		.tell = tell,
		.settled = settled,
		.read = read_again,
	};
	double watchdog = systemd_watchdog();
	int r = 0;

	w->watch.pass = (struct pass){.hooks = &hooks,
				      .features = w->call->features,
				      .check_mode = w->call->cli.check};
	w->watch.files = w->files;
	w->watch.interval = WATCH_INTERVAL;
	if (watchdog > 0 && watchdog / 2 < WATCH_INTERVAL)
		w->watch.interval = watchdog / 2;
	r = add_requests(w, err);
	sys_close_inherited();
	if (r == 0)
		r = check_namespace(w, err);
	if (r == 0)
		r = run_check_kernel(w->call->features, err);
	if (r == 0) {
		confine_watch(w->call);
		r = watch_run(&w->watch, err);
		watch_count_done(&w->count);
	}
	return r;
}

static int tell_status(struct call *call)
{
	scoped_json json_t *status = NULL;

	if (watch_count_read(&status, &call->fail) < 0)
		return call_finish_failed(call);
	return output_json(status) < 0 ? EXIT_FAILED : EXIT_IN_SYNC;
}

int watch_command(struct call *call)
{
	struct watching *w = NULL;
	int r = 0;

	if (call->cli.status)
		return tell_status(call);
	w = calloc(1, sizeof(*w));
	if (!w) {
		error_no_memory(&call->fail);
		return call_finish_failed(call);
	}
	w->call = call;
	w->count.metrics = call->cli.metrics;
	r = watch_all(w, &call->fail);
	for (size_t i = 0; i < WATCH_FILES_MAX; i++) {
		watch_file_done(&w->files[i]);
		free(w->names[i]);
	}
	free(w);
	return r < 0 ? call_finish_failed(call) : EXIT_IN_SYNC;
}
