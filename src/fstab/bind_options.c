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
struct rule {
	const struct line_need *need;
	const struct rule_line *line;
	struct words *words;
	struct rule_notes *notes;
};

/* clang-format off */
static const struct { uint32_t mask; uint32_t value; const char *name; } flag_words[] = {
	{ FLAG_NOSUID,      FLAG_NOSUID,      "nosuid" },
	{ FLAG_NOSUID,      0,                "suid" },
	{ FLAG_NODEV,       FLAG_NODEV,       "nodev" },
	{ FLAG_NODEV,       0,                "dev" },
	{ FLAG_NOEXEC,      FLAG_NOEXEC,      "noexec" },
	{ FLAG_NOEXEC,      0,                "exec" },
	{ FLAG_NOSYMFOLLOW, FLAG_NOSYMFOLLOW, "nosymfollow" },
	{ FLAG_NOSYMFOLLOW, 0,                "symfollow" },
	{ FLAG_ATIME_MASK,  FLAG_NOATIME,     "noatime" },
	{ FLAG_ATIME_MASK,  0,                "relatime" },
	{ FLAG_ATIME_MASK,  FLAG_STRICTATIME, "strictatime" },
	{ FLAG_NODIRATIME,  FLAG_NODIRATIME,  "nodiratime" },
};
/* clang-format on */

static int join(char **list, const char *text, size_t length)
{
	char *more = NULL;

	if (asprintf(&more, "%s%s%.*s", *list ? *list : "", *list ? ", " : "", (int)length,
		     text) < 0)
		return -1;
	free(*list);
	*list = more;
	return 0;
}

int rule_note(struct rule_notes *notes, const char *want, const char *have)
{
	if (want && join(&notes->want, want, strlen(want)) < 0)
		return -1;
	return have ? join(&notes->have, have, strlen(have)) : 0;
}

void rule_notes_done(struct rule_notes *notes)
{
	free(notes->want);
	free(notes->have);
	*notes = (struct rule_notes){0};
}

static int drop(struct rule *rule, struct word *word)
{
	word->is_gone = true;
	return join(&rule->notes->have, word->text, word->length);
}

static int change(struct rule *rule, struct word *word, const char *text)
{
	if (join(&rule->notes->have, word->text, word->length) < 0 ||
	    rule_note(rule->notes, text, NULL) < 0)
		return -1;
	return word_replace(word, text);
}

static int add(struct rule *rule, const char *text)
{
	return rule_note(rule->notes, text, NULL) < 0 ? -1 : words_add(rule->words, text);
}

/* A word that has no contrary. */
static int ask_word(struct rule *rule, const char *text)
{
	return words_find(rule->words, text) ? 0 : add(rule, text);
}

static int drop_word(struct rule *rule, const char *text)
{
	for (size_t i = 0; i < rule->words->count; i++) {
		struct word *word = &rule->words->items[i];

		if (word_is(word, text) && drop(rule, word) < 0)
			return -1;
	}
	return 0;
}

/* Nothing may say the contrary. */
static int clear(struct rule *rule, uint32_t mask, uint32_t value)
{
	for (size_t i = 0; i < rule->words->count; i++) {
		struct word *word = &rule->words->items[i];

		if (word_contradicts(word, mask, value) && drop(rule, word) < 0)
			return -1;
	}
	return 0;
}

static int ask(struct rule *rule, uint32_t mask, uint32_t value, const char *text)
{
	if (words_say(rule->words, mask, value))
		return 0;
	if (clear(rule, mask, value) < 0)
		return -1;
	if (words_say(rule->words, mask, value))
		return rule_note(rule->notes, text, NULL);
	return add(rule, text);
}

/* For mount(8) bind, or rbind, which counts beside bind; none where it calls the helper. */
static int ask_bind(struct rule *rule)
{
	const char *wanted = rule->need->recursive ? "rbind" : "bind";
	const char *other = rule->need->recursive ? "bind" : "rbind";
	struct word *word = NULL;

	if (rule->need->type == LINE_ROBIND)
		return drop_word(rule, "bind") < 0 ? -1 : drop_word(rule, "rbind");
	if (!words_find(rule->words, wanted)) {
		word = words_find(rule->words, other);
		if ((word ? change(rule, word, wanted) : add(rule, wanted)) < 0)
			return -1;
	}
	return rule->need->recursive ? 0 : drop_word(rule, other);
}

static int ask_recursive(struct rule *rule)
{
	if (rule->need->type == LINE_ROBIND && rule->need->recursive)
		return ask_word(rule, "recursive");
	return drop_word(rule, "recursive");
}

static int ask_private(struct rule *rule)
{
	if (rule->need->type == LINE_ROBIND) /* the helper sees to it itself */
		return clear(rule, WORD_SHARING, 0);
	return ask(rule, WORD_PRIVATE | WORD_SHARING, WORD_PRIVATE, "private");
}

