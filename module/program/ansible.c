/* SPDX-License-Identifier: Apache-2.0 */
#include "ansible.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ansible_values.h"
#include "base/cleanup.h"
#include "base/json_copy.h"
#include "input.h"
#include "reply_text.h"
#include "request/json_parse.h"

int ansible_called(int argc, char *argv[], struct error *err)
{
	static const char mark[] = "\"_ansible_";
	scoped_mem char *text = NULL;
	struct stat file = {0};
	size_t size = 0;

	/* A command has no slash, a path to the arguments has. */
	if (argc != 2 || !strchr(argv[1], '/') || stat(argv[1], &file) < 0 ||
	    !S_ISREG(file.st_mode))
		return 0;
	if (input_read(argv[1], JSONTEXT_MAX_BYTES, &text, &size, err) < 0)
		return err->kind == ERROR_MEMORY ? -1 : 0;
	return memmem(text, size, mark, strlen(mark)) != NULL;
}

/* ---- the request ---- */

/* A member that Ansible adds to every task: true, or not. */
static bool is_on(const json_t *args, const char *name)
{
	scoped_json json_t *value = ansible_bool(json_object_get(args, name));

	return json_is_true(value);
}

/* Of any bind: neither a diff nor the drift shows the line that fstab has for it. */
static bool hides_opts(const json_t *args)
{
	bool is_hidden = is_on(args, "opts_no_log");
	size_t i = 0;
	json_t *bind = NULL;

	json_array_foreach(json_object_get(args, "binds"), i, bind) is_hidden |=
		is_on(bind, "opts_no_log");
	return is_hidden;
}

/* Half a surrogate pair is how Python spells a byte of a file name that is no UTF-8. */
static void explain(struct error *err)
{
	const char *lone = strstr(err->text, "invalid Unicode '");
	char escape[16] = "";

	if (!lone || sscanf(lone, "invalid Unicode '%15[^']", escape) != 1)
		return;
	(void)snprintf(err->text, sizeof(err->text),
		       "must be UTF-8: %s stands for a byte that is no character, as in a "
		       "file name in another encoding; rename that file",
		       escape);
}

/* The task is a `show` of these; they stay the list's own, which stays with the arguments. */
static int show_targets(struct cli *cli, json_t *list, struct error *err)
{
	size_t n = json_array_size(list);

	if (!json_is_array(list))
		return error_set(err, ERROR_REQUEST, 0, PTR_KEY(PTR_ROOT, "targets"),
				 "must be a list of paths");
	cli->command = "show";
	cli->n_words = 0;
	for (size_t i = 0; i < n; i++) {
		const char *target = json_string_value(json_array_get(list, i));

		if (!target)
			return error_set(err, ERROR_REQUEST, 0,
					 PTR_INDEX(PTR_KEY(PTR_ROOT, "targets"), i),
					 "must be a string");
		if (cli_add_word(cli, target, err) < 0)
			return -1;
	}
	return 0;
}

/* Looking at targets, or at all of the host, and making binds are tasks of their own. */
static int refuse_others(json_t *args, const char *task, struct error *err)
{
	const char *name = NULL;
	json_t *value = NULL;

	json_object_foreach(args, name, value)
	{
		if (strncmp(name, "_ansible_", 9) != 0 && strcmp(name, task) != 0 &&
		    ansible_is_given(value))
			return error_set(err, ERROR_REQUEST, 0, PTR_KEY(PTR_ROOT, name),
					 "'%s' must not stand beside '%s'", name, task);
	}
	return 0;
}

/* The task asks how all is that fstab lists, now and at the next boot. */
static int look_at_host(struct cli *cli, struct error *err)
{
	cli->command = "boot";
	cli->n_words = 0;
	cli->check = cli->boot = true;
	cli->diff = false;
	return refuse_others(cli->args, "facts", err);
}

