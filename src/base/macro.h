/* SPDX-License-Identifier: Apache-2.0 */
/* Words that every file may use. No types, no state. */
#pragma once

#include <stddef.h>

#define ARRAY_LEN(a)      (sizeof(a) / sizeof((a)[0]))
#define MUST_CHECK        __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

/* Give a pointer away: the value moves out and the variable is left NULL. */
#define STEAL(p)                                                                           \
	({                                                                                 \
		__typeof__(p) stolen_ = (p);                                               \
		(p) = NULL;                                                                \
		stolen_;                                                                   \
	})
