/* SPDX-License-Identifier: Apache-2.0 */
#include "cfengine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json_copy.h"
#include "base/strbuf.h"
#include "output.h"
#include "reply_text.h"
#include "request/json_parse.h"

/* ---- what it says, and what it hears ---- */

/* The next line that is not empty. Returns its length, 0 at the end, -1 without memory for it. */
static ssize_t hear(char **line, size_t *room)
{
	for (;;) {
		ssize_t n = 0;

		errno = 0;
		n = getline(line, room, stdin);
		if (n <= 0)
			return errno == ENOMEM ? -1 : 0;
		while (n > 0 && strchr("\r\n", (*line)[n - 1]))
			n--;
		if (n > 0)
			return n;
	}
}

/* Answer a question with its own members, what came of it, and why. */
static int answer(const json_t *asked, const char *result, const char *level,
		  const char *why)
{
	scoped_json json_t *said = json_copy_whole(asked);
	int r = json_object_set_new(said, "result", json_string(result));

	if (why)
		r |= json_object_set_new(said, "log",
					 json_pack("[{s:s, s:s}]", "level", level,
						   "message", why));
	return r < 0 || output_json(said) < 0 || output_text("\n") < 0 ? -1 : 0;
}

/* ---- a promise as a request ---- */

/* What cf-agent says of every promise, and no bind has. */
static bool is_of_agent(const char *name)
{
	return strcmp(name, "action_policy") == 0 || strcmp(name, "log_level") == 0;
}

/* A list of words becomes a text with commas. */
static json_t *value_of(const json_t *value)
{
	scoped_strbuf text = {0};
	size_t i = 0;
	json_t *word = NULL;

	if (!json_is_array(value))
		return json_incref((json_t *)value);
	json_array_foreach(value, i, word)
	{
		strbuf_addf(&text, "%s%s", i > 0 ? "," : "",
			    json_is_string(word) ? json_string_value(word) : "");
	}
	return text_of(&text);
}

static json_t *request_of(const json_t *asked)
{
	scoped_json json_t *doc = json_object();
	const char *name = NULL;
	json_t *value = NULL;
	int r = json_object_set(doc, "target", json_object_get(asked, "promiser"));

	json_object_foreach(json_object_get(asked, "attributes"), name, value)
	{
		if (!is_of_agent(name))
			r |= json_object_set_new(doc, name, value_of(value));
	}
	return r < 0 ? NULL : STEAL(doc);
}

static int validate(const json_t *asked)
{
	scoped_json json_t *doc = request_of(asked);
	struct request req = {0};
	struct error err = {0};
	char told[ERROR_TOLD_SIZE];
	int r = 0;

	if (!doc)
		(void)error_no_memory(&err);
	if (!doc || request_decode(doc, true, &req, &err) < 0)
		r = answer(asked, "invalid", "error", error_tell(&err, "", told));
	else
		r = answer(asked, "valid", NULL, NULL);
	request_done(&req);
	return r;
}

/* ---- a promise kept ---- */

static void free_words(char **words)
{
	for (size_t i = 0; words && words[i]; i++)
		free(words[i]);
	free(words);
}

/* `robind COMMAND --format json -- KEY=VALUE...`, owned; NULL when there is no memory for all. */
static char **words_of(const char *command, const json_t *doc)
{
	const char *const first[] = {"robind", command, "--format", "json", "--"};
	size_t n = 0;
	char **words = calloc(ARRAY_LEN(first) + json_object_size(doc) + 1, sizeof(*words));
	bool is_whole = words;
	const char *name = NULL;
	json_t *value = NULL;

	for (size_t i = 0; is_whole && i < ARRAY_LEN(first); i++)
		is_whole = (words[n++] = strdup(first[i]));
	json_object_foreach((json_t *)doc, name, value)
	{
		const char *text = json_string_value(value);

		if (!is_whole)
			break;
		is_whole = asprintf(&words[n], "%s=%s", name, text ? text : "") >= 0;
		if (!is_whole)
			words[n] = NULL;
		n++;
	}
	if (is_whole)
		return words;
	free_words(words);
	return NULL;
}

/* The other robind: it hears nothing, and says its reply to `to`. Does not return. */
static void become_robind(char **words, int to)
{
	(void)dup2(to, STDOUT_FILENO);
	if (!freopen("/dev/null", "r", stdin))
		_exit(127);
	(void)execv("/proc/self/exe", words);
	_exit(127);
}

