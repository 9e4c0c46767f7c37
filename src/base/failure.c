/* SPDX-License-Identifier: Apache-2.0 */
#include "base/failure.h"

#include <string.h>

#include "base/macro.h"

/* How the sentence begins, and the code where all errors of the call have the same one. */
/* clang-format off */
static const struct {
	const char *start;
	enum error_kind kind;
} calls[CALL_COUNT_] = {
	[CALL_REACH]         = { "'{place}' cannot be reached", ERROR_NONE },
	[CALL_READ_MOUNTS]   = { "the mounts at '{place}' cannot be read", ERROR_SYSTEM },
	[CALL_CHANGE]        = { "mounts at '{place}' cannot be changed", ERROR_NONE },
	[CALL_CREATE]        = { "'{place}' cannot be made", ERROR_NONE },
	[CALL_REMOVE]        = { "'{place}' cannot be removed", ERROR_NONE },
	[CALL_CLONE]         = { "'{place}' cannot be cloned", ERROR_NONE },
	[CALL_SET_READ_ONLY] = { "'{place}' cannot be made read-only", ERROR_NONE },
	[CALL_SET_OPTIONS]   = { "'{place}' cannot be given its options", ERROR_NONE },
	[CALL_SET_PRIVATE]   = { "'{place}' cannot be made private", ERROR_NONE },
	[CALL_SET_COPY]      = { "a copy of '{place}' cannot be given its options", ERROR_NONE },
	[CALL_ATTACH]        = { "'{place}' cannot be mounted", ERROR_NONE },
	[CALL_DETACH]        = { "'{place}' cannot be unmounted", ERROR_NONE },
	[CALL_OPEN_AGAIN]    = { "'{place}' cannot be looked at again", ERROR_NONE },
	[CALL_CARRY]         = { "what is mounted below '{place}' cannot be kept there", ERROR_NONE },
	[CALL_CLEAR]         = { "the places of other binds in '{place}' cannot be cleared", ERROR_NONE },
	[CALL_LOCK_RUN]      = { "'{place}' cannot be locked", ERROR_LOCKED_OUT },
	[CALL_READ_ACCOUNTS] = { "'{place}' cannot be read", ERROR_SYSTEM },
	[CALL_TELL_SYSTEMD]  = { "systemd was not told of the new '{place}'", ERROR_SYSTEM },
	[CALL_FSTAB_LOOK]    = { "'{place}' cannot be looked at", ERROR_FSTAB },
	[CALL_FSTAB_FIND]    = { "'{place}' cannot be found", ERROR_FSTAB },
	[CALL_FSTAB_LOCK]    = { "'{place}' cannot be locked", ERROR_FSTAB },
	[CALL_FSTAB_READ]    = { "'{place}' cannot be read", ERROR_FSTAB },
	[CALL_FSTAB_BACKUP]  = { "'{place}' cannot be copied", ERROR_FSTAB },
	[CALL_FSTAB_CREATE]  = { "'{place}' cannot be written anew beside itself", ERROR_FSTAB },
	[CALL_FSTAB_WRITE]   = { "'{place}' cannot be written", ERROR_FSTAB },
	[CALL_FSTAB_RENAME]  = { "'{place}' cannot be put in the place of the old one", ERROR_FSTAB },
	[CALL_FSTAB_SYNC]    = { "'{place}' cannot be brought to the disk for good", ERROR_FSTAB },
};
/* clang-format on */

static bool is_about(const struct failure_row *row, enum failed_call call, int number)
{
	return (row->number == number || row->number == 0) && (row->calls & (1u << call));
}

const struct failure_row *failure_row_find(enum failed_call call, int number,
					   unsigned facts)
{
	const struct failure_row *row = NULL;

	/* The last one is for all of them. */
	for (size_t i = 0; (row = failure_row_at(i)); i++) {
		if (is_about(row, call, number) && (row->facts & ~facts) == 0)
			break;
	}
	return row;
}

static bool is_naming(const char *text)
{
	return text && (strstr(text, "{folder}") || strstr(text, "{mount}") ||
			strstr(text, "{fs}"));
}

unsigned failure_facts_that_matter(enum failed_call call, int number)
{
	const struct failure_row *row = NULL;
	unsigned facts = 0;

	for (size_t i = 0; (row = failure_row_at(i)); i++) {
		if (is_about(row, call, number))
			facts |= row->facts | (is_naming(row->fact) || is_naming(row->mend)
						       ? FACT_IS_NAMED
						       : 0);
	}
	return facts;
}

enum error_kind failure_kind_of(enum failed_call call, const struct failure_row *row)
{
	enum error_kind kind = calls[call].kind;
	bool is_passing = row->kind == ERROR_TIMEOUT || row->kind == ERROR_RACE;

	return kind == ERROR_NONE || (kind == ERROR_SYSTEM && is_passing) ? row->kind
									  : kind;
}

/* ---- the sentence ---- */

struct sentence {
	char *text;
	size_t size; /* of the text's room */
	size_t used;
};

static void add_bytes(struct sentence *s, const char *bytes, size_t n)
{
	if (n > s->size - 1 - s->used)
		n = s->size - 1 - s->used;
	memcpy(s->text + s->used, bytes, n);
	s->used += n;
	s->text[s->used] = '\0';
}

static void add(struct sentence *s, const char *text)
{
	add_bytes(s, text, strlen(text));
}

/* What stands for a word; the place is better than nothing. */
static const char *find_word(const struct failure_words *words, const char *name, size_t n)
{
	const struct {
		const char *name;
		const char *text;
	} known[] = {
		{"folder", words->folder}, {"mount", words->mount},
		{"fs", words->fs},         {"lsm", words->lsm},
		{"holder", words->holder}, {"obstacle", words->obstacle},
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (strncmp(known[i].name, name, n) == 0 && known[i].name[n] == '\0' &&
		    known[i].text)
			return known[i].text;
	}
	return words->place;
}

/* Add a text of ours, with the words filled in. */
static void add_filled(struct sentence *s, const char *text,
		       const struct failure_words *words)
{
	for (const char *open = strchr(text, '{'); open; open = strchr(text, '{')) {
		const char *name = open + 1;
		size_t n = strcspn(name, "}");

		add_bytes(s, text, (size_t)(open - text));
		add(s, find_word(words, name, n));
		text = name + n + 1;
	}
	add(s, text);
}

static void add_fact(struct sentence *s, int number, const struct failure_row *row,
		     const struct failure_words *words)
{
	if (row->fact)
		add_filled(s, row->fact, words);
	else
		add(s, strerror(number));
}

void failure_tell_fact(int number, const struct failure_row *row,
		       const struct failure_words *words, char *text, size_t size)
{
	struct sentence s = {.text = text, .size = size};

	add(&s, "");
	add_fact(&s, number, row, words);
}

void failure_tell(enum failed_call call, int number, const struct failure_row *row,
		  const struct failure_words *words, char *text, size_t size)
{
	struct sentence s = {.text = text, .size = size};

	add_filled(&s, calls[call].start, words);
	add(&s, ": ");
	add_fact(&s, number, row, words);
	add(&s, "; ");
	add_filled(&s, row->mend, words);
}
