/*
 * What may go wrong with a bind at the next boot, though all is right now. Warnings of
 * apply, and what `check --boot` judges by.
 */
#pragma once

#include <stdbool.h>

#include "base/macro.h"
#include "observe/have.h"
#include "request/want.h"

enum risk {
	RISK_FSTAB_SHADOWED,
	RISK_VOLATILE_SOURCE,
	RISK_BOOT_WRITABLE,
	RISK_HELPER_MISSING,
	RISK_COUNT_
};

struct risk_rule {
	const char *code; /* of the warning */
	const char *text; /* what is the matter, and what helps; %s is the unit file */
};

/* The rule of each risk; static. */
extern const struct risk_rule risk_rules[RISK_COUNT_];

/*
 * The risks of a bind, as bits 1 << risk: none where it has no line in fstab to come. A
 * file at risk_unit_path() is what shadows that line. 0 also when there is no memory.
 */
unsigned risk_find(const struct want *want, const struct have *have);

/*
 * The unit file below /etc/systemd/system that takes the place of the target's line in
 * fstab (systemd.mount(5), systemd-escape(1)); allocated, NULL when there is no memory.
 */
char *risk_unit_path(const char *target);
