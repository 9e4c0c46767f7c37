/* What is asked for: one bind, and the table of states. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "mount/flags.h"

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

/* Which program makes the mount at boot: the type field of the line in fstab. */
enum fstab_type {
	FSTAB_TYPE_NONE,   /* mount(8) itself */
	FSTAB_TYPE_ROBIND, /* mount.robind */
	FSTAB_TYPE_COUNT_
};

/* The names of the types; static. */
extern const char *const fstab_type_names[FSTAB_TYPE_COUNT_];

/* Allocated words. */
struct words_list {
	char **items;
	size_t count;
};

/* The mount that the source must lie on. */
struct source_mount {
	bool is_asked;
	char *path; /* normalised; NULL: the source itself must be a mount point */
};

#define WANT_NONE ((size_t)-1)

/* One bind that is asked for. The strings are owned, see want_done(). */
struct want {
	char *source; /* normalised; NULL where the state needs none */
	char *target; /* normalised */
	enum state state;
	bool recursive;
	bool create;
	bool follow;
	bool replace;
	bool keeps_propagation; /* shared or private: as it is */
	bool is_optional;       /* a missing source is no failure */
	struct flag_change options;
	struct source_mount source_mount; /* for a bind that shall be there */
	const char *set; /* the name that its line in fstab bears, borrowed, or NULL */
	bool nofail;     /* the host boots without it */
	struct words_list fstab_options; /* more options for its line, as they are */
	enum fstab_type fstab_type;
	size_t outer; /* the bind whose target lies next above this target, or WANT_NONE */
};

/* Free what the want owns; safe on {0} and twice. */
void want_done(struct want *want);

/* Free its paths alone: of a copy that borrows the rest. */
void want_paths_done(struct want *want);

/* True when the bind shall be there in the live mount table. */
bool want_is_there(const struct want *want);

/* True when the bind shall be gone from the live mount table. */
bool want_is_gone(const struct want *want);

/* What shall be true of the bind's line in fstab. */
enum decides want_of_fstab(const struct want *want);

/* True when the source is to be bound onto itself. */
bool want_is_self(const struct want *want);
