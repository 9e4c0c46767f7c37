/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked for: one bind, and the table of states. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/macro.h"
#include "fstab/line.h"
#include "fstab/source_mount.h"
#include "mount/flags.h"
#include "mount/option_list.h"

enum state {
	STATE_MOUNTED,
	STATE_EPHEMERAL,
	STATE_UNMOUNTED,
	STATE_ABSENT,
	STATE_FSTAB_PRESENT,
	STATE_FSTAB_ABSENT,
	STATE_FSTAB_ONLY,
	STATE_COUNT_
};

/* What a state decides, for the live mount and for the line in fstab. */
enum decides {
	DECIDES_NOTHING,
	DECIDES_THERE,
	DECIDES_GONE,
};

struct state_rule {
	const char *name;
	enum decides live;
	enum decides fstab;
};

/* The rule of each state; static. */
extern const struct state_rule state_rules[STATE_COUNT_];

/* Allocated words. */
struct words_list {
	char **items;
	size_t count;
};

/* Append a copy of the word. Returns 0, or -1 when there is no memory. */
MUST_CHECK int words_list_add(struct words_list *list, const char *word);

/* What the options of a line in fstab, as others write it, ask for. */
struct mount_opts {
	struct options_told told;
	bool recursive;
	struct words_list fstab_options;
};

/* The mode of a target that is made; the default depends on what it is. */
struct target_mode {
	bool is_asked;
	uint32_t bits;
};

/* A user or a group. */
struct account {
	char *name; /* owned; of which the number is yet to be found, or NULL */
	uint32_t id;
};

#define WANT_NONE ((size_t)-1)

/* What was asked for in the place of the real paths, where symlinks are followed. */
struct want_asked {
	char *source;             /* NULL: none, or it is the want's own */
	char *target;             /* NULL: it is the want's own */
	struct kept_error *error; /* why the paths could not be resolved, or NULL */
};

/* One bind that is asked for. The strings are owned, see want_done(). */
struct want {
	char *source; /* normalised; NULL where the state needs none */
	char *target; /* normalised */
	enum state state;
	enum fstab_type fstab_type;
	bool is_source_found; /* fstab named it, and nobody asked for it */
	bool is_optional;     /* a missing source is no failure */
	bool recursive;
	bool follow;
	bool replace;
	bool create;
	bool remove_target; /* with what is mounted there, see want_removes_target() */
	bool nofail;        /* the host boots without it */
	bool is_line; /* of fstab's own, and the next boot is to be judged by that line */
	bool read_only_alone;    /* of a mount that is there mind only that flag; make none
				  * private
				  */
	struct target_mode mode; /* of a target that is made, as are the next two */
	struct account owner;
	struct account group;
	struct flag_change options;
	struct source_mount source_mount; /* for a bind that shall be there */
	const char *set;    /* the name that its line in fstab bears, borrowed, or NULL */
	uint64_t own_mount; /* the mount at the target that this process has seen to be as
				asked, and so may replace; 0: none */
	const char *
		seen_on; /* the mount point that the source lay on then, borrowed, or NULL */
	struct words_list fstab_options; /* more options for its line, as they are */
	struct mount_opts opts;          /* until they are sorted into the others */
	struct want_asked *asked; /* owned; NULL: the paths are those that were asked for */
	size_t outer; /* the bind whose target lies next above this target, or WANT_NONE */
	size_t needed_by; /* a bind for which the target has to stay, or WANT_NONE; of what
			     shall be removed, once request_map_targets() was made */
};

/* Free what the want owns; safe on {0} and twice. */
void want_done(struct want *want);

/* Free its paths alone: of a copy that borrows the rest. */
void want_paths_done(struct want *want);

/* The paths as they were asked for, which the caller knows; the source may be NULL. */
const char *want_asked_source(const struct want *want);
const char *want_asked_target(const struct want *want);

/* True when the bind shall be there in the live mount table. */
bool want_is_there(const struct want *want);

/* True when the bind shall be gone from the live mount table. */
bool want_is_gone(const struct want *want);

/* What shall be true of the bind's line in fstab. */
enum decides want_of_fstab(const struct want *want);

/* True when a target that is missing would be made. */
bool want_makes_target(const struct want *want);

/* True when the target shall be removed, too, where it is empty. */
bool want_removes_target(const struct want *want);

/* True when the source is to be bound onto itself. */
bool want_is_self(const struct want *want);
