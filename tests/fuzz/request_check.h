/* SPDX-License-Identifier: Apache-2.0 */
/* What holds of every request that is decoded, wherever it came from. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "request/request.h"

/*
 * Decode a document and judge the request as far as it can be without a host. False: it was
 * refused, and *req is empty. request_done() frees it.
 */
bool request_check(const json_t *doc, bool accept_text, struct request *req);

/* Why something was refused is one sentence, at a place that a pointer can name. */
void error_check(const struct error *err);
