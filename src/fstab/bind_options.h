/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rule for the options of a line: which words a read-only bind needs and which must not
 * be. The same rule makes a new line and corrects an old one. Pure.
 */
#pragma once

#include <stdbool.h>

#include "base/macro.h"
#include "base/strbuf.h"
#include "fstab/line.h"
#include "fstab/options.h"

/* The word that keeps "source_mount", alone or with =VALUE: see source_mount.h. */
#define SOURCE_MOUNT_WORD "x-robind.source-mount"

/* What was wrong, for people; words joined by ", ". */
struct option_rule_notes {
	struct strbuf want; /* what was missing */
	struct strbuf have; /* what was in its place */
};

/* What of the line the rule has to know besides its options. */
struct option_rule_line {
	const char *source; /* the one that it names now; NULL: a new line */
	bool is_changed;    /* it changes anyway */
};

/*
 * Change the words until they are as needed. Returns 0, or -1 when there is no memory.
 * Notes are added to *notes, option_rule_notes_done() frees them.
 */
MUST_CHECK int option_rule_apply(const struct line_spec *need,
				 const struct option_rule_line *line,
				 struct fstab_options *words,
				 struct option_rule_notes *notes);

/* Note one thing; each text may be NULL. Returns 0, or -1 when there is no memory. */
MUST_CHECK int option_rule_note(struct option_rule_notes *notes, const char *want,
				const char *have);

bool option_rule_has_notes(const struct option_rule_notes *notes);
void option_rule_notes_done(struct option_rule_notes *notes);
