/* What a failed call means to the one who asked, and what to do about it. */
#pragma once

#include "base/error.h"
#include "base/macro.h"

/* Record that `doing` failed with the errno `err` at the target. Returns -1. */
int step_error(struct error *err, const char *target, const char *doing, int number);

/* The parts of a sentence about a mount that another user namespace keeps as it is. */
struct locked {
	const char *member; /* of the request, that asks for the change */
	const char *path;   /* the place */
	const char *doing;
	const char *what;   /* what was inherited */
	const char *repair; /* another way out, or "" */
};

/*
 * Record that the kernel refused with the errno `err` to change a mount that was inherited
 * from another user namespace. Returns -1.
 */
int step_error_locked(struct error *err, const struct locked *locked, int number);
