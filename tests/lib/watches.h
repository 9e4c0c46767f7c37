/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an older kernel does otherwise, where a filter cannot tell: because it is in memory,
 * or hangs on what a descriptor stands for. For listener.h.
 */
#pragma once

#include <linux/seccomp.h>

#define WATCH_COUNT_ 5

extern const struct watch {
	const char *profile;
	unsigned call;
	/* A verdict as listener.h takes it; the first that is not 0 counts. */
	int (*judge)(const struct seccomp_notif *asked);
} watches[WATCH_COUNT_];
