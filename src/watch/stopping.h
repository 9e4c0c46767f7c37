/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What systemd is taking away: it unmounts a bind before the volume that its source lies on, and
 * one that were put back at once would hold that.
 */
#pragma once

#include "watch/file.h"

/*
 * Of those that are gone, and due by now (CLOCK_BOOTTIME), put off those whose unit, or their
 * volume's, has a job that stops it.
 */
void stopping_put_off(struct watch_file *f, double now);
