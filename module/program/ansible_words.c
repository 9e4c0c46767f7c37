/* SPDX-License-Identifier: Apache-2.0 */
#include "ansible_words.h"

#include <errno.h>
#include <string.h>

#include "ansible_values.h"
#include "base/cleanup.h"
#include "base/macro.h"

/* No member of any request: kept until all of a bind's are there. */
#define NOT_AT_BOOT ""

static bool is_word(const json_t *v, const char *word)
{
	return json_is_string(v) && json_string_length(v) == strlen(word) &&
	       strcmp(json_string_value(v), word) == 0;
}

int ansible_refuse(struct error *err, const struct json_pointer *at, const char *what,
		   const char *why)
{
	return error_set(err, ERROR_REQUEST, 0, at, "'%s' is not supported, because %s",
			 what, why);
}

int ansible_take_state(json_t *out, const struct ansible_given *given, struct error *err)
{
	/* clang-format off */
	static const struct { const char *given; const char *name; const char *why_not; } states[] = {
		{ "present",           "fstab_present", NULL },
		{ "absent_from_fstab", "fstab_absent",  NULL },
		{ "remounted", NULL, "robind compares what is mounted, and mends it by itself: "
				     "say 'mounted'" },
		{ "absent_mount", NULL, "it has two meanings here: say 'absent' or 'unmounted'" },
	};
	/* clang-format on */
	json_t *state = json_incref((json_t *)given->value);

	for (size_t i = 0; i < ARRAY_LEN(states); i++) {
		if (!is_word(given->value, states[i].given))
			continue;
		json_decref(state);
		if (states[i].why_not)
			return ansible_refuse(err, given->at, states[i].given,
					      states[i].why_not);
		state = json_string(states[i].name);
	}
	if (json_object_set_new(out, "state", state) < 0)
		return error_no_memory(err);
	return 0;
}

/* For a bind each of these says nothing; the last is YAML's reading of a word, as text. */
int ansible_take_fstype(json_t *out, const struct ansible_given *given, struct error *err)
{
	static const char *const none[] = {"none", "bind", "auto", "None"};

	(void)out;
	for (size_t i = 0; i < ARRAY_LEN(none); i++) {
		if (is_word(given->value, none[i]))
			return 0;
	}
	return ansible_refuse(
		err, given->at, "fstype",
		"robind makes binds: say 'none', or leave it out; the type of the "
		"line in fstab is 'fstab_type'");
}

int ansible_take_zero(json_t *out, const struct ansible_given *given, struct error *err)
{
	const char *text = json_string_value(given->value);

	(void)out;
	if (text ? strspn(text, "0") == json_string_length(given->value)
		 : json_is_integer(given->value) && json_integer_value(given->value) == 0)
		return 0;
	return ansible_refuse(err, given->at, given->name,
			      "a bind is neither dumped nor checked: only 0");
}

static int read_bool(const struct ansible_given *given, bool *ret, struct error *err)
{
	scoped_json json_t *value = ansible_bool(given->value);

	*ret = json_is_true(value);
	if (json_is_boolean(value))
		return 0;
	return error_set(err, ERROR_REQUEST, 0, given->at, "must be a boolean");
}

/* `boot: false` is the option noauto, which stands beside all others. */
int ansible_take_boot(json_t *out, const struct ansible_given *given, struct error *err)
{
	bool is_for_boot = true;

	if (read_bool(given, &is_for_boot, err) < 0)
		return -1;
	if (!is_for_boot && json_object_set_new(out, NOT_AT_BOOT, json_true()) < 0)
		return error_no_memory(err);
	return 0;
}

/* Heeded where the reply is made. */
int ansible_take_opts_no_log(json_t *out, const struct ansible_given *given,
			     struct error *err)
{
	bool is_hidden = false;

	(void)out;
	return read_bool(given, &is_hidden, err);
}

/* All options together, once every member has been taken. */
int ansible_add_noauto(json_t *out, struct error *err)
{
	json_t *opts = json_object_get(out, "opts");
	const char *text = json_string_value(opts);
	int r = 0;

	if (json_object_del(out, NOT_AT_BOOT) < 0)
		return 0;
	if (json_is_array(opts))
		r = json_array_append_new(opts, json_string("noauto"));
	else if (text || !opts)
		r = json_object_set_new(out, "opts",
					json_sprintf("noauto,%s", text ? text : ""));
	return r < 0 ? error_no_memory(err) : 0;
}
