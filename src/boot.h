/* The binds that fstab lists, as a request: what the boot job converges. */
#pragma once

#include <stdbool.h>

#include "base.h"
#include "fail.h"
#include "request.h"

/*
 * Make the request for all read-only bind lines of an fstab, or only for robind's own.
 * Those are asked for in full; of others, which may have been made shared on purpose, the
 * propagation is left as it is. `noauto` lines are left out. Returns 0 with *req to be
 * given to request_done(), or -1 with FAIL_FSTAB or FAIL_MEMORY.
 */
MUST_CHECK int boot_request(const char *path, bool ours_only, struct request *req,
			    struct fail *f);
