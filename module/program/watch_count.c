/* SPDX-License-Identifier: Apache-2.0 */
#include "watch_count.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json_load.h"
#include "base/json_writer.h"
#include "kernel/live_file.h"

#define PAUSE_SECONDS 1.0

void watch_count(struct watch_count *count, const struct watch_event *event,
		 const char *sentence)
{
	const struct outcome *out = event->outcome;
	bool is_done = event->kind == WATCH_MENDED;

	(void)snprintf(count->last, sizeof(count->last), "%s", sentence ? sentence : "");
	count->is_ready |= event->kind == WATCH_READY;
	if (!out || event->kind == WATCH_IN_SYNC)
		return;
	for (size_t i = 0; i < out->drift.count; i++) {
		count->drifts[out->drift.items[i].code]++;
		if (event->kind != WATCH_DRIFTED)
			count->mends[out->drift.items[i].code][is_done]++;
	}
}

/* ---- what is counted over all binds ---- */

struct sums {
	size_t n_binds;
	size_t n_in_sync;
	size_t n_fights;
	size_t n_invalid;
};

static struct sums sums_of(const struct watch *w, double now)
{
	struct sums sums = {0};

	for (size_t i = 0; i < w->n_files; i++) {
		const struct watch_file *f = &w->files[i];

		sums.n_binds += f->n_binds;
		sums.n_invalid += !f->is_valid;
		for (size_t k = 0; k < f->n_binds; k++) {
			sums.n_in_sync += f->binds[k].is_as_asked;
			sums.n_fights += mends_is_fight(&f->binds[k].mends, now);
		}
	}
	return sums;
}

/* ---- Prometheus: the text format of its exporters ---- */

static void begin_metric(FILE *out, const char *name, const char *type, const char *help)
{
	(void)fprintf(out, "# HELP robind_watch_%s %s\n# TYPE robind_watch_%s %s\n", name,
		      help, name, type);
}

static void put_label(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\\' || *text == '"')
			(void)fprintf(out, "\\%c", *text);
		else if (*text == '\n')
			(void)fputs("\\n", out);
		else
			(void)fputc(*text, out);
	}
}

static void put_binds(FILE *out, const struct watch *w)
{
	begin_metric(out, "bind_in_sync", "gauge",
		     "Whether the bind is as it was asked for.");
	for (size_t i = 0; i < w->n_files; i++) {
		for (size_t k = 0; k < w->files[i].n_binds; k++) {
			(void)fputs("robind_watch_bind_in_sync{target=\"", out);
			put_label(out, w->files[i].binds[k].target);
			(void)fprintf(out, "\"} %d\n", w->files[i].binds[k].is_as_asked);
		}
	}
}

static void put_counters(FILE *out, const struct watch_count *count)
{
	static const char *const results[] = {"failed", "mended"};

	begin_metric(out, "drift_total", "counter",
		     "How often a bind was not as asked, by what it was.");
	for (size_t i = 0; i < DRIFT_COUNT_; i++)
		(void)fprintf(out, "robind_watch_drift_total{code=\"%s\"} %llu\n",
			      drift_rules[i].name, count->drifts[i]);
	begin_metric(out, "mends_total", "counter",
		     "What came of it, by what it was: mended or failed.");
	for (size_t i = 0; i < DRIFT_COUNT_; i++) {
		for (size_t k = 0; k < 2; k++)
			(void)fprintf(out,
				      "robind_watch_mends_total{code=\"%s\",result=\"%s\"} "
				      "%llu\n",
				      drift_rules[i].name, results[k], count->mends[i][k]);
	}
}

static void put_metrics(FILE *out, const struct watch_count *count, const struct watch *w,
			double now)
{
	const struct sums sums = sums_of(w, now);

	put_binds(out, w);
	put_counters(out, count);
	begin_metric(out, "fighting", "gauge",
		     "How many binds somebody undoes again and again.");
	(void)fprintf(out, "robind_watch_fighting %zu\n", sums.n_fights);
	begin_metric(out, "request_valid", "gauge",
		     "Whether all requests could be read as they are now.");
	(void)fprintf(out, "robind_watch_request_valid %d\n", sums.n_invalid == 0);
	begin_metric(out, "last_pass_timestamp_seconds", "gauge",
		     "When binds were last looked at.");
	(void)fprintf(out, "robind_watch_last_pass_timestamp_seconds %lld\n",
		      (long long)time(NULL));
}

