/* SPDX-License-Identifier: Apache-2.0 */
#include "ansible_args.h"

#include <errno.h>
#include <string.h>

#include "ansible_values.h"
#include "ansible_words.h"
#include "base/cleanup.h"
#include "request/json_parse.h"

/*
 * A row of the table below. take() puts the value into the request; without it the value
 * goes to the member `name` (NULL: the same name), converted where there is a convert().
 * With why_not the member is refused.
 */
struct member {
	const char *given;
	const char *name;
	json_t *(*convert)(const json_t *v);
	int (*take)(json_t *out, const struct ansible_given *given, struct error *err);
	const char *why_not;
};

/* ---- the table ---- */

#define WHY_KEYWORD "it is the task's to say, beside the module and not in it"
#define WHY_COLLECTION                                                                     \
	"this module is the program itself; the collection robind.mount has it"

/* clang-format off */
static const struct member members[] = {
	{ "path",          .name = "target" },
	{ "dest",          .name = "target" },
	{ "name",          .name = "target" },
	{ "src",           .name = "source" },
	{ "device",        .name = "source" },
	{ "state",         .take = ansible_take_state },
	{ "opts",          .convert = ansible_elements },
	{ "fstype",        .take = ansible_take_fstype },
	{ "dump",          .take = ansible_take_zero },
	{ "passno",        .take = ansible_take_zero },
	{ "boot",          .take = ansible_take_boot },
	{ "opts_no_log",   .take = ansible_take_opts_no_log },
	{ "options",       .convert = ansible_list },
	{ "fstab_options", .convert = ansible_list },
	{ "recursive",     .convert = ansible_bool },
	{ "nofail",        .convert = ansible_bool },
	{ "create",        .convert = ansible_bool },
	{ "remove_target", .convert = ansible_bool },
	{ "follow",        .convert = ansible_bool },
	{ "replace",       .convert = ansible_bool },
	{ "source_mount",  .convert = ansible_bool },
	{ "holders",       .convert = ansible_bool },
	{ "purge",         .convert = ansible_bool },
	{ "backup",        .convert = ansible_bool },
	{ "timeout",       .convert = ansible_integer },
	{ "check_mode",    .why_not = WHY_KEYWORD },
	{ "diff",          .why_not = WHY_KEYWORD },
	{ "install",       .why_not = WHY_COLLECTION },
	{ "robind_path",   .why_not = WHY_COLLECTION },
};
/* clang-format on */

static const struct member *find(const char *name)
{
	static const struct member as_it_is = {0};

	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		if (strcmp(members[i].given, name) == 0)
			return &members[i];
	}
	return &as_it_is;
}

static int add(json_t *out, const struct ansible_given *given, struct error *err)
{
	const struct member *member = find(given->name);
	const char *name = member->name ? member->name : given->name;
	json_t *value = NULL;

	if (!ansible_is_given(given->value))
		return 0;
	if (member->why_not)
		return ansible_refuse(err, given->at, given->name, member->why_not);
	if (member->take)
		return member->take(out, given, err);
	if (json_object_get(out, name))
		return error_set(err, ERROR_REQUEST, 0, given->at,
				 "'%s' must not be given by two names, '%s' is one of them",
				 name, given->name);
	value = member->convert ? member->convert(given->value)
				: json_incref((json_t *)given->value);
	return json_object_set_new(out, name, value) < 0 ? error_no_memory(err) : 0;
}

/* ---- binds ---- */

/* JSON in a text, as KEY=VALUE and the filter to_json make it. */
static int parse_text(const json_t *v, const struct json_pointer *at, json_t **ret,
		      struct error *err)
{
	const char *text = json_string_value(v);
	struct error why;

	if (!text || !strchr("[{", text[0])) {
		*ret = json_incref((json_t *)v);
		return 0;
	}
	if (jsontext_parse(text, json_string_length(v), ret, &why) == 0)
		return 0;
	if (why.kind == ERROR_REQUEST)
		return error_set(
			err, ERROR_REQUEST, 0, at,
			"must be a list, or a list in JSON; this text is neither: hand over "
			"the list itself, or through the filter to_json");
	*err = why;
	return -1;
}

static int add_bind(json_t *out, const json_t *v, const struct json_pointer *at,
		    struct error *err)
{
	scoped_json json_t *bind = NULL;
	scoped_json json_t *made = json_object();
	const char *name = NULL;
	json_t *value = NULL;

	if (parse_text(v, at, &bind, err) < 0)
		return -1;
	json_object_foreach(bind, name, value)
	{
		const struct ansible_given given = {name, value, PTR_KEY(at, name)};

		if (add(made, &given, err) < 0)
			return -1;
	}
	if (ansible_add_noauto(made, err) < 0)
		return -1;
	if (!made || json_array_append(out, json_is_object(bind) ? made : bind) < 0)
		return error_no_memory(err);
	return 0;
}

static int add_binds(json_t *out, const struct ansible_given *given, struct error *err)
{
	scoped_json json_t *list = NULL;
	scoped_json json_t *binds = json_array();
	size_t i = 0;
	json_t *bind = NULL;

	if (!ansible_is_given(given->value))
		return 0;
	if (parse_text(given->value, given->at, &list, err) < 0)
		return -1;
	/* One bind is a list of one, as for every list of Ansible's. */
	if (json_is_object(list) && add_bind(binds, list, given->at, err) < 0)
		return -1;
	json_array_foreach(list, i, bind)
	{
		if (add_bind(binds, bind, PTR_INDEX(given->at, i), err) < 0)
			return -1;
	}
	if (!json_is_object(list) && !json_is_array(list))
		return error_set(err, ERROR_REQUEST, 0, given->at,
				 "must be a list of binds");
	return json_object_set(out, given->name, binds) < 0 ? error_no_memory(err) : 0;
}

/* ---- the task ---- */

int ansible_args(const json_t *args, json_t **ret, struct error *err)
{
	scoped_json json_t *out = json_object();
	const char *name = NULL;
	json_t *value = NULL;

	if (!out)
		return error_no_memory(err);
	json_object_foreach((json_t *)args, name, value)
	{
		const struct ansible_given given = {name, value, PTR_KEY(PTR_ROOT, name)};

		if (strncmp(name, "_ansible_", 9) == 0)
			continue;
		if ((strcmp(name, "binds") == 0 ? add_binds : add)(out, &given, err) < 0)
			return -1;
	}
	if (ansible_add_noauto(out, err) < 0)
		return -1;
	*ret = STEAL(out);
	return 0;
}
