/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may go wrong with a bind at the next boot, though all is right now. Warnings of
 * apply, and what `check --boot` judges by. Pure.
 */
#pragma once

#include "observe/have.h"
#include "request/want.h"

/* Part of a sentence. */
#define HELPER_IS_MISSING "there is no executable '/sbin/mount.robind'"

enum risk {
	RISK_FSTAB_SHADOWED,
	RISK_VOLATILE_SOURCE,
	RISK_BOOT_WRITABLE,
	RISK_BOOT_BUSYBOX,
	RISK_BOOT_REFUSED,
	RISK_BOOT_LOOP,
	RISK_BOOT_SKIPPED,
	RISK_BOOT_INITRD,
	RISK_HELPER_MISSING,
	RISK_COUNT_
};

struct risk_rule {
	const char *code; /* of the warning */
	const char *text; /* what is the matter, and what helps */
};

/* The rule of each risk; static. */
extern const struct risk_rule risk_rules[RISK_COUNT_];

/* The risks of a bind, as bits 1 << risk: none where it has no line in fstab to come. */
unsigned risk_find(const struct want *want, const struct have *have);
