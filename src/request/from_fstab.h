/* The binds that fstab lists, as a request: what the boot job converges. */
#pragma once

#include <stdbool.h>

#include "base/error.h"
#include "base/macro.h"
#include "request/request.h"

/*
 * Fill a request that names its fstab, and has no binds yet, with all read-only bind lines
 * of that, or only with robind's own. Those are asked for in full; of others, which may
 * have been made shared on purpose, the propagation is left as it is. `noauto` lines are
 * left out. Returns 0, or -1 with ERROR_FSTAB or ERROR_MEMORY; *req is for request_done()
 * either way.
 */
MUST_CHECK int boot_request(bool ours_only, struct request *req, struct error *err);
