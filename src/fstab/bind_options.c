/* SPDX-License-Identifier: Apache-2.0 */
#include "fstab/bind_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

#define OURS       "x-robind"
#define OURS_SET   OURS ".set="
#define BEFORE     "x-systemd.before=robind-boot.service"
#define MOUNTS_FOR "x-systemd.requires-mounts-for="

/* The work on one line. */
struct option_rule {
	const struct line_spec *need;
	const struct option_rule_line *line;
	struct fstab_options *words;
	struct option_rule_notes *notes;
};

static int join(struct strbuf *list, const char *text, size_t length)
{
	if (list->size > 0)
		strbuf_add(list, ", ");
	strbuf_add_bytes(list, text, length);
	return list->failed ? -1 : 0;
}

int option_rule_note(struct option_rule_notes *notes, const char *want, const char *have)
{
	if (want && join(&notes->want, want, strlen(want)) < 0)
		return -1;
	return have ? join(&notes->have, have, strlen(have)) : 0;
}

void option_rule_notes_done(struct option_rule_notes *notes)
{
	strbuf_done(&notes->want);
	strbuf_done(&notes->have);
}

bool option_rule_has_notes(const struct option_rule_notes *notes)
{
	return notes->want.size > 0 || notes->have.size > 0;
}

static int drop(struct option_rule *rule, struct fstab_option *word)
{
	word->removed = true;
	return join(&rule->notes->have, word->option.text, word->option.length);
}

static int change(struct option_rule *rule, struct fstab_option *word, const char *text)
{
	if (join(&rule->notes->have, word->option.text, word->option.length) < 0 ||
	    option_rule_note(rule->notes, text, NULL) < 0)
		return -1;
	return fstab_option_replace(word, text);
}

static int add(struct option_rule *rule, const char *text)
{
	return option_rule_note(rule->notes, text, NULL) < 0
		       ? -1
		       : fstab_options_add(rule->words, text);
}

/* A word that has no contrary. */
static int require_option(struct option_rule *rule, const char *text)
{
	return fstab_options_find(rule->words, text) ? 0 : add(rule, text);
}

static int forbid_option(struct option_rule *rule, const char *text)
{
	for (size_t i = 0; i < rule->words->count; i++) {
		struct fstab_option *word = &rule->words->items[i];

		if (fstab_option_is(word, text) && drop(rule, word) < 0)
			return -1;
	}
	return 0;
}

/* Nothing may say the contrary. */
static int forbid(struct option_rule *rule, uint32_t mask, uint32_t value)
{
	for (size_t i = 0; i < rule->words->count; i++) {
		struct fstab_option *word = &rule->words->items[i];

		if (fstab_option_contradicts(word, mask, value) && drop(rule, word) < 0)
			return -1;
	}
	return 0;
}

static int require(struct option_rule *rule, uint32_t mask, uint32_t value,
		   const char *text)
{
	if (fstab_options_say(rule->words, mask, value))
		return 0;
	if (forbid(rule, mask, value) < 0)
		return -1;
	if (fstab_options_say(rule->words, mask, value))
		return option_rule_note(rule->notes, text, NULL);
	return add(rule, text);
}

/* For mount(8) bind, or rbind, which counts beside bind; none where it calls the helper. */
static int require_bind(struct option_rule *rule)
{
	const char *wanted = rule->need->recursive ? "rbind" : "bind";
	const char *other = rule->need->recursive ? "bind" : "rbind";
	struct fstab_option *word = NULL;

	if (rule->need->type == FSTAB_TYPE_ROBIND)
		return forbid_option(rule, "bind") < 0 ? -1 : forbid_option(rule, "rbind");
	if (!fstab_options_find(rule->words, wanted)) {
		word = fstab_options_find(rule->words, other);
		if ((word ? change(rule, word, wanted) : add(rule, wanted)) < 0)
			return -1;
	}
	return rule->need->recursive ? 0 : forbid_option(rule, other);
}

static int require_recursive(struct option_rule *rule)
{
	if (rule->need->type == FSTAB_TYPE_ROBIND && rule->need->recursive)
		return require_option(rule, "recursive");
	return forbid_option(rule, "recursive");
}

static int require_private(struct option_rule *rule)
{
	if (rule->need->type == FSTAB_TYPE_ROBIND) /* the helper sees to it itself */
		return forbid(rule, OPTION_SHARING, 0);
	return require(rule, OPTION_SHARING, 0, "private");
}

/* What the source has counts where mount(8) would lose it, and nothing else is asked. */
static int require_flags(struct option_rule *rule)
{
	struct flag_change under = {.set = rule->need->inherited};
	struct flag_change flags = rule->need->options;
	const struct option_word *word = NULL;

	if (rule->need->type == FSTAB_TYPE_NONE)
		flags = flags_merge(under, flags);
	for (size_t i = 0; (word = flags_word_asked(flags, i)); i++)
		if (require(rule, word->mask, word->value, word->name) < 0)
			return -1;
	return 0;
}