int ansible_parse(const char *name, struct cli *ret, struct error *err)
{
	const json_t *targets = NULL;
	bool accept_text = false;
	int r = 0;

	*ret = (struct cli){.command = "apply", .format = FORMAT_ANSIBLE};
	if (cli_add_word(ret, name, err) < 0)
		return -1;
	r = cli_request(ret, &ret->args, &accept_text, err);
	ret->input = NULL; /* the name of a file that nobody chose */
	if (r < 0) {
		explain(err);
		return -1;
	}
	ret->check = is_on(ret->args, "_ansible_check_mode");
	ret->diff = is_on(ret->args, "_ansible_diff") && !hides_opts(ret->args);
	if (is_on(ret->args, "facts"))
		return look_at_host(ret, err);
	targets = json_object_get(ret->args, "targets");
	if (!targets || json_is_null(targets))
		return 0;
	if (refuse_others(ret->args, "targets", err) < 0)
		return -1;
	if (json_object_set_new(ret->args, "targets", ansible_list(targets)) < 0)
		return error_no_memory(err);
	return show_targets(ret, json_object_get(ret->args, "targets"), err);
}

/* ---- the reply ---- */

/* Of the binds that failed, the first and why, and how many there are besides. */
static void put_failures(struct strbuf *line, const json_t *reply)
{
	size_t n_failed = 0;
	size_t i = 0;
	json_t *bind = NULL;

	json_array_foreach(json_object_get(reply, "binds"), i, bind)
	{
		if (!json_object_get(bind, "error") || n_failed++ > 0)
			continue;
		put_failure(line, bind);
		strbuf_add(line, "; ");
	}
	if (n_failed > 1)
		strbuf_addf(line, "and %zu more, see 'binds'; ", n_failed - 1);
}

/* The one line that Ansible shows of a failed task in any case. */
static void put_msg(struct strbuf *line, const json_t *reply)
{
	put_failures(line, reply);
	strbuf_add(line, member_text(reply, "msg"));
}

static void put_coded_warning(struct strbuf *line, const json_t *warning)
{
	const char *target = member_text(warning, "target");

	strbuf_addf(line, "[%s] %s%s%s", member_text(warning, "code"), target,
		    target[0] != '\0' ? ": " : "", member_text(warning, "msg"));
}

/* Ansible prints a list of texts: "[CODE] TARGET: MSG". */
static json_t *warnings_of(const json_t *reply)
{
	scoped_json json_t *texts = json_array();
	size_t i = 0;
	json_t *warning = NULL;

	json_array_foreach(json_object_get(reply, "warnings"), i, warning)
	{
		if (json_array_append_new(texts, line_of(warning, put_coded_warning)) < 0)
			return NULL;
	}
	return STEAL(texts);
}

/* What is wrong with its line in fstab stays told, but not by the line. A new object. */
static json_t *without_lines(const json_t *bind)
{
	scoped_json json_t *told = json_deep_copy_whole(bind);
	size_t i = 0;
	json_t *drift = NULL;

	json_array_foreach(json_object_get(told, "drift"), i, drift)
	{
		if (strncmp(member_text(drift, "code"), "fstab_", 6) != 0)
			continue;
		if (json_object_set_new(drift, "have", json_null()) < 0 ||
		    json_object_set_new(drift, "want", json_null()) < 0)
			return NULL;
	}
	return STEAL(told);
}

/* Ok, with nothing to tell: in a task of thousands these are nearly all. */
static bool is_silent(const json_t *bind)
{
	return strcmp(member_text(bind, "status"), "ok") == 0 &&
	       !json_object_get(bind, "holders");
}

static json_t *binds_of(const json_t *reply, bool is_hidden)
{
	scoped_json json_t *told = json_array();
	size_t i = 0;
	json_t *bind = NULL;

	json_array_foreach(json_object_get(reply, "binds"), i, bind)
	{
		if (!is_silent(bind) &&
		    json_array_append_new(told, is_hidden ? without_lines(bind)
							  : json_incref(bind)) < 0)
			return NULL;
	}
	return STEAL(told);
}

json_t *ansible_reply(const json_t *reply, const struct cli *cli)
{
	scoped_json json_t *result = json_copy_whole(reply);
	int r = json_object_set_new(result, "msg", line_of(reply, put_msg));

	r |= json_object_set_new(result, "warnings", warnings_of(reply));
	r |= json_object_set_new(result, "binds", binds_of(reply, hides_opts(cli->args)));
	return r < 0 ? NULL : STEAL(result);
}
