/*
 * What a boot makes of a line in fstab that mount(8) takes as it is: which paths systemd has
 * no unit for, and which words keep the line for later or bring it forward. Pure.
 */
#pragma once

#include <stdbool.h>

#include "fstab/parse.h"
#include "request/want.h"

/*
 * True when systemd reads another path than this one from the unit that its fstab generator
 * writes, or refuses it: a value there ends before blanks, before a backslash and at a
 * newline, and is UTF-8 (systemd.syntax(7)).
 */
bool boot_path_is_refused(const char *path);

/* Words of the line, and of those that are asked for. */
struct boot_words {
	bool is_noauto;
	bool is_automount; /* x-systemd.automount: mounted when somebody goes there */
	bool is_of_initrd; /* x-initrd.mount: mounted before the root directory is switched */
};

/* `line` is NULL where there is none yet. */
struct boot_words boot_words_find(const struct want *want, const struct fstab_entry *line);
