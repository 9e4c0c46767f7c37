/* SPDX-License-Identifier: Apache-2.0 */
/* Time for deadlines, and what it costs. All are seconds. */
#pragma once

/* Of CLOCK_MONOTONIC. */
double clock_now(void);

/* Of CLOCK_BOOTTIME, which goes on while the host sleeps. */
double clock_boot(void);

/* Of a processor, which this process has used so far. */
double clock_used(void);
