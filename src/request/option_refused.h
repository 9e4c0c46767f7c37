/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of an option that `options` do not take: where it belongs, or what is meant. */
#pragma once

#include "mount/option_list.h"
#include "request/json_decode.h"

/* How much of its text is shown, where that may be long. */
int option_shown_length(const struct mount_option *option);

/* Refuse it. Returns -1. */
int option_refused(const struct decode *d, const struct json_pointer *at,
		   const struct mount_option *option);

/* The same of one that `fstab_options` do not take, for another reason than a contrary. */
int fstab_option_refused(const struct decode *d, const struct json_pointer *at,
			 const char *text);
