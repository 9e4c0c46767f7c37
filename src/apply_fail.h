/* What a failed call means to the one who asked, and what to do about it. */
#pragma once

#include "base.h"
#include "fail.h"

/* Record that `doing` failed with the errno `err` at the target. Returns -1. */
int apply_fail(struct fail *f, const char *target, const char *doing, int err);
