/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file: texts that each end with a zero byte. First which robind wrote it, and in which
 * mount namespace, since no other one reads it; then of each bind STATE RECURSIVE SET CLEAR,
 * its target, its source and its request's name, "" for none.
 */
#include "run/watched_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/live_file.h"
#include "kernel/namespace.h"

#define LEFT_PATH   "/run/robind-watch.binds"
#define WRITER_SIZE 64u

static const char *writer(char buf[WRITER_SIZE])
{
	(void)snprintf(buf, WRITER_SIZE, "robind %s %llu", ROBIND_VERSION,
		       (unsigned long long)sys_namespace_number());
	return buf;
}

/* ---- what a watch leaves ---- */

static void add_text(struct strbuf *left, const char *text)
{
	strbuf_add_bytes(left, text, strlen(text) + 1);
}

void watched_add(struct strbuf *left, const struct request *req, const char *file)
{
	char buf[WRITER_SIZE];

	if (left->size == 0)
		add_text(left, writer(buf));
	for (size_t i = 0; i < req->n_wants; i++) {
		const struct want *want = &req->wants[i];

		/* Where its symlinks lead to another may be asked for by the real name. */
		if (want->follow)
			continue;
		strbuf_addf(left, "%d %d %x %x", (int)want->state, want->recursive,
			    want->options.set, want->options.clear);
		add_text(left, "");
		add_text(left, want->target);
		add_text(left, want->source ? want->source : "");
		add_text(left, file ? file : "");
	}
}

void watched_leave(const struct strbuf *left, int *fd)
{
	if (strbuf_text(left))
		(void)!sys_leave(LEFT_PATH, left->bytes, left->size, fd);
}

void watched_take_back(int *fd)
{
	sys_take_back(LEFT_PATH, fd);
}

/* ---- what others read ---- */

/* The next text, or NULL: there is none. */
static const char *next_text(struct watched_file *file)
{
	const char *text = file->at;

	if (text >= file->end)
		return NULL;
	file->at += strlen(text) + 1;
	return text;
}

bool watched_file_read(struct watched_file *ret)
{
	struct watched_file file = {0};
	const char *by = NULL;
	char buf[WRITER_SIZE];
	size_t size = 0;

	if (sys_read_left(LEFT_PATH, &file.text, &size, &file.time) < 0)
		return false;
	file.at = file.text;
	file.end = file.text + size;
	by = next_text(&file);
	if (!by || strcmp(by, writer(buf)) != 0) {
		watched_file_done(&file);
		return false;
	}
	*ret = file;
	return true;
}

bool watched_file_next(struct watched_file *file, struct watched_bind *ret)
{
	const char *words = next_text(file);
	unsigned state = 0;
	unsigned recursive = 0;

	ret->target = next_text(file);
	ret->source = next_text(file);
	ret->file = next_text(file);
	if (!ret->file || sscanf(words, "%u %u %x %x", &state, &recursive,
				 &ret->options.set, &ret->options.clear) != 4)
		return false;
	ret->state = state;
	ret->recursive = recursive != 0;
	return state < STATE_COUNT_;
}

void watched_file_done(struct watched_file *file)
{
	free(file->text);
	*file = (struct watched_file){0};
}
