/* SPDX-License-Identifier: Apache-2.0 */
/* A request for which there is not enough memory: an error, and never another request. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "failing_memory.h"
#include "request/from_fstab.h"
#include "request/json_parse.h"
#include "request/needed_targets.h"
#include "request/order.h"
#include "request/request.h"
#include "request/validate.h"
#include "suite.h"

#define A "\"source\": \"/srv/a\", \"target\": \"/mnt/a target\""
#define B "\"source\": \"/srv/b\", \"target\": \"/srv/a/x/y\""

/* clang-format off */
static const struct { const char *name; const char *text; } requests[] = {
	{ "one",            "{" A ", \"state\": \"ephemeral\"}" },
	{ "several",        "{\"binds\": [{" A ", \"recursive\": true}, {" B "}, {\"target\": \"/v\", \"state\": \"absent\"}]}" },
	{ "options",        "{" A ", \"options\": [\"nosuid\", \"exec\", \"noatime\"], \"fstab_options\": [\"x-a=b c\", \"nofail\", \"x-systemd.requires=/srv\"]}" },
	{ "options, text",  "{" A ", \"options\": \"nosuid,exec,noatime\", \"fstab_options\": \"x-a=b,_netdev\"}" },
	{ "members",        "{" A ", \"source_mount\": \"/srv\", \"mode\": \"0750\", \"owner\": \"someone\", \"group\": \"others\", \"replace\": true, \"follow\": false}" },
	{ "at the top",     "{\"binds\": [{" A "}], \"set\": \"a-set.of_binds\", \"purge\": true, \"fstab\": \"//etc/./fstab\", \"timeout\": 5, \"diff\": true}" },
	{ "a circle",       "{\"binds\": [{\"source\": \"/a\", \"target\": \"/b/x\", \"recursive\": true}, {\"source\": \"/b\", \"target\": \"/a/x\", \"recursive\": true}]}" },
	{ "slashes",        "{\"source\": \"//srv//a\", \"target\": \"/mnt//b/\"}" },
	{ "to be removed",  "{\"binds\": [{\"target\": \"/mnt/a\", \"state\": \"absent\", \"remove_target\": true}, {\"source\": \"/s\", \"target\": \"/mnt/a/b\"}]}" },
	{ "none of it",     "{\"binds\": {}}" },
	{ "a word",         "{" A ", \"state\": \"monuted\"}" },
	{ "a member",       "{" A ", \"recursion\": true}" },
	{ "an option",      "{" A ", \"options\": [\"nosudi\"]}" },
	{ "a list of none", "{" A ", \"fstab_options\": [\"x-a\", 1]}" },
	{ "a set",          "{" A ", \"set\": \"a b\"}" },
	{ "an owner",       "{" A ", \"owner\": -1}" },
	{ "twice",          "{\"binds\": [{" A "}, {" A "}]}" },
};
/* clang-format on */

static void show_want(const struct want *want, FILE *out)
{
	(void)fprintf(out, "%s > %s: %d %d %d, mode %d %o, owner %s %u, group %s %u, ",
		      want->source, want->target, want->state, want->recursive,
		      want->replace, want->mode.is_asked, want->mode.bits, want->owner.name,
		      want->owner.id, want->group.name, want->group.id);
	(void)fprintf(out,
		      "mount %d %s, set %s, options %x %x, type %d, outer %zu, nofail %d",
		      want->source_mount.is_asked, want->source_mount.path, want->set,
		      want->options.set, want->options.clear, want->fstab_type, want->outer,
		      want->nofail);
	for (size_t i = 0; i < want->fstab_options.count; i++)
		(void)fprintf(out, " '%s'", want->fstab_options.items[i]);
	(void)fputs("\n", out);
}

/* What is asked for and in which order, or what is wrong; NULL where it is only the memory. */
static char *shown(const struct request *req, const size_t *order, size_t circle,
		   const struct error *err)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = NULL;

	if (err->kind == ERROR_MEMORY)
		return NULL;
	out = open_memstream(&text, &size);
	ck_assert_ptr_nonnull(out);
	if (err->kind != ERROR_NONE)
		(void)fprintf(out, "%s: %s\n", err->at, err->text);
	for (size_t i = 0; order && i < req->n_wants; i++) {
		show_want(&req->wants[i], out);
		(void)fprintf(out, "as %zu, needed by %zu\n", order[i],
			      req->wants[i].needed_by);
	}
	(void)fprintf(out, "%s %s %u %d %d, circle %zu\n", req->set, request_fstab(req),
		      req->timeout, req->purge, req->diff, circle);
	for (size_t i = 0; i < req->passed.count; i++)
		(void)fprintf(out, "passed over: %zu %s %s %s\n", req->passed.items[i].line,
			      req->passed.items[i].target, req->passed.items[i].who,
			      req->passed.items[i].must);
	ck_assert_int_eq(fclose(out), 0);
	return text;
}

