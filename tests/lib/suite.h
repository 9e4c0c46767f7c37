/* SPDX-License-Identifier: Apache-2.0 */
/* What every unit test program ends with. */
#pragma once

#include <check.h>
#include <stddef.h>

/* Run one case with all its tests; the exit status of main(). */
int suite_run(const char *name, TCase *tests);

/*
 * Fail unless `times` as many as `n` take less than `bound` as many seconds: about `times` is
 * what a linear time comes to, its square a scan for each. `seconds` are a processor's
 * (clock_used()): the hosts of tests have more to do.
 */
void suite_check_linear(double (*seconds)(size_t n), size_t n, size_t times, double bound);