/* The reply of a robind with these words; NULL where there is none. */
static json_t *reply_of(char **words)
{
	scoped_mem char *text = NULL;
	json_t *reply = NULL;
	struct error unread = {0};
	int ends[2] = {-1, -1};
	size_t room = 0;
	ssize_t n = 0;
	FILE *from = NULL;
	pid_t pid = -1;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return NULL;
	pid = fork();
	if (pid == 0)
		become_robind(words, ends[1]);
	(void)close(ends[1]);
	from = fdopen(ends[0], "r");
	n = pid > 0 && from ? getline(&text, &room, from) : -1;
	if (n > 0 && jsontext_parse(text, (size_t)n, &reply, &unread) < 0)
		reply = NULL;
	if (from)
		(void)fclose(from);
	else
		(void)close(ends[0]);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	return reply;
}

/* Why it failed, or else what was, or would be, done. */
static json_t *told_of(const json_t *reply)
{
	const json_t *bind = json_array_get(json_object_get(reply, "binds"), 0);
	scoped_strbuf text = {0};
	size_t i = 0;
	json_t *drift = NULL;

	if (json_object_get(bind, "error"))
		return line_of(bind, put_failure);
	if (!json_is_true(json_object_get(reply, "changed")))
		return json_string(member_text(reply, "msg"));
	strbuf_addf(&text, "%s: ", member_text(bind, "target"));
	json_array_foreach(json_object_get(bind, "drift"), i, drift)
	{
		strbuf_addf(&text, "%s%s", i > 0 ? ", " : "", member_text(drift, "msg"));
	}
	return text_of(&text);
}

static int evaluate(const json_t *asked)
{
	const char *policy =
		member_text(json_object_get(asked, "attributes"), "action_policy");
	bool is_dry = strcmp(policy, "warn") == 0 || strcmp(policy, "nop") == 0;
	scoped_json json_t *doc = request_of(asked);
	char **words = doc ? words_of(is_dry ? "check" : "apply", doc) : NULL;
	scoped_json json_t *reply = words ? reply_of(words) : NULL;
	scoped_json json_t *told = reply ? told_of(reply) : NULL;
	const char *why = json_string_value(told);

	free_words(words);
	if (reply && !why)
		why = "out of memory";
	if (!reply || json_is_true(json_object_get(reply, "failed")))
		return answer(asked, "not_kept", "error",
			      why ? why : "robind gave no answer");
	if (!json_is_true(json_object_get(reply, "changed")))
		return answer(asked, "kept", "verbose", why);
	if (is_dry)
		return answer(asked, "not_kept", "warning", why);
	return answer(asked, "repaired", "info", why);
}

/* ---- the service ---- */

/* Answer one question. Returns 1, 0 when it was the last, -1 when it cannot be answered. */
static int serve(const char *line, size_t n)
{
	scoped_json json_t *asked = NULL;
	struct error err = {0};
	const char *operation = NULL;
	int r = 0;

	if (jsontext_parse(line, n, &asked, &err) < 0)
		return -1;
	operation = member_text(asked, "operation");
	if (strcmp(operation, "validate_promise") == 0)
		r = validate(asked);
	else if (strcmp(operation, "evaluate_promise") == 0)
		r = evaluate(asked);
	else if (strcmp(operation, "terminate") == 0)
		return answer(asked, "success", NULL, NULL);
	else
		r = answer(asked, "error", "error", "robind knows no such operation");
	return r < 0 ? r : 1;
}

int cfengine_run(struct call *call)
{
	scoped_mem char *line = NULL;
	size_t room = 0;
	ssize_t n = isatty(STDIN_FILENO) ? 0 : hear(&line, &room);
	int r = 1;

	if (n < 0) {
		error_no_memory(&call->fail);
		return call_finish_failed(call);
	}
	if ((size_t)n < strlen("cf-") || strncmp(line, "cf-", strlen("cf-")) != 0) {
		error_set(&call->fail, ERROR_USAGE, 0, PTR_ROOT,
			  "'cfengine' is for cf-agent, which says who it is");
		return call_finish_failed(call);
	}
	if (output_text("robind " ROBIND_VERSION " v1 json_based action_policy\n\n") < 0)
		return EXIT_FAILED;
	while (r > 0 && (n = hear(&line, &room)) > 0)
		r = serve(line, (size_t)n);
	return r < 0 || n < 0 ? EXIT_FAILED : EXIT_IN_SYNC;
}
