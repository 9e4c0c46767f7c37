/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests that fstab makes by itself: all binds that it lists, which the boot job
 * converges, the lines that are to be of another type, and those of a set that are no longer
 * asked for.
 */
#pragma once

#include <stdbool.h>

#include "base/error.h"
#include "base/macro.h"
#include "fstab/snapshot.h"
#include "request/request.h"

/*
 * Fill a request that names its fstab, and has no binds yet, with all read-only bind lines
 * of that, or only with robind's own. Those are asked for in full. Of others, which may
 * have been changed on purpose, a mount that is there is only made read-only; one that is
 * not there is made with the flags of the line, and not made private. `noauto` lines are
 * left out. With judges_boot each is judged as for the next boot by its line. Returns 0, or
 * -1 with ERROR_FSTAB or ERROR_MEMORY; *req is for request_done()
 * either way.
 */
MUST_CHECK int boot_request(bool ours_only, struct request *req, struct error *err);

/*
 * Fill a request that names its fstab, and has no binds yet, with those of its lines that are
 * not yet of the type `to`: to FSTAB_TYPE_NONE all that need the helper, to
 * FSTAB_TYPE_ROBIND robind's own read-only ones. Of several lines for one target the first
 * one counts. What is mounted is not asked about. Returns as boot_request().
 */
MUST_CHECK int migrate_request(enum fstab_type to, struct request *req, struct error *err);

/*
 * Append a want of state `absent` for each line of the set that no bind of the request has
 * as its target. Returns 0, also when nothing is to be purged; or -1 with ERROR_FSTAB, when
 * it cannot be known, or ERROR_MEMORY.
 */
MUST_CHECK int purge_add(struct request *req, const struct fstab_snapshot *snapshot,
			 struct error *err);
