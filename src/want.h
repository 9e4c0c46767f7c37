/* What is asked for: one bind, and the table of states. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "flags.h"

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
	struct flags options;
	struct source_mount source_mount; /* for a bind that shall be there */
	size_t outer; /* the bind whose target lies next above this target, or WANT_NONE */
};

/* Free what the want owns; safe on {0} and twice. */
void want_done(struct want *want);

/* True when the bind shall be there in the live mount table. */
bool want_is_there(const struct want *want);

/* True when the source is to be bound onto itself. */
bool want_is_self(const struct want *want);