/* ---- the status ---- */

static void put_codes(struct json_writer *w, const struct watch_count *count)
{
	json_open_object(w, "mends");
	for (size_t i = 0; i < DRIFT_COUNT_; i++) {
		if (count->mends[i][1] > 0)
			json_put_number(w, drift_rules[i].name,
					(long long)count->mends[i][1]);
	}
	json_close(w);
}

static void put_status(FILE *out, const struct watch_count *count, const struct watch *w,
		       double now)
{
	const struct sums sums = sums_of(w, now);
	struct json_writer j = {.out = out};

	json_open_object(&j, NULL);
	json_put_number(&j, "pid", getpid());
	json_put_bool(&j, "ready", count->is_ready);
	json_put_bool(&j, "check_mode", w->pass.check_mode);
	json_put_bool(&j, "names_actors", w->mounts.named >= 0);
	json_open_array(&j, "requests");
	for (size_t i = 0; i < w->n_files; i++) {
		if (w->files[i].name)
			json_put_text(&j, NULL, w->files[i].name);
	}
	json_close(&j);
	json_put_bool(&j, "valid", sums.n_invalid == 0);
	json_put_number(&j, "binds", (long long)sums.n_binds);
	json_put_number(&j, "in_sync", (long long)sums.n_in_sync);
	json_put_number(&j, "fighting", (long long)sums.n_fights);
	put_codes(&j, count);
	json_put_text(&j, "last_event", count->last);
	json_put_number(&j, "last_pass", (long long)time(NULL));
	json_close(&j);
	(void)fputs("\n", out);
}

/* ---- files ---- */

typedef void put_file(FILE *out, const struct watch_count *count, const struct watch *w,
		      double now);

/* Readers see the old one or the new one; `fd` is as for sys_leave(). 0 or -errno. */
static int leave(const char *path, int *fd, put_file *put, const struct watch_count *count,
		 const struct watch *w, double now)
{
	scoped_mem char *bytes = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&bytes, &size);
	bool has_failed = false;

	if (!out)
		return -ENOMEM;
	put(out, count, w, now);
	has_failed = ferror(out);
	if (fclose(out) != 0 || has_failed)
		return -ENOMEM;
	return sys_leave(path, bytes, size, fd);
}

/* Once, until it can be written again. */
static void tell_failure(const char *path, int r, bool *has_failed)
{
	if (r < 0 && !*has_failed)
		(void)fprintf(stderr, "robind: '%s' cannot be written: %s\n", path,
			      strerror(-r));
	*has_failed = r < 0;
}

double watch_count_write(struct watch_count *count, const struct watch *w, double now)
{
	if (count->written > 0 && now < count->written + PAUSE_SECONDS)
		return count->written + PAUSE_SECONDS;
	tell_failure(WATCH_STATUS_PATH,
		     leave(WATCH_STATUS_PATH, &count->status, put_status, count, w, now),
		     &count->has_status_failed);
	if (count->metrics)
		tell_failure(count->metrics,
			     leave(count->metrics, NULL, put_metrics, count, w, now),
			     &count->has_metrics_failed);
	count->written = now;
	return WATCH_NEVER;
}

void watch_count_done(struct watch_count *count)
{
	sys_take_back(WATCH_STATUS_PATH, &count->status);
}

int watch_count_read(json_t **ret, struct error *err)
{
	scoped_mem char *text = NULL;
	struct timespec left;
	size_t size = 0;
	json_error_t e = {0};
	int r = sys_read_left(WATCH_STATUS_PATH, &text, &size, &left);

	if (r == -ENOENT || r == -ESRCH)
		return error_set(err, ERROR_INPUT, -r, PTR_ROOT,
				 "no robind watch is running here: %s '%s'",
				 r == -ESRCH ? "none that lives wrote" : "there is no",
				 WATCH_STATUS_PATH);
	if (r == 0) {
		*ret = json_load(text, size, &e);
		if (*ret)
			return 0;
		r = errno == ENOMEM ? -ENOMEM : -EBADMSG;
	}
	return error_set(err, ERROR_INPUT, -r, PTR_ROOT, "'%s' cannot be read: %s",
			 WATCH_STATUS_PATH, strerror(-r));
}
