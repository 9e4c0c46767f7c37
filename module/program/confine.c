/* SPDX-License-Identifier: Apache-2.0 */
#include "confine.h"

#include <errno.h>

#include "kernel/capabilities.h"
#include "request/want.h"

int confine_check(struct error *err)
{
	if (!sys_is_elevated())
		return 0;
	return error_set(
		err, ERROR_PERMISSION, EPERM, PTR_ROOT,
		"robind must not be set-user-ID, set-group-ID or have file "
		"capabilities, with which everybody could mount what he likes; take "
		"them from the program, and let root run it, as by sudo");
}

/* What one bind takes to be as it is asked for. */
static unsigned duties_of(const struct want *want)
{
	unsigned duties = DUTY_CHANGE;

	if (want_is_there(want) || want_is_gone(want))
		duties |= DUTY_MOUNT | DUTY_HOLDERS;
	if (want_makes_target(want) || want_removes_target(want) ||
	    want_of_fstab(want) != DECIDES_NOTHING)
		duties |= DUTY_OWN;
	return duties;
}

void confine(const struct request *req, const struct features *features)
{
	unsigned duties = req->check_mode ? DUTY_LOOK : DUTY_CHANGE;

	/* To foresee what a mount hides or brings, check looks into copies that nobody sees. */
	if (!features->is_rooted || (req->check_mode && req->n_wants > 0))
		duties |= DUTY_LOOK_OUT;
	if (req->holders)
		duties |= DUTY_HOLDERS;
	if (!req->check_mode && req->purge != PURGE_NONE)
		duties |= DUTY_MOUNT | DUTY_HOLDERS | DUTY_OWN;
	for (size_t i = 0; i < req->n_wants && !req->check_mode; i++)
		duties |= duties_of(&req->wants[i]);
	sys_keep_capabilities(duties);
}
