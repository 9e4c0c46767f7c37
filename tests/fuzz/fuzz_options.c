/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of options: where the words are, compared with libmount; changes of them, which leave the
 * rest; and the readers of mount.robind and Ansible.
 */
#include <jansson.h>
#include <libmount.h>
#include <stdlib.h>
#include <string.h>

#include "fstab/options.h"
#include "input.h"
#include "mount/option_list.h"
#include "program/ansible_values.h"
#include "program/mount_helper_options.h"

#define WORDS_MAX 512

struct words {
	struct fstab_span items[WORDS_MAX];
	size_t count;
};

/* From this version on a backslash protects a comma. */
static bool is_new_libmount(void)
{
	return mnt_get_library_version(NULL) >= 2390;
}

/* As ours finds them; those that only some take for a word are joined with that before. */
static struct words words_of(const char *text, bool joins)
{
	struct words words = {0};
	struct mount_option option = {0};
	const char *at = text;

	while (words.count < WORDS_MAX && mount_option_next(&at, &option)) {
		struct fstab_span word = {(size_t)(option.text - text), option.length};

		MUST(option.length > 0 && word.at + option.length <= strlen(text));
		if (joins && option.is_ambiguous) {
			word.at = words.items[--words.count].at;
			word.length =
				(size_t)(option.text - text) + option.length - word.at;
		}
		words.items[words.count++] = word;
	}
	return words;
}

static void check_words(const char *text)
{
	struct words ours = words_of(text, is_new_libmount());
	char *copy = strdup(text);
	char *at = copy;
	char *name = NULL;
	char *value = NULL;
	size_t name_size = 0;
	size_t value_size = 0;

	MUST(copy);
	for (size_t i = 0; i < ours.count; i++) {
		MUST_SAY(mnt_optstr_next_option(&at, &name, &name_size, &value,
						&value_size) == 0,
			 "libmount has no word %zu of '%s'", i, text);
		MUST_SAY((size_t)(name - copy) == ours.items[i].at &&
				 (value ? (size_t)(value + value_size - name)
					: name_size) == ours.items[i].length,
			 "word %zu of '%s' is another for libmount", i, text);
	}
	if (ours.count < WORDS_MAX)
		MUST_SAY(mnt_optstr_next_option(&at, &name, &name_size, &value,
						&value_size) != 0,
			 "libmount has more than %zu words of '%s'", ours.count, text);
	free(copy);
}

/* Words that were there, with the changes, are what is read of the new list. */
static void check_changed(const struct fstab_options *words, const bool *is_kept)
{
	char *made = fstab_options_render(words);
	char *plain = fstab_unescape(made, strlen(made), NULL);
	struct mount_option option = {0};
	const char *at = plain;

	MUST(made && plain);
	for (size_t i = 0; i < words->count; i++) {
		const struct fstab_option *word = &words->items[i];

		if (word->removed)
			continue;
		MUST_SAY(mount_option_next(&at, &option), "'%s' lacks word %zu", made, i);
		if (is_kept[i])
			MUST_SAY(option.length == word->option.length &&
					 memcmp(option.text, word->option.text,
						option.length) == 0,
				 "word %zu is another in '%s'", i, made);
		else
			MUST(mount_option_is(&option, "ro"));
	}
	for (size_t i = 0; i < words->n_added; i++)
		MUST_SAY(mount_option_next(&at, &option) && !option.is_ambiguous,
			 "'%s' lacks new word %zu", made, i);
	MUST_SAY(!mount_option_next(&at, &option), "there is more in '%s'", made);
	free(made);
	free(plain);
}

static void check_changes(struct input *changes, const char *raw)
{
	struct fstab_options words = {0};
	bool is_kept[WORDS_MAX];
	char *same = NULL;

	MUST(fstab_options_split(raw, strlen(raw), &words) == 0);
	same = fstab_options_render(&words);
	MUST_SAY(same && strcmp(same, raw) == 0, "'%s' became '%s'", raw, same);
	free(same);
	for (size_t i = 0; i < words.count && i < WORDS_MAX; i++) {
		size_t what = input_draw(changes, 4);

		is_kept[i] = what != 1;
		words.items[i].removed = what == 2;
		if (what == 1)
			MUST(fstab_option_replace(&words.items[i], "ro") == 0);
	}
	for (size_t n = input_draw(changes, 3); n > 0; n--)
		MUST(fstab_options_add(&words, n == 1 ? "x-new" : "x-a=\\b c") == 0);
	if (words.count <= WORDS_MAX)
		check_changed(&words, is_kept);
	fstab_options_done(&words);
}

static void check_readers(const char *text)
{
	struct mount_options options = {0};
	struct error err = {0};
	json_t *string = json_string(text);
	json_t *list = string ? ansible_list(string) : NULL;
	size_t i = 0;
	json_t *word = NULL;

	if (mount_options_read(text, true, &options, &err) == 0)
		MUST(json_is_array(options.flags));
	else
		MUST(err.text[0] != '\0');
	mount_options_done(&options);
	/* Of a list in JSON the elements are as they are. */
	json_array_foreach(text[0] == '[' ? NULL : list, i, word)
		MUST(json_is_string(word) && json_string_length(word) > 0);
	json_decref(list);
	json_decref(string);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	struct input changes = {0};
	char *text = input_text(&in);

	changes = in;
	check_words(text);
	check_changes(&changes, text);
	check_readers(text);
	free(text);
	return 0;
}