static int require_more(struct option_rule *rule)
{
	for (size_t i = 0; i < rule->need->n_more; i++) {
		const char *text = rule->need->more[i];
		const struct option_word *word = option_word_find(text, strlen(text));

		if ((word && word->mask != 0 ? require(rule, word->mask, word->value, text)
					     : require_option(rule, text)) < 0)
			return -1;
	}
	return 0;
}

/* nofail drops the order before local-fs.target, and so that before the boot job. */
static int require_nofail(struct option_rule *rule)
{
	bool is_asked = rule->need->nofail;

	for (size_t i = 0; i < rule->need->n_more; i++)
		is_asked = is_asked || strcmp(rule->need->more[i], "nofail") == 0;
	if (!is_asked)
		return 0;
	if (require(rule, OPTION_NOFAIL, OPTION_NOFAIL, "nofail") < 0)
		return -1;
	return require_option(rule, BEFORE);
}

/*
 * The word that orders a line after the mounts of a path. systemd takes it apart at commas
 * and blanks and reads quotes and backslashes, libmount at other quotes: of a path with any
 * of these the longest part without. *ret NULL: there is none.
 */
static int mounts_for(const char *path, char **ret)
{
	size_t length = strcspn(path, " \t\n\r,\"'\\");

	*ret = NULL;
	if (path[length] != '\0')
		while (length > 0 && path[length] != '/')
			length--;
	if (length <= 1)
		return 0;
	return asprintf(ret, "%s%.*s", MOUNTS_FOR, (int)length, path) < 0 ? -1 : 0;
}

/* The word for a source that the line no longer names goes. */
static int require_mounts_for(struct option_rule *rule)
{
	scoped_mem char *wanted = NULL;
	scoped_mem char *old = NULL;

	if (mounts_for(rule->need->source, &wanted) < 0 ||
	    (rule->line->source && mounts_for(rule->line->source, &old) < 0))
		return -1;
	if (old && (!wanted || strcmp(old, wanted) != 0) && forbid_option(rule, old) < 0)
		return -1;
	return rule->need->type == FSTAB_TYPE_ROBIND && wanted
		       ? require_option(rule, wanted)
		       : 0;
}

/* Of all words that name a set one stays, and that says the right one. */
static int require_set(struct option_rule *rule)
{
	scoped_mem char *wanted = NULL;
	struct fstab_option *word = NULL;

	if (asprintf(&wanted, "%s%s", OURS_SET, rule->need->set) < 0) {
		wanted = NULL;
		return -1;
	}
	if (!fstab_options_find(rule->words, wanted)) {
		word = fstab_options_find_prefix(rule->words, OURS_SET);
		word = word ? word : fstab_options_find(rule->words, OURS);
		if ((word ? change(rule, word, wanted) : add(rule, wanted)) < 0)
			return -1;
	}
	for (size_t i = 0; i < rule->words->count; i++) {
		word = &rule->words->items[i];
		if (fstab_option_begins(word, OURS_SET) && !fstab_option_is(word, wanted) &&
		    drop(rule, word) < 0)
			return -1;
	}
	return 0;
}

static bool is_source_mount(const struct fstab_option *word)
{
	return fstab_option_is(word, SOURCE_MOUNT_WORD) ||
	       fstab_option_begins(word, SOURCE_MOUNT_WORD "=");
}

/* One word at most. Where none is asked for, one that was for another source goes. */
static int require_source_mount(struct option_rule *rule)
{
	const char *wanted = rule->need->source_mount;
	bool is_other =
		rule->line->source && strcmp(rule->line->source, rule->need->source) != 0;
	bool is_there = false;

	for (size_t i = 0; i < rule->words->count; i++) {
		struct fstab_option *word = &rule->words->items[i];

		if (!is_source_mount(word) || (!wanted && !is_other))
			continue;
		if (wanted && !is_there && fstab_option_is(word, wanted))
			is_there = true;
		else if (drop(rule, word) < 0)
			return -1;
	}
	return wanted && !is_there ? add(rule, wanted) : 0;
}

/* A line that was corrected is one of ours from then on. */
static int mark_ours(struct option_rule *rule)
{
	bool is_changed = rule->line->is_changed || option_rule_has_notes(rule->notes);

	if (rule->need->set)
		return require_set(rule);
	if (!is_changed || fstab_options_find(rule->words, OURS) ||
	    fstab_options_find_prefix(rule->words, OURS_SET))
		return 0;
	return fstab_options_add(rule->words, OURS);
}

int option_rule_apply(const struct line_spec *need, const struct option_rule_line *line,
		      struct fstab_options *words, struct option_rule_notes *notes)
{
	struct option_rule rule = {need, line, words, notes};

	if (require_bind(&rule) < 0 || forbid(&rule, OPTION_REMOUNT, 0) < 0 ||
	    require(&rule, MOUNT_FLAG_RDONLY, MOUNT_FLAG_RDONLY, "ro") < 0 ||
	    require_recursive(&rule) < 0 || require_private(&rule) < 0 ||
	    require_flags(&rule) < 0 || require_nofail(&rule) < 0 ||
	    require_more(&rule) < 0 || require_mounts_for(&rule) < 0 ||
	    require_source_mount(&rule) < 0)
		return -1;
	return mark_ours(&rule);
}
