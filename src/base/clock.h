/* SPDX-License-Identifier: Apache-2.0 */
/* Time for deadlines. */
#pragma once

/* Seconds of CLOCK_MONOTONIC. */
double clock_now(void);
