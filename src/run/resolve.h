/*
 * Symlinks of what a request names, resolved once and before anything else is judged: what
 * its binds are to each other, to the lines in fstab and to those of its set goes by the
 * real paths alone.
 */
#pragma once

#include "base/error.h"
#include "base/macro.h"
#include "request/request.h"

/*
 * Put the real paths into the wants that follow symlinks, and keep what was asked in
 * want->asked; one whose paths cannot be resolved keeps them, and the reason. Then the
 * request is checked against itself again. Returns 0, or -1 with ERROR_REQUEST or
 * ERROR_MEMORY. Not for requests that keep their order: there one bind may be what leads to
 * the next one's paths.
 */
MUST_CHECK int resolve_request(struct request *req, struct error *err);