/* What a run does with a request before it looks at the machine. */
static char *finish(struct request *req, int r, struct error *err)
{
	size_t *order = NULL;
	size_t circle = WANT_NONE;
	char *text = NULL;

	if (r == 0 && request_map_targets(req) < 0)
		r = error_no_memory(err);
	if (r == 0)
		r = conflicts_check(req, err);
	if (r == 0) {
		order = request_order(req);
		if (!order || request_find_circle(req, &circle) < 0)
			(void)error_no_memory(err);
	}
	(void)failing_memory_end();
	text = shown(req, order, circle, err);
	free(order);
	request_done(req);
	return text;
}

static char *decode(const void *row)
{
	const char *text = ((const __typeof__(requests[0]) *)row)->text;
	struct request req = {0};
	struct error err = {0};
	json_t *doc = NULL;
	int r = jsontext_parse(text, strlen(text), &doc, &err);

	if (r == 0)
		r = request_decode(doc, true, &req, &err);
	json_decref(doc);
	return finish(&req, r, &err);
}

START_TEST(a_request_is_whole_or_an_error)
{
	failing_memory_sweep(decode, requests[_i].name, &requests[_i]);
}
END_TEST

static char *told_circle(struct request *req, size_t circle, const struct error *err)
{
	char *text = shown(req, NULL, circle, err);

	request_done(req);
	return text;
}

/* Whether a bind waits for itself, of binds that are not checked for that otherwise. */
static char *find_circle(const void *row)
{
	const char *text = row;
	struct request req = {0};
	struct error err = {0};
	json_t *doc = NULL;
	size_t circle = WANT_NONE;
	int r = jsontext_parse(text, strlen(text), &doc, &err);

	if (r == 0)
		r = request_decode(doc, false, &req, &err);
	if (r == 0 &&
	    (request_map_targets(&req) < 0 || request_find_circle(&req, &circle) < 0))
		(void)error_no_memory(&err);
	(void)failing_memory_end();
	json_decref(doc);
	return told_circle(&req, circle, &err);
}

START_TEST(a_circle_is_found_or_it_is_an_error)
{
	failing_memory_sweep(find_circle, "a circle",
			     "{\"binds\": [{\"source\": \"/a\", \"target\": \"/b/x\", "
			     "\"recursive\": true}, {\"source\": \"/b\", \"target\": "
			     "\"/a/x\", \"recursive\": true}]}");
}
END_TEST

/* ---- what fstab asks for ---- */

enum how {
	BOOT,
	PURGE,
	MIGRATE,
};

#define SET " none bind,ro,x-robind.set=s 0 0\n"

/* clang-format off */
static const struct { const char *name; enum how how; const char *text; } files[] = {
	{ "lines of the boot",  BOOT,    "/a /t none bind,ro,x-robind,nosuid 0 0\n/b /t/u none rbind,ro,nofail 0 0\n" },
	{ "two for one place",  BOOT,    "/a /t none bind,ro 0 0\n/b //t none bind,ro 0 0\n" },
	{ "passed over",        BOOT,    "a /t none bind,ro 0 0\n/b /u none bind,ro=recursive 0 0\n/c /w none bind,ro,x-robind 0 0\n" },
	{ "the rest of a set",  PURGE,   "/a /t" SET "/b /u" SET "/c /w\\040x" SET },
	{ "of another type",    MIGRATE, "/a /t none bind,ro,x-robind,x-robind.source-mount=/m 0 0\n/b /u none bind,ro,x-robind 0 0\n/c / none bind,ro,x-robind 0 0\n" },
};
/* clang-format on */

struct file {
	char path[32];
	enum how how;
};

static char *read_fstab(const void *row)
{
	const struct file *file = row;
	struct request req = {.fstab = strdup(file->path)};
	struct fstab_snapshot snapshot = {0};
	struct error err = {0};
	int r = 0;

	if (!req.fstab) {
		r = error_no_memory(&err);
	} else if (file->how == BOOT) {
		r = boot_request(false, &req, &err);
	} else if (file->how == MIGRATE) {
		r = migrate_request(FSTAB_TYPE_ROBIND, &req, &err);
	} else {
		req.set = strdup("s");
		req.purge = PURGE_ALL;
		r = snapshot_open(&snapshot, file->path, false, &err);
		if (r == 0)
			r = req.set ? purge_add(&req, &snapshot, &err)
				    : error_no_memory(&err);
	}
	(void)failing_memory_end();
	snapshot_done(&snapshot);
	return finish(&req, r, &err);
}

START_TEST(fstab_asks_for_all_or_it_is_an_error)
{
	const char *text = files[_i].text;
	struct file file = {"/tmp/robind-fstab.XXXXXX", files[_i].how};
	int fd = mkstemp(file.path);

	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	ck_assert_int_eq(close(fd), 0);
	failing_memory_sweep(read_fstab, files[_i].name, &file);
	ck_assert_int_eq(unlink(file.path), 0);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("memory");

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, a_request_is_whole_or_an_error, 0, ARRAY_LEN(requests));
	tcase_add_test(tests, a_circle_is_found_or_it_is_an_error);
	tcase_add_loop_test(tests, fstab_asks_for_all_or_it_is_an_error, 0,
			    ARRAY_LEN(files));
	return suite_run("memory", tests);
}