/* What the source has counts where mount(8) would lose it, and nothing else is asked. */
static int ask_flags(struct rule *rule)
{
	struct flags under = {.set = rule->need->inherited};
	struct flags flags = rule->need->options;

	if (rule->need->type == LINE_NONE)
		flags = flags_merge(under, flags);
	for (size_t i = 0; i < ARRAY_LEN(flag_words); i++) {
		uint32_t mask = flag_words[i].mask;

		if (((flags.set | flags.clear) & mask) != mask ||
		    (flags.set & mask) != flag_words[i].value)
			continue;
		/* One mode in three bits there, one bit for each mode in the words. */
		if (mask == FLAG_ATIME_MASK && flag_words[i].value == 0) {
			if (ask(rule, WORD_ATIME, WORD_RELATIME, "relatime") < 0)
				return -1;
			continue;
		}
		if (ask(rule, mask, flag_words[i].value, flag_words[i].name) < 0)
			return -1;
	}
	return 0;
}

/* Words that stand for several come first: the others then overrule them. */
static int ask_more(struct rule *rule, bool broad)
{
	for (size_t i = 0; i < rule->need->n_more; i++) {
		const char *text = rule->need->more[i];
		uint32_t mask = 0;
		uint32_t value = 0;
		bool is_broad = false;
		bool decides = word_decides(text, &mask, &value, &is_broad);

		if (is_broad != broad)
			continue;
		if ((decides && !broad ? ask(rule, mask, value, text)
				       : ask_word(rule, text)) < 0)
			return -1;
	}
	return 0;
}

/* nofail drops the order before local-fs.target, and so that before the boot job. */
static int ask_nofail(struct rule *rule)
{
	bool is_asked = rule->need->nofail;

	for (size_t i = 0; i < rule->need->n_more; i++)
		is_asked = is_asked || strcmp(rule->need->more[i], "nofail") == 0;
	if (!is_asked)
		return 0;
	if (ask(rule, WORD_NOFAIL, WORD_NOFAIL, "nofail") < 0)
		return -1;
	return ask_word(rule, BEFORE);
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
static int ask_mounts_for(struct rule *rule)
{
	scoped_mem char *wanted = NULL;
	scoped_mem char *old = NULL;

	if (mounts_for(rule->need->source, &wanted) < 0 ||
	    (rule->line->source && mounts_for(rule->line->source, &old) < 0))
		return -1;
	if (old && (!wanted || strcmp(old, wanted) != 0) && drop_word(rule, old) < 0)
		return -1;
	return rule->need->type == LINE_ROBIND && wanted ? ask_word(rule, wanted) : 0;
}

/* Of all words that name a set one stays, and that says the right one. */
static int ask_set(struct rule *rule)
{
	scoped_mem char *wanted = NULL;
	struct word *word = NULL;

	if (asprintf(&wanted, "%s%s", OURS_SET, rule->need->set) < 0) {
		wanted = NULL;
		return -1;
	}
	if (!words_find(rule->words, wanted)) {
		word = words_find_prefix(rule->words, OURS_SET);
		word = word ? word : words_find(rule->words, OURS);
		if ((word ? change(rule, word, wanted) : add(rule, wanted)) < 0)
			return -1;
	}
	for (size_t i = 0; i < rule->words->count; i++) {
		word = &rule->words->items[i];
		if (word_begins(word, OURS_SET) && !word_is(word, wanted) &&
		    drop(rule, word) < 0)
			return -1;
	}
	return 0;
}

/* Who corrects a line signs it. */
static int sign(struct rule *rule)
{
	bool is_changed = rule->line->is_changed || rule->notes->want || rule->notes->have;

	if (rule->need->set)
		return ask_set(rule);
	if (!is_changed || words_find(rule->words, OURS) ||
	    words_find_prefix(rule->words, OURS_SET))
		return 0;
	return words_add(rule->words, OURS);
}

int rule_apply(const struct line_need *need, const struct rule_line *line,
	       struct words *words, struct rule_notes *notes)
{
	struct rule rule = {need, line, words, notes};

	if (ask_bind(&rule) < 0 || clear(&rule, WORD_REMOUNT, 0) < 0 ||
	    ask(&rule, FLAG_RDONLY, FLAG_RDONLY, "ro") < 0 || ask_recursive(&rule) < 0 ||
	    ask_private(&rule) < 0 || ask_more(&rule, true) < 0 || ask_flags(&rule) < 0 ||
	    ask_nofail(&rule) < 0 || ask_more(&rule, false) < 0 ||
	    ask_mounts_for(&rule) < 0)
		return -1;
	return sign(&rule);
}
