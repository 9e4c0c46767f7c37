/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a boot makes of a line in fstab that mount(8) takes as it is: which paths systemd
 * misreads, and which words keep the line for later or bring it forward. Pure.
 */
#pragma once

#include <stdbool.h>

#include "fstab/parse.h"
#include "request/want.h"

/*
 * True when systemd takes the path for another one, or refuses it. Its fstab generator
 * writes it into a unit, where a value ends before blanks and at a newline, and is UTF-8
 * (systemd.syntax(7)); and "$$" and "${NAME}" become something else when mount(8) is called.
 */
bool boot_path_is_misread(const char *path);

/* Words of the line, and of those that are asked for. */
struct boot_words {
	bool is_noauto;
	bool is_automount; /* x-systemd.automount: mounted when somebody goes there */
	bool is_of_initrd; /* x-initrd.mount: mounted before the root directory is switched */
};

/* `line` is NULL where there is none yet. */
struct boot_words boot_words_find(const struct want *want, const struct fstab_entry *line);
