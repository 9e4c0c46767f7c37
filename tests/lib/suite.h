/* What every unit test program ends with. */
#pragma once

#include <check.h>

/* Run one case with all its tests; the exit status of main(). */
int suite_run(const char *name, TCase *tests);
