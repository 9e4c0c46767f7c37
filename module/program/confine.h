/* SPDX-License-Identifier: Apache-2.0 */
/* What robind gives up before it starts on what was asked. */
#pragma once

#include <stdbool.h>

#include "base/error.h"
#include "base/macro.h"
#include "kernel/features.h"
#include "request/request.h"

/*
 * Refuse to run with rights that the program file gives to whoever starts it: what is asked
 * would be his wish, and not root's. Before anything of the call is read. Returns 0, or -1
 * with ERROR_PERMISSION.
 */
MUST_CHECK int confine_check(struct error *err);

/*
 * Keep only the capabilities that the request needs, for good. Once it was read, and what
 * the kernel can do was found out.
 */
void confine(const struct request *req, const struct features *features);
