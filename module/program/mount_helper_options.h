/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The options of mount(8) -> what a request says of one bind. Knows which of them are
 * for others than a helper: fstab's readers, systemd, mount(8) itself.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "base/macro.h"

struct mount_options {
	json_t *flags; /* a list: the words that the request's `options` take */
	bool recursive;
	bool remount;
	bool nofail;
	bool writable; /* `rw`, and no `ro` after it */
};

/*
 * Read a comma-joined list, NULL for none; of words that contradict each other the last
 * one counts, as in mount(8). `sloppy` passes over a word that is not known. Returns 0 with
 * *ret filled, or -1 with ERROR_USAGE, which names the word, or ERROR_MEMORY; give *ret to
 * mount_options_done() either way.
 */
MUST_CHECK int mount_options_read(const char *text, bool sloppy, struct mount_options *ret,
				  struct error *err);

/* Free what it owns; safe on {0} and twice. */
void mount_options_done(struct mount_options *options);
